"""The castle."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.places.growth import FLOWERS, GREENS, bands, fireflies, flowers, grass, trees
from inference.world.picture.sky import sky

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def castle(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.12, 0.12), site, 0.12, h, 0.28, rgb("7488b4"), 1, sharp=1.0, step=0.5)
    nature.ridge(site.layer(0.3, 0.4), site, 0.3, h + 0.03, 0.11, rgb("659a86"), 2)
    trees(site, 0.45, 0.58, h + 0.04, 0.13, (0.12, 0.17), (rgb("4a8a68"), rgb("5d9a62")), make=nature.pine)
    mid = site.layer(0.55, 0.85)
    nature.ridge(mid, site, 0.55, h + 0.07, 0.06, rgb("74b065"), 3)
    _keep(mid, site, 0.0, h + 0.045, min(0.46, 0.24 + 0.26 * site.aspect))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.055, rgb("529b51"), rgb("9ace6d"))
    bands(ground, site, h + 0.08, rgb("7abb5e"))
    nature.path_strip(ground, site, h + 0.045, rgb("d9c7a0"), -0.02)
    for x, r, key in site.cells(1.0, 0.3, 14):
        if abs(x) > 0.14:
            nature.bush(ground, site, x, h + 0.10, 0.03 + 0.02 * r, GREENS[key % 4], key, FLOWERS[key % 5])
    grass(ground, site, h + 0.08, rgb("5aa653"), 34)
    flowers(ground, site, h + 0.13, 18)
    nature.fringe(site, rgb("2f5f43"), "grass")
    fireflies(site, h)


def _keep(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    stone, roof = rgb("d6cdc2"), rgb("5a6fae")
    for dx, w, up, flag in (
        (-0.40, 0.15, 0.72, False),
        (0.40, 0.15, 0.66, False),
        (-0.19, 0.13, 0.95, True),
        (0.20, 0.13, 0.88, True),
        (0.0, 0.17, 1.12, True),
    ):
        _turret(pen, site, x + dx * h, y, w * h, up * h, stone, roof, flag)
    _wall(pen, site, x - h * 0.46, y, h * 0.92, h * 0.36, stone)
    gate = (
        Path()
        .move(x - h * 0.085, y)
        .line(x - h * 0.085, y - h * 0.16)
        .quad(x, y - h * 0.29, x + h * 0.085, y - h * 0.16)
        .line(x + h * 0.085, y)
        .close()
    )
    pen.stroke(gate, dark(stone, 0.2), h * 0.03)
    pen.fill(gate, rgb("6a4638"))
    bars = Path()
    for k in range(-3, 4):
        bars.move(x + k * h * 0.025, y).line(x + k * h * 0.025, y - h * 0.19)
    pen.stroke(bars, rgb("46302c"), h * 0.006)


def _wall(pen: Pen, site: Site, x: float, y: float, w: float, up: float, stone: Colour) -> None:
    pen.fill(
        rect(x, y - up, w, up + 0.04), Linear(0, y - up, 0, y, ((0, light(stone, 0.12), 1), (1, dark(stone, 0.14), 1)))
    )
    teeth, bricks = Path(), Path()
    n = 13
    for i in range(n):
        teeth.rect(x + w * i / n + w * 0.012, y - up - w * 0.035, w / n * 0.6, w * 0.04)
    for i in range(34):
        bricks.rect(
            x + w * (0.02 + 0.94 * noise(i, 7)), y - up * (0.08 + 0.84 * noise(i, 8)), w * 0.035, up * 0.035, 0.001
        )
    pen.fill(teeth, light(stone, 0.08))
    pen.fill(bricks, dark(stone, 0.2), 0.5)
    if site.snowy:
        pen.fill(rect(x, y - up - 0.004, w, 0.008), WHITE)


def _turret(
    pen: Pen, site: Site, x: float, y: float, w: float, up: float, stone: Colour, roof: Colour, flag: bool
) -> None:
    lit, shade = light(stone, 0.16), dark(stone, 0.26)
    ends = (
        ((0, lit, 1), (0.55, stone, 1), (1, shade, 1))
        if site.lit.side < 0
        else ((0, shade, 1), (0.45, stone, 1), (1, lit, 1))
    )
    pen.fill(rect(x - w / 2, y - up, w, up), Linear(x - w / 2, 0, x + w / 2, 0, ends))
    pen.fill(rect(x - w * 0.6, y - up - w * 0.02, w * 1.2, w * 0.26), Linear(x - w * 0.6, 0, x + w * 0.6, 0, ends))
    cone = poly((x - w * 0.68, y - up), (x, y - up - w * 1.35), (x + w * 0.68, y - up))
    r = WHITE if site.snowy else roof
    pen.fill(
        cone,
        Linear(
            x - w * 0.6,
            0,
            x + w * 0.6,
            0,
            (
                (0, light(r, 0.2) if site.lit.side < 0 else dark(r, 0.3), 1),
                (1, dark(r, 0.3) if site.lit.side < 0 else light(r, 0.2), 1),
            ),
        ),
    )
    wx, wy = x - w * 0.13, y - up * 0.80
    slit = rect(wx, wy, w * 0.26, w * 0.46, w * 0.13)
    if site.lit.dim > 0.3:
        pen.glowing.fill(slit, rgb("ffd27a"))
        pen.glowing.glow(x, wy + w * 0.2, w * 0.8, rgb("ffc56a"), 0.35)
    else:
        pen.fill(slit, rgb("4d5a78"))
    if flag:
        _flag(pen, site, x, y - up - w * 1.33, w)


def _flag(pen: Pen, site: Site, x: float, y: float, w: float) -> None:
    pen.stroke(Path().move(x, y).line(x, y - w * 0.75), rgb("6a4a40"), w * 0.05)

    def draw(p: Pen, t: float) -> None:
        rate, up = 3.0 + 2.5 * site.wind, []
        for i in range(5):
            u = i / 4
            up.append((x + u * w * 0.85, y - w * 0.74 + u * w * 0.12 * sin(t * rate - u * 4 + x * 40)))
        low = [(px, py + w * (0.40 - 0.22 * i / 4)) for i, (px, py) in enumerate(up)]
        path = Path().smooth(up, closed=False)
        for point in reversed(low):
            path.line(*point)
        Pen_ = p.toned(pen.tone)
        Pen_.fill(path.close(), rgb("e2544a"))

    site.redraw(pen, draw)
