"""More rooms: library, bedroom, classroom. The shell, its light and its window are those of every room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, noise, poly, rect
from inference.world.picture.places.furniture import floor_lamp, frames, pot_plant, rug, shelf, view_window
from inference.world.picture.places.indoor import dust, shell, steps
from inference.world.picture.places.nature import fringe

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def library(site: Site) -> None:
    ground = shell(site, rgb("7d5a48"), rgb("8a5a3c"))
    back = site.layer(0.92, 1.0)
    h, half = site.horizon, site.aspect / 2
    low, high = site.view.span(0.92)
    for x in steps(low, high, 0.30):
        if abs(x - 0.0) > 0.18 or half < 0.4:
            shelf(back, site, x + 0.15, h + 0.02, 0.27, 0.62)
    arch = (
        Path().move(-0.12, h).line(-0.12, 0.20).quad(-0.12, 0.06, 0.0, 0.06).quad(0.12, 0.06, 0.12, 0.20).line(0.12, h)
    )
    if half >= 0.4:
        back.fill(arch.close(), rgb("4a3430"))
        view_window(site, back, 0.0, 0.16, 0.15, 0.30, rgb("7f2f3c"))
    _ladder(back, 0.42 * half + 0.12, h + 0.05, 0.50)
    rug(ground, 0.0, h + 0.21, min(0.5, half * 1.1), rgb("7f2f3c"), rgb("d9b36a"))
    for side in (-1, 1):
        _table(ground, site, side * min(0.62, half * 0.82), h + 0.13, 0.16)
    floor_lamp(back, site, -half * 0.55, h + 0.05, 0.34)
    dust(site)
    fringe(site, rgb("3a2a24"))


def _ladder(pen: Pen, x: float, y: float, up: float) -> None:
    wood, rungs = rgb("b98a5a"), Path()
    for dx in (0.0, 0.07):
        pen.stroke(Path().move(x + dx, y).line(x + dx - 0.06, y - up), wood, 0.008)
    for i in range(1, 9):
        k = i / 9
        rungs.move(x - 0.06 * k, y - up * k).line(x + 0.07 - 0.06 * k, y - up * k)
    pen.stroke(rungs, dark(wood, 0.15), 0.006)


def _table(pen: Pen, site: Site, x: float, y: float, w: float) -> None:
    wood = rgb("9a6a45")
    pen.dot(x, y + 0.005, w * 0.65, 0.014, rgb("1d1420"), 0.3)
    for dx in (-0.42, 0.42):
        pen.fill(rect(x + dx * w - 0.008, y - 0.09, 0.016, 0.095), dark(wood, 0.25))
    pen.fill(rect(x - w / 2, y - 0.10, w, 0.018, 0.004), light(wood, 0.08))
    for i, tint in enumerate(("c9605a", "5f9aa0", "e9b44c")):
        pen.fill(rect(x - 0.05, y - 0.115 - 0.015 * i, 0.075 - 0.008 * i, 0.014, 0.002), rgb(tint))
    pen.fill(
        poly((x + 0.03, y - 0.165), (x + 0.075, y - 0.165), (x + 0.09, y - 0.135), (x + 0.015, y - 0.135)),
        rgb("4f8f6a"),
    )
    pen.fill(rect(x + 0.05, y - 0.135, 0.006, 0.035), rgb("d9b36a"))
    pen.glowing.glow(x + 0.052, y - 0.125, 0.16, rgb("ffd58a"), 0.45 * max(site.sky_lit.dim, 0.3))


def bedroom(site: Site) -> None:
    wall = rgb(("a9bfd8", "d8b9c8", "b7cbb0", "c9bfe0")[site.seed % 4])
    ground = shell(site, wall, rgb("c49a6c"))
    back = site.layer(0.92, 1.0)
    h, half = site.horizon, site.aspect / 2
    narrow = half < 0.4
    view_window(
        site, back, 0.10 if narrow else 0.34, 0.17, 0.20, 0.24, rgb(("d9665a", "6f7fc0", "e0a04c")[site.seed % 3])
    )
    frames(back, site, -0.10 if narrow else -0.02, 0.16)
    blanket = rgb(("5f78b8", "c9605a", "6a9a72", "8f6fb0")[(site.seed // 3) % 4])
    _bed(back, site, -0.12 if narrow else -0.42, h + 0.06, 0.30 if narrow else 0.42, blanket)
    _drawers(back, 0.23 if narrow else 0.66, h + 0.04, 0.14)
    floor_lamp(back, site, 0.06 if narrow else 0.04, h + 0.035, 0.30)
    pot_plant(back, site, 0.25 if narrow else 0.84, h + 0.05, 0.16)
    rug(ground, 0.02, h + 0.21, min(0.40, half * 1.0), light(blanket, 0.2), rgb("f6ead2"))
    _toys(ground, site, h + 0.16)
    dust(site)
    fringe(site, rgb("3a3a4a"))


def _bed(pen: Pen, site: Site, x: float, y: float, w: float, blanket: Colour) -> None:
    wood = rgb("8f5f43")
    up = w * 0.42
    pen.dot(x, y + 0.004, w * 0.56, 0.014, rgb("1d1420"), 0.3)
    pen.fill(rect(x - w * 0.52, y - up * 1.15, w * 0.05, up * 1.15, 0.006), wood)
    pen.fill(rect(x + w * 0.47, y - up * 0.75, w * 0.05, up * 0.75, 0.006), wood)
    pen.fill(rect(x - w * 0.5, y - up * 0.55, w, up * 0.42, 0.01), dark(wood, 0.15))
    pen.fill(rect(x - w * 0.48, y - up * 0.74, w * 0.96, up * 0.30, 0.02), rgb("f6f0e4"))
    cover = blob((x - w * 0.20, y - up * 0.78), (x + w * 0.2, y - up * 0.86), (x + w * 0.49, y - up * 0.74),
                 (x + w * 0.49, y - up * 0.30), (x - w * 0.22, y - up * 0.30), tension=0.35)  # fmt: skip
    pen.fill(cover, Linear(0, y - up, 0, y - up * 0.3, ((0, light(blanket, 0.15), 1), (1, dark(blanket, 0.18), 1))))
    for i in range(4):
        pen.dot(
            x - w * 0.06 + i * w * 0.15,
            y - up * (0.52 + 0.12 * (i % 2)),
            w * 0.022,
            w * 0.022,
            light(blanket, 0.5),
            0.8,
        )
    pen.fill(blob((x - w * 0.45, y - up * 0.72), (x - w * 0.42, y - up * 0.96), (x - w * 0.24, y - up * 0.95),
                  (x - w * 0.22, y - up * 0.72), tension=0.7), WHITE)  # fmt: skip
    del site


def _drawers(pen: Pen, x: float, y: float, w: float) -> None:
    wood = rgb("d9b483")
    pen.fill(rect(x - w / 2, y - w * 1.15, w, w * 1.15, 0.006), wood)
    for i in range(3):
        pen.fill(rect(x - w * 0.43, y - w * (1.05 - 0.35 * i), w * 0.86, w * 0.29, 0.004), light(wood, 0.2))
        pen.dot(x, y - w * (0.90 - 0.35 * i), 0.006, 0.006, rgb("8f5f43"))
    pen.fill(rect(x - w * 0.56, y - w * 1.2, w * 1.12, w * 0.07, 0.004), dark(wood, 0.12))


def _toys(pen: Pen, site: Site, y: float) -> None:
    for x, r, key in site.cells(1.0, 0.5, 91):
        if abs(x) > 0.22:
            tint = rgb(("e2635a", "f0b84c", "5f9ad0", "7fb46a")[key % 4])
            pen.fill(rect(x, y + 0.05 * r - 0.03, 0.03, 0.03, 0.003), tint)
            pen.fill(rect(x + 0.034, y + 0.05 * r - 0.022, 0.022, 0.022, 0.003), light(tint, 0.35))


def classroom(site: Site) -> None:
    ground = shell(site, rgb("d9dcc0"), rgb("b98f62"))
    back = site.layer(0.92, 1.0)
    h, half = site.horizon, site.aspect / 2
    w = min(0.74, half * 1.35)
    back.fill(rect(-w / 2 - 0.016, 0.154, w + 0.032, 0.292, 0.006), rgb("a8784c"))
    back.fill(rect(-w / 2, 0.17, w, 0.26), Linear(0, 0.17, 0, 0.43, ((0, rgb("2f6a52"), 1), (1, rgb("3a7a5f"), 1))))
    _chalk(back, site, -w / 2, w)
    back.fill(rect(-w / 2, 0.438, w, 0.010), light(rgb("a8784c"), 0.2))
    if half > 0.5:
        for side in (-1, 1):
            view_window(site, back, side * (w / 2 + 0.19), 0.17, 0.18, 0.26, rgb("e0a04c"))
    for x in steps(-half - 0.2, half + 0.2, 0.30):
        _desk(ground, x + 0.15, h + 0.08, 0.17)
    dust(site)
    fringe(site, rgb("3a4a44"))


def _chalk(pen: Pen, site: Site, left: float, w: float) -> None:
    chalk = rgb("f3f6ee")
    for row in range(4):
        x, line = left + w * 0.06, Path()
        while x < left + w * (0.42 if row % 2 else 0.50):
            k = 0.02 + 0.03 * noise(site.seed, row, int(x * 100))
            line.move(x, 0.21 + 0.045 * row).quad(x + k / 2, 0.20 + 0.045 * row, x + k, 0.212 + 0.045 * row)
            x += k + 0.012
        pen.stroke(line, chalk, 0.004, 0.75)
    sun = left + w * 0.72
    pen.stroke(Path().ellipse(sun, 0.27, 0.04, 0.04), rgb("f7d96a"), 0.005, 0.9)
    pen.stroke(
        Path().move(sun - 0.11, 0.385).line(sun - 0.05, 0.335).line(sun + 0.01, 0.385).close(), chalk, 0.005, 0.8
    )
    pen.stroke(Path().rect(sun + 0.04, 0.345, 0.06, 0.04), rgb("f2a0a0"), 0.005, 0.8)


def _desk(pen: Pen, x: float, y: float, w: float) -> None:
    wood, iron = rgb("d3a268"), rgb("6a7486")
    pen.dot(x, y + 0.004, w * 0.5, 0.010, rgb("1d1420"), 0.22)
    for dx in (-0.4, 0.4):
        pen.stroke(Path().move(x + dx * w, y).line(x + dx * w * 0.9, y - 0.085), iron, 0.007)
    pen.fill(
        poly((x - w / 2, y - 0.08), (x + w / 2, y - 0.08), (x + w * 0.44, y - 0.105), (x - w * 0.44, y - 0.105)), wood
    )
    pen.fill(rect(x - w / 2, y - 0.08, w, 0.014), dark(wood, 0.2))
