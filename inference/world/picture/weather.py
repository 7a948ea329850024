"""What falls, drifts and flashes between the lens and the scene."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, mix, rgb
from inference.world.picture.path import Path, noise, rect
from inference.world.picture.sky import flash, strikes
from inference.world.picture.swarm import dashes, dots, flakes, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def weather(site: Site) -> None:
    """Builds the layers of the weather before the actors. Rooms keep it outside."""
    if site.weather in ("rain", "storm"):
        rain(site)
    if site.weather == "snow":
        snow(site)
    if site.weather in ("wind", "storm"):
        gusts(site)
    if site.weather == "storm":
        flash_over(site)
    if site.weather == "wind":
        leaves_in_air(site, 26, rgb("d9964a"))
    if site.weather == "fog":
        fog(site)


def flash_over(site: Site) -> None:
    moments = strikes(site)

    def draw(p: Pen, t: float) -> None:
        bright = flash(t, moments)
        if bright > 0.02:
            p.fill(rect(-2, -0.2, 4, 1.4), rgb("dfe8ff"), 0.40 * bright)

    site.redraw(site.screen, draw)


def rain(site: Site) -> None:
    storm = site.weather == "storm"
    slant = -0.10 if not storm else -0.30
    colour = mix(rgb("cfe0f2"), site.lit.haze, 0.3)
    half = site.aspect / 2 + 0.25
    pen = site.screen
    for k, (n, length, speed, width, alpha) in enumerate(
        ((130, 0.035, 1.7, 0.0014, 0.34), (70, 0.075, 2.5, 0.0024, 0.42))
    ):
        count = int(n * (1.5 if storm else 1.0) * max(site.aspect, 0.8))
        u, v, w = randoms(site.seed + 200 + k, count, 3)

        def draw(p: Pen, t: float, u=u, v=v, w=w, length=length, speed=speed, width=width, alpha=alpha) -> None:  # type: ignore[no-untyped-def]
            fall = (v + t * speed * (0.85 + 0.3 * w)) % 1.0 * 1.3 - 0.15
            xs = (u * 2 * half + slant * fall + slant * t * 0.2) % (2 * half) - half
            p.stroke(dashes(xs, fall, slant * length, length), colour, width, alpha)

        site.redraw(pen, draw)
    splashes(site, colour)


def splashes(site: Site, colour: Colour) -> None:
    """Rings and crowns where drops meet the ground."""
    pen = site.layer(1.0, 1.0, front=True).glowing
    half = site.aspect / 2 + 0.1
    u, v = randoms(site.seed + 210, 40, 2)

    def draw(p: Pen, t: float) -> None:
        cycle = t * (1.8 + v) + u * 7
        k = np.floor(cycle)
        age = cycle - k
        spot = np.sin(np.arange(40) * 12.9898 + k * 78.233) * 43758.5453
        x = (spot - np.floor(spot)) * 2 * half - half
        spot = np.sin(np.arange(40) * 39.346 + k * 11.135) * 24634.6345
        y = site.horizon + 0.07 + (spot - np.floor(spot)) * (0.97 - site.horizon - 0.07)
        size = 0.004 + 0.012 * age * (y - site.horizon + 0.2) / 0.5
        young = age < 0.6
        p.stroke(dots(x[young], y[young], size[young], size[young] * 0.34), colour, 0.0016, 0.5)
        fresh = age < 0.22
        hop = 0.012 * np.sin(age[fresh] / 0.22 * np.pi)
        xs, ys = x[fresh], y[fresh]
        p.fill(
            dots(np.concatenate([xs - 0.005, xs + 0.005]), np.concatenate([ys - hop, ys - hop]), 0.0017), colour, 0.7
        )

    site.redraw(pen, draw)


def snow(site: Site) -> None:
    half = site.aspect / 2 + 0.15
    for k, (n, r, speed, alpha) in enumerate(
        ((90, 0.0022, 0.07, 0.75), (46, 0.0042, 0.11, 0.85), (14, 0.0085, 0.17, 0.6))
    ):
        u, v, w = randoms(site.seed + 220 + k, int(n * max(site.aspect, 0.8)), 3)

        def draw(p: Pen, t: float, u=u, v=v, w=w, r=r, speed=speed, alpha=alpha) -> None:  # type: ignore[no-untyped-def]
            ys = (v + t * speed * (0.8 + 0.4 * w)) % 1.0 * 1.12 - 0.06
            xs = (u * 2 * half + t * 0.03 + 0.03 * np.sin(t * (0.6 + w) + u * 20)) % (2 * half) - half
            p.fill(dots(xs, ys, r * (0.7 + 0.6 * w)), WHITE, alpha)

        site.redraw(site.screen, draw)


def fog(site: Site) -> None:
    """Banks of mist at three depths, drifting against each other."""
    colour = mix(site.lit.haze, WHITE, 0.25)
    thick = 0.7 if site.dark else 1.0
    for k, (parallax, y, front) in enumerate(
        ((0.5, site.horizon + 0.02, False), (1.0, site.horizon + 0.16, True), (1.3, 0.95, True))
    ):
        pen = site.layer(parallax, 1.0, front=front).glowing
        low, high = site.view.span(parallax)
        low, high = low - 0.6, high + 0.6
        n = max(3, int((high - low) / 0.7))
        for i in range(n):
            x = low + (i + noise(site.seed, 230 + k, i)) * (high - low) / n
            bank = site.drift(
                pen, x, y + 0.05 * (noise(i, k) - 0.5), (0.012 + 0.012 * k) * (1 if k % 2 else -1), (low, high)
            )
            wide = 0.42 + 0.2 * noise(i, 3)
            bank.group((wide, 0, 0, 0.11 + 0.05 * noise(i, 4), 0, 0)).glow(0, 0, 1.0, colour, 0.62 * thick)
    veil = Linear(0, 0, 0, 1, ((0, colour, 0.22 * thick), (site.horizon, colour, 0.34 * thick), (1, colour, 0.10)))
    site.veil(lambda pen: pen.fill(rect(-2, -0.2, 4, 1.4), veil))


def gusts(site: Site) -> None:
    """Curling lines that show the wind."""
    half = site.aspect / 2 + 0.3

    def draw(p: Pen, t: float) -> None:
        for i in range(5):
            cycle = t * (0.35 + 0.12 * noise(i, 1)) + noise(site.seed, 240, i)
            k = int(cycle)
            a = cycle - k
            y = 0.12 + 0.7 * noise(site.seed, 241, i, k)
            head = -half + a * (2 * half + 0.5)
            points = [(head - 0.05 * j, y + 0.010 * sin(j * 0.9 + i + t)) for j in range(7)]
            curl = [(head + 0.02, y - 0.012), (head + 0.012, y - 0.028), (head - 0.008, y - 0.02)] if i % 2 else []
            path = Path().smooth([*reversed(points), *curl], closed=False)
            p.stroke(path, WHITE, 0.0028, 0.42 * sin(a * 3.14159))

    site.redraw(site.screen, draw)


def leaves_in_air(site: Site, n: int, colour: Colour) -> None:
    half = site.aspect / 2 + 0.2
    u, v, w = randoms(site.seed + 250, n, 3)
    rate = 0.05 + 0.17 * site.wind
    tints = (colour, mix(colour, rgb("c2543f"), 0.4), mix(colour, rgb("f2d16b"), 0.5))

    def draw(p: Pen, t: float) -> None:
        xs = (u * 2 * half + t * rate * (0.7 + 0.6 * w)) % (2 * half) - half
        ys = (v + 0.04 * t * (0.5 + w)) % 1.0 * 1.1 - 0.05 + 0.03 * np.sin(t * 2.2 * (0.5 + w) + u * 30)
        turn = t * (2 + 3 * w) + u * 20
        for k, tint in enumerate(tints):
            part = slice(k, None, 3)
            p.fill(flakes(xs[part], ys[part], 0.006 + 0.006 * w[part], turn[part]), tint, 0.92)

    site.redraw(site.layer(1.15, 1.0, front=True), draw)
