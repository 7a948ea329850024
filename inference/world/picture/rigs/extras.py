"""Small things that go with an action: notes of a song, the Z of sleep, food, a guitar, puffs of dust."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, noise, rect

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose

NOTES = (rgb("f2617a"), rgb("f7b63e"), rgb("4fb3d9"))


def notes(pen: Pen, x: float, y: float, t: float, size: float = 0.045) -> None:
    for i in range(3):
        u = (t * 0.55 + i / 3) % 1.0
        nx, ny = x + 0.22 * u + 0.04 * sin(u * 7 + i), y - 0.30 * u
        s = size * (0.6 + 0.6 * sin(u * pi))
        alpha = sin(u * pi)
        c = NOTES[i]
        pen.fill(ellipse(nx, ny, s * 0.42, s * 0.32), c, alpha)
        stem = (
            Path()
            .move(nx + s * 0.38, ny)
            .line(nx + s * 0.38, ny - s * 1.3)
            .quad(nx + s * 0.9, ny - s * 1.1, nx + s * 0.8, ny - s * 0.6)
        )
        pen.stroke(stem, c, s * 0.16, alpha)


def snores(pen: Pen, x: float, y: float, t: float, size: float = 0.07) -> None:
    for i in range(3):
        u = (t * 0.35 + i / 3) % 1.0
        s = size * (0.35 + 0.75 * u)
        zx, zy = x - 0.10 * u + 0.03 * sin(u * 6 + i), y - 0.34 * u
        z = (
            Path()
            .move(zx - s / 2, zy - s / 2)
            .line(zx + s / 2, zy - s / 2)
            .line(zx - s / 2, zy + s / 2)
            .line(zx + s / 2, zy + s / 2)
        )
        pen.stroke(z, WHITE, s * 0.20, 0.9 * sin(u * pi))


def food(pen: Pen, x: float, y: float, r: float, pose: Pose) -> None:
    left = 1 - 0.75 * ((pose.phase / 6) % 1.0)
    apple = (
        Path()
        .move(x, y - r * 0.7)
        .cubic(x + r * 1.3, y - r * 1.1, x + r * 1.1, y + r, x, y + r * 0.9)
        .cubic(x - r * 1.1, y + r, x - r * 1.3, y - r * 1.1, x, y - r * 0.7)
        .close()
    )
    pen.fill(apple, rgb("e2483d"))
    pen.fill(ellipse(x - r * 0.9, y - r * 0.1, r * 0.55 * (1.2 - left), r * 0.6), rgb("fbeecb"), clip=apple)
    pen.stroke(
        curve((x, y - r * 0.7), (x + r * 0.1, y - r * 1.1), (x + r * 0.3, y - r * 1.25)), rgb("6b4a34"), r * 0.16
    )
    pen.fill(
        blob(
            (x + r * 0.15, y - r), (x + r * 0.5, y - r * 1.4), (x + r * 0.85, y - r * 1.2), (x + r * 0.5, y - r * 0.95)
        ),
        rgb("6fae57"),
    )


def draw_wings(pen: Pen, c: Colour, pose: Pose, x: float, y: float) -> None:
    flap = sin(pose.t * (16 if pose.aloft or pose.lift > 0.03 else 3.5))
    for side in (1, -1):
        k = side * (0.75 + 0.25 * flap)
        upper = blob(
            (x - 0.02, y + 0.08),
            (x + k * 0.16 - 0.04, y - 0.24),
            (x + k * 0.36 - 0.06, y - 0.22),
            (x + k * 0.33 - 0.05, y + 0.02),
            tension=1.0,
        )
        lower = blob(
            (x - 0.02, y + 0.10),
            (x + k * 0.26 - 0.04, y + 0.10),
            (x + k * 0.25 - 0.04, y + 0.28),
            (x + k * 0.10 - 0.02, y + 0.24),
        )
        for path in (lower, upper):
            pen.fill(path, light(c, 0.3), 0.62)
            pen.stroke(path, light(c, 0.6), 0.008, 0.9)


def guitar(pen: Pen, colour: Colour, angle: float, length: float) -> None:
    g = pen.group((cos(angle) * length, sin(angle) * length, -sin(angle) * length, cos(angle) * length, 0, 0))
    guitar_shape(g, colour)


def guitar_shape(g: Pen, colour: Colour) -> None:
    """1 long, lying along x with its body at the left."""
    g.fill(rect(-0.05, -0.035, 0.62, 0.07, 0.01), rgb("5a3a2c"))
    g.fill(rect(0.54, -0.055, 0.14, 0.11, 0.03), rgb("6e4a36"))
    body = blob(
        (-0.42, 0.0),
        (-0.36, -0.20),
        (-0.20, -0.19),
        (-0.10, -0.125),
        (0.02, -0.155),
        (0.10, 0.0),
        (0.02, 0.155),
        (-0.10, 0.125),
        (-0.20, 0.19),
        (-0.36, 0.20),
        tension=0.95,
    )
    g.fill(body, dark(colour, 0.25))
    inner = g.group((0.88, 0, 0, 0.86, -0.02, -0.008))
    inner.fill(body, colour)
    inner.fill(ellipse(-0.24, -0.05, 0.14, 0.09), light(colour, 0.3), 0.5)
    g.dot(-0.06, 0, 0.062, 0.062, rgb("3a2620"))
    g.fill(rect(-0.30, -0.06, 0.03, 0.12, 0.008), rgb("3a2620"))
    for k in (-0.018, 0.0, 0.018):
        g.stroke(Path().move(-0.28, k).line(0.58, k), rgb("f5ecd8"), 0.006, 0.9)


def dust(pen: Pen, phase: float, strength: float, colour: Colour) -> None:
    """Puffs that rise behind a foot that has just come down; in rig units."""
    for k in range(2):
        u = (phase + 0.5 * k) % 1.0
        if u < 0.45:
            a = u / 0.45
            for i in range(3):
                x = -0.08 - 0.16 * a - 0.05 * i + 0.03 * noise(int(phase * 2) + k, i)
                r = (0.016 + 0.028 * a) * (1 - 0.2 * i)
                pen.dot(x, -0.015 - 0.05 * a * (i + 1) / 2, r, r, colour, 0.42 * strength * (1 - a))
