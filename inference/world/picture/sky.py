"""The sky: gradient, sun or moon, stars, clouds, rays, lightning."""

from __future__ import annotations

from math import cos, exp, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, ellipse, noise, poly, rect
from inference.world.picture.swarm import dots

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site

CLOUDS = {"clear": 3, "clouds": 8, "rain": 9, "storm": 10, "snow": 7, "fog": 4, "wind": 6}


def sky(site: Site) -> None:
    """Everything above the horizon of an outdoor place."""
    low = site.horizon + 0.03
    open_sky = site.weather in ("clear", "clouds", "wind", "snow")

    def far(pen: Pen) -> None:
        pen.fill(rect(-3, -1, 6, 3), Linear(0, -0.05, 0, low, site.sky_lit.sky))
        if open_sky:
            sun_glow(site, pen)
        horizon_glow(site, pen, low)

    site.plate(far)
    pen = site.fixed()
    if site.lit.dim > 0.8 and site.weather in ("clear", "wind", "clouds"):
        stars(site, pen)
    if open_sky:
        (moon if site.time == "night" else sun)(site, pen)
    if site.weather == "storm":
        lightning(site, site.layer(0.05, 1.0).glowing)
    clouds(site)


def sun_glow(site: Site, pen: Pen) -> None:
    x, y = sun_at(site)
    if site.time == "night":
        pen.glow(x, y, 0.46, rgb("a9bdf5"), 0.30)
        return
    veil = 0.4 if site.weather in ("snow", "clouds") else 1.0
    pen.glow(x, y, 0.46 if site.time == "day" else 0.62, WARM[site.time], 0.40 * veil)


WARM = {"day": rgb("fff3b8"), "dawn": rgb("ffe0b0"), "sunset": rgb("ffb35c")}


def sun_at(site: Site) -> tuple[float, float]:
    x = site.lit.side * min(0.26 * site.aspect, 0.42)
    y = site.lit.height if site.lit.height < 0.3 else site.horizon - 0.13
    return x, y


def sun(site: Site, pen: Pen) -> None:
    x, y = sun_at(site)
    r = 0.05 if site.time == "day" else 0.068
    veil = 0.4 if site.weather in ("snow", "clouds") else 1.0
    warm = WARM[site.time]
    halo = site.pulse(pen, 0.75, 1.0, 0.9, 0.0)
    halo.glow(x, y, r * 3.2, warm, 0.75 * veil, core=0.2)
    if veil == 1.0:
        _rays(site, pen, x, y, r, warm)
    pen.dot(x, y, r, r, light(warm, 0.35), 0.55 + 0.45 * veil)
    pen.dot(x - r * 0.1, y - r * 0.12, r * 0.8, r * 0.8, site.lit.sun, 0.55 * veil)


def _rays(site: Site, pen: Pen, x: float, y: float, r: float, warm: Colour) -> None:
    rays = pen.group()
    path = Path()
    for i in range(9):
        a, width = i * 2 * pi / 9, 0.07 + 0.05 * noise(i, 5)
        far = r * (6 + 4 * noise(i, 8))
        path.polygon(
            ((0, 0), (cos(a - width) * far, sin(a - width) * far), (cos(a + width) * far, sin(a + width) * far))
        )
    rays.fill(path, Radial(0, 0, r * 11, ((0.0, warm, 0.30), (0.35, warm, 0.12), (1.0, warm, 0.0))))
    site.turn(rays, 0.05, x, y)


def moon(site: Site, pen: Pen) -> None:
    x, y = sun_at(site)
    r, face = 0.058, rgb("fdf6dc")
    site.pulse(pen, 0.8, 1.0, 0.7, 1.0).glow(x, y, r * 2.6, rgb("dbe5ff"), 0.6, core=0.3)
    pen.dot(x, y, r, r, face)
    shade = mix(face, rgb("b9bfdc"), 0.55)
    for dx, dy, size in (
        (-0.3, -0.25, 0.24),
        (0.25, 0.2, 0.3),
        (-0.2, 0.45, 0.15),
        (0.35, -0.4, 0.13),
        (-0.6, 0.15, 0.12),
    ):
        pen.dot(x + dx * r, y + dy * r, size * r, size * r, shade, 0.6)
    pen.fill(ellipse(x - r * 0.5, y + r * 0.12, r * 1.3, r * 1.3), rgb("8f9ccb"), 0.14, clip=ellipse(x, y, r, r))


