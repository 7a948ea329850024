"""Heads that are not human, and the pirate's patch."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, rect
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.face import INK, Features, draw_mouth

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.person import Person


def eye_patch(pen: Pen, f: Features, pose: Pose) -> None:
    x = -f.spread + f.shift * pose.turn
    pen.stroke(curve((-0.9, -0.30), (0.1, -0.42), (0.95, -0.62)), rgb("2a2633"), 0.08)
    pen.fill(
        blob(
            (x - 0.24, f.eye_y - 0.18),
            (x + 0.24, f.eye_y - 0.22),
            (x + 0.22, f.eye_y + 0.14),
            (x, f.eye_y + 0.26),
            (x - 0.22, f.eye_y + 0.14),
        ),
        rgb("2a2633"),
    )


def robot_head(h: Pen, person: Person, pose: Pose) -> None:
    c = person.skin
    h.fill(rect(-0.28, 0.7, 0.56, 0.75, 0.1), dark(c, 0.4))
    bob = 0.06 * sin(pose.t * 6)
    h.stroke(curve((0, -0.9), (bob, -1.3), (bob * 2, -1.55)), dark(c, 0.35), 0.09)
    h.glowing.glow(bob * 2, -1.62, 0.4, rgb("ff6b5e"), 0.5 + 0.3 * sin(pose.t * 4))
    h.glowing.dot(bob * 2, -1.62, 0.15, 0.15, rgb("ff7b6a"))
    for side in (-1, 1):
        h.fill(rect(side * 1.06 - 0.12, -0.22, 0.24, 0.5, 0.08), dark(c, 0.3))
    h.fill(rect(-1.02, -0.92, 2.04, 1.78, 0.42), shaded(c, pose, -1, 1, -1, 1, 0.22))
    s = 0.10 * pose.turn
    h.fill(rect(-0.80 + s, -0.62, 1.6, 1.08, 0.34), rgb("232a42"))
    glow = rgb("6fe3ff") if person.looks.kind("face") != "angry" else rgb("ff7a5e")
    for side in (-1, 1):
        x = side * 0.36 + s * 1.6
        if pose.blink > 0.5 or pose.action == "sleep":
            h.glowing.stroke(Path().move(x - 0.14, -0.18).line(x + 0.14, -0.18), glow, 0.08)
        else:
            h.glowing.glow(x, -0.18, 0.36, glow, 0.5)
            h.glowing.dot(x, -0.18, 0.17, 0.20, glow)
            h.glowing.dot(x - 0.05, -0.25, 0.05, 0.06, WHITE)
    wave = Path().move(-0.3 + s * 1.6, 0.22)
    for k in range(1, 7):
        wave.line(
            -0.3 + 0.1 * k + s * 1.6,
            0.22 + (0.16 * pose.mouth * (1 if k % 2 else -1) if 0 < k < 6 else 0.0) + (0.04 if k in (2, 3, 4) else 0.0),
        )
    h.glowing.stroke(wave, glow, 0.065)
    for dx in (-0.84, 0.84):
        h.dot(dx, 0.68, 0.06, 0.06, dark(c, 0.4))


def alien_head(h: Pen, person: Person, pose: Pose) -> None:
    c = person.skin
    for side in (-1, 1):
        sway = 0.10 * sin(pose.t * 2.2 + side)
        h.stroke(curve((side * 0.3, -1.0), (side * 0.5 + sway, -1.4), (side * 0.62 + sway, -1.72)), dark(c, 0.15), 0.09)
        h.dot(side * 0.62 + sway, -1.76, 0.15, 0.15, light(c, 0.3))
    skull = (
        Path()
        .move(-0.98, -0.25)
        .cubic(-1.05, -1.0, -0.5, -1.25, 0, -1.25)
        .cubic(0.5, -1.25, 1.05, -1.0, 0.98, -0.25)
        .cubic(0.9, 0.45, 0.4, 0.98, 0.05, 0.98)
        .cubic(-0.35, 0.98, -0.9, 0.45, -0.98, -0.25)
        .close()
    )
    h.fill(skull, shaded(c, pose, -1, 1, -1.2, 1, 0.18))
    s = 0.18 * pose.turn
    for side in (-1, 1):
        x = side * 0.44 * (1 - 0.2 * pose.turn * (side > 0)) + s
        if pose.blink > 0.6 or pose.action == "sleep":
            h.stroke(curve((x - 0.25, -0.12), (x, 0.0), (x + 0.25, -0.12)), INK, 0.07)
            continue
        eye = h.group((0.94, side * -0.34, side * 0.34, 0.94, x, -0.12))
        eye.dot(0, 0, 0.31, 0.40, rgb("1d1b30"))
        eye.glowing.dot(0.1 * pose.light, -0.16, 0.10, 0.12, WHITE, 0.95)
        eye.glowing.dot(-0.08, 0.16, 0.06, 0.06, rgb("a8f0ff"), 0.7)
    draw_mouth(h, s * 1.2, 0.52, 0.22, pose)
