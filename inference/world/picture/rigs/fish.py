"""What lives in water. The origin is the centre (the crab, which walks, stands on its feet)."""

from __future__ import annotations

from math import pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, poly
from inference.world.picture.rigs.base import Head, shaded
from inference.world.picture.rigs.boneless import crab, jellyfish, octopus, seahorse
from inference.world.picture.rigs.extras import notes, snores
from inference.world.picture.rigs.face import INK, Features, draw_brows, draw_eye
from inference.world.picture.rigs.fins import STRIPED, beat, bent, one_face
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose


class Fish:
    def __init__(self, looks: Looks) -> None:
        self.looks, self.kind = looks, looks.subject.name
        self.body, self.belly = looks.colour("body"), looks.colour("belly")
        self.fat = {"thin": 0.86, "fat": 1.2}.get(looks.kind("build"), 1.0)

    def draw(self, pen: Pen, pose: Pose) -> None:
        if not pose.aloft and self.kind != "crab":
            pen = pen.group((1, 0, 0, 1, 0, -0.5))
        if pose.aloft and self.kind == "crab":
            pen = pen.group((1, 0, 0, 1, 0, 0.5))
        if self.looks.kind("texture") == "glowing":
            pen.glowing.glow(0, 0, 0.9, light(self.body, 0.4), 0.5)
        BODIES[self.kind](self, pen, pose)
        if pose.action == "sing":
            notes(pen, 0.5, -0.3, pose.t, 0.10)
        if pose.action == "sleep":
            snores(pen, 0.4, -0.45, pose.t, 0.12)


