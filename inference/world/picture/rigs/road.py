"""Vehicles on wheels."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, rect, star
from inference.world.picture.rigs.chassis import GLASS, driver, lamps, pane, puffs, spring, wheel
from inference.world.picture.rigs.small_face import small_face

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.vehicle import Vehicle


def car(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, spring(v, pose)))
    puffs(v, pen, pose, -1.02, -0.14, 0.07, 0.18)
    cabin = blob((-0.62, -0.48), (-0.42, -0.90), (-0.10, -1.0), (0.22, -0.94), (0.52, -0.50), tension=0.55)
    v.shell(g, pose, cabin, -0.6, -1.0, 1.1, 0.5)
    back = blob((-0.50, -0.52), (-0.36, -0.84), (-0.12, -0.91), (-0.09, -0.52), tension=0.35)
    front = blob((0.0, -0.52), (-0.02, -0.91), (0.18, -0.86), (0.42, -0.52), tension=0.35)
    pane(g, pose, back, -0.5, -0.9, 0.4, 0.4)
    pane(g, pose, front, 0.0, -0.9, 0.4, 0.4)
    driver(v, g, pose, 0.14, -0.64, 0.085)
    body = blob(
        (-0.99, -0.24),
        (-0.97, -0.46),
        (-0.60, -0.54),
        (0.50, -0.54),
        (0.90, -0.44),
        (1.0, -0.24),
        (0.92, -0.14),
        (-0.92, -0.14),
        tension=0.6,
    )
    v.shell(g, pose, body, -1.0, -0.54, 2.0, 0.4)
    g.fill(rect(-0.94, -0.20, 1.88, 0.07, 0.03), dark(v.body, 0.5))
    g.stroke(Path().move(-0.04, -0.50).line(-0.05, -0.20), dark(v.body, 0.3), 0.012)
    g.fill(rect(-0.26, -0.43, 0.12, 0.03, 0.015), v.trim)
    g.stroke(curve((-0.92, -0.36), (0, -0.39), (0.92, -0.34)), light(v.body, 0.4), 0.014, 0.7)
    lamps(v, g, pose, 0.93, -0.34, -0.98)
    for x in (-0.56, 0.58):
        g.fill(ellipse(x, -0.20, 0.24, 0.23), dark(v.body, 0.55))
        wheel(v, pen, pose, x, 0.195)
    small_face(g, v.looks, pose, 0.17, -0.70, 0.24, GLASS, top=0.3)


def bus(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, spring(v, pose)))
    puffs(v, pen, pose, -1.02, -0.12, 0.06, 0.16)
    v.shell(g, pose, rect(-0.99, -1.0, 1.98, 0.86, 0.12), -0.99, -1.0, 1.98, 0.86)
    g.fill(rect(-0.99, -0.44, 1.98, 0.07), v.trim)
    g.fill(rect(-0.97, -0.20, 1.94, 0.07, 0.03), dark(v.body, 0.5))
    for k in range(5):
        x = -0.90 + 0.30 * k
        pane(g, pose, rect(x, -0.86, 0.24, 0.34, 0.03), x, -0.86, 0.24, 0.34)
        if k % 2 == 0:
            driver(v, g, pose, x + 0.12, -0.64, 0.06)
    pane(g, pose, rect(0.62, -0.86, 0.33, 0.40, 0.05), 0.62, -0.86, 0.33, 0.4)
    g.fill(rect(0.40, -0.52, 0.18, 0.38, 0.02), dark(v.body, 0.25))
    lamps(v, g, pose, 0.96, -0.28, -0.99)
    g.fill(rect(-0.6, -0.975, 0.9, 0.07, 0.02), WHITE)
    for k in range(7):
        g.fill(rect(-0.54 + 0.11 * k, -0.955, 0.06, 0.03), dark(v.body, 0.4))
    for x in (-0.58, 0.60):
        g.fill(ellipse(x, -0.15, 0.19, 0.18), dark(v.body, 0.55))
        wheel(v, pen, pose, x, 0.15)
    small_face(g, v.looks, pose, 0.76, -0.52, 0.30, v.body)


def truck(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, spring(v, pose)))
    puffs(v, pen, pose, 0.32, -1.02, 0.06, 0.26, rgb("c9ccd6"))
    g.fill(rect(-0.94, -0.24, 1.86, 0.10, 0.03), rgb("464a5c"))
    v.shell(g, pose, rect(-0.94, -0.94, 1.22, 0.72, 0.04), -0.94, -0.94, 1.22, 0.72, v.trim)
    for k in range(6):
        g.stroke(Path().move(-0.82 + 0.2 * k, -0.90).line(-0.82 + 0.2 * k, -0.26), dark(v.trim, 0.16), 0.012)
    g.fill(star(-0.34, -0.58, 0.18, 0.08), v.body)
    g.fill(rect(0.30, -1.0, 0.05, 0.5, 0.02), rgb("aab2c0"))
    cab = blob((0.36, -0.20), (0.36, -0.84), (0.66, -0.86), (0.80, -0.54), (0.94, -0.46), (0.95, -0.20), tension=0.35)
    v.shell(g, pose, cab, 0.36, -0.86, 0.6, 0.66)
    pane(
        g, pose, blob((0.46, -0.52), (0.46, -0.76), (0.64, -0.77), (0.74, -0.52), tension=0.3), 0.46, -0.76, 0.28, 0.24
    )
    driver(v, g, pose, 0.57, -0.60, 0.06)
    g.stroke(Path().move(0.44, -0.48).line(0.44, -0.24), dark(v.body, 0.3), 0.012)
    lamps(v, g, pose, 0.93, -0.33, -0.94)
    for x in (-0.66, -0.30, 0.64):
        wheel(v, pen, pose, x, 0.165)
    small_face(g, v.looks, pose, 0.74, -0.40, 0.22, v.body)


def tractor(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, spring(v, pose)))
    puffs(v, pen, pose, 0.36, -0.98, 0.07, 0.26, rgb("b9bcc8"))
    g.fill(rect(0.33, -0.94, 0.06, 0.40, 0.02), rgb("4a4d5c"))
    v.shell(
        g,
        pose,
        blob((-0.10, -0.26), (-0.08, -0.62), (0.50, -0.60), (0.62, -0.50), (0.62, -0.26), tension=0.4),
        -0.1,
        -0.62,
        0.72,
        0.36,
    )
    for k in range(4):
        g.stroke(Path().move(0.26 + 0.07 * k, -0.52).line(0.26 + 0.07 * k, -0.34), dark(v.body, 0.4), 0.018)
    pane(g, pose, poly((-0.50, -0.55), (-0.44, -0.92), (-0.04, -0.92), (0.02, -0.58)), -0.5, -0.92, 0.52, 0.36)
    driver(v, g, pose, -0.22, -0.70, 0.085)
    g.stroke(Path().polyline(((-0.52, -0.5), (-0.45, -0.93), (-0.03, -0.93), (0.03, -0.58))), v.body, 0.035)
    g.fill(rect(-0.56, -1.0, 0.62, 0.075, 0.03), v.trim)
    v.shell(
        g,
        pose,
        blob((-0.66, -0.42), (-0.36, -0.66), (-0.04, -0.40), (0.0, -0.24), (-0.6, -0.24)),
        -0.66,
        -0.66,
        0.66,
        0.4,
    )
    g.dot(0.62, -0.46, 0.04, 0.05, rgb("fff3c4"))
    wheel(v, pen, pose, -0.32, 0.31, 7, rgb("f2c14e"))
    a = pose.phase * 2 * pi * (v.driving(pose) > 0.05)
    for k in range(14):
        b = a + k * 2 * pi / 14
        pen.dot(-0.32 + cos(b) * 0.31, -0.31 + sin(b) * 0.31, 0.035, 0.035, v.wheel)
    wheel(v, pen, pose, 0.44, 0.17, 5, rgb("f2c14e"))
    small_face(g, v.looks, pose, 0.32, -0.44, 0.24, v.body)


def train(v: Vehicle, pen: Pen, pose: Pose) -> None:
    b = spring(v, pose) * 0.6
    g = pen.group((1, 0, 0, 1, 0, b))
    puffs(v, pen, pose, 0.92, -1.0, 0.13, 0.42, rgb("f2f0ee"))
    pen.fill(rect(-1.5, -0.012, 3.0, 0.03), rgb("7a7f8f"))
    v.shell(g, pose, rect(-1.34, -0.84, 1.0, 0.62, 0.05), -1.34, -0.84, 1.0, 0.62, mix(v.body, rgb("35323f"), 0.12))
    for k in range(3):
        x = -1.24 + 0.30 * k
        pane(g, pose, rect(x, -0.72, 0.22, 0.24, 0.03), x, -0.72, 0.22, 0.24)
        driver(v, g, pose, x + 0.11, -0.56, 0.055)
    g.fill(rect(-1.38, -0.90, 1.08, 0.08, 0.03), v.trim)
    g.fill(rect(-0.34, -0.30, 0.16, 0.05), rgb("464a5c"))
    v.shell(g, pose, rect(-0.18, -0.92, 0.50, 0.70, 0.04), -0.18, -0.92, 0.5, 0.7)
    pane(g, pose, rect(-0.08, -0.80, 0.30, 0.26, 0.03), -0.08, -0.80, 0.3, 0.26)
    driver(v, g, pose, 0.08, -0.64, 0.07)
    g.fill(rect(-0.24, -1.0, 0.62, 0.09, 0.03), dark(v.body, 0.35))
    v.shell(g, pose, rect(0.30, -0.66, 0.92, 0.42, 0.12), 0.3, -0.66, 0.92, 0.42)
    for x in (0.50, 0.78):
        g.fill(rect(x, -0.66, 0.04, 0.42), v.trim)
    g.fill(poly((0.84, -0.64), (0.86, -0.86), (0.82, -0.96), (1.02, -0.96), (0.98, -0.86), (1.0, -0.64)), rgb("3d404f"))
    g.dot(0.58, -0.68, 0.09, 0.08, rgb("f0bf4c"))
    g.fill(ellipse(1.20, -0.45, 0.06, 0.19), rgb("3d404f"))
    g.dot(1.22, -0.58, 0.055, 0.06, rgb("fff3c4"))
    g.fill(poly((1.16, -0.22), (1.38, 0.0), (1.06, 0.0)), v.trim)
    a = pose.phase * 2 * pi * (v.driving(pose) > 0.05)
    for x, r in ((-1.14, 0.13), (-0.56, 0.13), (0.04, 0.20), (0.50, 0.20), (0.96, 0.13)):
        wheel(v, pen, pose, x, r, 6, rgb("c9403f"))
    rod = 0.09
    pen.stroke(
        Path().move(0.04 + cos(a) * rod, -0.20 + sin(a) * rod).line(0.50 + cos(a) * rod, -0.20 + sin(a) * rod),
        rgb("d5dae2"),
        0.045,
    )
    small_face(g, v.looks, pose, 0.86, -0.46, 0.26, v.body)


def _spokes(pen: Pen, x: float, r: float, a: float, colour: Colour) -> None:
    path = Path()
    for k in range(8):
        b = a + k * pi / 4
        path.move(x, -r).line(x + cos(b) * r, -r + sin(b) * r)
    pen.stroke(path, rgb("aeb6c4"), 0.010)
    pen.stroke(ellipse(x, -r, r, r), colour, 0.05)
    pen.dot(x, -r, 0.035, 0.035, rgb("6d7585"))


def bicycle(v: Vehicle, pen: Pen, pose: Pose) -> None:
    a = pose.phase * 2 * pi * (v.driving(pose) > 0.05)
    for x in (-0.48, 0.48):
        _spokes(pen, x, 0.29, a, v.wheel)
    frame = Path().polyline(((-0.48, -0.29), (-0.02, -0.27), (0.34, -0.68), (-0.20, -0.66), (-0.48, -0.29)))
    frame.polyline(((-0.24, -0.76), (-0.02, -0.27))).polyline(((0.30, -0.84), (0.36, -0.66), (0.48, -0.29)))
    pen.stroke(frame, v.body, 0.050)
    crank = (cos(a) * 0.11, sin(a) * 0.11)
    for s in (-1, 1):
        pen.stroke(Path().move(-0.02, -0.27).line(-0.02 + crank[0] * s, -0.27 + crank[1] * s), rgb("6d7585"), 0.03)
        pen.fill(rect(-0.09 + crank[0] * s, -0.285 + crank[1] * s, 0.14, 0.03, 0.01), rgb("35323f"))
    pen.dot(-0.02, -0.27, 0.055, 0.055, rgb("8d95a5"))
    pen.fill(blob((-0.40, -0.78), (-0.20, -0.82), (-0.06, -0.77), (-0.24, -0.73)), rgb("4a3430"))
    pen.stroke(curve((0.30, -0.84), (0.20, -0.90), (0.36, -0.94), (0.42, -0.86)), rgb("4a4d5c"), 0.04)
    basket = poly((0.36, -0.80), (0.66, -0.80), (0.62, -0.58), (0.42, -0.58))
    pen.fill(basket, rgb("c99a62"))
    for x, c in ((0.44, "f4766a"), (0.53, "f8cb46"), (0.60, "f390b0")):
        pen.dot(x, -0.83, 0.055, 0.05, rgb(c))
    small_face(pen, v.looks, pose, 0.51, -0.69, 0.13, v.body)


def motorcycle(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, spring(v, pose)))
    puffs(v, pen, pose, -0.80, -0.18, 0.06, 0.16)
    for x in (-0.50, 0.54):
        wheel(v, pen, pose, x, 0.27, 6)
    g.stroke(Path().polyline(((0.54, -0.27), (0.34, -0.80))), rgb("aab2c0"), 0.06)
    g.fill(blob((-0.24, -0.20), (-0.20, -0.46), (0.18, -0.46), (0.22, -0.20), tension=0.5), rgb("6d7585"))
    for k in range(4):
        g.stroke(Path().move(-0.16, -0.26 - 0.05 * k).line(0.14, -0.26 - 0.05 * k), rgb("aab2c0"), 0.018)
    g.stroke(curve((-0.02, -0.18), (-0.40, -0.16), (-0.78, -0.20)), rgb("c9ced8"), 0.07)
    v.shell(
        g,
        pose,
        blob((-0.06, -0.46), (0.04, -0.70), (0.34, -0.72), (0.40, -0.54), (0.14, -0.44)),
        -0.06,
        -0.72,
        0.46,
        0.3,
    )
    g.fill(
        blob((-0.74, -0.60), (-0.40, -0.62), (0.02, -0.58), (0.0, -0.48), (-0.44, -0.46), (-0.70, -0.52)), rgb("3a3040")
    )
    v.shell(g, pose, blob((-0.82, -0.46), (-0.60, -0.62), (-0.30, -0.50), (-0.5, -0.46)), -0.82, -0.62, 0.5, 0.16)
    v.shell(g, pose, blob((0.28, -0.52), (0.50, -0.62), (0.78, -0.44), (0.54, -0.50)), 0.28, -0.62, 0.5, 0.16)
    g.stroke(curve((0.34, -0.80), (0.26, -0.90), (0.16, -0.90)), rgb("35323f"), 0.045)
    g.dot(0.42, -0.76, 0.09, 0.09, v.trim)
    g.dot(0.46, -0.76, 0.06, 0.07, rgb("fff3c4"))
    small_face(g, v.looks, pose, 0.16, -0.58, 0.20, v.body)
