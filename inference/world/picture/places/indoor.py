"""Under a roof: the room, and the shell of all rooms. The window shows hour and weather; lamps light the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, lamp_lit, light, mix, rgb
from inference.world.picture.path import Path, noise, poly, rect
from inference.world.picture.places.furniture import floor_lamp, frames, pot_plant, rug, shelf, sofa, view_window
from inference.world.picture.places.nature import fringe
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def room(site: Site) -> None:
    wall = rgb(("e8c9a8", "b9cfc4", "d6c3d8", "f0d3b5", "aec6d6")[site.seed % 5])
    ground = shell(site, wall, rgb("b67f52"))
    back = site.layer(0.92, 1.0)
    h, half = site.horizon, site.aspect / 2
    narrow = half < 0.4
    view_window(
        site, back, -0.12 if narrow else -0.36, 0.19, 0.22, 0.25, rgb(("d9665a", "4f8f9c", "e0a04c")[site.seed % 3])
    )
    frames(back, site, 0.12 if narrow else 0.06, 0.24)
    shelf(back, site, 0.13 if narrow else 0.44, h + 0.015, 0.20 if narrow else 0.26, 0.30)
    for x, _r, key in site.cells(0.92, 1.15, 5):
        if abs(x) > half + 0.1:
            shelf(back, site, x, h + 0.015, 0.26, 0.34)
            frames(back, site, x - 0.36, 0.22)
        del key
    sofa(
        back,
        site,
        -0.10 if narrow else -0.36,
        h + 0.035,
        0.17 if narrow else 0.24,
        rgb(("5f8f8a", "d98a5f", "7f78b5")[site.seed % 3]),
    )
    floor_lamp(back, site, -0.245 if narrow else -0.70, h + 0.04, 0.38)
    pot_plant(back, site, 0.24 if narrow else 0.74, h + 0.045, 0.20)
    rug(ground, 0.0, h + 0.20, min(0.42, half * 1.1), rgb("c9605a"), rgb("f3dcb4"))
    _sunbeam(site)
    dust(site)
    _front_plant(site)


def shell(site: Site, wall: Colour, floor_ink: Colour, tiles: bool = False) -> Pen:
    """Wall, skirting and floor; everything after is lit by lamps."""
    site.sky_lit, site.lit = site.lit, lamp_lit(site.lit)
    h = site.horizon
    low, high = site.view.span(1.0)
    back = site.layer(0.92, 1.0)
    back.fill(
        rect(low - 0.5, -1, high - low + 1, h + 1.1),
        Linear(0, 0, 0, h, ((0, dark(wall, 0.12), 1), (0.6, wall, 1), (1, light(wall, 0.12), 1))),
    )
    motif = Path()
    if not tiles:
        for i, x in enumerate(steps(low - 0.2, high + 0.2, 0.055)):
            motif.rect(x, -0.5, 0.018 if i % 2 else 0.004, h + 0.5)
        back.fill(motif, light(wall, 0.30), 0.35)
    back.fill(rect(low - 0.5, h - 0.03, high - low + 1, 0.05), light(wall, 0.55))
    back.fill(rect(low - 0.5, h - 0.034, high - low + 1, 0.006), dark(wall, 0.14))
    ground = site.layer(1.0, 1.0)
    top = h + 0.012
    ground.fill(
        rect(low - 0.5, top, high - low + 1, 2),
        Linear(0, top, 0, 1.0, ((0, dark(floor_ink, 0.24), 1), (0.35, floor_ink, 1), (1, light(floor_ink, 0.10), 1))),
    )
    lines = Path()
    for i in range(-40, 41):
        lines.move(i * 0.065, top).line(i * 0.15, 1.15)
    y, step = top + 0.03, 0.03
    while y < 1.1:
        if tiles:
            lines.move(low - 0.5, y).line(high + 0.5, y)
        else:
            for i in range(-20, 21):
                x = (i + noise(site.seed, int(y * 999), i)) * 0.16 * (1 + (y - top))
                lines.move(x, y).line(x + 0.03, y)
        y, step = y + step, step * 1.28
    ground.stroke(lines, dark(floor_ink, 0.26), 0.0020, 0.55)
    return ground


def steps(low: float, high: float, step: float) -> list[float]:
    return [i * step for i in range(int(low // step), int(high // step) + 2)]


def _sunbeam(site: Site) -> None:
    if site.sky_lit.dim > 0.4 or site.weather not in ("clear", "wind"):
        return
    pen = site.layer(0.96, 1.0).glowing
    x, h = (-0.12 if site.aspect < 0.8 else -0.36), site.horizon
    warm = mix(rgb("fff0c0"), site.sky_lit.sky[-1][1], 0.4)
    group = site.pulse(pen, 0.7, 1.0, 0.6, 0.0)
    beam = poly((x - 0.11, 0.19), (x + 0.11, 0.19), (x + 0.52, h + 0.26), (x + 0.10, h + 0.30))
    group.fill(beam, Linear(x, 0.19, x + 0.3, h + 0.28, ((0, warm, 0.30), (1, warm, 0.05))))
    group.fill(poly((x + 0.13, h + 0.09), (x + 0.34, h + 0.09), (x + 0.50, h + 0.26), (x + 0.16, h + 0.28)), warm, 0.22)


def dust(site: Site) -> None:
    u, v, w = randoms(site.seed + 12, 26, 3)
    half = site.aspect / 2

    def draw(p: Pen, t: float) -> None:
        xs = (u * 2 * half + 0.012 * t * (w - 0.3)) % (2 * half) - half
        ys = 0.1 + 0.75 * v + 0.02 * np.sin(t * 0.5 + w * 12)
        p.fill(dots(xs, ys, 0.0011 + 0.001 * w), rgb("fff3d0"), 0.4)

    site.redraw(site.layer(1.0, 1.0, front=True).glowing, draw)


def _front_plant(site: Site) -> None:
    fringe(site, rgb("3a4a44"))