def _fish(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c, k = beat(pose), f.body, f.fat
    wag = 0.16 * sin(a)
    tail = blob(
        (-0.42, 0),
        (-0.62, -0.30 + wag),
        (-0.78, -0.34 + wag * 1.6),
        (-0.68, 0.02 + wag),
        (-0.78, 0.34 + wag * 1.6),
        (-0.60, 0.28 + wag),
        tension=0.8,
    )
    pen.fill(tail, dark(c, 0.14))
    pen.fill(blob((-0.22, -0.36), (-0.02, -0.58), (0.22, -0.48), (0.26, -0.30), tension=0.8), dark(c, 0.12))
    body = Path().smooth(
        bent(
            [
                (0.66, 0.02),
                (0.46, -0.28 * k),
                (0.1, -0.43 * k),
                (-0.25, -0.30 * k),
                (-0.52, -0.07),
                (-0.52, 0.07),
                (-0.25, 0.30 * k),
                (0.1, 0.43 * k),
                (0.46, 0.28 * k),
            ],
            a,
            0.05,
            0.66,
        )
    )
    pen.fill(body, shaded(c, pose, -0.5, 0.6, -0.4, 0.4, 0.2))
    if not f.looks.has("pattern") and f.looks.rand(5) < 0.6:
        for x, w in ((0.20, 0.09), (-0.20, 0.07)):
            pen.fill(
                blob((x - w, -0.6), (x + w, -0.6), (x + w + 0.05, 0), (x + w, 0.6), (x - w, 0.6), (x - w + 0.05, 0)),
                STRIPED,
                0.95,
                clip=body,
            )
    pen.fill(blob((0.66, 0.12), (0.2, 0.24), (-0.4, 0.16), (-0.3, 0.5), (0.4, 0.5)), f.belly, 0.5, clip=body)
    patterned(pen, f.looks, body, c, -0.55, -0.43, 1.2, 0.86)
    fin = 0.08 * sin(a * 1.0 + 1)
    pen.fill(blob((0.12, 0.10), (-0.06, 0.16 + fin), (-0.18, 0.32 + fin), (0.02, 0.30 + fin)), light(c, 0.18))
    one_face(f, pen, pose, 0.40, -0.08, 0.24, (0.62, 0.72, 0.30))


def _shark(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = beat(pose), f.body
    wag = 0.14 * sin(a)
    pen.fill(
        blob(
            (-0.78, 0.0),
            (-1.02, -0.44 + wag),
            (-1.10, -0.42 + wag),
            (-0.94, 0.02 + wag * 0.7),
            (-1.02, 0.28 + wag),
            (-0.90, 0.20 + wag),
            tension=0.5,
        ),
        dark(c, 0.1),
    )
    pen.fill(poly((-0.12, -0.30), (-0.16, -0.64), (0.24, -0.30)), dark(c, 0.1))
    pen.fill(blob((0.30, 0.20), (0.10, 0.58), (-0.04, 0.60), (0.06, 0.22), tension=0.5), dark(c, 0.22))
    outline = bent(
        [
            (1.02, -0.02),
            (0.72, -0.28),
            (0.2, -0.38),
            (-0.35, -0.24),
            (-0.85, -0.05),
            (-0.85, 0.05),
            (-0.35, 0.20),
            (0.2, 0.32),
            (0.70, 0.24),
        ],
        a,
        0.06,
        1.02,
    )
    body = Path().smooth(outline)
    pen.fill(body, shaded(c, pose, -0.8, 1.0, -0.4, 0.3, 0.2))
    pen.fill(
        blob((1.0, 0.06), (0.5, 0.10), (-0.1, 0.06), (-0.8, 0.03), (-0.4, 0.4), (0.6, 0.4)),
        light(f.belly, 0.2),
        clip=body,
    )
    patterned(pen, f.looks, body, c, -0.85, -0.38, 1.9, 0.7)
    for k in range(3):
        x = 0.36 - 0.07 * k
        pen.stroke(curve((x, -0.10), (x - 0.03, 0.0), (x, 0.10)), dark(c, 0.35), 0.018)
    gape = 0.10 + 0.13 * pose.mouth
    mouth = blob((0.88, 0.06), (0.66, 0.09), (0.52, 0.06), (0.60, 0.09 + gape), (0.76, 0.08 + gape))
    pen.fill(mouth, rgb("7a2436"), clip=body)
    for k in range(5):
        x = 0.56 + 0.065 * k
        pen.fill(poly((x, 0.07), (x + 0.055, 0.07), (x + 0.028, 0.135)), WHITE)
    h = pen.group(Head(0.66, -0.10, 0.16).matrix)
    if pose.blink < 0.8 and pose.action != "sleep":
        h.dot(0, 0, 0.5, 0.52, WHITE)
    draw_eye(h, 0.08, 0, 0.30, -1, pose, f.looks.colour("eyes", INK))
    draw_brows(
        h, Features(eye_y=0, spread=0.01, size=0.36), pose._replace(mood=pose.mood or "angry"), 0.0, dark(c, 0.5)
    )
    draw_neckwear(pen.group(Head(0.42, 0.05, 0.24).matrix), f.looks, pose)
    draw_hat(pen.group(Head(0.55, -0.10, 0.28).matrix), f.looks, pose)
    draw_eyewear(h, f.looks, pose, 0, 0.35, 0.0)


def _whale(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = beat(pose), f.body
    wag = 0.12 * sin(a)
    fluke = blob(
        (-0.72, 0.0 + wag * 0.5),
        (-0.90, -0.26 + wag),
        (-1.06, -0.34 + wag),
        (-0.94, -0.10 + wag),
        (-1.08, 0.06 + wag),
        (-0.86, 0.08 + wag),
    )
    pen.fill(fluke, dark(c, 0.12))
    outline = bent(
        [
            (0.92, 0.02),
            (0.84, -0.26),
            (0.45, -0.46),
            (-0.1, -0.38),
            (-0.55, -0.12),
            (-0.84, -0.04),
            (-0.82, 0.08),
            (-0.40, 0.34),
            (0.2, 0.48),
            (0.74, 0.38),
        ],
        a,
        0.05,
        0.92,
    )
    body = Path().smooth(outline)
    pen.fill(body, shaded(c, pose, -0.8, 0.9, -0.45, 0.45, 0.22))
    under = blob((0.98, 0.10), (0.5, 0.18), (0.0, 0.16), (-0.6, 0.06), (-0.4, 0.6), (0.7, 0.6))
    pen.fill(under, light(f.belly, 0.1), clip=body)
    patterned(pen, f.looks, body, c, -0.85, -0.46, 1.75, 0.94)
    for k in range(4):
        pen.stroke(
            curve((0.80 - 0.04 * k, 0.22 + 0.06 * k), (0.4, 0.28 + 0.06 * k), (0.02 + 0.05 * k, 0.25 + 0.05 * k)),
            dark(f.belly, 0.2),
            0.012,
            0.8,
        )
    fin = 0.08 * sin(a + 1)
    pen.fill(
        blob((0.30, 0.20), (0.14, 0.28 + fin), (-0.02, 0.52 + fin), (0.10, 0.50 + fin), (0.38, 0.30)), dark(c, 0.16)
    )
    if pose.action not in ("sleep",):
        for side in (-1, 1):
            u = (pose.t * 0.8) % 1.0
            spray = curve(
                (0.36, -0.44), (0.36 + side * 0.08, -0.66 - 0.06 * sin(u * pi)), (0.36 + side * 0.22, -0.62 + 0.1 * u)
            )
            pen.stroke(spray, rgb("d9f2ff"), 0.035, 0.75)
        for i in range(5):
            u = (pose.t * 0.9 + i * 0.2) % 1.0
            pen.dot(0.36 + (i - 2) * 0.10 * u, -0.50 - 0.26 * sin(u * pi), 0.022, 0.026, rgb("e6f7ff"), 0.85)
    one_face(f, pen, pose, 0.52, -0.02, 0.15, (1.15, 0.98, 0.62), 0.32)


def _dolphin(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = beat(pose), f.body
    wag = 0.14 * sin(a)
    pen.fill(
        blob(
            (-0.74, wag * 0.5),
            (-0.96, -0.22 + wag),
            (-1.0, -0.16 + wag),
            (-0.88, 0.04 + wag),
            (-0.98, 0.24 + wag),
            (-0.84, 0.16 + wag),
            tension=0.7,
        ),
        dark(c, 0.14),
    )
    pen.fill(blob((-0.06, -0.32), (-0.16, -0.56), (-0.28, -0.60), (0.22, -0.34), tension=0.6), dark(c, 0.12))
    outline = bent(
        [
            (0.98, 0.10),
            (0.78, 0.02),
            (0.64, -0.22),
            (0.28, -0.38),
            (-0.2, -0.30),
            (-0.80, -0.05),
            (-0.80, 0.06),
            (-0.2, 0.26),
            (0.34, 0.34),
            (0.70, 0.24),
            (0.96, 0.18),
        ],
        a,
        0.06,
        0.98,
    )
    body = Path().smooth(outline)
    pen.fill(body, shaded(c, pose, -0.8, 0.9, -0.4, 0.35, 0.2))
    pen.fill(
        blob((1.0, 0.16), (0.6, 0.10), (0.1, 0.08), (-0.7, 0.02), (-0.3, 0.45), (0.6, 0.45)),
        light(f.belly, 0.2),
        clip=body,
    )
    patterned(pen, f.looks, body, c, -0.8, -0.38, 1.75, 0.72)
    fin = 0.08 * sin(a + 1)
    pen.fill(blob((0.30, 0.16), (0.10, 0.26 + fin), (-0.02, 0.50 + fin), (0.30, 0.34)), dark(c, 0.2))
    one_face(f, pen, pose, 0.50, -0.04, 0.14, (1.75, 1.12, 0.75), 0.34)


BODIES: dict[str, Callable[[Fish, Pen, Pose], None]] = {
    "fish": _fish, "shark": _shark, "whale": _whale, "dolphin": _dolphin, "octopus": octopus,
    "jellyfish": jellyfish, "seahorse": seahorse, "crab": crab,
}  # fmt: skip
