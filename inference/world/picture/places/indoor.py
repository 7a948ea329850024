"""Under a roof: room, kitchen, stage. The window shows hour and weather; lamps light the rest."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, lamp_lit, light, mix, rgb, tone
from inference.world.picture.path import Path, blob, curve, ellipse, noise, poly, rect
from inference.world.picture.swarm import dashes, dots, flakes, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def room(site: Site) -> None:
    wall = rgb(("e8c9a8", "b9cfc4", "d6c3d8", "f0d3b5", "aec6d6")[site.seed % 5])
    ground = _shell(site, wall, rgb("b67f52"))
    back = site.layer(0.92, 1.0)
    h, half = site.horizon, site.aspect / 2
    narrow = half < 0.4
    view_window(
        site, back, -0.12 if narrow else -0.36, 0.19, 0.22, 0.25, rgb(("d9665a", "4f8f9c", "e0a04c")[site.seed % 3])
    )
    _frames(back, site, 0.12 if narrow else 0.06, 0.24)
    _shelf(back, site, 0.13 if narrow else 0.44, h + 0.015, 0.20 if narrow else 0.26, 0.30)
    for x, _r, key in site.cells(0.92, 1.15, 5):
        if abs(x) > half + 0.1:
            _shelf(back, site, x, h + 0.015, 0.26, 0.34)
            _frames(back, site, x - 0.36, 0.22)
        del key
    _sofa(
        back,
        site,
        -0.10 if narrow else -0.36,
        h + 0.035,
        0.17 if narrow else 0.24,
        rgb(("5f8f8a", "d98a5f", "7f78b5")[site.seed % 3]),
    )
    _floor_lamp(back, site, -0.245 if narrow else -0.70, h + 0.04, 0.38)
    _pot_plant(back, site, 0.24 if narrow else 0.74, h + 0.045, 0.20)
    _rug(ground, 0.0, h + 0.20, min(0.42, half * 1.1), rgb("c9605a"), rgb("f3dcb4"))
    _sunbeam(site)
    _dust(site)
    _front_plant(site)


def kitchen(site: Site) -> None:
    wall = rgb(("f3dfc0", "cfe3dc", "f0cdb8")[site.seed % 3])
    ground = _shell(site, wall, rgb("c9b49a"), tiles=True)
    back = site.layer(0.92, 1.0)
    h = site.horizon
    low, high = site.view.span(0.92)
    cabinet = rgb(("5f9a94", "d98c6a", "7f95b8")[site.seed % 3])
    _backsplash(back, low, high, h - 0.20, 0.13, wall)
    view_window(site, back, 0.0, 0.15, 0.24, 0.21, rgb("f2b84b"))
    for x in _steps(low, high, 0.27):
        if abs(x) > 0.2:
            _cupboard(back, x, 0.14, 0.24, 0.17, cabinet)
            _utensils(back, site, x, 0.36)
    back.fill(
        rect(low, h - 0.075, high - low, 0.11),
        Linear(0, h - 0.075, 0, h + 0.03, ((0, cabinet, 1), (1, dark(cabinet, 0.2), 1))),
    )
    for x in _steps(low, high, 0.135):
        back.fill(rect(x - 0.06, h - 0.06, 0.12, 0.08, 0.006), light(cabinet, 0.12))
        back.fill(rect(x - 0.02, h - 0.052, 0.04, 0.006, 0.003), rgb("f0d9a0"))
    back.fill(rect(low, h - 0.092, high - low, 0.022), light(rgb("e9d8bd"), 0.2))
    back.fill(rect(low, h - 0.074, high - low, 0.006), rgb("a9825c"))
    back.fill(rect(low, h + 0.026, high - low, 0.014), dark(cabinet, 0.5))
    _stove(back, site, -0.2, h, 0.16)
    for i, x in enumerate(_steps(low, high, 0.23)):
        if abs(x + 0.2) > 0.13:
            _counter_thing(back, x, h - 0.092, i + site.seed)
    _pendants(site, low, high)
    _dust(site)
    del ground


def stage(site: Site) -> None:
    """Its light is its own: spots and curtains at any hour; the hour only colours the backdrop."""
    h = site.horizon
    hue = {
        "dawn": ("5a3f86", "e88fa0"),
        "day": ("27458f", "5fb8d8"),
        "sunset": ("5c2f78", "f0885f"),
        "night": ("1c1f5c", "7a4fc0"),
    }[site.time]
    back = site.layer(0.7, 1.0, lit=lamp_lit(site.lit)).glowing
    low, high = site.view.span(1.0)
    back.fill(rect(low - 0.5, -1, high - low + 1, 3), Linear(0, 0, 0, h, ((0, rgb(hue[0]), 1), (1, rgb(hue[1]), 1))))
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
    for k in range(3):
        pen.glow(0.0, h - 0.12, 0.5 - 0.12 * k, rgb("ffd9a0"), 0.20)
    group = site.pulse(pen, 0.35, 1.0, 2.2, 0.0)
    u, v = randoms(site.seed + 3, int(70 * (high - low)), 2)
    group.fill(dots(low + u * (high - low), 0.02 + v * (h - 0.06), 0.0024), rgb("fff2c4"), 0.75)
    for i in range(-6, 7):
        up = 0.07 + 0.10 * noise(site.seed, i)
        pen.fill(rect(i * 0.17 - 0.07, h - up, 0.13, up + 0.01, 0.01), dark(hue, 0.35), 0.55)


def _shell(site: Site, wall: Colour, floor_ink: Colour, tiles: bool = False) -> Pen:
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
        for i, x in enumerate(_steps(low - 0.2, high + 0.2, 0.055)):
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


def _steps(low: float, high: float, step: float) -> list[float]:
    return [i * step for i in range(int(low // step), int(high // step) + 2)]


def view_window(site: Site, pen: Pen, x: float, y: float, w: float, h: float, curtain: Colour) -> None:
    """Centre-top x, y. The outside: sky of the hour, sun or moon, hills, and what falls."""
    left, outside = x - w / 2, pen.glowing
    pane = rect(left, y, w, h)
    pen.fill(rect(left - 0.018, y - 0.018, w + 0.036, h + 0.036, 0.004), rgb("fbf4e6"))
    sky_stops = site.sky_lit.sky
    outside.fill(pane, Linear(0, y, 0, y + h, sky_stops))
    if site.weather in ("clear", "clouds", "wind"):
        sun = rgb("fdf4d6") if site.time == "night" else site.lit.sun
        sy = y + h * (0.3 if site.time in ("day", "night") else 0.55)
        outside.fill(
            ellipse(x - w * 0.2, sy, w * 0.30, w * 0.30),
            Radial(x - w * 0.2, sy, w * 0.3, ((0, sun, 0.7), (1, sun, 0.0))),
            clip=pane,
        )
        outside.dot(x - w * 0.2, sy, w * 0.09, w * 0.09, sun)
    hill = tone(site.sky_lit, 0.55)
    tree = tone(site.sky_lit, 0.8)
    ground = rgb("eef4fa") if site.snowy else rgb("6fae68")
    outside.fill(ellipse(x + w * 0.25, y + h * 1.1, w * 0.6, h * 0.42), hill(ground), clip=pane)
    outside.fill(ellipse(x - w * 0.3, y + h * 1.16, w * 0.6, h * 0.40), tree(ground), clip=pane)
    for k in (-0.32, 0.1, 0.34):
        outside.fill(
            poly((x + w * k - 0.018, y + h * 0.88), (x + w * k, y + h * 0.52), (x + w * k + 0.018, y + h * 0.88)),
            tree(rgb("3f7a5a")),
            clip=pane,
        )
    if site.weather in ("rain", "storm", "snow"):
        u, v, q = randoms(site.seed + 9, 40, 3)
        falling = pen.group()

        def draw(p: Pen, t: float) -> None:
            speed = 0.12 if site.snowy else 0.9
            ys = y + ((v + t * speed * (0.8 + 0.4 * q)) % 1.0) * (h - 0.02)
            xs = left + u * (w - 0.01)
            if site.snowy:
                p.fill(dots(xs, ys, 0.0024), WHITE, 0.9)
            else:
                p.stroke(dashes(xs, ys, -0.002, 0.018), rgb("d9e8f5"), 0.0014, 0.7)

        site.redraw(falling, draw)
    pen.fill(Path().rect(x - 0.005, y, 0.010, h).rect(left, y + h * 0.45 - 0.004, w, 0.008), rgb("fbf4e6"))
    pen.fill(rect(left - 0.03, y + h + 0.014, w + 0.06, 0.016, 0.004), rgb("f3e6d0"))
    pen.stroke(Path().move(left - 0.055, y - 0.03).line(left + w + 0.055, y - 0.03), rgb("9a6a4a"), 0.008)
    for side in (-1, 1):
        cx = x + side * (w / 2 + 0.012)
        drape = blob(
            (cx - 0.036, y - 0.03),
            (cx + 0.036, y - 0.03),
            (cx + 0.03 + side * 0.006, y + h * 0.5),
            (cx + 0.042, y + h + 0.05),
            (cx - 0.042, y + h + 0.05),
            (cx - 0.03 + side * 0.006, y + h * 0.5),
            tension=0.5,
        )
        pen.fill(
            drape,
            Linear(
                cx - 0.04,
                0,
                cx + 0.04,
                0,
                ((0, dark(curtain, 0.18), 1), (0.5, light(curtain, 0.1), 1), (1, dark(curtain, 0.18), 1)),
            ),
        )


def _frames(pen: Pen, site: Site, x: float, y: float) -> None:
    for i, (dx, dy, w, h) in enumerate(((0, 0, 0.075, 0.095), (0.09, 0.02, 0.055, 0.055), (0.09, 0.09, 0.055, 0.04))):
        px, py = x + dx, y + dy
        pen.fill(rect(px + 0.003, py + 0.005, w, h), rgb("3a2a30"), 0.18)
        pen.fill(rect(px, py, w, h, 0.003), rgb(("8a5a40", "d9b36a", "5f4a55")[i]))
        pen.fill(rect(px + 0.006, py + 0.006, w - 0.012, h - 0.012), rgb("f7ecd8"))
        c = rgb(("e07a5f", "5fa8a0", "e9b44c")[(i + site.seed) % 3])
        pen.fill(poly((px + 0.008, py + h - 0.008), (px + w * 0.45, py + h * 0.4), (px + w - 0.008, py + h - 0.008)), c)
        pen.dot(px + w * 0.68, py + h * 0.3, w * 0.1, w * 0.1, rgb("f2c14e"))


def _shelf(pen: Pen, site: Site, x: float, y: float, w: float, h: float) -> None:
    wood = rgb("8f5f43")
    pen.fill(rect(x - w / 2, y - h, w, h, 0.005), dark(wood, 0.28))
    for row in range(3):
        ry = y - h + h * (row + 1) / 3 - 0.008
        bx, i = x - w / 2 + 0.012, 0
        while bx < x + w / 2 - 0.03:
            r = noise(site.seed, row, i, int(x * 100))
            bw, bh = 0.010 + 0.010 * r, h / 3 * (0.5 + 0.3 * noise(i, row, 4))
            if r < 0.12:
                pen.dot(bx + 0.012, ry - 0.014, 0.013, 0.015, rgb("e3a857"))
                bw = 0.026
            else:
                pen.fill(
                    rect(bx, ry - bh, bw, bh, 0.002),
                    rgb(("d9665a", "5f9aa0", "e9b44c", "7d6fae", "f3e3c5", "6f9a62")[int(r * 97) % 6]),
                )
            bx, i = bx + bw + 0.002, i + 1
        pen.fill(rect(x - w / 2, ry, w, 0.009), wood)
    pen.stroke(rect(x - w / 2, y - h, w, h, 0.005), wood, 0.010)


def _sofa(pen: Pen, site: Site, x: float, y: float, w: float, colour: Colour) -> None:
    d, lit = dark(colour, 0.2), light(colour, 0.12)
    pen.dot(x, y + 0.004, w * 0.62, 0.012, rgb("2a1f2a"), 0.25)
    pen.fill(rect(x - w * 0.5, y - w * 0.52, w, w * 0.45, w * 0.12), colour)
    pen.fill(rect(x - w * 0.55, y - w * 0.25, w * 1.1, w * 0.2, w * 0.06), d)
    for k in (-0.42, 0.02):
        pen.fill(rect(x + k * w, y - w * 0.32, w * 0.40, w * 0.15, w * 0.06), lit)
    for k in (-0.62, 0.46):
        pen.fill(rect(x + k * w, y - w * 0.38, w * 0.17, w * 0.34, w * 0.08), lit)
    for k in (-0.5, 0.44):
        pen.fill(rect(x + k * w, y - w * 0.06, w * 0.05, w * 0.07), rgb("7a5038"))
    pen.fill(
        blob(
            (x - w * 0.36, y - w * 0.50),
            (x - w * 0.16, y - w * 0.47),
            (x - w * 0.20, y - w * 0.28),
            (x - w * 0.38, y - w * 0.30),
            tension=0.6,
        ),
        rgb("f2c46a"),
    )
    del site


def _floor_lamp(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    pen.dot(x, y, 0.035, 0.007, rgb("4a3a3a"))
    pen.stroke(Path().move(x, y).line(x, y - h * 0.8), rgb("5a4540"), 0.006)
    shade = poly((x - 0.045, y - h), (x + 0.045, y - h), (x + 0.07, y - h * 0.76), (x - 0.07, y - h * 0.76))
    on = site.lit.dim > 0.3
    ink = Linear(0, y - h, 0, y - h * 0.76, ((0, rgb("ffdf9c"), 1), (1, rgb("fff2c8"), 1)))
    (pen.glowing if on else pen).fill(shade, ink if on else rgb("f2ddb4"))
    if on:
        pen.glowing.glow(x, y - h * 0.84, 0.42, rgb("ffc878"), 0.5)


def _pot_plant(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    group = pen.group((1, 0, 0, 1, x, y - h * 0.36))
    for i, a in enumerate((-2.7, -0.45, -2.25, -0.9, -1.85, -1.3)):
        c, s, r = cos(a), sin(a), h * (0.62 + 0.2 * noise(i, 2))
        leaf = (
            Path()
            .move(0, 0)
            .quad(c * r * 0.5 - s * r * 0.28, s * r * 0.5 + c * r * 0.28, c * r, s * r)
            .quad(c * r * 0.5 + s * r * 0.28, s * r * 0.5 - c * r * 0.28, 0, 0)
        )
        group.fill(leaf.close(), mix(rgb("3f8a5c"), rgb("7fb46a"), i / 5))
    pen.fill(
        poly((x - h * 0.2, y - h * 0.38), (x + h * 0.2, y - h * 0.38), (x + h * 0.15, y), (x - h * 0.15, y)),
        rgb("d98464"),
    )
    pen.fill(rect(x - h * 0.22, y - h * 0.42, h * 0.44, h * 0.09, h * 0.02), rgb("e59b7a"))
    del site


def _rug(pen: Pen, x: float, y: float, w: float, colour: Colour, trim: Colour) -> None:
    for k, c in ((1.0, colour), (0.88, trim), (0.82, colour), (0.45, trim), (0.38, light(colour, 0.25))):
        pen.fill(ellipse(x, y, w * k, w * k * 0.26), c)


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


def _dust(site: Site) -> None:
    u, v, w = randoms(site.seed + 12, 26, 3)
    half = site.aspect / 2

    def draw(p: Pen, t: float) -> None:
        xs = (u * 2 * half + 0.012 * t * (w - 0.3)) % (2 * half) - half
        ys = 0.1 + 0.75 * v + 0.02 * np.sin(t * 0.5 + w * 12)
        p.fill(dots(xs, ys, 0.0011 + 0.001 * w), rgb("fff3d0"), 0.4)

    site.redraw(site.layer(1.0, 1.0, front=True).glowing, draw)


def _front_plant(site: Site) -> None:
    from inference.world.picture.places.nature import fringe

    fringe(site, rgb("3a4a44"))


def _backsplash(pen: Pen, low: float, high: float, y: float, h: float, wall: Colour) -> None:
    pen.fill(rect(low, y, high - low, h), light(wall, 0.5))
    lines = Path()
    for x in _steps(low, high, 0.04):
        lines.move(x, y).line(x, y + h)
    for k in range(4):
        lines.move(low, y + k * 0.035).line(high, y + k * 0.035)
    pen.stroke(lines, dark(wall, 0.10), 0.0018, 0.8)


def _cupboard(pen: Pen, x: float, y: float, w: float, h: float, colour: Colour) -> None:
    pen.fill(rect(x - w / 2 + 0.004, y + 0.006, w, h, 0.006), rgb("3a2a30"), 0.16)
    pen.fill(rect(x - w / 2, y, w, h, 0.006), colour)
    for k in (0.03, 0.52):
        pen.fill(rect(x - w / 2 + w * k, y + h * 0.07, w * 0.45, h * 0.86, 0.005), light(colour, 0.14))
        pen.fill(rect(x - w / 2 + w * (k + 0.06), y + h * 0.15, w * 0.33, h * 0.70, 0.004), colour)
    pen.dot(x - 0.012, y + h * 0.55, 0.006, 0.006, rgb("f0d9a0"))
    pen.dot(x + 0.012, y + h * 0.55, 0.006, 0.006, rgb("f0d9a0"))


def _utensils(pen: Pen, site: Site, x: float, y: float) -> None:
    pen.stroke(Path().move(x - 0.1, y).line(x + 0.1, y), rgb("a9825c"), 0.006)
    for i in range(4):
        ux, kind = x - 0.08 + i * 0.052, int(noise(site.seed, i, int(x * 50)) * 3)
        pen.stroke(Path().move(ux, y).line(ux, y + 0.05), rgb("7a5a48"), 0.005)
        if kind == 0:
            pen.dot(ux, y + 0.06, 0.018, 0.018, rgb("5a5f70"))
        elif kind == 1:
            pen.dot(ux, y + 0.058, 0.009, 0.014, rgb("c9ccd6"))
        else:
            pen.fill(rect(ux - 0.009, y + 0.046, 0.018, 0.028, 0.004), rgb("d98f5f"))


def _stove(pen: Pen, site: Site, x: float, h: float, w: float) -> None:
    pen.fill(rect(x - w / 2, h - 0.09, w, 0.125, 0.006), rgb("e8e4de"))
    pen.fill(rect(x - w * 0.38, h - 0.055, w * 0.76, 0.065, 0.006), rgb("4a4655"))
    pen.glowing.fill(
        rect(x - w * 0.34, h - 0.05, w * 0.68, 0.055, 0.006),
        Linear(0, h - 0.05, 0, h + 0.005, ((0, rgb("6b3a3a"), 1), (1, rgb("ff9a4a"), 1))),
    )
    for k in range(4):
        pen.dot(x - w * 0.3 + w * 0.2 * k, h - 0.075, 0.006, 0.006, rgb("d9665a"))
    pen.fill(rect(x - w / 2, h - 0.098, w, 0.012, 0.003), rgb("4a4655"))
    pen.fill(rect(x - 0.045, h - 0.15, 0.09, 0.054, 0.012), rgb("d9665a"))
    pen.fill(rect(x - 0.052, h - 0.155, 0.104, 0.012, 0.006), rgb("b84f48"))
    pen.dot(x, h - 0.16, 0.008, 0.007, rgb("4a4655"))
    steam(site, pen, x, h - 0.165)


def steam(site: Site, pen: Pen, x: float, y: float) -> None:
    def draw(p: Pen, t: float) -> None:
        for i in range(6):
            a = (t * 0.38 + i / 6) % 1.0
            p.dot(
                x + 0.02 * sin(a * 5 + i * 2.1),
                y - 0.13 * a,
                0.008 + 0.022 * a,
                0.008 + 0.022 * a,
                rgb("fff8ee"),
                0.34 * sin(a * pi),
            )

    site.redraw(pen, draw)


def _counter_thing(pen: Pen, x: float, y: float, key: int) -> None:
    kind = key % 5
    if kind == 0:
        pen.dot(x, y - 0.006, 0.045, 0.012, rgb("c98f5a"))
        for k, c in enumerate(("d9534a", "f2b84b", "8fbf5a")):
            pen.dot(x - 0.022 + 0.022 * k, y - 0.024 - 0.006 * (k % 2), 0.016, 0.016, rgb(c))
        pen.fill(
            blob((x - 0.045, y - 0.018), (x, y - 0.012), (x + 0.045, y - 0.018), (x + 0.028, y), (x - 0.028, y)),
            rgb("e3a86a"),
        )
    elif kind == 1:
        for k in range(3):
            jar = x - 0.04 + 0.034 * k
            pen.fill(
                rect(jar, y - 0.05 - 0.008 * k, 0.028, 0.05 + 0.008 * k, 0.006), rgb(("d98464", "6fa6a0", "e9c46a")[k])
            )
            pen.fill(rect(jar - 0.001, y - 0.058 - 0.008 * k, 0.030, 0.012, 0.003), rgb("f7ecd8"))
    elif kind == 2:
        pen.fill(rect(x - 0.022, y - 0.05, 0.044, 0.05, 0.006), rgb("d98464"))
        for k in range(6):
            a = -pi * (0.15 + 0.14 * k)
            pen.fill(
                blob(
                    (x, y - 0.05),
                    (x + cos(a) * 0.03 - 0.01, y - 0.06 + sin(a) * 0.03),
                    (x + cos(a) * 0.05, y - 0.055 + sin(a) * 0.055),
                    (x + cos(a) * 0.03 + 0.01, y - 0.06 + sin(a) * 0.03),
                ),
                rgb("6aa65a"),
            )
    elif kind == 3:
        pen.fill(rect(x - 0.04, y - 0.03, 0.08, 0.03, 0.014), rgb("d9a15f"))
        for cut in (-0.02, 0.0, 0.02):
            pen.stroke(Path().move(x + cut - 0.006, y - 0.028).line(x + cut + 0.006, y - 0.018), rgb("f6d9a4"), 0.004)
    else:
        pen.fill(rect(x - 0.024, y - 0.055, 0.042, 0.055, 0.01), rgb("5f8fa8"))
        pen.stroke(curve((x + 0.018, y - 0.045), (x + 0.036, y - 0.03), (x + 0.018, y - 0.014)), rgb("5f8fa8"), 0.006)


def _pendants(site: Site, low: float, high: float) -> None:
    pen = site.layer(1.0, 1.0)
    on = site.lit.dim > 0.3
    for x in _steps(low, high, 0.36):
        cx = x + 0.18
        pen.stroke(Path().move(cx, -0.2).line(cx, 0.05), rgb("4a3f48"), 0.004)
        pen.fill(
            blob((cx - 0.045, 0.085), (cx - 0.02, 0.05), (cx + 0.02, 0.05), (cx + 0.045, 0.085), tension=0.7),
            rgb("d9665a"),
        )
        pen.glowing.dot(cx, 0.086, 0.018, 0.012, rgb("fff2c8"))
        if on:
            pen.glowing.glow(cx, 0.09, 0.30, rgb("ffcf85"), 0.5)


def _footlights(site: Site, pen: Pen, low: float, high: float) -> None:
    y = 0.985
    pen.fill(rect(low - 0.5, y - 0.004, high - low + 1, 0.1), rgb("2a1830"))
    for i, x in enumerate(_steps(low, high, 0.09)):
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
