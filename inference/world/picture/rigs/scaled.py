"""Heads of frog, turtle, dinosaur and dragon."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, rgb
from inference.world.picture.path import blob, curve, ellipse, poly
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.face import INK, INSIDE, TONGUE, draw_mouth
from inference.world.picture.rigs.snout import both_eyes, draw_jaw

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.quadruped import Quadruped


def frog(h: Pen, q: Quadruped, pose: Pose) -> None:
    c = q.body
    m = 0.16 * pose.turn
    for x in (m - 0.46, m + 0.46):
        h.dot(x, -0.62, 0.36, 0.36, c)
    face = blob((-1.05, 0.15), (-0.7, -0.55), (0, -0.66), (0.7, -0.55), (1.08, 0.15), (0.6, 0.62), (-0.6, 0.62))
    h.fill(face, shaded(c, pose, -1, 1, -0.7, 0.7, 0.16))
    h.fill(ellipse(m, 0.55, 0.8, 0.30), q.belly, clip=face)
    for side in (-1, 1):
        x = m + side * 0.46
        if pose.blink < 0.8 and pose.action != "sleep":
            h.dot(x, -0.64, 0.26, 0.26, WHITE)
            h.dot(x + 0.06 * pose.turn, -0.62, 0.15, 0.17, INK)
            h.glowing.dot(x + 0.06 * pose.turn - 0.05, -0.69, 0.05, 0.06, WHITE)
        else:
            h.stroke(curve((x - 0.22, -0.6), (x, -0.5), (x + 0.22, -0.6)), INK, 0.06)
    if pose.mouth < 0.07:
        h.stroke(curve((m - 0.62, 0.08), (m - 0.2, 0.26), (m + 0.3, 0.26), (m + 0.70, 0.06)), dark(c, 0.6), 0.06)
    else:
        draw_mouth(h, m, 0.12, 0.55, pose._replace(mood=pose.mood or "happy"))
    for x in (-0.08, 0.10):
        h.dot(m + x, -0.16, 0.035, 0.03, dark(c, 0.5))
    q.features = q.features._replace(eye_y=-0.62, spread=0.46, shift=m)


def turtle(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.4 * pose.turn
    face = blob(
        (-0.85, 0.1), (-0.5, -0.75), (0.4, -0.78), (0.95, -0.2), (0.95 + m * 0.2, 0.35), (0.3, 0.72), (-0.5, 0.66)
    )
    h.fill(face, shaded(q.body, pose, -0.9, 1.0, -0.8, 0.7, 0.16))
    both_eyes(h, q, pose, -0.12, 0.06, 0.66)
    draw_jaw(h, m + 0.18, 0.32, 0.30, pose)
    h.dot(-0.1, 0.30, 0.16, 0.10, rgb("f7a29a"), 0.5)


def rex(h: Pen, q: Quadruped, pose: Pose) -> None:
    c, gape = q.body, 0.30 * pose.mouth
    jaw = h.group((cos(gape), sin(gape), -sin(gape), cos(gape), 0, 0))
    jaw.fill(
        blob((-0.5, 0.15), (0.2, 0.38), (1.0, 0.42), (1.48, 0.40), (1.36, 0.74), (0.5, 0.86), (-0.4, 0.7)),
        dark(c, 0.08),
    )
    if pose.mouth > 0.07:
        h.fill(blob((0.1, 0.20), (1.2, 0.20), (1.3, 0.40 + gape), (0.3, 0.5 + gape)), INSIDE)
        h.fill(blob((0.3, 0.42 + gape * 0.6), (0.9, 0.36 + gape), (1.2, 0.46 + gape), (0.5, 0.58 + gape)), TONGUE)
    face = blob(
        (-0.88, 0.0),
        (-0.6, -0.78),
        (0.1, -0.95),
        (0.5, -0.62),
        (1.2, -0.48),
        (1.58, -0.1),
        (1.46, 0.34),
        (0.6, 0.38),
        (-0.2, 0.5),
        (-0.7, 0.5),
    )
    h.fill(face, shaded(c, pose, -0.9, 1.5, -0.9, 0.5, 0.18))
    for k in range(5):
        x = 0.35 + 0.24 * k
        h.fill(poly((x, 0.30), (x + 0.16, 0.30), (x + 0.08, 0.48)), WHITE)
    both_eyes(h, q, pose, -0.36, -0.06, 0.42)
    h.dot(1.32, -0.18, 0.06, 0.05, dark(c, 0.5))
    if q.kind == "dragon" and pose.mouth > 0.25:
        _fire(h, pose)


def _fire(h: Pen, pose: Pose) -> None:
    g = h.glowing
    for k, (c, size) in enumerate((("ff7a3c", 1.0), ("ffb23c", 0.7), ("fff0a0", 0.4))):
        r = size * pose.mouth
        jet = 0.15 * sin(pose.t * 23 + k)
        g.fill(
            blob(
                (1.45, 0.35),
                (1.9, 0.35 - 0.32 * r + jet * 0.4),
                (1.5 + 1.7 * r, 0.5 + jet),
                (1.9, 0.6 + 0.36 * r - jet * 0.3),
            ),
            rgb(c),
            0.9,
        )
