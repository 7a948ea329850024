"""Towers, town houses and what stands on pavements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.places.growth import FLOWERS, GREENS

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


WALLS = tuple(rgb(c) for c in ("d98f6c", "e8c48f", "8fb0b8", "c4766a", "a9b8a0", "e3a878", "9c8fb4"))


TOWERS = tuple(rgb(c) for c in ("6f86a8", "8a9cb8", "5f7796", "9aa6b4", "7a88a4"))


def skyline(site: Site, parallax: float, depth: float, base: float, tall: float, salt: int) -> None:
    """A row of towers with windows; at night most of them are lit, by day they mirror the sky."""
    pen = site.layer(parallax, depth)
    low, high = site.view.span(parallax)
    step = 0.055 + 0.05 * depth
    i, x = 0, low - 0.1
    while x < high + 0.1:
        key = i * 17 + salt
        w = step * (0.8 + 0.7 * noise(site.seed, key))
        up = tall * (0.35 + 0.65 * noise(site.seed, key, 1) ** 1.4)
        tower(pen, site, x, base, w, up, TOWERS[(i + salt) % 5], key, depth)
        x, i = x + w + 0.004 + 0.012 * noise(key, 4), i + 1


def tower(
    pen: Pen, site: Site, x: float, base: float, w: float, up: float, colour: Colour, key: int, depth: float
) -> None:
    top = base - up
    side = site.lit.side
    body = Linear(0, top, 0, base, ((0, light(colour, 0.12), 1), (1, mix(colour, site.lit.haze, 0.25), 1)))
    style = int(noise(key, 5) * 4)
    pen.fill(rect(x, top, w, up + 0.06), body)
    if style == 0:
        pen.fill(rect(x + w * 0.25, top - up * 0.07, w * 0.5, up * 0.08), colour)
        pen.stroke(Path().move(x + w / 2, top - up * 0.07).line(x + w / 2, top - up * 0.2), colour, w * 0.04)
        lamp = site.pulse(pen.glowing, 0.1, 1.0, 3.0, key)
        if site.dark:
            lamp.glow(x + w / 2, top - up * 0.2, 0.012, rgb("ff6a5a"), 0.9)
    elif style == 1:
        pen.fill(poly((x, top + 0.001), (x + w * 0.5, top - w * 0.5), (x + w, top + 0.001)), light(colour, 0.06))
    elif style == 2:
        pen.fill(
            blob(
                (x, top),
                (x + w * 0.15, top - w * 0.3),
                (x + w * 0.5, top - w * 0.42),
                (x + w * 0.85, top - w * 0.3),
                (x + w, top),
            ),
            colour,
        )
    pen.fill(rect(x + (w * 0.72 if side < 0 else 0), top, w * 0.28, up + 0.06), dark(colour, 0.3), 0.5)
    rows, cols = max(3, int(up / 0.024)), max(2, int(w / 0.020))
    lit, unlit = Path(), Path()
    cw, rh = w / (cols + 0.5), up / (rows + 0.5)
    for r in range(rows):
        for c in range(cols):
            on = noise(key, r, c) < (0.62 if site.dark else 0.35 * site.lit.dim)
            (lit if on else unlit).rect(x + cw * (c + 0.42), top + rh * (r + 0.5), cw * 0.62, rh * 0.55)
    pen.fill(unlit, dark(colour, 0.24) if site.dark else mix(colour, site.sky_lit.sky[0][1], 0.45), 0.75)
    pen.glowing.fill(lit, mix(rgb("ffd884"), site.lit.haze, 0.55 * (1 - depth)), 0.95)


def house(pen: Pen, site: Site, x: float, base: float, w: float, up: float, wall: Colour, key: int) -> None:
    """A town house: shop below, windows above, roof of its own shape."""
    top = base - up
    roof = rgb(("8a4f4a", "5d5a73", "7a5a48", "4f6670")[key % 4])
    style = int(noise(key, 2) * 3)
    if style == 0:
        pen.fill(
            poly((x - w * 0.04, top), (x + w * 0.5, top - w * 0.42), (x + w * 1.04, top)), WHITE if site.snowy else roof
        )
        pen.fill(rect(x + w * 0.70, top - w * 0.36, w * 0.10, w * 0.3), dark(roof, 0.2))
    elif style == 1:
        pen.fill(
            poly(
                (x, top),
                (x, top - w * 0.1),
                (x + w * 0.2, top - w * 0.1),
                (x + w * 0.2, top - w * 0.22),
                (x + w * 0.8, top - w * 0.22),
                (x + w * 0.8, top - w * 0.1),
                (x + w, top - w * 0.1),
                (x + w, top),
            ),
            dark(wall, 0.08),
        )
    else:
        pen.fill(
            poly(
                (x - w * 0.03, top), (x + w * 0.1, top - w * 0.26), (x + w * 0.9, top - w * 0.26), (x + w * 1.03, top)
            ),
            WHITE if site.snowy else roof,
        )
    pen.fill(rect(x, top, w, up), Linear(0, top, 0, base, ((0, light(wall, 0.14), 1), (1, dark(wall, 0.08), 1))))
    pen.fill(rect(x + (w * 0.86 if site.lit.side < 0 else 0), top, w * 0.14, up), dark(wall, 0.26), 0.5)
    pen.fill(rect(x - w * 0.02, top - up * 0.012, w * 1.04, up * 0.035), light(wall, 0.4))
    floors = 2 if up < 0.36 else 3
    shop = up * 0.30
    for f in range(floors):
        fy = top + (up - shop) * (f + 0.24) / floors
        for c in range(2):
            wx = x + w * (0.17 + 0.40 * c)
            lit = site.lit.dim > 0.3 and noise(key, f, c) < 0.7
            _pane(pen, site, wx, fy, w * 0.24, (up - shop) / floors * 0.58, lit, wall)
            if noise(key, f, c, 3) > 0.5:
                pen.fill(rect(wx - w * 0.03, fy + (up - shop) / floors * 0.60, w * 0.30, w * 0.05), rgb("7b5545"))
                for k in range(4):
                    pen.dot(
                        wx + w * 0.08 * k,
                        fy + (up - shop) / floors * 0.59,
                        w * 0.045,
                        w * 0.04,
                        FLOWERS[(key + k) % 5] if not site.snowy else WHITE,
                    )
    awning = rgb(("d9534a", "3f8f8a", "e3a23c", "5f6fb0")[(key + 1) % 4])
    _pane(pen, site, x + w * 0.08, base - shop * 0.72, w * 0.5, shop * 0.6, site.lit.dim > 0.25, wall)
    pen.fill(rect(x + w * 0.66, base - shop * 0.76, w * 0.24, shop * 0.76, w * 0.02), dark(roof, 0.1))
    pen.fill(
        rect(x + w * 0.69, base - shop * 0.70, w * 0.18, shop * 0.3, w * 0.02),
        rgb("ffdf9a") if site.lit.dim > 0.3 else rgb("a9cfdd"),
    )
    stripes, plain = Path(), Path()
    for k in range(8):
        (stripes if k % 2 else plain).polygon(
            (
                (x + w * (0.04 + 0.115 * k), base - shop),
                (x + w * (0.155 + 0.115 * k), base - shop),
                (x + w * (0.155 + 0.118 * k), base - shop * 0.76),
                (x + w * (0.03 + 0.118 * k), base - shop * 0.76),
            )
        )
    pen.fill(stripes, awning)
    pen.fill(plain, rgb("fbf1e0"))


def _pane(pen: Pen, site: Site, x: float, y: float, w: float, h: float, lit: bool, wall: Colour) -> None:
    pen.fill(rect(x - w * 0.08, y - h * 0.06, w * 1.16, h * 1.12), light(wall, 0.45))
    if lit:
        pen.glowing.fill(rect(x, y, w, h), Linear(x, y, x, y + h, ((0, rgb("ffe9ac"), 1), (1, rgb("ffb763"), 1))))
        if site.dark:
            pen.glowing.glow(x + w / 2, y + h / 2, w * 1.1, rgb("ffc56a"), 0.22)
    else:
        glass = mix(rgb("6d9dbb"), site.sky_lit.sky[1][1], 0.4)
        pen.fill(rect(x, y, w, h), Linear(x, y, x, y + h, ((0, dark(glass, 0.2), 1), (1, light(glass, 0.2), 1))))
        pen.fill(poly((x + w * 0.1, y + h), (x + w * 0.55, y), (x + w * 0.8, y), (x + w * 0.35, y + h)), WHITE, 0.25)
    pen.fill(rect(x + w * 0.47, y, w * 0.06, h), light(wall, 0.45))


def paving(pen: Pen, site: Site, top: float, low: float, high: float) -> None:
    stone = site.soil(rgb("c9bdb2"))
    pen.fill(
        rect(low, top, high - low, 2),
        Linear(0, top, 0, 1, ((0, dark(stone, 0.20), 1), (0.3, stone, 1), (1, light(stone, 0.1), 1))),
    )
    lines = Path()
    y, i = top + 0.012, 0
    while y < 1.05:
        lines.move(low, y).line(high, y)
        y, i = y + 0.012 + 0.008 * i, i + 1
    for k in range(-30, 31):
        x = k * 0.055 + (low + high) / 2
        lines.move((low + high) / 2 + (x - (low + high) / 2) * 0.8, top).line(
            (low + high) / 2 + (x - (low + high) / 2) * 2.4, 1.1
        )
    pen.stroke(lines, dark(stone, 0.20), 0.0016, 0.55)
    pen.fill(rect(low, top - 0.006, high - low, 0.012), light(stone, 0.3))


def lamp_post(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    iron = rgb("3b4258")
    pen.dot(x, y, h * 0.07, h * 0.012, rgb("1a1f30"), 0.25)
    pen.fill(
        poly(
            (x - h * 0.028, y),
            (x - h * 0.012, y - h * 0.08),
            (x - h * 0.010, y - h * 0.84),
            (x + h * 0.010, y - h * 0.84),
            (x + h * 0.012, y - h * 0.08),
            (x + h * 0.028, y),
        ),
        iron,
    )
    on = site.lit.dim > 0.3
    glass = rgb("fff0b8") if on else rgb("dfe6ea")
    (pen.glowing if on else pen).fill(
        poly(
            (x - h * 0.035, y - h * 0.85),
            (x - h * 0.05, y - h * 0.96),
            (x + h * 0.05, y - h * 0.96),
            (x + h * 0.035, y - h * 0.85),
        ),
        glass,
    )
    pen.fill(poly((x - h * 0.062, y - h * 0.955), (x, y - h * 1.02), (x + h * 0.062, y - h * 0.955)), iron)
    if on:
        pen.glowing.glow(x, y - h * 0.9, h * 0.55, rgb("ffcf7a"), 0.55)
        cone = poly((x - h * 0.05, y - h * 0.9), (x + h * 0.05, y - h * 0.9), (x + h * 0.34, y), (x - h * 0.34, y))
        pen.glowing.fill(cone, Linear(0, y - h * 0.9, 0, y, ((0, rgb("ffdf9a"), 0.28), (1, rgb("ffdf9a"), 0.04))))
        pen.glowing.dot(x, y, h * 0.36, h * 0.05, rgb("ffdf9a"), 0.16)


def bench(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    wood, iron = rgb("b9794f"), rgb("3f4658")
    pen.dot(x, y, h * 1.1, h * 0.1, rgb("1a1f30"), 0.22)
    for k in (-0.75, 0.75):
        pen.stroke(curve((x + k * h, y), (x + k * h, y - h * 0.42), (x + k * h * 0.98, y - h)), iron, h * 0.08)
    for yy, width in ((0.95, 0.17), (0.72, 0.17), (0.40, 0.14)):
        pen.fill(
            rect(x - h, y - h * yy, 2 * h, h * width, h * 0.05), WHITE if site.snowy and yy in (0.95, 0.40) else wood
        )
    del site


def planter(pen: Pen, site: Site, x: float, y: float, r: float, key: int) -> None:
    nature.bush(pen, site, x, y - r * 0.7, r * 0.9, GREENS[key % 4], key, FLOWERS[key % 5])
    pen.fill(poly((x - r, y - r * 0.8), (x + r, y - r * 0.8), (x + r * 0.8, y), (x - r * 0.8, y)), rgb("b06a52"))
    pen.fill(rect(x - r * 1.06, y - r * 0.9, r * 2.12, r * 0.2, r * 0.05), rgb("c98368"))


def puddles(pen: Pen, site: Site, top: float) -> None:
    if not site.wet:
        return
    low, high = site.view.span(1.0)
    mirror = mix(site.sky_lit.sky[-1][1], rgb("9fb4cc"), 0.4)
    for i in range(int(6 * (high - low))):
        u = noise(site.seed, 41, i)
        x, y, w = low + (high - low) * noise(site.seed, 42, i), top + (0.98 - top) * u, 0.04 + 0.09 * u
        pen.fill(
            blob(
                (x - w, y),
                (x - w * 0.3, y - w * 0.10),
                (x + w * 0.5, y - w * 0.07),
                (x + w, y + w * 0.03),
                (x + w * 0.2, y + w * 0.11),
            ),
            mirror,
            0.42,
        )
