"""Under water: the hour filters down from the surface."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, curve, noise, poly, rect, star, taper
from inference.world.picture.places import nature
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def underwater(site: Site) -> None:
    """The hour filters down from the surface: bright turquoise by day, deep blue with glowing things at night."""
    h = site.horizon
    top = {"day": "4fd0dc", "dawn": "7fc4d8", "sunset": "e39a7e", "night": "1f5a98"}[site.time]
    deep = {"day": "0f5f96", "dawn": "2a5f9a", "sunset": "3a3f86", "night": "08204f"}[site.time]
    sea_tone = site.layer(0.0, 1.0).glowing
    middle = mix(rgb(top), rgb(deep), 0.5)
    sea_tone.fill(
        rect(-3, -1, 6, 3),
        Linear(
            0, -0.05, 0, 0.95, ((0, light(rgb(top), 0.35), 1), (0.2, rgb(top), 1), (0.6, middle, 1), (1, rgb(deep), 1))
        ),
    )
    _shafts(site)
    _bank(site, 0.15, 0.25, h - 0.02, mix(middle, rgb(deep), 0.4), 1, 0.16)
    _fish_school(site, 0.25)
    _bank(site, 0.4, 0.5, h + 0.02, mix(rgb(deep), rgb("1d4f7e"), 0.4), 2, 0.11)
    ground = site.layer(1.0, 1.0)
    sand = rgb("d9c79c")
    nature.land(ground, site, 1.0, h + 0.05, mix(sand, rgb(deep), 0.15), mix(sand, rgb(deep), 0.55), 0.012)
    _caustics(site, ground, h + 0.06)
    for x, r, key in site.cells(1.0, 0.19, 51):
        kind = key % 4
        y = h + 0.07 + 0.05 * r
        if kind == 0:
            _coral(ground, site, x, y, 0.09 + 0.05 * r, rgb(("f0718a", "f79a5b", "b57be0")[key % 3]), key)
        elif kind == 1:
            _weed(ground, site, x, y, 0.16 + 0.14 * r, key)
        elif kind == 2:
            nature.rock(ground, site, x, y, 0.035 + 0.03 * r, rgb("6f7f9c"), key)
        else:
            _sponge(ground, x, y, 0.06 + 0.02 * r, rgb(("f5c65a", "5fc9b8", "f08a9a")[key % 3]))
        if r > 0.6:
            ground.fill(star(x + 0.08, y + 0.06, 0.018, 0.008, 5, key), rgb("f2884f"))
    front = site.layer(1.3, 1.0, front=True)
    for x, r, key in site.cells(1.3, 0.16, 52):
        edge = abs(x) / (site.aspect / 2)
        if edge > 0.55:
            _weed(front, site, x, 1.06, (0.16 + 0.2 * r) * min(edge, 1.2), key, dark(rgb("1f6a6a"), 0.3))
    _bubbles(site)
    depth = Linear(0, 0, 0, 1, ((0, rgb(deep), 0.0), (1, rgb(deep), 0.22)))
    site.veil(lambda pen: pen.fill(rect(-2, -0.1, 4, 1.2), depth))


def _shafts(site: Site) -> None:
    pen = site.layer(0.3, 1.0).glowing
    colour = {"night": rgb("7fb0f0"), "sunset": rgb("ffd0a0")}.get(site.time, rgb("e6fff8"))
    left, right = site.view.span(0.3)
    for i in range(int((right - left) / 0.17)):
        x, w = left + (i + noise(site.seed, 53, i)) * 0.17, 0.015 + 0.035 * noise(i, 2)
        shaft = poly((x, -0.1), (x + w, -0.1), (x + w * 3 - 0.16, 0.95), (x - w - 0.16, 0.95))
        group = site.pulse(pen, 0.15, 1.0, 0.5 + 0.5 * noise(i, 3), i * 2.3)
        group.fill(shaft, Linear(x, -0.1, x - 0.16, 0.95, ((0, colour, 0.34), (1, colour, 0.0))))


def _bank(site: Site, parallax: float, depth: float, base: float, colour: Colour, salt: int, up: float) -> None:
    pen = site.layer(parallax, 1.0).glowing
    nature.ridge(pen, site, parallax, base, up, colour, salt, step=0.3)
    for x, r, key in site.cells(parallax, 0.12, 54 + salt):
        if r > 0.35:
            _weed(pen, site, x, base + 0.02, 0.10 + 0.12 * r, key, light(colour, 0.08))
    del depth


def _weed(pen: Pen, site: Site, x: float, y: float, h: float, key: int, colour: Colour | None = None) -> None:
    ink = colour or mix(rgb("3a9a6a"), rgb("8fbf4f"), noise(key, 1))

    def draw(p: Pen, t: float) -> None:
        q = p.toned(pen.tone)
        for k in range(3):
            up = h * (1 - 0.22 * k)
            x0 = x + (k - 1) * h * 0.13
            spine = [(x0 + up * 0.16 * sin(t * 1.1 + key + k + j * 1.1) * j / 4, y - up * j / 4) for j in range(5)]
            q.fill(
                taper(spine, (h * 0.035, h * 0.05, h * 0.045, h * 0.035, h * 0.008)), light(ink, 0.10 * k) if k else ink
            )

    site.redraw(pen, draw)


def _coral(pen: Pen, site: Site, x: float, y: float, h: float, colour: Colour, key: int) -> None:
    for shade, dx in ((dark(colour, 0.28), 0.0), (colour, site.lit.side * h * 0.02)):
        w = h * (0.13 if dx == 0 else 0.085)
        for k, (bx, by, tip) in enumerate(
            ((-0.34, 0.62, 0.9), (0.0, 0.7, 1.0), (0.34, 0.58, 0.85), (-0.15, 0.5, 0.62), (0.2, 0.45, 0.6))
        ):
            sway = h * 0.04 * noise(key, k)
            pen.stroke(
                curve((x + dx, y), (x + dx + bx * h * 0.5, y - h * by * 0.5), (x + dx + bx * h + sway, y - h * tip)),
                shade,
                w,
            )


def _sponge(pen: Pen, x: float, y: float, h: float, colour: Colour) -> None:
    for dx, up, w in ((-0.4, 0.8, 0.26), (0.35, 0.7, 0.24), (0.0, 1.1, 0.3)):
        pen.fill(
            rect(x + (dx - w / 2) * h, y - up * h, w * h, up * h, w * h * 0.35),
            Linear(x, y - up * h, x, y, ((0, light(colour, 0.15), 1), (1, dark(colour, 0.25), 1))),
        )
        pen.dot(x + dx * h, y - up * h + w * h * 0.18, w * h * 0.34, w * h * 0.16, dark(colour, 0.45))


def _caustics(site: Site, pen: Pen, top: float) -> None:
    low, high = site.view.span(1.0)

    def draw(p: Pen, t: float) -> None:
        path = Path()
        for i in range(18):
            u = noise(site.seed, 56, i)
            x, y = low + (high - low) * noise(site.seed, 57, i), top + (1 - top) * u
            w = (0.05 + 0.08 * u) * (0.8 + 0.2 * sin(t * 1.3 + i))
            path.smooth(
                [
                    (x - w, y + 0.004 * sin(t + i)),
                    (x - w * 0.3, y - 0.006),
                    (x + w * 0.3, y + 0.005),
                    (x + w, y - 0.003 * sin(t * 1.2 + i)),
                ],
                closed=False,
            )
        p.stroke(path, rgb("e9fff2"), 0.003, 0.20 if site.dark else 0.34)

    site.redraw(pen.glowing, draw)


def _bubbles(site: Site) -> None:
    pen = site.layer(1.1, 1.0, front=True).glowing
    u, v, w = randoms(site.seed + 58, 34, 3)
    half = site.aspect / 2 + 0.1

    def draw(p: Pen, t: float) -> None:
        ys = 1.05 - (v + t * (0.06 + 0.08 * w)) % 1.0 * 1.15
        xs = (np.floor(u * 9) / 9 + 0.03 * w) * 2 * half - half + 0.012 * np.sin(t * 2 + u * 40)
        r = 0.003 + 0.009 * w
        p.stroke(dots(xs, ys, r), rgb("dffcff"), 0.0016, 0.6)
        p.fill(dots(xs - r * 0.35, ys - r * 0.35, r * 0.25), WHITE, 0.8)

    site.redraw(pen, draw)


def _fish_school(site: Site, parallax: float) -> None:
    pen = site.layer(parallax, 1.0).glowing
    low, high = site.view.span(parallax)
    colour = mix(rgb("2f7fae"), rgb("0d3f70"), 0.5 if not site.dark else 0.9)

    def draw(p: Pen, t: float) -> None:
        path = Path()
        for k in range(2):
            cx = low - 0.3 + ((noise(site.seed, 59, k) + t * 0.035 * (1 + k)) % 1.0) * (high - low + 0.6)
            for i in range(12):
                x = cx + 0.16 * (noise(i, k) - 0.5) + 0.01 * sin(t * 1.6 + i)
                y = 0.22 + 0.2 * k + 0.08 * (noise(i, k, 2) - 0.5)
                path.move(x + 0.014, y).quad(x + 0.003, y - 0.007, x - 0.009, y).line(
                    x - 0.016, y - 0.005 - 0.002 * sin(t * 9 + i)
                )
                path.line(x - 0.016, y + 0.005 + 0.002 * sin(t * 9 + i)).line(x - 0.009, y).quad(
                    x + 0.003, y + 0.007, x + 0.014, y
                ).close()
        p.fill(path, colour, 0.75)

    site.redraw(pen, draw)
