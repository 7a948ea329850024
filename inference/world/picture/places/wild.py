"""Open country: meadow, forest, desert, mountains, snowfield, jungle, farm, garden, park."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.sky import god_rays, sky
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site

FLOWERS = tuple(rgb(c) for c in ("f4766a", "f7c948", "f6eef8", "b48be0", "f39ac0"))
GREENS = tuple(rgb(c) for c in ("4f9d5d", "5fae5a", "7cba58", "3f8a5c", "93c25a"))


def meadow(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.12), site, 0.15, h + 0.02, 0.17, rgb("5b8f8e"), 1, step=0.5)
    nature.ridge(site.layer(0.3, 0.4), site, 0.3, h + 0.03, 0.11, rgb("63a878"), 2, step=0.42)
    _trees(site, 0.45, 0.62, h + 0.03, 0.30, (0.12, 0.17), GREENS)
    nature.ridge(site.layer(0.6, 0.78), site, 0.6, h + 0.06, 0.07, rgb("7dbd66"), 3, step=0.6)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("4f9a4e"), rgb("98cf69"))
    _bands(ground, site, h + 0.06, rgb("7fc05c"))
    _trees(site, 1.0, 0.95, h + 0.07, 1.3, (0.36, 0.46), GREENS, edge=0.62)
    _grass(ground, site, h + 0.06, rgb("5fa953"), 46)
    _flowers(ground, site, h + 0.10, 26)
    _front_grass(site, rgb("3d8148"))
    fireflies(site, h)


def forest(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.1), site, 0.15, h, 0.12, rgb("5c8a80"), 1)
    _trunks(site, 0.25, 0.22, h + 0.02, 0.16, 0.020, rgb("4a6d5e"))
    _trunks(site, 0.45, 0.5, h + 0.03, 0.24, 0.034, rgb("46604f"))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.02, rgb("2f6147"), rgb("6fa45c"))
    _bands(ground, site, h + 0.05, rgb("578f52"))
    nature.path_strip(ground, site, h + 0.02, rgb("b99a6d"), 0.03 - 0.1 * site.rand(3))
    mid = site.layer(0.8, 0.8)
    for x, r, key in site.cells(0.8, 0.21, 21):
        if abs(x) > 0.08:
            make = nature.pine if r > 0.55 else nature.tree
            make(mid, site, x, h + 0.045 + 0.02 * r, 0.34 + 0.16 * r, GREENS[key % 4], key)
    god_rays(site, site.layer(0.7, 1.0).glowing, -0.05, h + 0.25, 0.22)
    for x, r, key in site.cells(1.0, 0.26, 22):
        nature.bush(
            ground,
            site,
            x,
            h + 0.07 + 0.03 * r,
            0.03 + 0.03 * r,
            GREENS[(key + 3) % 4],
            key,
            FLOWERS[0] if r > 0.6 else None,
        )
        if r < 0.35:
            nature.mushroom(ground, x + 0.06, h + 0.12 + 0.1 * r, 0.035 + 0.03 * r, rgb("d9534a"))
    _grass(ground, site, h + 0.05, rgb("4b8a4b"), 44)
    for x, r, key in site.cells(1.0, 0.72, 23):
        if abs(x) > 0.2:
            nature.tree(ground, site, x, h + 0.10 + 0.03 * r, 0.66 + 0.1 * r, GREENS[key % 3], key)
    fireflies(site, h)
    nature.fringe(site, rgb("24503c"))


def desert(site: Site) -> None:
    sky(site)
    h = site.horizon
    _mesas(site, 0.2, 0.25, h + 0.01)
    for p, depth, up, colour, salt in ((0.35, 0.5, 0.09, "dba468", 2), (0.6, 0.75, 0.07, "e8b877", 3)):
        nature.ridge(site.layer(p, depth), site, p, h + 0.05 * p + 0.02, up, rgb(colour), salt, step=0.62)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("d99a5b"), rgb("f3cf91"), 0.012)
    for i in range(7):
        y = h + 0.08 + 0.052 * i
        low, high = site.view.span(1.0)
        ripple = [(low + j * 0.11, y + 0.008 * sin(j * 1.7 + i * 2.1)) for j in range(int((high - low) / 0.11) + 2)]
        ground.stroke(curve(*ripple), site.soil(rgb("c88a50")), 0.0028 + 0.0008 * i, 0.30)
    nature.pebbles(ground, site, h + 0.05, rgb("c58d57"), 31)
    for x, r, key in site.cells(1.0, 0.42, 32):
        nature.cactus(ground, site, x, h + 0.05 + 0.04 * r, 0.13 + 0.13 * r, rgb("5f9a68"), key)
    for x, r, key in site.cells(1.0, 0.55, 33):
        nature.rock(ground, site, x, h + 0.07 + 0.05 * r, 0.025 + 0.03 * r, rgb("bd7c55"), key)
    for x, r, key in site.cells(1.0, 0.3, 34):
        nature.tuft(ground, site, x, h + 0.12 + 0.26 * r, 0.03 + 0.02 * r, rgb("b59a55"), key)
    nature.fringe(site, rgb("6f4a35"), "grass")


def _mesas(site: Site, parallax: float, depth: float, base: float) -> None:
    pen = site.layer(parallax, depth)
    for x, r, key in site.cells(parallax, 0.46, 41):
        w, up = 0.09 + 0.09 * r, 0.10 + 0.13 * noise(key, 2)
        c = mix(rgb("c4704d"), rgb("b0644f"), r)
        top = base - up
        body = ((x - w * 1.5, base + 0.05), (x - w, base - up * 0.35), (x - w * 0.92, top), (x + w * 0.92, top))
        pen.fill(poly(*body, (x + w, base - up * 0.35), (x + w * 1.5, base + 0.05)), c)
        away = -site.lit.side
        pen.fill(poly((x + away * w * 0.25, top), (x + away * w * 0.92, top), (x + away * w, base - up * 0.35),
                      (x + away * w * 1.5, base + 0.05), (x + away * w * 0.4, base + 0.05)), dark(c, 0.2))  # fmt: skip
        for k in (0.25, 0.45):
            pen.fill(rect(x - w * 0.95, top + up * k, w * 1.9, up * 0.06), light(c, 0.16), 0.6)


def mountains(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.12, 0.10), site, 0.12, h, 0.40, rgb("6d86ad"), 1, sharp=1.0, step=0.5)
    nature.ridge(site.layer(0.25, 0.45), site, 0.25, h + 0.03, 0.27, rgb("57719a"), 2, sharp=1.0, step=0.36)
    nature.ridge(site.layer(0.45, 0.62), site, 0.45, h + 0.03, 0.10, rgb("4f8170"), 3, step=0.4)
    _trees(site, 0.55, 0.72, h + 0.03, 0.10, (0.10, 0.15), (rgb("3c7562"), rgb("4a8568")), make=nature.pine)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.02, rgb("4d8a55"), rgb("8fbd72"))
    _bands(ground, site, h + 0.05, rgb("76a960"))
    for x, r, key in site.cells(1.0, 0.34, 52):
        if r > 0.3:
            nature.pine(ground, site, x, h + 0.05 + 0.03 * r, 0.22 + 0.16 * r, rgb("3a7a5d"), key)
        nature.rock(ground, site, x + 0.11, h + 0.08 + 0.06 * r, 0.025 + 0.03 * r, rgb("8b93a3"), key)
    _grass(ground, site, h + 0.05, rgb("5d9a58"), 34)
    _flowers(ground, site, h + 0.12, 14)
    nature.fringe(site, rgb("2d5a4c"), "grass")


def snowfield(site: Site) -> None:
    site.snowy = True
    sky(site)
    if site.dark:
        _aurora(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.2), site, 0.15, h + 0.02, 0.26, rgb("8ba4c8"), 1, sharp=1.0, step=0.44)
    nature.ridge(site.layer(0.4, 0.5), site, 0.4, h + 0.03, 0.08, rgb("c9dcf0"), 2, step=0.5)
    _trees(site, 0.55, 0.7, h + 0.04, 0.16, (0.13, 0.19), (rgb("4d7d80"),), make=nature.pine)
    ground = site.layer(1.0, 1.0)
    low, high = site.view.span(1.0)
    ground.fill(
        rect(low, h + 0.02, high - low, 2),
        Linear(0, h + 0.02, 0, 1, ((0, rgb("eaf4fd"), 1), (0.5, rgb("f8fcff"), 1), (1, rgb("cfe1f3"), 1))),
    )
    for i in range(7):
        y = h + 0.06 + 0.06 * i
        x = (noise(site.seed, 61, i) - 0.5) * (high - low)
        w = 0.35 + 0.3 * noise(i, 3)
        ground.fill(
            blob(
                (x - w, y + 0.02), (x - w * 0.3, y - 0.012), (x + w * 0.4, y - 0.006), (x + w, y + 0.025), (x, y + 0.04)
            ),
            rgb("c9dcf1"),
            0.5,
        )
        ground.fill(
            blob(
                (x - w, y + 0.028),
                (x - w * 0.3, y - 0.002),
                (x + w * 0.4, y + 0.002),
                (x + w, y + 0.032),
                (x, y + 0.05),
            ),
            WHITE,
            0.75,
        )
    for x, r, key in site.cells(1.0, 0.36, 62):
        nature.pine(ground, site, x, h + 0.05 + 0.04 * r, 0.22 + 0.18 * r, rgb("4c8a86"), key)
    for x, r, key in site.cells(1.0, 0.5, 63):
        nature.rock(ground, site, x, h + 0.09 + 0.05 * r, 0.03 + 0.03 * r, rgb("9fc6e6"), key)
    glint = site.layer(1.0, 1.0).glowing
    for i in range(3):
        u, v = randoms(site.seed + i, 24, 2)
        group = site.pulse(glint, 0.0, 0.9, 2.0 + i, i * 2.1)
        group.fill(dots(low + u * (high - low), h + 0.05 + v * 0.42, 0.0022), WHITE if not site.dark else rgb("bcd0ff"))


def _aurora(site: Site) -> None:
    pen = site.layer(0.03, 1.0).glowing

    def draw(p: Pen, t: float) -> None:
        for k, colour in enumerate((rgb("57f0b0"), rgb("5cc8f5"), rgb("a57cf5"))):
            top, low = [], []
            for i in range(12):
                x = -1.1 + i * 0.2
                y = 0.20 + 0.06 * k + 0.05 * sin(x * 2.6 + t * 0.35 + k * 1.9) + 0.02 * sin(x * 7 - t * 0.6 + k)
                low.append((x, y + 0.02))
                top.append((x + 0.04, y - 0.17 - 0.03 * sin(x * 5 + t * 0.5 + k)))
            path = Path().smooth(top, closed=False)
            for point in reversed(low):
                path.line(*point)
            p.fill(
                path.close(),
                Linear(
                    0, 0.02 + 0.06 * k, 0, 0.30 + 0.06 * k, ((0, colour, 0), (0.75, colour, 0.30), (1, colour, 0.0))
                ),
            )

    site.redraw(pen, draw)


def jungle(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.15), site, 0.15, h, 0.22, rgb("5f9a86"), 1, step=0.5)
    back = site.layer(0.35, 0.45)
    for x, r, key in site.cells(0.35, 0.17, 71):
        nature.foliage(
            back, x, h - 0.02 - 0.16 * r, 0.13, 0.12 + 0.05 * r, mix(rgb("3f8a63"), rgb("5ea65c"), r), key, site
        )
    mid = site.layer(0.6, 0.72)
    for x, r, key in site.cells(0.6, 0.3, 72):
        nature.palm(mid, site, x, h + 0.05, 0.40 + 0.2 * r, rgb("3d8b54"), key)
        nature.bush(mid, site, x + 0.1, h + 0.05, 0.08 + 0.04 * r, rgb("3f8f58"), key)
    god_rays(site, site.layer(0.6, 1.0).glowing, -0.05, h + 0.2, 0.24)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.03, rgb("2f6a45"), rgb("6aa851"))
    _bands(ground, site, h + 0.06, rgb("4f934e"))
    nature.path_strip(ground, site, h + 0.03, rgb("a5865a"), -0.02)
    for x, r, key in site.cells(1.0, 0.4, 73):
        if abs(x) > 0.12:
            _broadleaf(ground, site, x, h + 0.07 + 0.03 * r, 0.13 + 0.07 * r, rgb("3f9457"), key)
            nature.blossom(ground, site, x + 0.07, h + 0.10 + 0.04 * r, 0.06, FLOWERS[key % 5], key)
    for x, _r, key in site.cells(1.0, 0.8, 74):
        if abs(x) > 0.2:
            nature.palm(ground, site, x, h + 0.09, 0.66, rgb("3f9a58"), key)
    _vines(site)
    _grass(ground, site, h + 0.06, rgb("4b9150"), 30)
    fireflies(site, h)
    nature.fringe(site, rgb("1f5a3c"))


def _broadleaf(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    root = site.sway(pen, x, y, 0.06, 1.2)
    for i, a in enumerate((-2.75, -0.4, -2.3, -0.85, -1.57)):
        nature._leaf(root, a, h * (0.9 + 0.3 * noise(key, i)), mix(dark(colour, 0.2), light(colour, 0.12), i / 4))


def _vines(site: Site) -> None:
    pen = site.layer(1.2, 1.0, front=True)
    half = site.aspect / 2
    for i in range(9):
        x = (i / 8 * 2 - 1) * (half + 0.1)
        length = (0.10 + 0.22 * noise(site.seed, 75, i)) * (0.5 + 0.6 * abs(x) / half)
        group = site.sway(pen, x, -0.03, -0.10, 0.9)
        colour = dark(rgb("2f7a4a"), 0.35)
        group.stroke(curve((0, 0), (0.012, length * 0.5), (0, length)), colour, 0.007)
        for k in range(5):
            ly, flip = length * (0.25 + 0.18 * k), 1 if k % 2 else -1
            group.fill(
                blob(
                    (0, ly - 0.008), (flip * 0.03, ly - 0.004), (flip * 0.042, ly + 0.018), (flip * 0.014, ly + 0.014)
                ),
                light(colour, 0.06 * (k % 2)),
            )


def farm(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.15), site, 0.15, h + 0.02, 0.13, rgb("6f9c86"), 1, step=0.5)
    _fields(site, 0.4, 0.55, h + 0.02)
    mid = site.layer(0.7, 0.85)
    _barn(mid, site, -0.13 - 0.1 * site.aspect, h + 0.055, 0.24)
    _windmill(mid, site, 0.16 + 0.13 * site.aspect, h + 0.055, 0.34)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.045, rgb("5a9a4b"), rgb("a6cc67"))
    _bands(ground, site, h + 0.07, rgb("86bb58"))
    nature.path_strip(ground, site, h + 0.045, rgb("d2b07a"), -0.10)
    nature.fence(ground, site, 1.0, h + 0.095, 0.06, rgb("e9dcc4"))
    for x, r, key in site.cells(1.0, 0.62, 82):
        _hay(ground, site, x, h + 0.12 + 0.02 * r, 0.055 + 0.01 * r, key)
    _grass(ground, site, h + 0.09, rgb("649f4c"), 34)
    _front_grass(site, rgb("4d803f"))
    fireflies(site, h)


def _fields(site: Site, parallax: float, depth: float, top: float) -> None:
    pen = site.layer(parallax, depth)
    low, high = site.view.span(parallax)
    for i, code in enumerate(("d9c460", "93bd5f", "e3d27a", "7fb05a")):
        y = top + i * 0.022
        points = [(low + j * 0.3, y - 0.012 * noise(i, j)) for j in range(int((high - low) / 0.3) + 2)]
        path = Path().smooth(points, closed=False).line(high + 0.4, y + 1).line(low - 0.1, y + 1).close()
        pen.fill(path, site.soil(rgb(code)))


def _barn(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    red, trim, w = rgb("c9483f"), rgb("f6ead6"), h * 0.62
    side = -site.lit.side
    front = (
        (x - w, y),
        (x - w, y - h * 0.55),
        (x - w * 0.68, y - h * 0.85),
        (x, y - h),
        (x + w * 0.68, y - h * 0.85),
        (x + w, y - h * 0.55),
        (x + w, y),
    )
    pen.fill(poly(*front), red)
    pen.fill(poly((x, y), (x, y - h), *((x + side * abs(px - x), py) for px, py in front[4:])), dark(red, 0.16))
    for k in range(-5, 6):
        pen.stroke(
            Path().move(x + k * w * 0.18, y).line(x + k * w * 0.18, y - h * 0.55), dark(red, 0.22), h * 0.006, 0.6
        )
    roof = Path().polyline(
        [
            (x - w * 1.1, y - h * 0.50),
            (x - w * 0.72, y - h * 0.88),
            (x, y - h * 1.05),
            (x + w * 0.72, y - h * 0.88),
            (x + w * 1.1, y - h * 0.50),
        ]
    )
    pen.stroke(roof, WHITE if site.snowy else rgb("6a4a52"), h * 0.07)
    pen.fill(rect(x - w * 0.38, y - h * 0.42, w * 0.76, h * 0.42), trim)
    pen.fill(rect(x - w * 0.33, y - h * 0.38, w * 0.66, h * 0.38), dark(red, 0.3))
    pen.stroke(
        Path()
        .move(x - w * 0.33, y)
        .line(x + w * 0.33, y - h * 0.38)
        .move(x + w * 0.33, y)
        .line(x - w * 0.33, y - h * 0.38),
        trim,
        h * 0.022,
    )
    window(pen, site, x - w * 0.16, y - h * 0.78, w * 0.32, h * 0.2, trim)


def window(pen: Pen, site: Site, x: float, y: float, w: float, h: float, frame: Colour) -> None:
    """A window with glazing bars; lit from inside when it is dark."""
    pen.fill(rect(x - w * 0.08, y - h * 0.08, w * 1.16, h * 1.16, w * 0.05), frame)
    if site.lit.dim > 0.3:
        pen.glowing.fill(rect(x, y, w, h), Linear(x, y, x, y + h, ((0, rgb("ffe6a0"), 1), (1, rgb("ffb95e"), 1))))
        pen.glowing.glow(x + w / 2, y + h / 2, w * 2.2, rgb("ffc56a"), 0.30 * site.lit.dim)
    else:
        pen.fill(rect(x, y, w, h), Linear(x, y, x, y + h, ((0, rgb("6fa3c8"), 1), (1, rgb("b5dcec"), 1))))
        pen.fill(poly((x + w * 0.1, y + h), (x + w * 0.5, y), (x + w * 0.75, y), (x + w * 0.35, y + h)), WHITE, 0.3)
    pen.fill(Path().rect(x + w * 0.46, y, w * 0.08, h).rect(x, y + h * 0.46, w, h * 0.08), frame)


def _windmill(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    body = rgb("f1e3cc")
    ends = ((0, light(body, 0.2), 1), (1, dark(body, 0.2), 1))
    left, right = (x - h * 0.17, x + h * 0.17) if site.lit.side < 0 else (x + h * 0.17, x - h * 0.17)
    pen.fill(
        poly((x - h * 0.17, y), (x - h * 0.10, y - h * 0.72), (x + h * 0.10, y - h * 0.72), (x + h * 0.17, y)),
        Linear(left, 0, right, 0, ends),
    )
    pen.fill(blob((x - h * 0.12, y - h * 0.70), (x, y - h * 0.88), (x + h * 0.12, y - h * 0.70)), rgb("9c4f47"))
    pen.fill(rect(x - h * 0.05, y - h * 0.17, h * 0.10, h * 0.17, h * 0.05), rgb("7d5040"))
    window(pen, site, x - h * 0.035, y - h * 0.48, h * 0.07, h * 0.09, rgb("9c6a4f"))
    sails = pen.group()
    for i in range(4):
        arm = sails.group((cos(i * 1.5708), sin(i * 1.5708), -sin(i * 1.5708), cos(i * 1.5708), 0, 0))
        arm.stroke(Path().move(0, 0).line(0, -h * 0.48), rgb("7d5040"), h * 0.016)
        arm.fill(
            poly((0, -h * 0.12), (h * 0.09, -h * 0.12), (h * 0.09, -h * 0.47), (0, -h * 0.47)), rgb("fbf3e2"), 0.92
        )
        for k in range(4):
            arm.stroke(
                Path().move(0, -h * (0.18 + 0.08 * k)).line(h * 0.09, -h * (0.18 + 0.08 * k)), rgb("c9ab8a"), h * 0.006
            )
    rate = 0.5 + 0.7 * site.wind
    site.turn(sails, rate, x, y - h * 0.74)
    pen.dot(x, y - h * 0.74, h * 0.022, h * 0.022, rgb("7d5040"))


def _hay(pen: Pen, site: Site, x: float, y: float, r: float, key: int) -> None:
    hay = WHITE if site.snowy else rgb("e6bd5a")
    pen.dot(x, y, r * 1.15, r * 0.16, rgb("24301f"), 0.25)
    pen.fill(rect(x - r * 0.2, y - 2 * r, r * 1.5, 2 * r, r * 0.9), dark(hay, 0.22))
    pen.dot(x, y - r, r, r, hay)
    for k in (0.75, 0.5, 0.25):
        pen.stroke(Path().ellipse(x, y - r, r * k, r * k), dark(hay, 0.16), r * 0.05)


def garden(site: Site) -> None:
    sky(site)
    h = site.horizon
    _trees(site, 0.4, 0.55, h + 0.05, 0.24, (0.22, 0.30), GREENS)
    hedge = site.layer(0.7, 0.85)
    for x, r, key in site.cells(0.7, 0.13, 91):
        nature.bush(
            hedge,
            site,
            x,
            h + 0.06,
            0.085 + 0.02 * r,
            mix(rgb("4a935a"), rgb("5da75c"), r),
            key,
            FLOWERS[key % 5] if r > 0.4 else None,
        )
    nature.fence(hedge, site, 0.7, h + 0.075, 0.085, rgb("fbf5ea"))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.06, rgb("52a04f"), rgb("93cd66"))
    _bands(ground, site, h + 0.08, rgb("7cc05c"))
    low, high = site.view.span(1.0)
    for i in range(9):
        y = h + 0.10 + i * i * 0.0062
        x = 0.06 * sin(i * 0.9) - 0.06
        ground.fill(
            blob(
                (x - 0.05 - 0.01 * i, y),
                (x, y - 0.008 - 0.002 * i),
                (x + 0.05 + 0.01 * i, y),
                (x, y + 0.01 + 0.002 * i),
            ),
            site.soil(rgb("cfc4b4")),
        )
    for x, r, key in site.cells(1.0, 0.055, 92):
        nature.blossom(ground, site, x, h + 0.085 + 0.02 * r, 0.05 + 0.035 * r, FLOWERS[key % 5], key)
    for x, r, key in site.cells(1.0, 0.75, 93):
        nature.tree(ground, site, x + 0.2, h + 0.10, 0.5 + 0.06 * r, GREENS[key % 5], key)
    _grass(ground, site, h + 0.10, rgb("5aa653"), 26)
    _flowers(ground, site, h + 0.16, 16)
    _drifters(site)
    _front_flowers(site)
    fireflies(site, h)
    del low, high


def park(site: Site) -> None:
    from inference.world.picture.places.urban import bench, lamp_post, skyline

    sky(site)
    h = site.horizon
    skyline(site, 0.2, 0.3, h + 0.02, 0.22, 5)
    _trees(site, 0.45, 0.6, h + 0.04, 0.20, (0.19, 0.27), GREENS)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("529c52"), rgb("92cb6c"))
    _bands(ground, site, h + 0.065, rgb("78bb5e"))
    low, high = site.view.span(1.0)
    walk = site.soil(rgb("dcc8a6"))
    y = h + 0.17
    ground.fill(
        Path()
        .smooth([(low, y), (-0.3, y - 0.012), (0.3, y + 0.012), (high, y - 0.01)], closed=False)
        .line(high, y + 0.09)
        .line(low, y + 0.10)
        .close(),
        walk,
    )
    ground.stroke(curve((low, y), (-0.3, y - 0.012), (0.3, y + 0.012), (high, y - 0.01)), dark(walk, 0.14), 0.004)
    for x, r, key in site.cells(1.0, 0.46, 102):
        nature.tree(ground, site, x, h + 0.09 + 0.02 * r, 0.36 + 0.14 * r, GREENS[key % 5], key)
    for x, _r, _key in site.cells(1.0, 0.8, 103):
        bench(ground, site, x, y - 0.01, 0.085)
        lamp_post(ground, site, x + 0.22, y + 0.005, 0.36)
    for x, r, key in site.cells(1.0, 0.2, 104):
        nature.bush(
            ground, site, x, h + 0.075, 0.03 + 0.02 * r, GREENS[key % 4], key, FLOWERS[key % 5] if r > 0.5 else None
        )
    _grass(ground, site, h + 0.07, rgb("5aa254"), 26)
    _flowers(ground, site, h + 0.3, 10)
    _drifters(site)
    _front_grass(site, rgb("3d8148"))
    fireflies(site, h)


def _trees(
    site: Site, parallax: float, depth: float, base: float, step: float, size: tuple[float, float],
    colours: tuple[Colour, ...], make: object = nature.tree, edge: float = 0.0,
) -> None:  # fmt: skip
    """A belt of trees; with `edge`, only beyond that share of the half frame, so that actors stay visible."""
    pen = site.layer(parallax, depth)
    for x, r, key in site.cells(parallax, step, int(parallax * 100)):
        if abs(x) >= edge * site.aspect / 2:
            make(pen, site, x, base + 0.012 * r, size[0] + (size[1] - size[0]) * r, colours[key % len(colours)], key)  # type: ignore[operator]


def _trunks(site: Site, parallax: float, depth: float, base: float, step: float, w: float, colour: Colour) -> None:
    """A wall of trunks that reach out of the frame, with crowns above."""
    pen = site.layer(parallax, depth)
    for x, r, key in site.cells(parallax, step * 0.6, int(parallax * 100) + 7):
        k = w * (0.7 + 0.6 * r)
        pen.fill(
            poly(
                (x - k, base),
                (x - k * 0.6, base - 0.6),
                (x - k * 0.5, -0.3),
                (x + k * 0.5, -0.3),
                (x + k * 0.6, base - 0.6),
                (x + k, base),
            ),
            dark(colour, 0.12 * (key % 3)),
        )
    for x, r, key in site.cells(parallax, step, int(parallax * 100) + 9):
        nature.foliage(
            pen, x, 0.02 + 0.14 * r, 0.16 + 0.05 * r, 0.12, site.leaf(mix(colour, rgb("5b9a5c"), 0.5)), key, site
        )


def _bands(pen: Pen, site: Site, top: float, colour: Colour) -> None:
    """Broad soft strokes that keep a lawn from being one flat area."""
    low, high = site.view.span(1.0)
    colour = site.soil(colour)
    for i in range(9):
        u = i / 8
        y = top + (1.02 - top) * u**1.2
        x = low + (high - low) * noise(site.seed, 15, i)
        w, k = 0.22 + 0.35 * noise(i, 4), 0.006 + 0.016 * u
        ink = light(colour, 0.14) if i % 2 else dark(colour, 0.12)
        pen.fill(
            blob((x - w, y), (x - w * 0.3, y - k), (x + w * 0.4, y - k * 0.7), (x + w, y + k * 0.2), (x, y + k)),
            ink,
            0.45,
        )


def _grass(pen: Pen, site: Site, top: float, colour: Colour, n: int) -> None:
    low, high = site.view.span(1.0)
    for i in range(round(n * (high - low) / 1.6)):
        u = noise(site.seed, 16, i) ** 1.3
        y = top + (1.0 - top) * u
        ink = site.leaf(mix(dark(colour, 0.14), light(colour, 0.14), noise(i, 3)))
        nature.tuft(pen, site, low + (high - low) * noise(site.seed, 17, i), y, 0.014 + 0.026 * u, ink, i)


def _flowers(pen: Pen, site: Site, top: float, n: int) -> None:
    if site.snowy:
        return
    low, high = site.view.span(1.0)
    for i in range(round(n * (high - low) / 1.6)):
        u = noise(site.seed, 18, i)
        y = top + (1.0 - top) * u
        group = int(noise(site.seed, 19, i) * 6)
        x = low + (high - low) * ((group + 0.5 + 0.55 * noise(i, 6)) / 6 + 0.08 * noise(i, 2))
        nature.blossom(pen, site, x, y, 0.022 + 0.032 * u, FLOWERS[(group + site.seed) % 5], i)


def _front_grass(site: Site, colour: Colour) -> None:
    """Tall blades at the lower edge, before the actors."""
    pen = site.layer(1.3, 1.0, front=True)
    colour = dark(site.leaf(colour), 0.26)
    for x, r, key in site.cells(1.3, 0.05, 26):
        edge = min(abs(x) / (site.aspect / 2), 1.2)
        nature.tuft(pen, site, x, 1.03, 0.05 + 0.07 * edge * (0.5 + r), mix(colour, dark(colour, 0.2), r), key)
    nature.fringe(site, colour, "grass")


def _front_flowers(site: Site) -> None:
    pen = site.layer(1.3, 1.0, front=True)
    for x, r, key in site.cells(1.3, 0.075, 27):
        edge = min(abs(x) / (site.aspect / 2), 1.2)
        nature.tuft(pen, site, x, 1.03, 0.04 + 0.06 * edge * (0.5 + r), dark(rgb("3f8a4b"), 0.24), key)
        if edge > 0.45 and not site.snowy:
            nature.blossom(pen, site, x + 0.02, 1.04, 0.06 + 0.07 * edge * r, dark(FLOWERS[key % 5], 0.14), key)


def _drifters(site: Site) -> None:
    """Petals, or leaves, that cross the air slowly."""
    from inference.world.picture.weather import leaves_in_air

    if not site.wet and not site.snowy:
        leaves_in_air(site, 8, rgb("f7b8cf"))


def fireflies(site: Site, horizon: float) -> None:
    """On clear nights, lights that wander and blink; by day, motes of pollen in the sun."""
    if site.wet or site.snowy:
        return
    pen = site.layer(1.05, 1.0, front=True).glowing
    if not site.dark:
        motes = randoms(site.seed + 5, 22, 3)
        half = site.aspect / 2 + 0.2

        def dust(p: Pen, t: float) -> None:
            xs = (motes[0] * 2 * half + t * 0.02 * (1 + site.wind)) % (2 * half) - half
            ys = 0.25 + 0.7 * motes[1] + 0.02 * np.sin(t * 0.8 + motes[2] * 9)
            p.fill(dots(xs, ys, 0.0012 + 0.0012 * motes[2]), rgb("fff6d8"), 0.55)

        site.redraw(pen, dust)
        return

    def draw(p: Pen, t: float) -> None:
        for i in range(16):
            a, b = noise(site.seed, 95, i), noise(site.seed, 96, i)
            x = (a - 0.5) * (site.aspect + 0.3) + 0.05 * sin(t * (0.4 + b) + i * 2)
            y = horizon - 0.06 + 0.4 * b + 0.03 * sin(t * (0.5 + a) + i)
            bright = max(0.0, sin(t * (0.9 + a) + i * 1.7))
            if bright > 0.03:
                p.glow(x, y, 0.020, rgb("ffe98a"), 0.7 * bright)
                p.dot(x, y, 0.003, 0.003, rgb("fffbe0"), bright)

    site.redraw(pen, draw)
