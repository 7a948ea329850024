"""Who stands before what: the figure in a frame, told from its surroundings by colour and, in a clip, by motion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_dilation, binary_fill_holes, binary_opening, gaussian_filter, label

if TYPE_CHECKING:
    from collections.abc import Sequence

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

CANON: Final = 96  # pixels of the square that a figure is brought to
EDGE: Final = 0.13  # of the width, on both sides: taken for surroundings
NEAR: Final = 3  # rows up and down in which a colour of the surroundings is looked for
APART: Final = 34.0  # how far a colour is from all of them, 0 to 441, to belong to the figure
REFINED: Final = 2  # times that the mask is compared with what lies beside it
BESIDE, COLOURS = 5, 60  # rows up and down, and how many colours of them
SHADOW: Final = 0.55  # of its light that a ground keeps in a shadow
MOVED: Final = 26.0  # how far a pixel is from its median over the clip


class Figure(msgspec.Struct, frozen=True):
    """`pixels` [CANON, CANON, 3] and `mask`: what was found, standing on the lower edge in the middle. `share`: how
    much of the frame it is; `clear`: how well it stands out, 0 to 1."""

    pixels: Pixels
    mask: Mask
    share: float
    clear: float


def figures_of(frames: Sequence[Pixels]) -> list[Figure]:
    still = np.median(np.stack(frames), axis=0) if len(frames) > 2 else None
    found = []
    for frame in frames:
        mask = _mask(frame, still)
        if mask is not None:
            found.append(_figure(frame, mask))
    return found


def _mask(frame: Pixels, still: NDArray[np.float64] | None) -> Mask | None:
    smooth = gaussian_filter(frame.astype(np.float32), (0.7, 0.7, 0))
    apart = _distance(smooth) > APART
    if still is not None:
        moved = np.linalg.norm(smooth - still, axis=2) > MOVED
        apart |= moved & _middle(apart.shape)
    best = _main(binary_fill_holes(binary_closing(binary_opening(apart, iterations=1), iterations=3)))
    for _ in range(REFINED):
        if best is not None:
            best = _main(_without_surroundings(smooth, best))
    return best if best is not None and best.sum() > 0.004 * best.size else None


def _main(mask: Mask) -> Mask | None:
    """The part that is most of a figure."""
    parts, count = label(mask)
    if not count:
        return None
    weights = np.bincount(parts.ravel(), _weight(mask.shape).ravel())
    weights[0] = 0
    best: Mask = parts == int(np.argmax(weights))
    return best


def _without_surroundings(frame: NDArray[np.float32], mask: Mask) -> Mask:
    """The mask less what looks like something beside it, or at its feet like the shadow of that."""
    outside = ~binary_dilation(mask, iterations=3)
    rows = np.flatnonzero(mask.any(axis=1))
    feet = rows[-1] - 0.22 * len(rows)
    kept = mask.copy()
    for row in rows:
        near = slice(max(0, row - BESIDE), row + BESIDE + 1)
        around = frame[near][outside[near]]
        if len(around) < 8:
            continue
        around = around[:: max(1, len(around) // COLOURS)]
        inside = frame[row][mask[row]]
        shade = np.ones((len(inside), len(around)), np.float32)
        if row > feet:
            shade = np.clip(inside @ around.T / np.maximum(np.square(around).sum(axis=1), 1), SHADOW, 1)
        apart = np.linalg.norm(inside[:, None] - shade[..., None] * around, axis=2).min(axis=1)
        kept[row, mask[row]] = apart > 0.8 * APART
    solid = binary_fill_holes(binary_closing(kept, iterations=2))
    return binary_opening(solid, iterations=2)


def _distance(frame: NDArray[np.float32]) -> NDArray[np.float32]:
    """From the nearest colour that the left or right edge has at about the same height."""
    height, width, _ = frame.shape
    edge = max(2, round(EDGE * width))
    around = np.concatenate([frame[:, :edge], frame[:, -edge:]], axis=1)[:, :: max(1, edge // 6)]
    least = np.full((height, width), np.inf, np.float32)
    red, green, blue = (np.ascontiguousarray(frame[..., channel]) for channel in range(3))
    for by in (-NEAR, 0, NEAR):
        rows = np.clip(np.arange(height) + by, 0, height - 1)
        for k in range(around.shape[1]):
            r, g, b = around[rows, k].T[..., None]
            np.minimum(least, (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2, out=least)
    return np.sqrt(least)


def _middle(shape: tuple[int, ...]) -> Mask:
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return (np.abs(x) < 0.85) & (np.abs(y) < 0.97)


def _weight(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """A figure is likelier in the middle, and below it."""
    y, x = np.ogrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.exp(-2.0 * x * x - 1.5 * (y - 0.2) ** 2)


def _figure(frame: Pixels, mask: Mask) -> Figure:
    pixels, square = canonical(frame, mask)
    clear = float(np.clip(np.median(_distance(frame.astype(np.float32))[mask]) / 120, 0, 1))
    return Figure(pixels, square, float(mask.mean()), clear)


def canonical(frame: Pixels, mask: Mask) -> tuple[Pixels, Mask]:
    """The box of the mask, as large as it fits into a square of CANON, standing on its lower edge."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    high, wide = int(rows[-1]) - top + 1, int(columns[-1]) - left + 1
    scale = max(high, wide) / CANON
    y = top + high - (CANON - 0.5 - np.arange(CANON)) * scale - scale / 2
    x = left + wide / 2 + (np.arange(CANON) - CANON / 2 + 0.5) * scale
    inside = ((y >= top) & (y < top + high))[:, None] & ((x >= left) & (x < left + wide))[None, :]
    at = np.ix_(np.clip(y, 0, len(frame) - 1).astype(int), np.clip(x, 0, frame.shape[1] - 1).astype(int))
    return frame[at], mask[at] & inside
