"""Animal heads with their snouts, in head units (circle of radius 1, looking right)."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.ears import EARS, FRONT_EARS
from inference.world.picture.rigs.face import TONGUE
from inference.world.picture.rigs.hoofed import cow, deer, goat, horse, pig, sheep, trunk
from inference.world.picture.rigs.horns import HORNS
from inference.world.picture.rigs.scaled import frog, rex, turtle
from inference.world.picture.rigs.snout import both_eyes, draw_jaw, draw_nose, draw_skull

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.quadruped import Quadruped


Point = tuple[float, float]


def draw_head(h: Pen, q: Quadruped, pose: Pose) -> None:
    s = q.species
    twitch = 0.10 * max(0.0, sin(pose.t * 2.7 + q.looks.seed % 7)) ** 8 + 0.05 * sin(pose.phase * 12.6) * pose.walk
    if s.ears and s.ears not in FRONT_EARS:
        EARS[s.ears](h, q, pose, twitch, True)
        EARS[s.ears](h, q, pose, twitch, False)
    if s.horns and s.horns not in ("tusk",):
        HORNS[s.horns](h, q, pose)
    f = SNOUTS[s.snout](h, q, pose)
    if s.ears in FRONT_EARS:
        EARS[s.ears](h, q, pose, twitch, False)
    if s.horns == "tusk":
        HORNS["tusk"](h, q, pose)
    del f


def _cat(h: Pen, q: Quadruped, pose: Pose) -> None:
    path = draw_skull(h, q.body, pose, 1.0, 0.88)
    if q.species.marks == "tabby" and not q.looks.has("pattern"):
        for x in (-0.22, 0.0, 0.22):
            h.fill(
                blob((x + 0.10 - 0.06, -0.9), (x + 0.10 + 0.06, -0.9), (x + 0.12, -0.5)), dark(q.body, 0.28), clip=path
            )
    h.fill(ellipse(0.34 * pose.turn, 0.40, 0.52, 0.36), light(q.belly, 0.2), clip=path)
    both_eyes(h, q, pose, -0.10, -0.14, 0.60)
    x = 0.34 * pose.turn
    draw_nose(h, x, 0.22, 0.11, rgb("d9707a"))
    draw_jaw(h, x, 0.42, 0.20, pose)
    for side in (-1, 1):
        for k in (-0.06, 0.08):
            h.stroke(
                curve((x + side * 0.35, 0.36 + k), (x + side * 0.75, 0.30 + k * 2), (x + side * 1.05, 0.34 + k * 3)),
                light(q.body, 0.7),
                0.028,
                0.85,
            )


def _dog(h: Pen, q: Quadruped, pose: Pose) -> None:
    draw_skull(h, q.body, pose, 0.96, 0.92)
    m = 0.52 * pose.turn
    h.fill(
        blob((m - 0.50, 0.18), (m - 0.1, -0.02), (m + 0.46, 0.10), (m + 0.66, 0.42), (m + 0.2, 0.78), (m - 0.36, 0.66)),
        light(q.belly, 0.1),
    )
    both_eyes(h, q, pose, -0.16, -0.12, 0.54)
    draw_nose(h, m + 0.36 * pose.turn, 0.14, 0.17)
    draw_jaw(h, m + 0.14, 0.48, 0.24, pose)
    if (
        pose.mouth < 0.07
        and pose.mood in ("happy", "", "laughing")
        and pose.action in ("idle", "walk", "run", "sit", "dance")
    ):
        h.fill(blob((m + 0.08, 0.50), (m + 0.28, 0.50), (m + 0.27, 0.80), (m + 0.12, 0.82), tension=0.9), TONGUE)


def _fox(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.42 * pose.turn
    face = (
        Path().move(-1.0, -0.05).cubic(-1.0, -0.72, -0.5, -0.92, 0, -0.90).cubic(0.55, -0.90, 0.95, -0.62, 0.92, -0.05)
    )
    face.quad(1.05 + m * 0.5, 0.22, 0.92 + m * 1.15, 0.40).quad(0.75 + m * 0.6, 0.62, 0.35 + m * 0.3, 0.66).cubic(
        -0.3, 0.92, -0.8, 0.62, -1.22, 0.42
    ).quad(-0.98, 0.20, -1.0, -0.05).close()
    h.fill(face, shaded(q.body, pose, -1, 1, -0.9, 0.9, 0.16))
    cheek = (
        Path()
        .move(-1.22, 0.42)
        .quad(-0.5, 0.12, 0.02 + m * 0.3, 0.14)
        .quad(0.5 + m * 0.5, 0.08, 0.92 + m * 1.15, 0.36)
        .quad(0.75 + m, 0.64, 0.35 + m * 0.3, 0.66)
        .cubic(-0.3, 0.92, -0.8, 0.62, -1.22, 0.42)
        .close()
    )
    h.fill(cheek, q.belly)
    both_eyes(h, q, pose, -0.12, -0.16, 0.58)
    draw_nose(h, 0.92 + m * 1.0 if pose.turn > 0.3 else m, 0.32, 0.15)
    draw_jaw(h, 0.42 + m * 0.6, 0.50, 0.20, pose)


def _wolf(h: Pen, q: Quadruped, pose: Pose) -> None:
    tufts = poly((-0.8, 0.1), (-1.25, 0.42), (-0.85, 0.46), (-1.05, 0.80), (-0.5, 0.72), (0, 0.7), (0, 0))
    h.fill(tufts, dark(q.body, 0.08))
    _fox(h, q, pose)
    h.fill(blob((-0.2, -0.86), (0.12, -0.4), (0.44, -0.84), (0.12, -0.92)), dark(q.body, 0.24), 0.8)


def _lion(h: Pen, q: Quadruped, pose: Pose) -> None:
    path = draw_skull(h, q.body, pose, 0.98, 0.92)
    m = 0.30 * pose.turn
    if q.species.marks == "tiger":
        for x, y, w in ((m - 0.30, -0.92, 0.07), (m, -0.95, 0.09), (m + 0.30, -0.92, 0.07)):
            h.fill(blob((x - w, y), (x + w, y), (x, y + 0.42)), rgb("35303c"), clip=path)
        for side in (-1, 1):
            for k in (0.0, 0.24):
                h.fill(
                    blob((side * 1.02, 0.02 + k), (side * 0.70, 0.10 + k), (side * 1.02, 0.16 + k)),
                    rgb("35303c"),
                    clip=path,
                )
    h.fill(
        blob(
            (m - 0.46, 0.30),
            (m - 0.2, 0.14),
            (m + 0.08, 0.18),
            (m + 0.36, 0.14),
            (m + 0.60, 0.32),
            (m + 0.42, 0.66),
            (m + 0.06, 0.78),
            (m - 0.30, 0.64),
        ),
        rgb("fff3e2"),
    )
    h.fill(
        blob((m - 0.13, -0.2), (m + 0.22, -0.2), (m + 0.26, 0.2), (m - 0.12, 0.2), tension=0.6),
        light(q.body, 0.14),
        0.6,
    )
    both_eyes(h, q, pose, -0.16, -0.24, 0.52)
    draw_nose(h, m + 0.08, 0.22, 0.19, rgb("7a3f3f"))
    draw_jaw(h, m + 0.08, 0.48, 0.25, pose)


def _bear(h: Pen, q: Quadruped, pose: Pose) -> None:
    draw_skull(h, q.body, pose, 1.0, 0.92)
    m = 0.38 * pose.turn
    panda = q.species.marks == "panda"
    if panda:
        for x in (-0.20 * pose.turn - 0.42 * (1 - pose.turn), 0.58 * pose.turn + 0.42 * (1 - pose.turn)):
            patch = (
                h.group((0.92, 0.38, -0.38, 0.92, x, -0.06))
                if x < 0.2
                else h.group((0.92, -0.38, 0.38, 0.92, x, -0.06))
            )
            patch.dot(0, 0, 0.25, 0.33, rgb("35323f"))
    h.fill(ellipse(m, 0.36, 0.44, 0.36), light(q.belly, 0.25) if not panda else rgb("fbf8f2"))
    both_eyes(h, q, pose, -0.12, -0.20, 0.58)
    draw_nose(h, m + 0.06, 0.20, 0.17)
    draw_jaw(h, m + 0.04, 0.46, 0.20, pose)


def _rabbit(h: Pen, q: Quadruped, pose: Pose) -> None:
    path = draw_skull(h, q.body, pose, 0.98, 0.92)
    m = 0.38 * pose.turn
    h.fill(ellipse(m, 0.46, 0.46, 0.34), light(q.belly, 0.3), clip=path)
    both_eyes(h, q, pose, -0.08, -0.14, 0.62)
    nose = 0.03 * sin(pose.t * 9)
    draw_nose(h, m + 0.04, 0.24 + nose, 0.11, rgb("e58a92"))
    if pose.mouth < 0.3:
        h.fill(Path().rect(m - 0.06, 0.44, 0.10, 0.18, 0.03).rect(m + 0.05, 0.44, 0.10, 0.18, 0.03), WHITE)
    draw_jaw(h, m + 0.04, 0.42, 0.18, pose)
    h.dot(-0.5, 0.36, 0.18, 0.12, rgb("f7b0ae"), 0.6)


def _mouse(h: Pen, q: Quadruped, pose: Pose) -> None:
    m = 0.5 * pose.turn
    face = blob(
        (-0.92, 0.0),
        (-0.5, -0.78),
        (0.3, -0.78),
        (0.8 + m * 0.2, -0.1),
        (0.9 + m * 0.5, 0.28),
        (0.5, 0.64),
        (-0.3, 0.80),
        (-0.82, 0.5),
    )
    h.fill(face, shaded(q.body, pose, -1, 1, -0.8, 0.8, 0.16))
    h.fill(ellipse(m * 0.7, 0.50, 0.50, 0.32), light(q.belly, 0.2), clip=face)
    both_eyes(h, q, pose, -0.08, -0.08, 0.60)
    draw_nose(h, 0.86 + m * 0.42 if pose.turn > 0.3 else m, 0.22, 0.13, rgb("e58a92"))
    draw_jaw(h, 0.40 + m * 0.3, 0.48, 0.16, pose)
    if q.kind == "mouse":
        for k in (-0.10, 0.06, 0.2):
            h.stroke(
                curve((0.35, 0.32 + k * 0.4), (-0.05, 0.30 + k), (-0.35, 0.36 + k * 1.4)),
                light(q.body, 0.6),
                0.024,
                0.8,
            )


def _monkey(h: Pen, q: Quadruped, pose: Pose) -> None:
    draw_skull(h, q.body, pose, 0.96, 0.94)
    m = 0.24 * pose.turn
    mask = (
        Path()
        .ellipse(m - 0.30, -0.12, 0.42, 0.44)
        .ellipse(m + 0.32, -0.12, 0.42, 0.44)
        .ellipse(m + 0.02, 0.40, 0.60, 0.46)
    )
    h.fill(mask, q.belly)
    both_eyes(h, q, pose, -0.12, -0.08, 0.56)
    for x in (-0.06, 0.10):
        h.dot(m + x, 0.22, 0.035, 0.045, dark(q.belly, 0.5))
    draw_jaw(h, m + 0.02, 0.48, 0.28, pose)
    h.fill(blob((-0.12, -0.86), (0.05, -1.2), (0.12, -0.95), (0.28, -1.12), (0.24, -0.82)), q.body)


SNOUTS = {
    "cat": _cat, "dog": _dog, "fox": _fox, "wolf": _wolf, "lion": _lion, "bear": _bear, "rabbit": _rabbit,
    "mouse": _mouse, "horse": horse, "zebra": horse, "cow": cow, "deer": deer, "goat": goat, "pig": pig,
    "sheep": sheep, "trunk": trunk, "monkey": _monkey, "frog": frog, "turtle": turtle, "rex": rex, "dragon": rex,
}  # fmt: skip
