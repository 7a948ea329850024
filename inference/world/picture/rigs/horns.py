"""Horns, antlers, tusks and manes."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, poly, star, taper

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Head, Pose
    from inference.world.picture.rigs.muzzle import Point
    from inference.world.picture.rigs.quadruped import Quadruped


def _unicorn_horn(h: Pen, q: Quadruped, pose: Pose) -> None:
    h.fill(poly((0.12, -0.72), (0.62, -2.15), (0.52, -0.62)), rgb("f7cf5a"))
    for k in range(3):
        y = -0.95 - 0.32 * k
        h.stroke(Path().move(0.18 + 0.10 * k, y).line(0.52 - 0.0 * k, y - 0.08), rgb("d99a3c"), 0.05)
    if sin(pose.t * 3) > 0.2:
        h.glowing.fill(star(0.62, -2.15, 0.34 * sin(pose.t * 3), 0.08, 4), WHITE, 0.9)


def _cow_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for side in (-1, 1):
        h.fill(
            blob(
                (side * 0.34, -0.72),
                (side * 0.72, -0.98),
                (side * 0.84, -1.42),
                (side * 0.95, -0.92),
                (side * 0.62, -0.62),
            ),
            rgb("efe2c8"),
        )


def _giraffe_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for side in (-1, 1):
        h.stroke(Path().move(side * 0.28, -0.7).line(side * 0.34, -1.32), dark(q.body, 0.08), 0.14)
        h.dot(side * 0.34, -1.36, 0.15, 0.15, rgb("7a4f30"))


def _antlers(h: Pen, q: Quadruped, pose: Pose) -> None:
    c = rgb("a87d52")
    for side in (1, -1):
        ink = dark(c, 0.16) if side > 0 else c
        h.stroke(curve((side * 0.26, -0.8), (side * 0.75, -1.35), (side * 0.72, -2.15)), ink, 0.15)
        for x0, y0, x1, y1 in ((0.58, -1.18, 1.10, -1.55), (0.76, -1.65, 1.22, -2.0), (0.50, -1.05, 0.30, -1.60)):
            h.stroke(Path().move(side * x0, y0).line(side * x1, y1), ink, 0.12)


def _goat_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for x, shade in ((0.25, 0.2), (-0.15, 0.0)):
        h.fill(
            taper(((x, -0.75), (x - 0.12, -1.30), (x - 0.55, -1.62)), (0.17, 0.13, 0.03)), dark(rgb("8d7a68"), shade)
        )


def _tusks(h: Pen, q: Quadruped, pose: Pose) -> None:
    h.fill(taper(((0.42, 0.55), (0.75, 0.98), (1.30, 0.92)), (0.11, 0.09, 0.02)), rgb("fbf3e2"))


def _dragon_horns(h: Pen, q: Quadruped, pose: Pose) -> None:
    for x, shade in ((0.18, 0.2), (-0.30, 0.0)):
        h.fill(taper(((x, -0.62), (x - 0.42, -1.10), (x - 0.62, -1.55)), (0.16, 0.11, 0.02)), dark(q.belly, shade))


HORNS = {
    "unicorn": _unicorn_horn, "cow": _cow_horns, "giraffe": _giraffe_horns, "antler": _antlers, "goat": _goat_horns,
    "tusk": _tusks, "dragon": _dragon_horns,
}  # fmt: skip


def lion_mane(h: Pen, q: Quadruped, pose: Pose) -> None:
    sway = 0.04 * sin(pose.t * 1.8)
    for size, c, n in ((1.72, dark(q.hair, 0.2), 15), (1.45, q.hair, 13)):
        points = []
        for i in range(n * 2):
            a = i * pi / n + sway
            r = size if i % 2 == 0 else size * 0.84
            points.append((cos(a) * r, sin(a) * r * 0.98 + 0.06))
        h.fill(Path().smooth(points, tension=0.7), c)


def neck_mane(pen: Pen, q: Quadruped, pose: Pose, chest: Point, head: Head) -> None:
    kind = q.species.mane
    sway = 0.02 * sin(pose.t * 2.2) * (1 + pose.wind) + 0.05 * pose.walk
    if kind == "ruff":
        x, y = (chest[0] + head.x) / 2 + 0.03, (chest[1] + head.y) / 2 + 0.08
        pen.fill(
            poly(
                (x - 0.12, y - 0.06),
                (x + 0.10, y - 0.08),
                (x + 0.12, y + 0.06),
                (x + 0.05, y + 0.05),
                (x + 0.04, y + 0.15),
                (x - 0.03, y + 0.08),
                (x - 0.08, y + 0.14),
                (x - 0.10, y + 0.04),
            ),
            q.belly,
        )
        return
    x0, y0 = head.x - head.r * 0.35, head.y - head.r * 0.75
    x1, y1 = chest[0] - 0.12, chest[1] - q.species.chest[2] * 0.85
    if kind == "brush":
        comb = Path().move(x0, y0)
        for k in range(1, 9):
            u = k / 8
            x, y = x0 + (x1 - x0) * u, y0 + (y1 - y0) * u
            comb.line(x - 0.045, y - 0.02).line(x - 0.01, y)
        pen.fill(
            comb.line(x1 + 0.06, y1 + 0.02).line(x0 + 0.06, y0 + 0.04).close(),
            q.hair if q.kind == "zebra" else rgb("a8672f"),
        )
        return
    for k in range(5):
        u = k / 4
        x, y = x0 + (x1 - x0) * u + 0.03, y0 + (y1 - y0) * u
        lock = blob(
            (x + 0.05, y - 0.03),
            (x - 0.05, y - 0.02),
            (x - 0.10 - sway * 2, y + 0.11 - sway),
            (x - 0.02 - sway, y + 0.16),
            (x + 0.05, y + 0.08),
        )
        pen.fill(lock, (q.hair, light(q.hair, 0.14), dark(q.hair, 0.1))[k % 3])
    pen.fill(
        blob((x0 + 0.04, y0 - 0.03), (x0 + 0.13, y0 + 0.0), (x0 + 0.12 + sway, y0 + 0.12), (x0 + 0.05, y0 + 0.08)),
        light(q.hair, 0.08),
    )
