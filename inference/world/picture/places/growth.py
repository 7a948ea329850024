"""What open country shares: belts of trees, lawns, flowers, blades before the lens, fireflies."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.palette import dark, light, mix, rgb
from inference.world.picture.path import blob, noise, poly
from inference.world.picture.places import nature
from inference.world.picture.swarm import dots, randoms
from inference.world.picture.weather import leaves_in_air

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


FLOWERS = tuple(rgb(c) for c in ("f4766a", "f7c948", "f6eef8", "b48be0", "f39ac0"))


GREENS = tuple(rgb(c) for c in ("4f9d5d", "5fae5a", "7cba58", "3f8a5c", "93c25a"))


def trees(
    site: Site, parallax: float, depth: float, base: float, step: float, size: tuple[float, float],
    colours: tuple[Colour, ...], make: object = nature.tree, edge: float = 0.0,
) -> None:  # fmt: skip
    """A belt of trees; with `edge`, only beyond that share of the half frame, so that actors stay visible."""
    pen = site.layer(parallax, depth)
    for x, r, key in site.cells(parallax, step, int(parallax * 100)):
        if abs(x) >= edge * site.aspect / 2:
            make(pen, site, x, base + 0.012 * r, size[0] + (size[1] - size[0]) * r, colours[key % len(colours)], key)  # type: ignore[operator]


def trunks(site: Site, parallax: float, depth: float, base: float, step: float, w: float, colour: Colour) -> None:
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


def bands(pen: Pen, site: Site, top: float, colour: Colour) -> None:
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


def grass(pen: Pen, site: Site, top: float, colour: Colour, n: int) -> None:
    low, high = site.view.span(1.0)
    for i in range(round(n * (high - low) / 1.6)):
        u = noise(site.seed, 16, i) ** 1.3
        y = top + (1.0 - top) * u
        ink = site.leaf(mix(dark(colour, 0.14), light(colour, 0.14), noise(i, 3)))
        nature.tuft(pen, site, low + (high - low) * noise(site.seed, 17, i), y, 0.014 + 0.026 * u, ink, i)


def flowers(pen: Pen, site: Site, top: float, n: int) -> None:
    if site.snowy:
        return
    low, high = site.view.span(1.0)
    for i in range(round(n * (high - low) / 1.6)):
        u = noise(site.seed, 18, i)
        y = top + (1.0 - top) * u
        group = int(noise(site.seed, 19, i) * 6)
        x = low + (high - low) * ((group + 0.5 + 0.55 * noise(i, 6)) / 6 + 0.08 * noise(i, 2))
        nature.blossom(pen, site, x, y, 0.022 + 0.032 * u, FLOWERS[(group + site.seed) % 5], i)


def front_grass(site: Site, colour: Colour) -> None:
    """Tall blades at the lower edge, before the actors."""
    pen = site.layer(1.3, 1.0, front=True)
    colour = dark(site.leaf(colour), 0.26)
    for x, r, key in site.cells(1.3, 0.05, 26):
        edge = min(abs(x) / (site.aspect / 2), 1.2)
        nature.tuft(pen, site, x, 1.03, 0.05 + 0.07 * edge * (0.5 + r), mix(colour, dark(colour, 0.2), r), key)
    nature.fringe(site, colour, "grass")


def front_flowers(site: Site) -> None:
    pen = site.layer(1.3, 1.0, front=True)
    for x, r, key in site.cells(1.3, 0.075, 27):
        edge = min(abs(x) / (site.aspect / 2), 1.2)
        nature.tuft(pen, site, x, 1.03, 0.04 + 0.06 * edge * (0.5 + r), dark(rgb("3f8a4b"), 0.24), key)
        if edge > 0.45 and not site.snowy:
            nature.blossom(pen, site, x + 0.02, 1.04, 0.06 + 0.07 * edge * r, dark(FLOWERS[key % 5], 0.14), key)


def drifters(site: Site) -> None:
    """Petals, or leaves, that cross the air slowly."""
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
