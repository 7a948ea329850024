"""Space, and the moon."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, ellipse, noise, rect
from inference.world.picture.places import nature
from inference.world.picture.swarm import dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


# The hour in space is the colour of the nebula and how near the star is.
NEBULAE = {
    "dawn": ("1d1446", "5a2f7a", "f08a9a", "ffd3a8"),
    "day": ("0c1a4a", "1f4a8f", "3fb0d0", "c8f2f0"),
    "sunset": ("1f0f3a", "7a2a5f", "f0784f", "ffc27a"),
    "night": ("070a24", "1a1c58", "5b46b0", "b59cf5"),
}


def space(site: Site) -> None:
    colours = [rgb(c) for c in NEBULAE[site.time]]
    pen = site.layer(0.0, 1.0)
    pen = pen.glowing
    pen.fill(
        rect(-3, -1, 6, 3),
        Linear(0, 0, 0.3, 1.0, ((0, colours[0], 1), (0.5, mix(colours[0], colours[1], 0.75), 1), (1, colours[0], 1))),
    )
    for i in range(9):
        u, v = noise(site.seed, 1, i), noise(site.seed, 2, i)
        x = (u - 0.5) * (site.aspect + 0.2)
        y = 0.55 - x * 0.35 + (v - 0.5) * 0.42
        pen.glow(x, y, 0.16 + 0.22 * noise(i, 3), colours[2 if i % 3 else 3], 0.20)
    _starfield(site, colours[3])
    _planet(site, 0.27 * site.aspect, 0.22, 0.12, rgb(("e8a56b", "7fb8d8", "d98fa8")[site.seed % 3]), ring=True)
    _planet(site, -0.36 * site.aspect, 0.72, 0.055, rgb(("6fc2a0", "e3c16f", "9a86d8")[site.seed % 3]), ring=False)
    _near_planet(site)
    _asteroids(site)
    _comet(site, colours[3])


def _starfield(site: Site, warm: Colour) -> None:
    for k, (n, r, parallax) in enumerate(((150, 0.0011, 0.02), (70, 0.0018, 0.05), (26, 0.0028, 0.09))):
        pen = site.layer(parallax, 1.0).glowing
        low, high = site.view.span(parallax)
        u, v = randoms(site.seed + k, int(n * (high - low) / 1.6), 2)
        group = site.pulse(pen, 0.55, 1.0, 1.0 + k, k * 2.0)
        group.fill(dots(low + u * (high - low), v * 1.2 - 0.1, r), rgb("f4f6ff"), 0.95)
        if k == 2:
            for i in range(6):
                x, y = low + u[i] * (high - low), v[i] * 1.2 - 0.1
                flare = site.pulse(pen, 0.2, 1.0, 1.7, i * 1.3)
                flare.stroke(
                    Path().move(x - 0.016, y).line(x + 0.016, y).move(x, y - 0.016).line(x, y + 0.016),
                    warm,
                    0.0014,
                    0.8,
                )
                flare.glow(x, y, 0.018, warm, 0.7)


def _planet(site: Site, x: float, y: float, r: float, colour: Colour, ring: bool) -> None:
    pen = site.layer(0.15, 1.0).glowing
    pen.glow(x, y, r * 1.8, light(colour, 0.3), 0.35, core=0.4)
    disc = ellipse(x, y, r, r)
    if ring:
        _ring(pen, x, y, r, colour, back=True)
    pen.fill(disc, colour)
    for i in range(5):
        by = y - r * 0.7 + r * 0.34 * i
        band = blob(
            (x - r * 1.1, by),
            (x - r * 0.3, by + r * 0.06),
            (x + r * 0.4, by - r * 0.04),
            (x + r * 1.1, by + r * 0.04),
            (x, by + r * (0.1 + 0.1 * noise(i, 3))),
        )
        pen.fill(band, dark(colour, 0.18) if i % 2 else light(colour, 0.25), 0.7, clip=disc)
    pen.fill(
        disc,
        Radial(
            x + site.lit.side * r * 0.5,
            y - r * 0.5,
            r * 1.7,
            ((0, WHITE, 0.35), (0.4, colour, 0.0), (0.7, rgb("140f36"), 0.45), (1, rgb("140f36"), 0.75)),
        ),
    )
    if ring:
        _ring(pen, x, y, r, colour, back=False)


def _ring(pen: Pen, x: float, y: float, r: float, colour: Colour, back: bool) -> None:
    tilt = pen.group((cos(-0.3), sin(-0.3), -sin(-0.3), cos(-0.3), x, y))
    for k, (size, width, alpha) in enumerate(((1.55, 0.16, 0.85), (1.85, 0.09, 0.6), (2.05, 0.04, 0.4))):
        a0, a1 = (pi, 2 * pi) if back else (0, pi)
        points = [
            (cos(a0 + (a1 - a0) * i / 12) * r * size, sin(a0 + (a1 - a0) * i / 12) * r * size * 0.30) for i in range(13)
        ]
        tilt.stroke(Path().smooth(points, closed=False), light(colour, 0.35 - 0.1 * k), r * width, alpha, butt=True)


def _near_planet(site: Site) -> None:
    """The limb of a blue world at the foot of the frame."""
    pen = site.layer(0.3, 1.0).glowing
    r = 1.1 + 0.5 * site.aspect
    x, y = -0.05, 0.86 + r
    disc = ellipse(x, y, r, r)
    for width, alpha in ((0.24, 0.07), (0.15, 0.10), (0.08, 0.16), (0.03, 0.30)):
        pen.stroke(disc, rgb("7fc8ff"), width, alpha)
    pen.fill(
        disc, Linear(0, y - r, 0, y - r + 0.35, ((0, rgb("8fe0f2"), 1), (0.3, rgb("3f93d0"), 1), (1, rgb("1d4a94"), 1)))
    )
    for i in range(9):
        px, py = (
            (i - 4) * 0.24 + 0.1 * noise(site.seed, i),
            y - r + 0.05 + 0.05 * noise(i, 2) + ((i - 4) * 0.24) ** 2 / (2 * r),
        )
        w = 0.08 + 0.08 * noise(i, 5)
        pen.fill(
            blob(
                (px - w, py),
                (px - w * 0.3, py - 0.02),
                (px + w * 0.6, py - 0.012),
                (px + w, py + 0.012),
                (px, py + 0.03),
            ),
            rgb("7fc68a"),
            0.8,
            clip=disc,
        )
        pen.fill(
            blob(
                (px - w + 0.07, py + 0.012),
                (px + 0.05, py - 0.004),
                (px + w + 0.09, py + 0.018),
                (px + 0.05, py + 0.03),
            ),
            WHITE,
            0.55,
            clip=disc,
        )


def _asteroids(site: Site) -> None:
    pen = site.layer(0.6, 1.0).glowing
    low, high = site.view.span(0.6)
    stone = mix(rgb("7a6f8f"), rgb(NEBULAE[site.time][1]), 0.3)
    for i in range(max(5, int(5 * (high - low)))):
        r = 0.010 + 0.022 * noise(site.seed, 4, i) ** 2
        x, y = low + (high - low) * noise(site.seed, 5, i), 0.08 + 0.78 * noise(site.seed, 6, i)
        drift = site.drift(pen, x, y, 0.006 + 0.3 * r, (low - 0.1, high + 0.1))
        body = drift.group()
        rate = (0.3 + noise(i, 7)) * (1 if i % 2 else -1)
        site.turn(body, rate, 0, 0)
        outline = [
            (cos(a * 0.9) * r * (0.75 + 0.4 * noise(i, a)), sin(a * 0.9) * r * (0.75 + 0.4 * noise(i, a)))
            for a in range(7)
        ]
        path = Path().smooth(outline, tension=0.6)
        body.fill(path, dark(stone, 0.25))
        body.fill(Path().smooth([(px - r * 0.18, py - r * 0.2) for px, py in outline], tension=0.6), stone, clip=path)
        body.dot(r * 0.15, 0, r * 0.2, r * 0.16, dark(stone, 0.3))
        body.dot(-r * 0.35, r * 0.25, r * 0.13, r * 0.1, dark(stone, 0.3))


def _comet(site: Site, warm: Colour) -> None:
    pen = site.layer(0.05, 1.0).glowing
    half = site.aspect / 2

    def draw(p: Pen, t: float) -> None:
        a = (t / 6.5 + noise(site.seed, 8)) % 1.0
        x, y = -half - 0.2 + a * (2 * half + 0.6), 0.10 + 0.22 * a
        tail = Linear(x, y, x - 0.24, y - 0.09, ((0, warm, 0.9), (1, warm, 0.0)))
        p.fill(
            blob(
                (x + 0.008, y + 0.004),
                (x - 0.09, y - 0.026),
                (x - 0.24, y - 0.09),
                (x - 0.10, y - 0.044),
                (x, y - 0.008),
            ),
            tail,
        )
        p.glow(x, y, 0.035, warm, 0.8)
        p.dot(x, y, 0.006, 0.006, WHITE)

    site.redraw(pen, draw)


def moon(site: Site) -> None:
    h = site.horizon
    colours = [rgb(c) for c in NEBULAE[site.time]]
    pen = site.layer(0.0, 1.0).glowing
    pen.fill(
        rect(-3, -1, 6, 3),
        Linear(
            0,
            0,
            0,
            h + 0.05,
            ((0, colours[0], 1), (0.7, mix(colours[0], colours[1], 0.7), 1), (1, mix(colours[1], colours[2], 0.4), 1)),
        ),
    )
    _starfield(site, colours[3])
    _earth(site, 0.20 * site.aspect * -site.lit.side, 0.22, 0.105)
    _comet(site, colours[3])
    grey = {"dawn": rgb("c3b3b8"), "day": rgb("c4c8d2"), "sunset": rgb("c7a79c"), "night": rgb("8f97b8")}[site.time]
    for p, up, salt, k in ((0.2, 0.15, 1, 0.55), (0.45, 0.09, 2, 0.25)):
        layer = site.layer(p, 1.0).glowing
        nature.ridge(layer, site, p, h + 0.02 * p, up, mix(grey, colours[1], k), salt, sharp=0.35, step=0.38)
    ground = site.layer(1.0, 1.0).glowing
    low, high = site.view.span(1.0)
    ground.fill(
        rect(low, h + 0.02, high - low, 2),
        Linear(0, h + 0.02, 0, 1, ((0, mix(grey, colours[1], 0.2), 1), (0.4, grey, 1), (1, light(grey, 0.25), 1))),
    )
    for i in range(int(12 * (high - low))):
        u = noise(site.seed, 11, i)
        x, y = low + (high - low) * noise(site.seed, 12, i), h + 0.05 + 0.42 * u
        w = (0.02 + 0.07 * noise(i, 5)) * (0.5 + u)
        _crater(ground, site, x, y, w, grey)
    for x, r, key in site.cells(1.0, 0.3, 13):
        nature.rock(ground, site, x, h + 0.06 + 0.08 * r, 0.02 + 0.035 * r, mix(grey, rgb("8088a0"), 0.4), key)
    _lander(site, h, grey)
    nature.pebbles(ground, site, h + 0.05, grey, 33)


def _crater(pen: Pen, site: Site, x: float, y: float, w: float, grey: Colour) -> None:
    pen.fill(ellipse(x, y, w, w * 0.26), light(grey, 0.3))
    pen.fill(ellipse(x, y + w * 0.012, w * 0.9, w * 0.22), dark(grey, 0.28))
    pen.fill(ellipse(x - site.lit.side * w * 0.12, y + w * 0.055, w * 0.74, w * 0.15), dark(grey, 0.13))


def _earth(site: Site, x: float, y: float, r: float) -> None:
    pen = site.layer(0.08, 1.0).glowing
    pen.glow(x, y, r * 2.2, rgb("7fc4ff"), 0.45, core=0.4)
    disc = ellipse(x, y, r, r)
    pen.fill(disc, rgb("3f8fd6"))
    for dx, dy, w in ((-0.35, -0.3, 0.42), (0.3, 0.1, 0.5), (-0.2, 0.55, 0.3), (0.5, -0.5, 0.26)):
        px, py, s = x + dx * r, y + dy * r, w * r
        pen.fill(
            blob(
                (px - s, py),
                (px - s * 0.2, py - s * 0.6),
                (px + s * 0.8, py - s * 0.3),
                (px + s * 0.5, py + s * 0.6),
                (px - s * 0.5, py + s * 0.5),
            ),
            rgb("6fbf7a"),
            clip=disc,
        )
    for dy, k in ((-0.55, 0.5), (0.05, 0.8), (0.4, 0.6)):
        pen.fill(
            blob(
                (x - r * k, y + dy * r),
                (x, y + dy * r - r * 0.1),
                (x + r * k, y + dy * r + r * 0.03),
                (x, y + dy * r + r * 0.08),
            ),
            WHITE,
            0.75,
            clip=disc,
        )
    pen.fill(
        disc,
        Radial(
            x + site.lit.side * r * 0.5,
            y - r * 0.5,
            r * 1.75,
            ((0, WHITE, 0.3), (0.45, WHITE, 0.0), (0.7, rgb("0c1238"), 0.5), (1, rgb("0c1238"), 0.85)),
        ),
    )


def _lander(site: Site, h: float, grey: Colour) -> None:
    pen = site.layer(0.8, 1.0).glowing
    x, y, s = 0.30 * site.aspect, h + 0.045, 0.055
    pen.dot(x, y + 0.002, s * 1.3, s * 0.12, dark(grey, 0.5), 0.5)
    pen.stroke(
        Path().move(x - s * 0.4, y - s * 0.6).line(x - s, y).move(x + s * 0.4, y - s * 0.6).line(x + s, y),
        rgb("c9a45a"),
        s * 0.09,
    )
    pen.fill(rect(x - s * 0.6, y - s * 0.95, s * 1.2, s * 0.5, s * 0.08), rgb("e0b04c"))
    pen.fill(
        blob(
            (x - s * 0.5, y - s * 0.9),
            (x - s * 0.38, y - s * 1.6),
            (x + s * 0.38, y - s * 1.6),
            (x + s * 0.5, y - s * 0.9),
            tension=0.6,
        ),
        rgb("eef0f5"),
    )
    pen.dot(x + s * 0.08, y - s * 1.25, s * 0.17, s * 0.17, rgb("3f5f8f"))
    pole = x - s * 2.6
    pen.stroke(Path().move(pole, y + 0.004).line(pole, y - s * 1.7), rgb("e8ebf2"), s * 0.06)
    pen.fill(
        blob(
            (pole, y - s * 1.68),
            (pole + s * 0.5, y - s * 1.74),
            (pole + s * 0.95, y - s * 1.64),
            (pole + s * 0.95, y - s * 1.1),
            (pole + s * 0.45, y - s * 1.18),
            (pole, y - s * 1.12),
            tension=0.5,
        ),
        rgb("e2604f"),
    )
    lamp = site.pulse(pen, 0.0, 1.0, 3.5, 0.0)
    lamp.glow(x, y - s * 1.75, 0.02, rgb("ff7a5f"), 0.9)
