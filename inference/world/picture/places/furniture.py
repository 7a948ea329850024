"""The window with its view, and the furniture of a room."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb, tone
from inference.world.picture.path import Path, blob, ellipse, noise, poly, rect
from inference.world.picture.swarm import dashes, dots, randoms

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


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


def frames(pen: Pen, site: Site, x: float, y: float) -> None:
    for i, (dx, dy, w, h) in enumerate(((0, 0, 0.075, 0.095), (0.09, 0.02, 0.055, 0.055), (0.09, 0.09, 0.055, 0.04))):
        px, py = x + dx, y + dy
        pen.fill(rect(px + 0.003, py + 0.005, w, h), rgb("3a2a30"), 0.18)
        pen.fill(rect(px, py, w, h, 0.003), rgb(("8a5a40", "d9b36a", "5f4a55")[i]))
        pen.fill(rect(px + 0.006, py + 0.006, w - 0.012, h - 0.012), rgb("f7ecd8"))
        c = rgb(("e07a5f", "5fa8a0", "e9b44c")[(i + site.seed) % 3])
        pen.fill(poly((px + 0.008, py + h - 0.008), (px + w * 0.45, py + h * 0.4), (px + w - 0.008, py + h - 0.008)), c)
        pen.dot(px + w * 0.68, py + h * 0.3, w * 0.1, w * 0.1, rgb("f2c14e"))


def shelf(pen: Pen, site: Site, x: float, y: float, w: float, h: float) -> None:
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


def sofa(pen: Pen, site: Site, x: float, y: float, w: float, colour: Colour) -> None:
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


def floor_lamp(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
    pen.dot(x, y, 0.035, 0.007, rgb("4a3a3a"))
    pen.stroke(Path().move(x, y).line(x, y - h * 0.8), rgb("5a4540"), 0.006)
    shade = poly((x - 0.045, y - h), (x + 0.045, y - h), (x + 0.07, y - h * 0.76), (x - 0.07, y - h * 0.76))
    on = site.lit.dim > 0.3
    ink = Linear(0, y - h, 0, y - h * 0.76, ((0, rgb("ffdf9c"), 1), (1, rgb("fff2c8"), 1)))
    (pen.glowing if on else pen).fill(shade, ink if on else rgb("f2ddb4"))
    if on:
        pen.glowing.glow(x, y - h * 0.84, 0.42, rgb("ffc878"), 0.5)


def pot_plant(pen: Pen, site: Site, x: float, y: float, h: float) -> None:
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


def rug(pen: Pen, x: float, y: float, w: float, colour: Colour, trim: Colour) -> None:
    for k, c in ((1.0, colour), (0.88, trim), (0.82, colour), (0.45, trim), (0.38, light(colour, 0.25))):
        pen.fill(ellipse(x, y, w * k, w * k * 0.26), c)
