"""Stripes, spots, checks, a rainbow or a gloss laid over a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, luma, rgb
from inference.world.picture.path import CLOSE, CUBIC, Path, noise

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks

RAINBOW = tuple(rgb(c) for c in ("ef5b56", "f79a45", "f9d34f", "69bf6b", "4d9fe0", "9a6fd0"))


def patterned(pen: Pen, looks: Looks, path: Path, colour: Colour, x: float, y: float, w: float, h: float) -> None:
    kind = looks.kind("pattern")
    second = light(colour, 0.62) if luma(colour) < 0.62 else dark(colour, 0.34)
    if kind == "striped":
        bands = Path()
        for i in range(4):
            bands.rect(x, y + h * (i * 2 + 0.7) / 8, w, h / 9)
        pen.fill(bands, second, 0.95, clip=path)
    elif kind == "spotted":
        spots = Path()
        r = min(w, h) * 0.085
        for i in range(16):
            spots.ellipse(x + w * (0.06 + 0.88 * noise(looks.seed, i)), y + h * (0.05 + 0.9 * ((i * 0.618) % 1)), r, r)
        pen.fill(spots, second, 0.95, clip=path)
    elif kind == "checked":
        pen.fill(_grid(x, y, w, h, True), second, 0.45, clip=path)
        pen.fill(_grid(x, y, w, h, False), second, 0.45, clip=path)
    elif kind == "rainbow":
        for i, c in enumerate(RAINBOW):
            pen.fill(Path().rect(x, y + h * i / 6, w, h / 6 + h * 0.01), c, 1.0, clip=path)
    texture = looks.kind("texture")
    if texture == "fluffy":
        _fluff(pen, path, colour, min(w, h))
    if texture == "shiny":
        gloss = Linear(
            x,
            y,
            x + w,
            y + h,
            ((0.0, WHITE, 0.0), (0.30, WHITE, 0.0), (0.40, WHITE, 0.55), (0.48, WHITE, 0.0), (1.0, WHITE, 0.0)),
        )
        pen.fill(path, gloss)


def _fluff(pen: Pen, path: Path, colour: Colour, size: float) -> None:
    """Tufts all along the outline, and a few on the body."""
    r = size * 0.085
    tufts, shade = Path(), Path()
    for i, (x, y) in enumerate(_along(path)):
        k = r * (0.75 + 0.5 * noise(i, 3))
        shade.ellipse(x, y + r * 0.25, k, k)
        tufts.ellipse(x, y, k, k)
    pen.fill(shade, dark(colour, 0.16))
    pen.fill(tufts, light(colour, 0.12))


def _along(path: Path) -> list[tuple[float, float]]:
    """Points on the outline: ends of its segments and, on curves, quarters between them."""
    p, at, out = path.points, 0, [(0.0, 0.0)]
    for command in path.commands:
        if command == CUBIC:
            x0, y0 = out[-1]
            x1, y1, x2, y2, x3, y3 = p[at : at + 6]
            for u in (0.25, 0.5, 0.75, 1.0):
                a, b, c, d = (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3
                out.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
            at += 6
        elif command != CLOSE:
            out.append((p[at], p[at + 1]))
            at += 2
    return out[1:]


def _grid(x: float, y: float, w: float, h: float, rows: bool) -> Path:
    path = Path()
    for i in range(4):
        if rows:
            path.rect(x, y + h * (i * 2 + 0.5) / 8, w, h / 8)
        else:
            path.rect(x + w * (i * 2 + 0.5) / 8, y, w / 8, h)
    return path
