"""Country that people look after: farm, garden, park."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.places.buildings import bench, lamp_post, skyline
from inference.world.picture.places.growth import (
    FLOWERS,
    GREENS,
    bands,
    drifters,
    fireflies,
    flowers,
    front_flowers,
    front_grass,
    grass,
    trees,
)
from inference.world.picture.sky import sky

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


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
    bands(ground, site, h + 0.07, rgb("86bb58"))
    nature.path_strip(ground, site, h + 0.045, rgb("d2b07a"), -0.10)
    nature.fence(ground, site, 1.0, h + 0.095, 0.06, rgb("e9dcc4"))
    for x, r, key in site.cells(1.0, 0.62, 82):
        _hay(ground, site, x, h + 0.12 + 0.02 * r, 0.055 + 0.01 * r, key)
    grass(ground, site, h + 0.09, rgb("649f4c"), 34)
    front_grass(site, rgb("4d803f"))
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
    trees(site, 0.4, 0.55, h + 0.05, 0.24, (0.22, 0.30), GREENS)
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
    bands(ground, site, h + 0.08, rgb("7cc05c"))
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
    grass(ground, site, h + 0.10, rgb("5aa653"), 26)
    flowers(ground, site, h + 0.16, 16)
    drifters(site)
    front_flowers(site)
    fireflies(site, h)
    del low, high


def park(site: Site) -> None:
    sky(site)
    h = site.horizon
    skyline(site, 0.2, 0.3, h + 0.02, 0.22, 5)
    trees(site, 0.45, 0.6, h + 0.04, 0.20, (0.19, 0.27), GREENS)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.04, rgb("529c52"), rgb("92cb6c"))
    bands(ground, site, h + 0.065, rgb("78bb5e"))
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
    grass(ground, site, h + 0.07, rgb("5aa254"), 26)
    flowers(ground, site, h + 0.3, 10)
    drifters(site)
    front_grass(site, rgb("3d8148"))
    fireflies(site, h)