def stars(site: Site, pen: Pen) -> None:
    few = 0.4 if site.weather == "clouds" else 1.0
    for layer in range(4):
        count = int((50, 26, 16, 8)[layer] * few * max(1.0, site.aspect))
        keys = [(noise(site.seed, 40 + layer, i), noise(site.seed, 50 + layer, i)) for i in range(count)]
        xs = np.array([(k[0] - 0.5) * (site.aspect + 0.7) for k in keys])
        ys = np.array([(k[1] ** 1.3) * site.horizon * 1.02 - 0.03 for k in keys])
        group = site.pulse(pen, 0.45, 1.0, 1.1 + layer * 0.7, layer * 2.0)
        group.fill(dots(xs, ys, (0.0011, 0.0016, 0.0021, 0.0030)[layer]), rgb("eef2ff"), 0.9)
    site.redraw(pen, lambda p, t: _shooting_star(site, p, t))


def _shooting_star(site: Site, pen: Pen, t: float) -> None:
    cell = int(t // 3.2)
    at = (t - cell * 3.2 - 1.0 - noise(site.seed, 61, cell)) / 0.7
    if not 0 <= at <= 1 or noise(site.seed, 62, cell) < 0.35:
        return
    x0 = (noise(site.seed, 63, cell) - 0.3) * site.aspect * 0.8
    y0 = 0.04 + 0.2 * noise(site.seed, 64, cell)
    x, y, tail = x0 - at * 0.30, y0 + at * 0.13, 0.09 * sin(at * pi)
    trail = Linear(x, y, x + tail, y - tail * 0.43, ((0.0, WHITE, sin(at * pi)), (1.0, WHITE, 0.0)))
    pen.stroke(Path().move(x, y).line(x + tail + 1e-4, y - tail * 0.43), trail, 0.0035)


def horizon_glow(site: Site, pen: Pen, low: float) -> None:
    warm, strength = site.lit.haze, 0.55 if site.time != "night" else 0.35
    pen.fill(rect(-3, low - 0.24, 6, 0.4), Linear(0, low - 0.24, 0, low + 0.02, ((0, warm, 0.0), (1, warm, strength))))


def clouds(site: Site) -> None:
    count = CLOUDS[site.weather]
    base = mix(WHITE, site.lit.haze, 0.18)
    if site.time == "night":
        base = rgb("46558f")
    if site.wet:
        base = mix(site.sky_lit.sky[1][1], rgb("8b97aa"), 0.35)
    for layer, parallax in ((0, 0.06), (1, 0.14)):
        low, high = site.view.span(parallax)
        low, high = low - 0.3, high + 0.3
        pen = site.layer(parallax, 1.0).glowing
        number = max(1, round(count * (high - low) / 2.6))
        for i in range(layer, number, 2):
            x = low + (i + noise(site.seed, 70, i)) * (high - low) / number
            y = site.horizon * (0.10 + 0.62 * noise(site.seed, 71, i)) * (0.75 if layer else 1.0)
            size = (0.055 + 0.06 * noise(site.seed, 72, i)) * (1.3 if layer else 0.8) * (1.5 if site.wet else 1.0)
            speed = (0.006 + 0.006 * layer) * (0.4 + site.wind)
            cloud(site.drift(pen, x, y, speed, (low, high)), size, base, site, i)


def cloud(pen: Pen, size: float, base: Colour, site: Site, key: int) -> None:
    """Overlapping puffs on a flat bottom: shade, body, and a lit rim on the side of the sun."""
    puffs = 4 + int(3 * noise(key, 1))
    shade, body, rim = Path(), Path(), Path()
    wide = size * (1.5 + 0.5 * noise(key, 3))
    for i in range(puffs):
        u = (i + 0.5) / puffs * 2 - 1
        r = size * (0.42 + 0.32 * noise(key, i, 2)) * (1 - 0.45 * abs(u) ** 1.6)
        x, y = u * wide * 0.85, -r * 0.75
        shade.ellipse(x, y + size * 0.07, r, r)
        body.ellipse(x, y, r, r)
        rim.ellipse(x + site.lit.side * r * 0.16, y - r * 0.18, r * 0.72, r * 0.72)
    shade.rect(-wide * 1.05, -size * 0.32, wide * 2.1, size * 0.4, size * 0.2)
    body.rect(-wide * 1.05, -size * 0.36, wide * 2.1, size * 0.36, size * 0.18)
    alpha = 0.94 if site.weather != "fog" else 0.5
    under = mix(dark(base, 0.16), site.lit.haze, 0.35)
    pen.fill(shade, under, alpha)
    soft = Linear(0, -size, 0, 0, ((0.0, base, alpha), (0.55, base, alpha), (1.0, under, alpha)))
    pen.fill(body, soft)
    if not site.wet:
        pen.fill(rim, mix(base, site.lit.sun, 0.7 - 0.4 * site.lit.dim), 0.55 - 0.2 * site.lit.dim)


def strikes(site: Site) -> list[float]:
    """When lightning flashes: just before each thunder that is heard, else at hashed moments."""
    heard = [site.start + max(event.at - 0.25, 0.05) for event in site.sounds if "thunder" in event.kind]
    return heard or [cell * 2.6 + 0.5 + 1.6 * noise(site.seed, 80, cell) for cell in range(60)]


def flash(t: float, moments: list[float]) -> float:
    """Brightness of the lightning, 0..1: a stroke, a gap, a second stroke and its fading."""
    best = 0.0
    for at in moments:
        d = t - at + 1e-6
        if 0 <= d < 0.7:
            best = max(best, exp(-d * 14), 0.8 * exp(-(d - 0.16) * 7) if d > 0.16 else 0.0)
    return best


def lightning(site: Site, pen: Pen) -> None:
    moments = strikes(site)

    def draw(p: Pen, t: float) -> None:
        bright = flash(t, moments)
        if bright < 0.04:
            return
        at = max((m for m in moments if m <= t), default=0.0)
        key = int(at * 1000)
        x, y = (noise(site.seed, key) - 0.5) * site.aspect * 0.8, -0.02
        points = [(x, y)]
        while y < site.horizon + 0.01:
            y += 0.03 + 0.035 * noise(key, len(points))
            x += (noise(key, len(points), 3) - 0.5) * 0.075
            points.append((x, min(y, site.horizon + 0.02)))
        p.glow(points[0][0], 0.05, 0.7, rgb("bcd0ff"), 0.5 * bright)
        for width, colour, alpha in ((0.022, "9db8ff", 0.25), (0.009, "d9e4ff", 0.7), (0.004, "ffffff", 1.0)):
            p.stroke(Path().polyline(points), rgb(colour), width, alpha * bright)
        fork = points[len(points) // 2 :][:4]
        branch = [(fx + (fx - fork[0][0]) * 1.5 + 0.03 * i, fy) for i, (fx, fy) in enumerate(fork)]
        if len(branch) > 1:
            p.stroke(Path().polyline(branch), rgb("d9e4ff"), 0.003, 0.8 * bright)

    site.redraw(pen, draw)


def god_rays(site: Site, pen: Pen, top: float, low: float, strength: float = 0.16) -> None:
    """Slanted shafts of light that slowly breathe."""
    if site.lit.dim > 0.5 or site.wet or site.weather in ("snow",):
        return
    colour, lean = mix(rgb("fff2c0"), site.lit.sun, 0.5), -site.lit.side * 0.42
    left, right = site.view.span(0.6)
    for i in range(int((right - left) / 0.22)):
        x = left + (i + noise(site.seed, 90, i)) * 0.22
        w = 0.025 + 0.06 * noise(site.seed, 91, i)
        shaft = poly(
            (x, top), (x + w, top), (x + w * 1.9 + lean * (low - top), low), (x - w * 0.5 + lean * (low - top), low)
        )
        group = site.pulse(pen, 0.25, 1.0, 0.5 + 0.4 * noise(i, 3), i * 1.7)
        group.fill(shaft, Linear(x, top, x + lean * (low - top), low, ((0, colour, strength), (1, colour, 0.0))))
