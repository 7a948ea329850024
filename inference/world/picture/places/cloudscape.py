"""The sky above the clouds."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, light, mix, rgb
from inference.world.picture.path import Path, noise
from inference.world.picture.sky import cloud, sky

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def above_clouds(site: Site) -> None:
    sky(site)
    base = {"dawn": rgb("ffe6de"), "day": rgb("ffffff"), "sunset": rgb("ffd2b0"), "night": rgb("5f70ad")}[site.time]
    if site.wet:
        base = mix(base, rgb("7d889c"), 0.5)
    floor = site.horizon
    for k, (parallax, y, size) in enumerate(
        ((0.12, floor - 0.17, 0.10), (0.25, floor - 0.08, 0.14), (0.5, floor + 0.02, 0.19))
    ):
        pen = site.layer(parallax, 1.0).glowing
        tint = mix(base, site.lit.haze, 0.42 - 0.16 * k)
        _bank(site, pen, parallax, y, size, tint, k)
    for k in range(3):
        parallax = 0.35 + 0.2 * k
        pen = site.layer(parallax, 1.0).glowing
        low, high = site.view.span(parallax)
        for i in range(max(2, int((high - low) * 1.2))):
            x = low + (high - low) * noise(site.seed, 21 + k, i)
            y = 0.16 + 0.5 * noise(site.seed, 24 + k, i)
            cloud(
                site.drift(pen, x, y, 0.02 + 0.03 * k + 0.02 * site.wind, (low - 0.3, high + 0.3)),
                0.05 + 0.035 * k,
                mix(base, site.lit.haze, 0.3 - 0.1 * k),
                site,
                i + 7 * k,
            )
    _flock(site)
    front = site.layer(1.3, 1.0, front=True).glowing
    _bank(site, front, 1.3, 1.06, 0.13, base, 5)


def _bank(site: Site, pen: Pen, parallax: float, y: float, size: float, tint: Colour, k: int) -> None:
    """A sea of clouds: heaps of uneven size, lit from the side of the sun, with shade where one lies behind another."""
    low, high = site.view.span(parallax)
    left, wide = low - 0.2, high - low + 1.0
    deep = mix(dark(tint, 0.22), site.lit.haze, 0.35)
    group = pen.group()
    speed = (0.006 + 0.010 * parallax) * (0.4 + site.wind)
    site.movers.append(lambda t: group.place((1, 0, 0, 1, -speed * t, 0)))
    for row in range(2):
        under, body, lit = Path(), Path(), Path()
        x, i, top = left, 0, y + row * size * 0.62
        while x < left + wide:
            u = noise(site.seed, 33 + k * 2 + row, i)
            r = size * (0.34 + 0.62 * u * u)
            cy = top + size * 0.30 * noise(i, k, row)
            under.ellipse(x + r * 0.06, cy + r * 0.16, r, r * 0.84)
            body.ellipse(x, cy, r, r * 0.84)
            if u > 0.3:
                lit.ellipse(x + site.lit.side * r * 0.22, cy - r * 0.24, r * 0.60, r * 0.42)
            x, i = x + r * 1.05, i + 1
        body.rect(left, top + size * 0.25, wide, 0.5)
        group.fill(under, deep, 0.75)
        group.fill(
            body, Linear(0, top - size, 0, top + size * 1.1, ((0, light(tint, 0.3), 1), (0.45, tint, 1), (1, deep, 1)))
        )
        group.fill(lit, mix(light(tint, 0.55), site.lit.sun, 0.45), 0.55)


def _flock(site: Site) -> None:
    pen = site.layer(0.3, 1.0).glowing
    low, high = site.view.span(0.3)
    colour = mix(rgb("3f4a6a"), site.lit.haze, 0.35)

    def draw(p: Pen, t: float) -> None:
        path = Path()
        cx = low - 0.2 + ((noise(site.seed, 31) + t * 0.03) % 1.0) * (high - low + 0.4)
        for i in range(7):
            row, flip = (i + 1) // 2, 1 if i % 2 else -1
            x, y = cx - row * 0.026, 0.30 + flip * row * 0.012 + 0.004 * sin(t + i)
            w, lift = 0.014, 0.007 * sin(t * 6 + i * 0.8)
            path.move(x - w, y - lift).quad(x - w * 0.4, y - 0.006, x, y).quad(x + w * 0.4, y - 0.006, x + w, y - lift)
        p.stroke(path, colour, 0.0024, 0.9)

    site.redraw(pen, draw)
