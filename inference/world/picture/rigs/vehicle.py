"""Vehicles: wheels that turn with the track's phase, springs, smoke, propellers, sails."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, noise, poly, rect, star
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.extras import draw_wings, notes
from inference.world.picture.rigs.face import INK
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.small_face import small_face

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks, Pose

TYRE, GLASS = rgb("33323f"), rgb("a9d8ee")
HOVERING = frozenset({"rocket", "ufo", "airplane", "helicopter", "hot_air_balloon", "submarine"})


class Vehicle:
    def __init__(self, looks: Looks) -> None:
        self.looks, self.kind = looks, looks.subject.name
        self.body, self.trim = looks.colour("body"), looks.colour("trim", WHITE)
        self.sail, self.wheel = looks.colour("sail", rgb("fbf3e2")), looks.colour("wheel", TYRE)

    def draw(self, pen: Pen, pose: Pose) -> None:
        hover = self.kind in HOVERING
        if hover and not pose.aloft:
            pen = pen.group((1, 0, 0, 1, 0, -0.5))
        elif not hover and pose.aloft:
            pen = pen.group((1, 0, 0, 1, 0, 0.5))
        if self.looks.kind("texture") == "glowing":
            pen.glowing.glow(0, 0 if hover else -0.5, 1.0, light(self.body, 0.4), 0.5)
        if self.looks.has("wings"):
            wings = pen.group((1.9, 0, 0, 1.9, -0.1, 0.0))
            draw_wings(wings, self.looks.tint("wings", WHITE), pose, 0.0, -0.08 if hover else -0.36)
        BODIES[self.kind](self, pen, pose)
        if pose.action == "sing":
            notes(pen, 0.5, -0.8 if not hover else -0.3, pose.t, 0.09)

    def driving(self, pose: Pose) -> float:
        return 1.0 if pose.action == "drive" else pose.walk

    def shell(
        self, pen: Pen, pose: Pose, path: Path, x: float, y: float, w: float, h: float, colour: Colour | None = None
    ) -> None:
        """A painted panel: lit from the sky, with the pattern that the words asked for."""
        c = colour or self.body
        stops = ((0, light(c, 0.22), 1), (0.42, c, 1), (1, dark(c, 0.24), 1))
        pen.fill(
            path,
            Linear(
                x + w * (0.5 - 0.12 * pose.light),
                y + h,
                x + w * (0.5 + 0.12 * pose.light),
                y,
                tuple((1 - a, k, o) for a, k, o in reversed(stops)),
            ),
        )
        if colour is None:
            patterned(pen, self.looks, path, c, x, y, w, h)


def _spring(v: Vehicle, pose: Pose) -> float:
    if pose.action in ("bounce", "dance", "jump", "shake", "laugh"):
        return -0.03 * abs(sin(pose.phase * 2 * pi)) if pose.action != "shake" else 0.012 * sin(pose.t * 40)
    return 0.008 * sin(pose.t * 19) * v.driving(pose) + 0.004 * sin(pose.t * 31)


def _wheel(v: Vehicle, pen: Pen, pose: Pose, x: float, r: float, spokes: int = 5, rim: Colour | None = None) -> None:
    a = pose.phase * 2 * pi * (1.0 if v.driving(pose) > 0.05 else 0.0)
    pen.dot(x, -r, r, r, v.wheel)
    pen.dot(x, -r, r * 0.62, r * 0.62, rim or rgb("d5dae2"))
    path = Path()
    for k in range(spokes):
        b = a + k * 2 * pi / spokes
        path.move(x, -r).line(x + cos(b) * r * 0.56, -r + sin(b) * r * 0.56)
    pen.stroke(path, dark(rim or rgb("d5dae2"), 0.35), r * 0.13)
    pen.dot(x, -r, r * 0.18, r * 0.18, dark(rim or rgb("d5dae2"), 0.5))
    pen.stroke(
        Path().move(x - r * 0.72, -r - r * 0.42).quad(x - r * 0.55, -r - r * 0.68, x - r * 0.3, -r - r * 0.8),
        light(v.wheel, 0.35),
        r * 0.08,
        0.8,
    )


def _pane(pen: Pen, pose: Pose, path: Path, x: float, y: float, w: float, h: float) -> None:
    alpha = 0.38 if pose.ridden else 1.0  # whoever rides is drawn before the vehicle and seen through its windows
    pen.fill(path, Linear(x, y, x, y + h, ((0, light(GLASS, 0.35), 1), (1, dark(GLASS, 0.18), 1))), alpha)
    shine = poly((x + w * 0.12, y + h), (x + w * 0.40, y), (x + w * 0.58, y), (x + w * 0.30, y + h))
    pen.fill(shine, WHITE, 0.35, clip=path)


def _lamps(v: Vehicle, pen: Pen, pose: Pose, x: float, y: float, back: float) -> None:
    pen.dot(x, y, 0.05, 0.06, rgb("fff3c4"))
    pen.fill(rect(back - 0.02, y - 0.05, 0.05, 0.10, 0.02), rgb("d9403a"))
    g = pen.glowing
    beam = poly((x, y - 0.03), (x + 0.8, y - 0.16), (x + 0.8, y + 0.26), (x, y + 0.04))
    g.fill(beam, Linear(x, 0, x + 0.8, 0, ((0, rgb("fff0b8"), 0.26), (1, rgb("fff0b8"), 0.0))))


def _puffs(
    v: Vehicle, pen: Pen, pose: Pose, x: float, y: float, size: float, rise: float, colour: Colour = (225, 226, 232)
) -> None:
    if v.driving(pose) < 0.05 and pose.action not in ("idle", "shake", "bounce", "talk", "sing"):
        return
    drive = v.driving(pose)
    for k in range(5):
        u = (pose.t * (0.6 + 0.7 * drive) + k / 5) % 1.0
        px, py = x - u * (0.10 + 0.65 * drive), y - rise * u - 0.02 * sin(u * 9 + k)
        pen.dot(px, py, size * (0.4 + u), size * (0.4 + u), colour, 0.55 * (1 - u))


def _driver(v: Vehicle, pen: Pen, pose: Pose, x: float, y: float, r: float) -> None:
    if pose.ridden or v.looks.lively:
        return
    skin = (rgb("f4c49e"), rgb("ba8058"), rgb("68422f"))[int(v.looks.rand(8) * 3)]
    pen.fill(
        blob(
            (x - r * 1.2, y + r * 2.4),
            (x - r, y + r * 1.0),
            (x + r, y + r * 1.0),
            (x + r * 1.2, y + r * 2.4),
            tension=0.7,
        ),
        rgb("4f6f9a"),
    )
    pen.dot(x, y, r, r * 1.08, skin)
    pen.fill(
        blob(
            (x - r * 1.05, y + r * 0.1),
            (x - r * 0.9, y - r * 0.9),
            (x + r * 0.4, y - r * 1.15),
            (x + r * 0.9, y - r * 0.5),
            (x - r * 0.2, y - r * 0.45),
        ),
        rgb("4a3430"),
    )
    pen.dot(x + r * 0.45, y, r * 0.13, r * 0.17, INK)


def _car(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, _spring(v, pose)))
    _puffs(v, pen, pose, -1.02, -0.14, 0.07, 0.18)
    cabin = blob((-0.62, -0.48), (-0.42, -0.90), (-0.10, -1.0), (0.22, -0.94), (0.52, -0.50), tension=0.55)
    v.shell(g, pose, cabin, -0.6, -1.0, 1.1, 0.5)
    back = blob((-0.50, -0.52), (-0.36, -0.84), (-0.12, -0.91), (-0.09, -0.52), tension=0.35)
    front = blob((0.0, -0.52), (-0.02, -0.91), (0.18, -0.86), (0.42, -0.52), tension=0.35)
    _pane(g, pose, back, -0.5, -0.9, 0.4, 0.4)
    _pane(g, pose, front, 0.0, -0.9, 0.4, 0.4)
    _driver(v, g, pose, 0.14, -0.64, 0.085)
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
    _lamps(v, g, pose, 0.93, -0.34, -0.98)
    for x in (-0.56, 0.58):
        g.fill(ellipse(x, -0.20, 0.24, 0.23), dark(v.body, 0.55))
        _wheel(v, pen, pose, x, 0.195)
    small_face(g, v.looks, pose, 0.17, -0.70, 0.24, GLASS, top=0.3)


def _bus(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, _spring(v, pose)))
    _puffs(v, pen, pose, -1.02, -0.12, 0.06, 0.16)
    v.shell(g, pose, rect(-0.99, -1.0, 1.98, 0.86, 0.12), -0.99, -1.0, 1.98, 0.86)
    g.fill(rect(-0.99, -0.44, 1.98, 0.07), v.trim)
    g.fill(rect(-0.97, -0.20, 1.94, 0.07, 0.03), dark(v.body, 0.5))
    for k in range(5):
        x = -0.90 + 0.30 * k
        _pane(g, pose, rect(x, -0.86, 0.24, 0.34, 0.03), x, -0.86, 0.24, 0.34)
        if k % 2 == 0:
            _driver(v, g, pose, x + 0.12, -0.64, 0.06)
    _pane(g, pose, rect(0.62, -0.86, 0.33, 0.40, 0.05), 0.62, -0.86, 0.33, 0.4)
    g.fill(rect(0.40, -0.52, 0.18, 0.38, 0.02), dark(v.body, 0.25))
    _lamps(v, g, pose, 0.96, -0.28, -0.99)
    g.fill(rect(-0.6, -0.975, 0.9, 0.07, 0.02), WHITE)
    for k in range(7):
        g.fill(rect(-0.54 + 0.11 * k, -0.955, 0.06, 0.03), dark(v.body, 0.4))
    for x in (-0.58, 0.60):
        g.fill(ellipse(x, -0.15, 0.19, 0.18), dark(v.body, 0.55))
        _wheel(v, pen, pose, x, 0.15)
    small_face(g, v.looks, pose, 0.76, -0.52, 0.30, v.body)


def _truck(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, _spring(v, pose)))
    _puffs(v, pen, pose, 0.32, -1.02, 0.06, 0.26, rgb("c9ccd6"))
    g.fill(rect(-0.94, -0.24, 1.86, 0.10, 0.03), rgb("464a5c"))
    v.shell(g, pose, rect(-0.94, -0.94, 1.22, 0.72, 0.04), -0.94, -0.94, 1.22, 0.72, v.trim)
    for k in range(6):
        g.stroke(Path().move(-0.82 + 0.2 * k, -0.90).line(-0.82 + 0.2 * k, -0.26), dark(v.trim, 0.16), 0.012)
    g.fill(star(-0.34, -0.58, 0.18, 0.08), v.body)
    g.fill(rect(0.30, -1.0, 0.05, 0.5, 0.02), rgb("aab2c0"))
    cab = blob((0.36, -0.20), (0.36, -0.84), (0.66, -0.86), (0.80, -0.54), (0.94, -0.46), (0.95, -0.20), tension=0.35)
    v.shell(g, pose, cab, 0.36, -0.86, 0.6, 0.66)
    _pane(
        g, pose, blob((0.46, -0.52), (0.46, -0.76), (0.64, -0.77), (0.74, -0.52), tension=0.3), 0.46, -0.76, 0.28, 0.24
    )
    _driver(v, g, pose, 0.57, -0.60, 0.06)
    g.stroke(Path().move(0.44, -0.48).line(0.44, -0.24), dark(v.body, 0.3), 0.012)
    _lamps(v, g, pose, 0.93, -0.33, -0.94)
    for x in (-0.66, -0.30, 0.64):
        _wheel(v, pen, pose, x, 0.165)
    small_face(g, v.looks, pose, 0.74, -0.40, 0.22, v.body)


def _tractor(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, _spring(v, pose)))
    _puffs(v, pen, pose, 0.36, -0.98, 0.07, 0.26, rgb("b9bcc8"))
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
    _pane(g, pose, poly((-0.50, -0.55), (-0.44, -0.92), (-0.04, -0.92), (0.02, -0.58)), -0.5, -0.92, 0.52, 0.36)
    _driver(v, g, pose, -0.22, -0.70, 0.085)
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
    _wheel(v, pen, pose, -0.32, 0.31, 7, rgb("f2c14e"))
    a = pose.phase * 2 * pi * (v.driving(pose) > 0.05)
    for k in range(14):
        b = a + k * 2 * pi / 14
        pen.dot(-0.32 + cos(b) * 0.31, -0.31 + sin(b) * 0.31, 0.035, 0.035, v.wheel)
    _wheel(v, pen, pose, 0.44, 0.17, 5, rgb("f2c14e"))
    small_face(g, v.looks, pose, 0.32, -0.44, 0.24, v.body)


def _train(v: Vehicle, pen: Pen, pose: Pose) -> None:
    b = _spring(v, pose) * 0.6
    g = pen.group((1, 0, 0, 1, 0, b))
    _puffs(v, pen, pose, 0.92, -1.0, 0.13, 0.42, rgb("f2f0ee"))
    pen.fill(rect(-1.5, -0.012, 3.0, 0.03), rgb("7a7f8f"))
    v.shell(g, pose, rect(-1.34, -0.84, 1.0, 0.62, 0.05), -1.34, -0.84, 1.0, 0.62, mix(v.body, rgb("35323f"), 0.12))
    for k in range(3):
        x = -1.24 + 0.30 * k
        _pane(g, pose, rect(x, -0.72, 0.22, 0.24, 0.03), x, -0.72, 0.22, 0.24)
        _driver(v, g, pose, x + 0.11, -0.56, 0.055)
    g.fill(rect(-1.38, -0.90, 1.08, 0.08, 0.03), v.trim)
    g.fill(rect(-0.34, -0.30, 0.16, 0.05), rgb("464a5c"))
    v.shell(g, pose, rect(-0.18, -0.92, 0.50, 0.70, 0.04), -0.18, -0.92, 0.5, 0.7)
    _pane(g, pose, rect(-0.08, -0.80, 0.30, 0.26, 0.03), -0.08, -0.80, 0.3, 0.26)
    _driver(v, g, pose, 0.08, -0.64, 0.07)
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
        _wheel(v, pen, pose, x, r, 6, rgb("c9403f"))
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


def _bicycle(v: Vehicle, pen: Pen, pose: Pose) -> None:
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


def _motorcycle(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, _spring(v, pose)))
    _puffs(v, pen, pose, -0.80, -0.18, 0.06, 0.16)
    for x in (-0.50, 0.54):
        _wheel(v, pen, pose, x, 0.27, 6)
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


def _boat(v: Vehicle, pen: Pen, pose: Pose) -> None:
    rock = 0.05 * sin(pose.t * 1.4)
    g = pen.group((cos(rock), sin(rock), -sin(rock), cos(rock), 0, 0.02 * sin(pose.t * 1.1) + 0.02))
    belly = 0.05 * (0.6 + 0.4 * sin(pose.t * 1.2)) * (1 + 0.4 * pose.wind)
    g.stroke(Path().move(-0.02, -0.18).line(-0.02, -0.97), rgb("8a5f43"), 0.035)
    main = (
        Path()
        .move(0.02, -0.94)
        .cubic(0.16 + belly * 2, -0.74, 0.34 + belly * 2, -0.46, 0.44, -0.27)
        .quad(0.2, -0.24, 0.02, -0.28)
        .close()
    )
    v.shell(g, pose, main, 0.0, -0.94, 0.46, 0.68, v.sail)
    for k in range(2):
        g.stroke(
            curve((0.03, -0.70 + 0.2 * k), (0.16 + belly, -0.68 + 0.2 * k), (0.24 + 0.10 * k + belly, -0.66 + 0.2 * k)),
            dark(v.sail, 0.16),
            0.010,
        )
    jib = (
        Path()
        .move(-0.06, -0.88)
        .cubic(-0.16, -0.66, -0.30 + belly, -0.44, -0.44, -0.28)
        .quad(-0.2, -0.26, -0.06, -0.30)
        .close()
    )
    v.shell(g, pose, jib, -0.44, -0.88, 0.4, 0.62, mix(v.sail, v.body, 0.35))
    wave = 0.03 * sin(pose.t * 5)
    g.fill(poly((-0.02, -0.99), (-0.24, -0.95 + wave), (-0.02, -0.90)), rgb("d9483f"))
    hull = (
        Path()
        .move(-0.54, -0.22)
        .quad(0.0, -0.16, 0.55, -0.25)
        .quad(0.46, -0.02, 0.30, 0.06)
        .line(-0.34, 0.06)
        .quad(-0.48, 0.0, -0.54, -0.22)
        .close()
    )
    v.shell(g, pose, hull, -0.54, -0.24, 1.1, 0.3)
    g.stroke(curve((-0.53, -0.20), (0.0, -0.145), (0.54, -0.23)), v.trim, 0.035)
    for x in (-0.26, -0.04, 0.18):
        g.dot(x, -0.09, 0.045, 0.045, v.trim)
        g.dot(x, -0.09, 0.030, 0.030, rgb("3f5f8f"))
    small_face(g, v.looks, pose, 0.24, -0.08, 0.14, v.body)
    if pose.afloat:
        _bow_wave(pen, pose, 0.62, v.driving(pose))


def _bow_wave(pen: Pen, pose: Pose, w: float, drive: float) -> None:
    """The foam at the waterline, which hides where hull and water meet."""
    foam, water = Path(), Path()
    for k in range(9):
        x = -w + 2 * w * k / 8
        water.ellipse(x, 0.085 + 0.006 * sin(pose.t * 3 + k), w * 0.16, 0.045)
        foam.ellipse(x, 0.055 + 0.012 * sin(pose.t * 3 + k), 0.055 + 0.02 * noise(k, 3), 0.016 + 0.012 * drive)
    pen.fill(water, rgb("3a9cc0"), 0.85)
    pen.fill(foam, rgb("f2fdff"), 0.9)
    for k in range(4):
        u = (pose.t * 1.3 + k / 4) % 1.0
        pen.dot(w * (0.9 + 0.1 * u), 0.04 - 0.12 * sin(u * pi) * (0.4 + drive), 0.018, 0.018, WHITE, (1 - u) * drive)


def _submarine(v: Vehicle, pen: Pen, pose: Pose) -> None:
    bob = 0.02 * sin(pose.t * 1.5)
    g = pen.group((1, 0, 0, 1, 0, bob))
    spin = sin(pose.t * (14 if v.driving(pose) or pose.aloft else 4))
    g.fill(rect(-1.02, -0.02, 0.12, 0.12), rgb("8d95a5"))
    for s in (-1, 1):
        g.fill(ellipse(-1.0, 0.04 + s * 0.13 * abs(spin), 0.05, 0.13 * abs(spin) + 0.02), rgb("c9ced8"))
    v.shell(g, pose, blob((-0.66, -0.10), (-0.84, -0.34), (-0.72, -0.34), (-0.46, -0.2)), -0.84, -0.34, 0.4, 0.3)
    v.shell(g, pose, rect(-0.20, -0.40, 0.42, 0.24, 0.08), -0.2, -0.4, 0.42, 0.24)
    g.stroke(Path().polyline(((0.06, -0.40), (0.06, -0.50), (0.17, -0.50))), rgb("6d7585"), 0.05)
    hull = blob(
        (-0.92, 0.04),
        (-0.70, -0.20),
        (0.0, -0.28),
        (0.70, -0.22),
        (0.98, 0.06),
        (0.70, 0.34),
        (0.0, 0.40),
        (-0.70, 0.28),
    )
    v.shell(g, pose, hull, -0.92, -0.28, 1.9, 0.68)
    g.fill(blob((-0.9, 0.14), (0, 0.20), (0.94, 0.14), (0.7, 0.5), (-0.7, 0.5)), dark(v.body, 0.2), 0.5, clip=hull)
    for x, r in ((-0.44, 0.105), (-0.12, 0.105), (0.20, 0.105)):
        g.dot(x, 0.04, r, r, v.trim)
        _pane(g, pose, ellipse(x, 0.04, r * 0.72, r * 0.72), x - r, 0.04 - r, 2 * r, 2 * r)
    g.dot(0.62, 0.04, 0.20, 0.20, v.trim)
    _pane(g, pose, ellipse(0.62, 0.04, 0.15, 0.15), 0.47, -0.11, 0.3, 0.3)
    _driver(v, g, pose, 0.62, 0.05, 0.07)
    for k in range(4):
        u = (pose.t * 0.5 + k / 4) % 1.0
        g.glowing.stroke(
            ellipse(-1.05 - 0.3 * u, -0.05 - 0.35 * u, 0.03 + 0.02 * (k % 2), 0.03 + 0.02 * (k % 2)),
            rgb("e2fbff"),
            0.014,
            0.8 * (1 - u),
        )
    small_face(g, v.looks, pose, 0.62, 0.04, 0.22, v.body)


def _flame(pen: Pen, pose: Pose, x: float, y: float, w: float, length: float) -> None:
    g = pen.glowing
    g.glow(x, y + length * 0.3, length * 0.9, rgb("ffae4a"), 0.5)
    for k, (c, s) in enumerate((("ff6b3a", 1.0), ("ffab3a", 0.7), ("fff2b0", 0.38))):
        f = length * s * (0.85 + 0.15 * sin(pose.t * 31 + k * 2))
        jitter = 0.15 * w * sin(pose.t * 23 + k)
        g.fill(
            blob(
                (x - w * s, y),
                (x - w * s * 0.8, y + f * 0.4),
                (x + jitter, y + f),
                (x + w * s * 0.8, y + f * 0.4),
                (x + w * s, y),
            ),
            rgb(c),
            0.95,
        )


def _rocket(v: Vehicle, pen: Pen, pose: Pose) -> None:
    flying = pose.aloft or pose.action in ("fly", "drive", "jump") or pose.lift > 0.02
    if flying:
        _flame(pen, pose, 0, 0.34, 0.10, 0.34)
        for k in range(7):
            u = (pose.t * 1.1 + k / 7) % 1.0
            pen.dot(
                0.10 * sin(k * 2.4) * (0.4 + u),
                0.56 + 0.6 * u,
                0.05 + 0.09 * u,
                0.05 + 0.09 * u,
                rgb("eceaf0"),
                0.5 * (1 - u),
            )
    g = pen.group((1, 0, 0, 1, 0.006 * sin(pose.t * 37) * flying, 0))
    for s in (-1, 1):
        v.shell(
            g,
            pose,
            blob((s * 0.13, 0.02), (s * 0.26, 0.18), (s * 0.27, 0.44), (s * 0.12, 0.30), tension=0.7),
            -0.27,
            0.0,
            0.54,
            0.44,
        )
    g.fill(poly((-0.10, 0.28), (0.10, 0.28), (0.13, 0.38), (-0.13, 0.38)), rgb("6d7585"))
    hull = blob(
        (0, -0.50), (0.14, -0.26), (0.175, 0.0), (0.13, 0.30), (-0.13, 0.30), (-0.175, 0.0), (-0.14, -0.26), tension=0.9
    )
    g.fill(hull, shaded(v.trim, pose, -0.18, 0.18, -0.5, 0.3, 0.24))
    g.fill(blob((0, -0.52), (0.16, -0.24), (-0.16, -0.24), tension=0.6), v.body, clip=hull)
    g.fill(rect(-0.2, 0.20, 0.4, 0.05), v.body, clip=hull)
    patterned(g, v.looks, hull, v.trim, -0.18, -0.2, 0.36, 0.5)
    g.dot(0, -0.08, 0.095, 0.095, v.body)
    _pane(g, pose, ellipse(0, -0.08, 0.07, 0.07), -0.07, -0.15, 0.14, 0.14)
    v.shell(g, pose, blob((0, 0.06), (0.025, 0.2), (0.02, 0.42), (-0.02, 0.42), (-0.025, 0.2)), -0.03, 0.06, 0.06, 0.36)
    small_face(g, v.looks, pose, 0, -0.08, 0.12, v.trim)


def _ufo(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, 0.05 * sin(pose.t * 2)))
    glow = g.glowing
    beam = poly((-0.3, 0.16), (0.3, 0.16), (0.75, 1.5), (-0.75, 1.5))
    glow.fill(
        beam, Linear(0, 0.16, 0, 1.5, ((0, rgb("b8ffd0"), 0.40 + 0.1 * sin(pose.t * 4)), (1, rgb("b8ffd0"), 0.0)))
    )
    dome = ellipse(0.0, -0.18, 0.46, 0.40)
    g.fill(dome, Linear(-0.4, -0.6, 0.4, 0.1, ((0, rgb("e4fbff"), 0.95), (1, rgb("7fc4e8"), 0.85))))
    if not v.looks.lively:
        g.dot(0.0, -0.16, 0.17, 0.21, rgb("8fd86a"))
        for s in (-1, 1):
            g.dot(s * 0.07, -0.18, 0.048, 0.065, INK)
            g.glowing.dot(s * 0.07 - 0.015, -0.21, 0.015, 0.018, WHITE)
        g.stroke(curve((-0.05, -0.06), (0, -0.04), (0.05, -0.06)), INK, 0.014)
    glow.stroke(curve((-0.34, -0.26), (-0.24, -0.44), (-0.06, -0.52)), WHITE, 0.04, 0.8)
    disc = blob((-1.04, 0.08), (-0.5, -0.12), (0.5, -0.12), (1.04, 0.08), (0.5, 0.26), (-0.5, 0.26))
    v.shell(g, pose, disc, -1.04, -0.12, 2.08, 0.38)
    g.fill(blob((-0.5, 0.20), (0, 0.16), (0.5, 0.20), (0.3, 0.32), (-0.3, 0.32)), dark(v.body, 0.35))
    for k in range(7):
        x = -0.78 + 0.26 * k
        on = 0.5 + 0.5 * sin(pose.t * 6 - k * 0.9)
        y = 0.09 + 0.05 * cos((k - 3) * 0.5)
        glow.glow(x, y, 0.14, rgb("ffe27a"), 0.6 * on)
        glow.dot(x, y, 0.05, 0.045, mix(rgb("b98a3c"), rgb("fff3a8"), on))
    small_face(g, v.looks, pose, 0.0, -0.20, 0.34, rgb("a9e0f2"))


def _propeller(pen: Pen, t: float, x: float, y: float, r: float, vertical: bool) -> None:
    spin = abs(sin(t * 33))
    if vertical:
        pen.dot(x, y, 0.03, r, rgb("d9e2ee"), 0.35)
        pen.fill(ellipse(x, y, 0.028, r * (0.3 + 0.7 * spin)), rgb("6d7585"), 0.85)
    else:
        pen.dot(x, y, r, 0.022, rgb("d9e2ee"), 0.4)
        pen.fill(ellipse(x, y, r * (0.35 + 0.65 * spin), 0.020), rgb("5a6070"), 0.9)


def _airplane(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, 0.02 * sin(pose.t * 2.4)))
    v.shell(
        g,
        pose,
        blob((-0.98, -0.52), (-0.80, -0.54), (-0.56, -0.12), (-0.92, -0.06), tension=0.45),
        -1.0,
        -0.54,
        0.45,
        0.5,
    )
    v.shell(
        g,
        pose,
        blob((0.02, -0.04), (0.16, -0.08), (-0.10, -0.36), (-0.26, -0.36), tension=0.4),
        -0.26,
        -0.36,
        0.42,
        0.3,
        dark(v.body, 0.12),
    )
    hull = blob(
        (-1.0, -0.12), (-0.5, -0.24), (0.4, -0.26), (0.86, -0.12), (1.0, 0.06), (0.80, 0.20), (0.2, 0.26), (-0.5, 0.14)
    )
    v.shell(g, pose, hull, -1.0, -0.26, 2.0, 0.52)
    g.fill(blob((-1.0, 0.0), (-0.2, 0.10), (0.98, 0.08), (0.7, 0.4), (-0.5, 0.3)), v.trim, 0.75, clip=hull)
    for k in range(5):
        x = -0.46 + 0.20 * k
        _pane(g, pose, rect(x, -0.14, 0.10, 0.13, 0.045), x, -0.14, 0.1, 0.13)
    _pane(
        g, pose, blob((0.54, -0.20), (0.72, -0.17), (0.86, -0.04), (0.58, -0.03), tension=0.5), 0.54, -0.2, 0.32, 0.17
    )
    v.shell(
        g,
        pose,
        blob((-0.10, 0.10), (0.28, 0.08), (-0.06, 0.44), (-0.34, 0.46), tension=0.4),
        -0.34,
        0.08,
        0.62,
        0.38,
        dark(v.body, 0.06),
    )
    g.fill(rect(-0.12, 0.22, 0.26, 0.10, 0.05), rgb("8d95a5"))
    v.shell(
        g,
        pose,
        blob((-0.92, -0.06), (-0.64, -0.08), (-0.84, 0.10), (-1.02, 0.10), tension=0.4),
        -1.02,
        -0.08,
        0.4,
        0.18,
    )
    _propeller(g, pose.t, 1.03, 0.06, 0.24, True)
    g.dot(1.01, 0.06, 0.04, 0.05, rgb("4a4d5c"))
    small_face(g, v.looks, pose, 0.66, -0.02, 0.24, v.body)


def _helicopter(v: Vehicle, pen: Pen, pose: Pose) -> None:
    g = pen.group((1, 0, 0, 1, 0, 0.02 * sin(pose.t * 2.4)))
    v.shell(
        g,
        pose,
        blob((-0.10, -0.16), (-0.80, -0.18), (-0.84, -0.08), (-0.10, 0.10), tension=0.5),
        -0.84,
        -0.18,
        0.8,
        0.28,
    )
    v.shell(g, pose, poly((-0.84, -0.10), (-0.94, -0.36), (-0.78, -0.36), (-0.66, -0.12)), -0.94, -0.36, 0.28, 0.26)
    spin = sin(pose.t * 40)
    g.fill(ellipse(-0.84, -0.24, 0.16 * abs(spin) + 0.02, 0.025), rgb("5a6070"))
    g.fill(ellipse(-0.84, -0.24, 0.025, 0.16 * (1 - abs(spin)) + 0.02), rgb("5a6070"))
    g.stroke(Path().move(0.10, -0.30).line(0.10, -0.46), rgb("6d7585"), 0.05)
    hull = blob((-0.36, 0.0), (-0.20, -0.30), (0.24, -0.34), (0.60, -0.20), (0.72, 0.08), (0.50, 0.26), (-0.14, 0.28))
    v.shell(g, pose, hull, -0.36, -0.34, 1.08, 0.62)
    _pane(g, pose, blob((0.26, -0.28), (0.54, -0.18), (0.66, 0.04), (0.30, 0.06), tension=0.7), 0.26, -0.28, 0.4, 0.34)
    _driver(v, g, pose, 0.42, -0.08, 0.075)
    _pane(g, pose, rect(-0.08, -0.20, 0.22, 0.20, 0.05), -0.08, -0.2, 0.22, 0.2)
    g.fill(rect(-0.32, 0.12, 1.0, 0.055), v.trim, 0.95, clip=hull)
    for x in (-0.05, 0.36):
        g.stroke(Path().move(x, 0.26).line(x - 0.04, 0.40), rgb("6d7585"), 0.03)
    g.stroke(curve((-0.36, 0.41), (0.2, 0.42), (0.56, 0.40), (0.64, 0.33)), rgb("4a4d5c"), 0.04)
    _propeller(g, pose.t, 0.10, -0.47, 0.85, False)
    small_face(g, v.looks, pose, 0.44, -0.04, 0.24, v.body)


def _balloon(v: Vehicle, pen: Pen, pose: Pose) -> None:
    sway = 0.03 * sin(pose.t * 0.9)
    g = pen.group((cos(sway), sin(sway), -sin(sway), cos(sway), 0, 0.015 * sin(pose.t * 1.1)))
    c = v.body
    envelope = (
        Path()
        .move(-0.09, 0.22)
        .cubic(-0.20, 0.06, -0.37, -0.02, -0.37, -0.17)
        .cubic(-0.37, -0.62, 0.37, -0.62, 0.37, -0.17)
        .cubic(0.37, -0.02, 0.20, 0.06, 0.09, 0.22)
        .close()
    )
    g.fill(envelope, c)
    if not v.looks.has("pattern"):
        gores = Path()
        for x0, x1 in ((-0.27, -0.13), (-0.05, 0.05), (0.13, 0.27)):
            gores.move(x0 * 0.3, 0.24).cubic(x0 * 0.9, 0.06, x0 * 1.25, -0.02, x0 * 1.2, -0.18).cubic(
                x0 * 1.1, -0.42, x0 * 0.5, -0.50, 0, -0.52
            )
            gores.cubic(x1 * 0.5, -0.50, x1 * 1.1, -0.42, x1 * 1.2, -0.18).cubic(
                x1 * 1.25, -0.02, x1 * 0.9, 0.06, x1 * 0.3, 0.24
            ).close()
        g.fill(gores, v.trim, 0.95, clip=envelope)
    patterned(g, v.looks, envelope, c, -0.37, -0.5, 0.74, 0.72)
    x = 0.16 * pose.light
    g.fill(
        envelope,
        Radial(
            x,
            -0.30,
            0.62,
            ((0, WHITE, 0.28), (0.45, WHITE, 0.0), (0.75, rgb("241838"), 0.16), (1, rgb("241838"), 0.42)),
        ),
    )
    burn = 0.5 + 0.5 * sin(pose.t * 2.1)
    g.glowing.glow(0, 0.24, 0.16, rgb("ffb04a"), 0.5 * burn)
    _flame(g, pose, 0, 0.30, 0.025, -0.10 * (0.4 + 0.6 * burn))
    for dx in (-0.08, 0.08):
        g.stroke(Path().move(dx, 0.22).line(dx * 0.95, 0.36), rgb("6b4a34"), 0.010)
    basket = blob((-0.095, 0.36), (0.095, 0.36), (0.08, 0.48), (-0.08, 0.48), tension=0.3)
    _driver(v, g, pose, 0.0, 0.315, 0.035)
    g.fill(basket, rgb("b57f4a"))
    for k in range(3):
        g.stroke(Path().move(-0.088, 0.385 + 0.03 * k).line(0.088, 0.385 + 0.03 * k), rgb("8f5f36"), 0.008)
    g.fill(rect(-0.105, 0.345, 0.21, 0.025, 0.012), rgb("8f5f36"))
    small_face(g, v.looks, pose, 0.04 * pose.turn, -0.18, 0.24, c)


BODIES: dict[str, Callable[[Vehicle, Pen, Pose], None]] = {
    "car": _car, "bus": _bus, "truck": _truck, "tractor": _tractor, "train": _train, "bicycle": _bicycle,
    "motorcycle": _motorcycle, "boat": _boat, "submarine": _submarine, "rocket": _rocket, "ufo": _ufo,
    "airplane": _airplane, "helicopter": _helicopter, "hot_air_balloon": _balloon,
}  # fmt: skip
