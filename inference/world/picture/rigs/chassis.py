"""Parts that vehicles share: springs, wheels, panes, lamps, exhaust, drivers."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, poly, rect
from inference.world.picture.rigs.face import INK

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.vehicle import Vehicle


TYRE, GLASS = rgb("33323f"), rgb("a9d8ee")


def spring(v: Vehicle, pose: Pose) -> float:
    if pose.action in ("bounce", "dance", "jump", "shake", "laugh"):
        return -0.03 * abs(sin(pose.phase * 2 * pi)) if pose.action != "shake" else 0.012 * sin(pose.t * 40)
    return 0.008 * sin(pose.t * 19) * v.driving(pose) + 0.004 * sin(pose.t * 31)


def wheel(v: Vehicle, pen: Pen, pose: Pose, x: float, r: float, spokes: int = 5, rim: Colour | None = None) -> None:
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


def pane(pen: Pen, pose: Pose, path: Path, x: float, y: float, w: float, h: float) -> None:
    alpha = 0.38 if pose.ridden else 1.0  # whoever rides is drawn before the vehicle and seen through its windows
    pen.fill(path, Linear(x, y, x, y + h, ((0, light(GLASS, 0.35), 1), (1, dark(GLASS, 0.18), 1))), alpha)
    shine = poly((x + w * 0.12, y + h), (x + w * 0.40, y), (x + w * 0.58, y), (x + w * 0.30, y + h))
    pen.fill(shine, WHITE, 0.35, clip=path)


def lamps(v: Vehicle, pen: Pen, pose: Pose, x: float, y: float, back: float) -> None:
    pen.dot(x, y, 0.05, 0.06, rgb("fff3c4"))
    pen.fill(rect(back - 0.02, y - 0.05, 0.05, 0.10, 0.02), rgb("d9403a"))
    g = pen.glowing
    beam = poly((x, y - 0.03), (x + 0.8, y - 0.16), (x + 0.8, y + 0.26), (x, y + 0.04))
    g.fill(beam, Linear(x, 0, x + 0.8, 0, ((0, rgb("fff0b8"), 0.26), (1, rgb("fff0b8"), 0.0))))


def puffs(
    v: Vehicle, pen: Pen, pose: Pose, x: float, y: float, size: float, rise: float, colour: Colour = (225, 226, 232)
) -> None:
    if v.driving(pose) < 0.05 and pose.action not in ("idle", "shake", "bounce", "talk", "sing"):
        return
    drive = v.driving(pose)
    for k in range(5):
        u = (pose.t * (0.6 + 0.7 * drive) + k / 5) % 1.0
        px, py = x - u * (0.10 + 0.65 * drive), y - rise * u - 0.02 * sin(u * 9 + k)
        pen.dot(px, py, size * (0.4 + u), size * (0.4 + u), colour, 0.55 * (1 - u))


def driver(v: Vehicle, pen: Pen, pose: Pose, x: float, y: float, r: float) -> None:
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
