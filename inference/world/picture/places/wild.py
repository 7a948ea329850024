"""Wild country: meadow, forest, desert, mountains, snowfield, jungle."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.places.growth import (
    FLOWERS,
    GREENS,
    bands,
    fireflies,
    flowers,
    front_grass,
    grass,
    trees,
    trunks,
)
from inference.world.picture.sky import god_rays, sky
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def meadow(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.12), site, 0.15, h + 0.02, 0.17, rgb("5b8f8e"), 1, step=0.5)
    nature.ridge(site.layer(0.3, 0.4), site, 0.3, h + 0.03, 0.11, rgb("63a878"), 2, step=0.42)
    trees(site, 0.45, 0.62, h + 0.03, 0.30, (0.12, 0.17), GREENS)
    nature.ridge(site.layer(0.6, 0.78), site, 0.6, h + 0.06, 0.07, rgb("7dbd66"), 3, step=0.6)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("4f9a4e"), rgb("98cf69"))
    bands(ground, site, h + 0.06, rgb("7fc05c"))
    trees(site, 1.0, 0.95, h + 0.07, 1.3, (0.36, 0.46), GREENS, edge=0.62)
    grass(ground, site, h + 0.06, rgb("5fa953"), 46)
    flowers(ground, site, h + 0.10, 26)
    front_grass(site, rgb("3d8148"))
    fireflies(site, h)


def forest(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.1), site, 0.15, h, 0.12, rgb("5c8a80"), 1)
    trunks(site, 0.25, 0.22, h + 0.02, 0.16, 0.020, rgb("4a6d5e"))
    trunks(site, 0.45, 0.5, h + 0.03, 0.24, 0.034, rgb("46604f"))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.02, rgb("2f6147"), rgb("6fa45c"))
    bands(ground, site, h + 0.05, rgb("578f52"))
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
    grass(ground, site, h + 0.05, rgb("4b8a4b"), 44)
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
    trees(site, 0.55, 0.72, h + 0.03, 0.10, (0.10, 0.15), (rgb("3c7562"), rgb("4a8568")), make=nature.pine)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.02, rgb("4d8a55"), rgb("8fbd72"))
    bands(ground, site, h + 0.05, rgb("76a960"))
    for x, r, key in site.cells(1.0, 0.34, 52):
        if r > 0.3:
            nature.pine(ground, site, x, h + 0.05 + 0.03 * r, 0.22 + 0.16 * r, rgb("3a7a5d"), key)
        nature.rock(ground, site, x + 0.11, h + 0.08 + 0.06 * r, 0.025 + 0.03 * r, rgb("8b93a3"), key)
    grass(ground, site, h + 0.05, rgb("5d9a58"), 34)
    flowers(ground, site, h + 0.12, 14)
    nature.fringe(site, rgb("2d5a4c"), "grass")


def snowfield(site: Site) -> None:
    site.snowy = True
    sky(site)
    if site.dark:
        _aurora(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.2), site, 0.15, h + 0.02, 0.26, rgb("8ba4c8"), 1, sharp=1.0, step=0.44)
    nature.ridge(site.layer(0.4, 0.5), site, 0.4, h + 0.03, 0.08, rgb("c9dcf0"), 2, step=0.5)
    trees(site, 0.55, 0.7, h + 0.04, 0.16, (0.13, 0.19), (rgb("4d7d80"),), make=nature.pine)
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
    bands(ground, site, h + 0.06, rgb("4f934e"))
    nature.path_strip(ground, site, h + 0.03, rgb("a5865a"), -0.02)
    for x, r, key in site.cells(1.0, 0.4, 73):
        if abs(x) > 0.12:
            _broadleaf(ground, site, x, h + 0.07 + 0.03 * r, 0.13 + 0.07 * r, rgb("3f9457"), key)
            nature.blossom(ground, site, x + 0.07, h + 0.10 + 0.04 * r, 0.06, FLOWERS[key % 5], key)
    for x, _r, key in site.cells(1.0, 0.8, 74):
        if abs(x) > 0.2:
            nature.palm(ground, site, x, h + 0.09, 0.66, rgb("3f9a58"), key)
    _vines(site)
    grass(ground, site, h + 0.06, rgb("4b9150"), 30)
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
