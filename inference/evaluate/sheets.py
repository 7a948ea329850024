"""Contact sheets: scenes drawn at a few moments each, in rows, with a list of what stands where."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.video.frame import VideoFrame

from inference.world.picture.painter import Painter
from inference.world.scene import FPS
from inference.world.stage import stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from inference.world.scene import Scene, Understanding

    Pixels = NDArray[np.uint8]

GAP = 4  # pixels


def moments(scene: Scene, seconds: float, size: tuple[int, int], shares: Sequence[float]) -> list[Pixels]:
    """Frames at shares 0..1 of the clip's length."""
    width, height = size
    layers = stage(scene, seconds, FPS, width / height)
    with Painter(layers, width, height) as painter:
        return [painter.frame(min(layers.frames - 1, round(share * layers.frames))).copy() for share in shares]


def grid(cells: Sequence[Pixels], columns: int) -> Pixels:
    height, width, _ = cells[0].shape
    rows = -(-len(cells) // columns)
    out = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), 24, np.uint8)
    for n, cell in enumerate(cells):
        y, x = n // columns * (height + GAP), n % columns * (width + GAP)
        out[y : y + height, x : x + width] = cell
    return out[: out.shape[0] // 2 * 2, : out.shape[1] // 2 * 2]


def write_png(path: Path, pixels: Pixels) -> None:
    codec: Any = av.CodecContext.create("png", "w")
    codec.height, codec.width, _ = pixels.shape
    codec.pix_fmt, codec.time_base = "rgb24", Fraction(1, 1)
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    frame.pts = 0
    path.write_bytes(b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)]))


def write_sheets(
    folder: Path, name: str, told: Sequence[tuple[str, Understanding]], *, seconds: float = 8.0, a_sheet: int = 16
) -> list[Path]:
    """Four prompts a row, two moments each; `<name>-<n>.txt` lists prompt, understood and ignored words."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for start in range(0, len(told), a_sheet):
        part = told[start : start + a_sheet]
        cells = [cell for _, got in part for cell in moments(got.scene, seconds, (256, 144), (0.3, 0.8))]
        path = folder / f"{name}-{start // a_sheet + 1}.png"
        write_png(path, grid(cells, 8))
        path.with_suffix(".txt").write_text(_legend(part), encoding="utf-8")
        written.append(path)
    return written


def _legend(part: Sequence[tuple[str, Understanding]]) -> str:
    return "".join(
        f"row {n // 4 + 1}, {n % 4 + 1}: {prompt}\n  understood: {', '.join(got.understood) or '-'}\n"
        f"  ignored: {', '.join(got.ignored) or '-'}\n"
        for n, (prompt, got) in enumerate(part)
    )
