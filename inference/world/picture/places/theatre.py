"""The stage: spots, curtains and footlights."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, lamp_lit, mix, rgb
from inference.world.picture.path import Path, blob, noise, poly, rect
from inference.world.picture.places.indoor import steps
from inference.world.picture.swarm import dots, flakes, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def stage(site: Site) -> None:
    """Its light is its own: spots and curtains at any hour; the hour only colours the backdrop."""
    h = site.horizon
    hue = {
        "dawn": ("5a3f86", "e88fa0"),
        "day": ("27458f", "5fb8d8"),
        "sunset": ("5c2f78", "f0885f"),
        "night": ("1c1f5c", "7a4fc0"),
    }[site.time]

    def glow(pen: Pen) -> None:
        pen.fill(rect(-3, -1, 6, 3), Linear(0, 0, 0, h, ((0, rgb(hue[0]), 1), (1, rgb(hue[1]), 1))))
        for k in range(3):
            pen.glow(0.0, h - 0.12, 0.5 - 0.12 * k, rgb("ffd9a0"), 0.20)

    site.plate(glow)
    back = site.layer(0.7, 1.0, lit=lamp_lit(site.lit)).glowing
    low, high = site.view.span(1.0)
    _city_of_light(back, site, low, high, h, rgb(hue[0]))
    floor = site.layer(1.0, 1.0).glowing
    wood = rgb("8f5a44")
    floor.fill(
        rect(low - 0.5, h, high - low + 1, 2),
        Linear(0, h, 0, 1, ((0, mix(wood, rgb(hue[1]), 0.45), 1), (0.4, wood, 1), (1, dark(wood, 0.4), 1))),
    )
    lines = Path()
    for i in range(-24, 25):
        lines.move(i * 0.06, h).line(i * 0.15, 1.1)
    floor.stroke(lines, dark(wood, 0.4), 0.002, 0.6)
    _footlights(site, floor, low, high)
    _spots(site)
    _curtains(site)
    _confetti(site)


def _city_of_light(pen: Pen, site: Site, low: float, high: float, h: float, hue: Colour) -> None:
    group = site.pulse(pen, 0.35, 1.0, 2.2, 0.0)
    u, v = randoms(site.seed + 3, int(70 * (high - low)), 2)
    group.fill(dots(low + u * (high - low), 0.02 + v * (h - 0.06), 0.0024), rgb("fff2c4"), 0.75)
    for i in range(-6, 7):
        up = 0.07 + 0.10 * noise(site.seed, i)
        pen.fill(rect(i * 0.17 - 0.07, h - up, 0.13, up + 0.01, 0.01), dark(hue, 0.35), 0.55)


def _footlights(site: Site, pen: Pen, low: float, high: float) -> None:
    y = 0.985
    pen.fill(rect(low - 0.5, y - 0.004, high - low + 1, 0.1), rgb("2a1830"))
    for i, x in enumerate(steps(low, high, 0.09)):
        pen.dot(x, y, 0.018, 0.014, rgb("ffe9b0"))
        site.pulse(pen, 0.5, 1.0, 2.0, i * 0.8).glow(x, y - 0.01, 0.09, rgb("ffc870"), 0.5)


def _spots(site: Site) -> None:
    pen = site.layer(0.9, 1.0).glowing
    half, h = site.aspect / 2, site.horizon
    colours = (rgb("ffe39a"), rgb("ff8fc0"), rgb("7fd6ff"), rgb("c0a0ff"))

    def draw(p: Pen, t: float) -> None:
        for i in range(4):
            x0 = (i / 3 * 2 - 1) * half * 0.8
            x1 = x0 * 0.3 + half * 0.6 * sin(t * (0.7 + 0.13 * i) + i * 1.7)
            y1, w = h + 0.14 + 0.03 * (i % 2), 0.10
            beam = poly((x0 - 0.012, -0.04), (x0 + 0.012, -0.04), (x1 + w, y1), (x1 - w, y1))
            c = colours[i]
            p.fill(beam, Linear(x0, -0.04, x1, y1, ((0, c, 0.42), (1, c, 0.06))))
            p.dot(x1, y1, w, w * 0.24, c, 0.30)

    site.redraw(pen, draw)


def _curtains(site: Site) -> None:
    pen = site.layer(1.05, 1.0, front=True).glowing
    half = site.aspect / 2
    red = rgb(("b8324a", "8f2f5f", "a83a3a")[site.seed % 3])
    width = 0.05 + 0.12 * min(site.aspect, 1.2)
    for side in (-1, 1):
        group = pen.group((side, 0, 0, 1, 0, 0))
        for k in range(5):
            x = half + 0.03 - width + k * width / 4
            group.fill(
                blob(
                    (x - 0.03, -0.05),
                    (x + width * 0.3, -0.05),
                    (x + width * 0.26, 0.6),
                    (x + width * 0.34, 1.06),
                    (x - 0.035, 1.06),
                    (x - 0.012, 0.6),
                    tension=0.5,
                ),
                Linear(
                    x - 0.03, 0, x + width * 0.3, 0, ((0, dark(red, 0.35), 1), (0.5, red, 1), (1, dark(red, 0.3), 1))
                ),
            )
        group.fill(rect(half - width * 0.95, 0.62, width * 1.4, 0.022, 0.008), rgb("e9b84c"))
    path, n = Path(), 7
    step = site.aspect / n
    for i in range(-2, n + 2):
        x = -half + i * step
        path.move(x, -0.06).line(x + step, -0.06).line(x + step, 0.045).quad(x + step / 2, 0.12, x, 0.045).close()
    pen.fill(path, Linear(0, -0.05, 0, 0.10, ((0, dark(red, 0.35), 1), (1, red, 1))))
    for i in range(-2, n + 2):
        x = -half + i * step
        pen.stroke(Path().move(x, 0.045).quad(x + step / 2, 0.12, x + step, 0.045), rgb("e9b84c"), 0.006)


def _confetti(site: Site) -> None:
    u, v, w = randoms(site.seed + 14, 36, 3)
    half = site.aspect / 2

    def draw(p: Pen, t: float) -> None:
        ys = (v + t * 0.07 * (0.6 + w)) % 1.0 * 1.1 - 0.05
        xs = u * 2 * half - half + 0.02 * np.sin(t * 1.5 + u * 20)
        for k, c in enumerate(("ffd166", "ef6f8f", "6fd3e0")):
            part = slice(k, None, 3)
            p.fill(flakes(xs[part], ys[part], 0.005, (t * 3 * (w + 0.4) + u * 9)[part]), rgb(c), 0.85)

    site.redraw(site.layer(1.0, 1.0, front=True).glowing, draw)
