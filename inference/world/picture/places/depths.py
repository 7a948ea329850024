"""Rock and fire: cave and volcano."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, lamp_lit, light, mix, rgb
from inference.world.picture.path import Path, blob, noise, poly, rect
from inference.world.picture.places import nature
from inference.world.picture.sky import sky
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.site import Site

STONE = rgb("5a5470")
CRYSTALS = tuple(rgb(c) for c in ("7fe0e8", "b48cf0", "f09ad0"))


def cave(site: Site) -> None:
    """Crystals light it; far behind, the mouth of the cave shows the hour."""
    site.sky_lit, site.lit = site.lit, lamp_lit(site.lit)
    h = site.horizon
    back = site.layer(0.3, 1.0)
    low, high = site.view.span(0.3)
    back.fill(rect(low - 1, -1, high - low + 2, 4), Linear(0, 0, 0, h, ((0, rgb("241f38"), 1), (1, rgb("453c60"), 1))))
    mouth = blob((-0.16, h), (-0.13, h - 0.22), (0.02, h - 0.31), (0.15, h - 0.20), (0.17, h), tension=0.8)
    back.glowing.fill(mouth, Linear(0, h - 0.3, 0, h, site.sky_lit.sky))
    back.glowing.glow(0.0, h - 0.12, 0.5, site.sky_lit.sky[-1][1], 0.35)
    for parallax, depth, salt, tint in ((0.45, 0.7, 1, 0.25), (0.7, 0.85, 2, 0.08)):
        _spikes(site, parallax, depth, salt, dark(STONE, tint))
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.02, rgb("4a4262"), rgb("6a6084"), 0.012)
    nature.pebbles(ground, site, h + 0.04, rgb("5f5678"), 81, 40)
    for x, r, key in site.cells(1.0, 0.34, 82):
        nature.rock(ground, site, x, h + 0.07 + 0.04 * r, 0.035 + 0.04 * r, STONE, key)
    for x, r, key in site.cells(1.0, 0.46, 83):
        _crystal(ground, site, x + 0.06, h + 0.085 + 0.05 * r, 0.07 + 0.05 * r, key)
    _spikes(site, 1.25, 1.0, 3, rgb("1d1830"), front=True)
    _motes(site)


def _spikes(
    site: Site, parallax: float, depth: float, salt: int, colour: tuple[int, int, int], front: bool = False
) -> None:
    """Stalactites above, and, behind the actors, stalagmites below."""
    pen = site.layer(parallax, depth, front=front)
    for x, r, key in site.cells(parallax, 0.11, 84 + salt):
        long = (0.10 + 0.20 * r * r) * (0.6 if front else 1.0)
        w = 0.035 + 0.03 * noise(key, 2)
        pen.fill(poly((x - w, -0.06), (x - w * 0.3, long * 0.6), (x, long), (x + w * 0.3, long * 0.6), (x + w, -0.06)),
                 Linear(x - w, 0, x + w, 0, ((0, light(colour, 0.12), 1), (1, dark(colour, 0.2), 1))))  # fmt: skip
        if not front and noise(key, 4) > 0.45:
            y = site.horizon + 0.06 * parallax
            tip = ((x - w * 0.25, y - long * 0.6), (x, y - long * 0.8), (x + w * 0.3, y - long * 0.5))
            pen.fill(poly((x - w, y), *tip, (x + w, y)), colour)


def _crystal(pen: Pen, site: Site, x: float, y: float, h: float, key: int) -> None:
    tint = CRYSTALS[key % 3]
    site.pulse(pen.glowing, 0.5, 1.0, 1.3, key).glow(x, y - h * 0.5, h * 2.6, tint, 0.55)
    for lean, up in ((-0.45, 0.7), (0.4, 0.75), (0.0, 1.0)):
        tip, w = x + lean * h, h * 0.14
        base = x + lean * h * 0.35
        pen.glowing.fill(
            poly((base - w, y), (tip - w, y - h * up * 0.8), (tip, y - h * up), (base, y)), light(tint, 0.35)
        )
        pen.glowing.fill(
            poly((base, y), (tip, y - h * up), (tip + w, y - h * up * 0.8), (base + w, y)), dark(tint, 0.22)
        )


def _motes(site: Site) -> None:
    u, v, w = randoms(site.seed + 21, 30, 3)
    half = site.aspect / 2

    def draw(p: Pen, t: float) -> None:
        xs = (u * 2 * half + 0.01 * t * (w - 0.4)) % (2 * half) - half
        p.fill(dots(xs, (v - 0.02 * t * (0.3 + w)) % 1.0, 0.0012 + 0.0014 * w), rgb("bfeaf0"), 0.6)

    site.redraw(site.layer(1.0, 1.0, front=True).glowing, draw)


def volcano(site: Site) -> None:
    sky(site)
    h = site.horizon
    nature.ridge(site.layer(0.15, 0.2), site, 0.15, h + 0.02, 0.20, rgb("7a6a80"), 1, sharp=0.8, step=0.5)
    pen = site.layer(0.3, 0.6)
    top = h - min(0.42, 0.30 + 0.1 * site.aspect)
    _plume(site, 0.02, top)
    rock = rgb("5c4a52")
    cone = Path().move(-0.62, h + 0.08).cubic(-0.28, h - 0.02, -0.16, top + 0.06, -0.10, top)
    cone.quad(0.0, top + 0.03, 0.12, top).cubic(0.18, top + 0.07, 0.32, h - 0.02, 0.66, h + 0.08).close()
    pen.fill(cone, Linear(-0.5, 0, 0.5, 0, ((0, light(rock, 0.14), 1), (0.5, rock, 1), (1, dark(rock, 0.3), 1))))
    lava = pen.glowing
    lava.glow(0.01, top, 0.26, rgb("ff8a3c"), 0.65)
    lava.fill(
        blob((-0.095, top + 0.002), (0.01, top - 0.012), (0.115, top + 0.002), (0.01, top + 0.022)), rgb("ffb347")
    )
    hot = site.pulse(lava, 0.7, 1.0, 1.6, 0.0)
    for dx, end, w in ((-0.05, -0.20, 0.018), (0.02, 0.03, 0.026), (0.07, 0.25, 0.016)):
        flow = Path().move(dx, top + 0.01).cubic(dx, top + 0.12, end * 0.6, h - 0.12, end, h + 0.03)
        hot.stroke(flow, rgb("e2482c"), w)
        hot.stroke(flow, rgb("ffc04a"), w * 0.45)
    ground = site.layer(1.0, 1.0)
    nature.land(ground, site, 1.0, h + 0.03, rgb("463a42"), rgb("75626a"), 0.012)
    _cracks(site, ground, h)
    for x, r, key in site.cells(1.0, 0.28, 85):
        nature.rock(ground, site, x, h + 0.07 + 0.05 * r, 0.03 + 0.04 * r, rgb("5a4a54"), key)
    _embers(site)
    nature.fringe(site, rgb("2a2024"), "grass")


def _plume(site: Site, x: float, top: float) -> None:
    pen = site.layer(0.3, 0.5)

    def draw(p: Pen, t: float) -> None:
        for i in range(9):
            u = (t * 0.05 + i / 9) % 1.0
            r = 0.05 + 0.16 * u
            tint = mix(rgb("a8685c"), mix(rgb("6a626e"), site.lit.haze, 0.4), min(u * 2, 1.0))
            p.dot(x + 0.16 * u * sin(i * 1.7) + 0.16 * u * u, top - 0.02 - 0.55 * u, r, r * 0.8, tint, 0.8 * (1 - u))

    site.redraw(pen, draw)


def _cracks(site: Site, pen: Pen, h: float) -> None:
    low, high = site.view.span(1.0)
    glow = site.pulse(pen.glowing, 0.55, 1.0, 2.1, 0.7)
    for i in range(9):
        x, y = low + (high - low) * noise(site.seed, 86, i), h + 0.07 + 0.34 * noise(site.seed, 87, i)
        k = 0.05 + 0.12 * (y - h)
        path = (
            Path()
            .move(x - k, y)
            .line(x - k * 0.4, y - 0.008)
            .line(x, y + 0.006)
            .line(x + k * 0.5, y - 0.004)
            .line(x + k, y + 0.006)
        )
        glow.stroke(path, rgb("ff7a3c"), 0.003 + 0.008 * (y - h), 0.9)
        glow.glow(x, y, k * 1.1, rgb("ff6a2c"), 0.22)


def _embers(site: Site) -> None:
    u, v, w = randoms(site.seed + 22, 34, 3)
    half = site.aspect / 2

    def draw(p: Pen, t: float) -> None:
        ys = (v - t * 0.06 * (0.5 + w)) % 1.0
        xs = (u * 2 * half + 0.03 * t * w) % (2 * half) - half
        p.fill(dots(xs, ys, 0.0016 + 0.0016 * w), rgb("ffb060"), 0.85)

    site.redraw(site.layer(1.0, 1.0, front=True).glowing, draw)
