"""The kitchen."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, light, rgb
from inference.world.picture.path import Path, blob, curve, noise, rect
from inference.world.picture.places.furniture import view_window
from inference.world.picture.places.indoor import dust, shell, steps

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.site import Site


def kitchen(site: Site) -> None:
    wall = rgb(("f3dfc0", "cfe3dc", "f0cdb8")[site.seed % 3])
    ground = shell(site, wall, rgb("c9b49a"), tiles=True)
    back = site.layer(0.92, 1.0)
    h = site.horizon
    low, high = site.view.span(0.92)
    cabinet = rgb(("5f9a94", "d98c6a", "7f95b8")[site.seed % 3])
    _backsplash(back, low, high, h - 0.20, 0.13, wall)
    view_window(site, back, 0.0, 0.15, 0.24, 0.21, rgb("f2b84b"))
    for x in steps(low, high, 0.27):
        if abs(x) > 0.2:
            _cupboard(back, x, 0.14, 0.24, 0.17, cabinet)
            _utensils(back, site, x, 0.36)
    back.fill(
        rect(low, h - 0.075, high - low, 0.11),
        Linear(0, h - 0.075, 0, h + 0.03, ((0, cabinet, 1), (1, dark(cabinet, 0.2), 1))),
    )
    for x in steps(low, high, 0.135):
        back.fill(rect(x - 0.06, h - 0.06, 0.12, 0.08, 0.006), light(cabinet, 0.12))
        back.fill(rect(x - 0.02, h - 0.052, 0.04, 0.006, 0.003), rgb("f0d9a0"))
    back.fill(rect(low, h - 0.092, high - low, 0.022), light(rgb("e9d8bd"), 0.2))
    back.fill(rect(low, h - 0.074, high - low, 0.006), rgb("a9825c"))
    back.fill(rect(low, h + 0.026, high - low, 0.014), dark(cabinet, 0.5))
    _stove(back, site, -0.2, h, 0.16)
    for i, x in enumerate(steps(low, high, 0.23)):
        if abs(x + 0.2) > 0.13:
            _counter_thing(back, x, h - 0.092, i + site.seed)
    _pendants(site, low, high)
    dust(site)
    del ground


def _backsplash(pen: Pen, low: float, high: float, y: float, h: float, wall: Colour) -> None:
    pen.fill(rect(low, y, high - low, h), light(wall, 0.5))
    lines = Path()
    for x in steps(low, high, 0.04):
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
    for x in steps(low, high, 0.36):
        cx = x + 0.18
        pen.stroke(Path().move(cx, -0.2).line(cx, 0.05), rgb("4a3f48"), 0.004)
        pen.fill(
            blob((cx - 0.045, 0.085), (cx - 0.02, 0.05), (cx + 0.02, 0.05), (cx + 0.045, 0.085), tension=0.7),
            rgb("d9665a"),
        )
        pen.glowing.dot(cx, 0.086, 0.018, 0.012, rgb("fff2c8"))
        if on:
            pen.glowing.glow(cx, 0.09, 0.30, rgb("ffcf85"), 0.5)
