"""Heads of hoofed animals and of the elephant."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, taper
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.snout import both_eyes, draw_jaw, draw_nose, draw_skull

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.quadruped import Quadruped


def horse(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = pose.turn
    zebra = q.kind == "zebra"
    face = blob(
        (-0.72, -0.25),
        (-0.30, -0.92),
        (0.42, -0.86),
        (0.86, -0.20),
        (1.02 * m + 0.2, 0.78),
        (0.92 * m + 0.2, 1.42),
        (0.30 * m, 1.52),
        (-0.10 * m - 0.2, 1.0),
        (-0.56, 0.55),
    )
    h.fill(face, shaded(q.body, pose, -0.8, 1.1, -0.9, 1.5, 0.16))
    nose_c = rgb("4a4350") if zebra else light(mix(q.body, rgb("e9b7a5"), 0.45), 0.15)
    h.fill(
        blob(
            (-0.2 * m - 0.2, 1.02),
            (0.5 * m, 0.86),
            (1.08 * m + 0.2, 0.98),
            (1.0 * m + 0.25, 1.6),
            (0.2 * m, 1.62),
            (-0.2 * m - 0.2, 1.3),
        ),
        nose_c,
        clip=face,
    )
    if zebra:
        for y, w in ((-0.42, 0.5), (0.0, 0.62), (0.42, 0.5), (0.78, 0.4)):
            h.fill(blob((-0.8, y - 0.10), (-0.8 + w, y), (-0.8, y + 0.14)), rgb("35303c"), clip=face)
            h.fill(blob((1.2, y - 0.05), (1.2 - w * 0.7, y + 0.05), (1.2, y + 0.16)), rgb("35303c"), clip=face)
    elif q.kind == "horse":
        h.fill(
            blob((0.15 * m, -0.7), (0.42 * m, -0.7), (0.62 * m, 0.9), (0.36 * m, 0.95)), rgb("fbf3e6"), 0.9, clip=face
        )
    both_eyes(h, q, pose, -0.06, -0.14, 0.62, q.species.eye * 1.25)
    for x in (0.42, 0.82):
        h.dot(x * m, 1.18, 0.075, 0.10, dark(nose_c, 0.5))
    draw_jaw(h, 0.42 * m, 1.36, 0.20, pose)


def cow(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.30 * pose.turn
    face = blob(
        (-0.85, -0.2),
        (-0.45, -0.88),
        (0.45, -0.88),
        (0.86, -0.2),
        (0.78 + m * 0.6, 0.6),
        (0.3, 1.06),
        (-0.3, 1.06),
        (-0.74 + m, 0.6),
    )
    h.fill(face, shaded(q.body, pose, -0.9, 0.9, -0.9, 1.0, 0.16))
    if q.kind == "cow":
        h.fill(
            blob((-0.95, -0.7), (-0.2, -0.95), (0.02, -0.2), (-0.3, 0.3), (-0.9, 0.25)),
            rgb("3a3540") if q.body[0] > 200 else rgb("f5efe4"),
            clip=face,
        )
    muzzle = blob(
        (m - 0.62, 0.62), (m - 0.4, 0.36), (m + 0.4, 0.36), (m + 0.66, 0.62), (m + 0.42, 1.08), (m - 0.38, 1.08)
    )
    h.fill(muzzle, rgb("f3b7a6") if q.kind == "cow" else light(q.body, 0.35))
    both_eyes(h, q, pose, -0.12, -0.32, 0.54)
    for x in (-0.20, 0.26):
        h.dot(m + x, 0.58, 0.09, 0.07, rgb("9c5f5c"))
    draw_jaw(h, m + 0.03, 0.84, 0.24, pose)


def deer(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = pose.turn
    face = blob(
        (-0.80, -0.15),
        (-0.4, -0.86),
        (0.42, -0.86),
        (0.82, -0.15),
        (0.92 * m + 0.2, 0.55),
        (0.80 * m + 0.1, 1.02),
        (0.2 * m, 1.06),
        (-0.5, 0.55),
    )
    h.fill(face, shaded(q.body, pose, -0.8, 0.9, -0.9, 1.0, 0.16))
    h.fill(
        blob((0.10 * m - 0.2, 0.62), (0.6 * m, 0.50), (1.0 * m + 0.2, 0.7), (0.7 * m, 1.2), (0.0, 1.15)),
        rgb("fff0da"),
        clip=face,
    )
    both_eyes(h, q, pose, -0.08, -0.20, 0.60)
    draw_nose(h, 0.78 * m, 0.64, 0.16, rgb("3a2a30"))
    draw_jaw(h, 0.48 * m, 0.86, 0.16, pose)


def goat(h: Pen, q: Quadruped, pose: Pose) -> None:
    sway = 0.08 * sin(pose.t * 2)
    m = 0.4 * pose.turn
    h.fill(blob((m - 0.16, 0.85), (m + 0.26, 0.85), (m + 0.12 + sway, 1.6), (m + sway, 1.55)), light(q.body, 0.25))
    deer(h, q, pose)


def pig(h: Pen, q: Quadruped, pose: Pose) -> None:
    draw_skull(h, q.body, pose, 0.98, 0.90)
    m = 0.44 * pose.turn
    both_eyes(h, q, pose, -0.18, -0.18, 0.62)
    h.dot(-0.45, 0.28, 0.2, 0.14, rgb("f0808a"), 0.5)
    draw_jaw(h, m, 0.60, 0.24, pose)
    disc = ellipse(m + 0.06, 0.20, 0.36, 0.29)
    h.fill(disc, dark(q.body, 0.14))
    h.fill(ellipse(m + 0.04, 0.17, 0.34, 0.26), light(mix(q.body, rgb("f08a92"), 0.35), 0.1))
    for x in (-0.08, 0.20):
        h.dot(m + x, 0.18, 0.06, 0.10, rgb("a8505c"))


def sheep(h: Pen, q: Quadruped, pose: Pose) -> None:
    face = q.belly
    m = 0.26 * pose.turn
    path = blob(
        (-0.78, -0.3),
        (-0.4, -0.85),
        (0.5, -0.85),
        (0.84, -0.3),
        (0.76 + m, 0.45),
        (0.3 + m, 0.95),
        (-0.1 + m, 0.95),
        (-0.62, 0.42),
    )
    h.fill(path, shaded(face, pose, -0.8, 0.9, -0.8, 0.95, 0.14))
    q_pale = sum(face) < 330
    for x in (-0.16 * pose.turn - 0.36 * (1 - pose.turn), 0.54 * pose.turn + 0.36 * (1 - pose.turn)):
        if q_pale and pose.blink < 0.8 and pose.action != "sleep":
            h.dot(x, -0.04, 0.21, 0.26, WHITE)
    both_eyes(h, q, pose, -0.04, -0.16, 0.54)
    h.stroke(
        curve((m + 0.02, 0.44), (m + 0.16, 0.52), (m + 0.30, 0.44)),
        dark(face, 0.5) if not q_pale else light(face, 0.4),
        0.05,
    )
    draw_jaw(h, m + 0.16, 0.66, 0.18, pose)
    wool = Path()
    for i in range(5):
        a = pi * (1.08 + i * 0.21)
        wool.ellipse(cos(a) * 0.62, -0.42 + sin(a) * 0.50, 0.32, 0.30)
    h.fill(wool, q.body)
    h.fill(Path().ellipse(-0.1 + 0.2 * pose.light, -0.92, 0.22, 0.16), light(q.body, 0.6), 0.7)


def trunk(h: Pen, q: Quadruped, pose: Pose) -> None:
    draw_skull(h, q.body, pose, 0.96, 0.92)
    lift = -0.5 if pose.action in ("sing", "wave", "dance", "talk") else 0.0
    sway = 0.10 * sin(pose.t * 1.7) + 0.12 * sin(pose.phase * 6.28) * pose.walk
    pts = (
        (0.50, 0.10),
        (0.98, 0.50),
        (1.06 + sway, 1.10 + lift * 0.7),
        (0.96 + sway * 2 - lift * 0.8, 1.72 + lift * 1.9),
        (1.26 + sway * 3 - lift * 0.6, 1.98 + lift * 2.6),
    )
    if pose.action == "eat":
        pts = ((0.50, 0.10), (0.95, 0.45), (1.0, 0.95), (0.75, 1.25), (0.45, 1.05))
    draw_jaw(h, 0.30, 0.72, 0.24, pose)
    h.fill(taper(pts, (0.42, 0.33, 0.25, 0.19, 0.155)), shaded(q.body, pose, 0.4, 1.4, 0, 2, 0.16))
    for k in range(4):
        x, y = pts[1][0] - 0.02 + (pts[2][0] - pts[1][0]) * k / 3, pts[1][1] + (pts[2][1] - pts[1][1]) * k / 3
        h.stroke(curve((x - 0.16, y + 0.04), (x + 0.04, y + 0.08), (x + 0.22, y + 0.02)), dark(q.body, 0.2), 0.035, 0.8)
    both_eyes(h, q, pose, -0.12, 0.02, 0.62, 0.13)
