"""Things; ghosts, slimes, stars, hearts and snowmen always have a face."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, ellipse, heart, star, taper
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.extras import draw_wings, notes, snores
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.small_face import small_face
from inference.world.picture.rigs.toys import ball, balloon, book, clock, cube, drum, gift, guitar, kite, umbrella
from inference.world.picture.rigs.treats import apple, cake, candle, icecream, lantern, pumpkin

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose


class Thing:
    def __init__(self, looks: Looks) -> None:
        self.looks, self.kind = looks, looks.subject.name
        self.body, self.trim = looks.colour("body"), looks.colour("trim", WHITE)

    def draw(self, pen: Pen, pose: Pose) -> None:
        """Things are drawn from y = -0.5 to 0.5 and stand on 0.5."""
        tilt, hop = 0.0, 0.0
        if pose.action == "dance":
            tilt, hop = 0.22 * sin(pose.phase * 2 * pi), 0.08 * abs(sin(pose.phase * 2 * pi))
        elif pose.action in ("sing", "talk", "laugh"):
            tilt = 0.07 * sin(pose.t * (9 if pose.action == "laugh" else 3))
        elif pose.action == "shake":
            tilt = 0.10 * sin(pose.t * 34)
        elif pose.action == "sleep":
            tilt = 0.14 + 0.02 * pose.breath()
        c, s = cos(tilt), sin(tilt)
        base = 0.0 if pose.aloft else -0.5
        g = pen.group((c, s, -s, c, -0.0, base - hop))
        if self.looks.kind("texture") == "glowing":
            g.glowing.glow(0, 0, 0.95, light(self.body, 0.5), 0.6)
        if self.looks.has("wings"):
            draw_wings(g.group((1.6, 0, 0, 1.6, 0, 0)), self.looks.tint("wings", WHITE), pose, 0.0, 0.0)
        THINGS[self.kind](self, g, pose)
        if pose.action == "sing":
            notes(g, 0.35, -0.3, pose.t, 0.10)
        if pose.action == "sleep":
            snores(g, 0.2, -0.5, pose.t, 0.13)


def _star(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    pen.glowing.glow(0, 0, 0.85, light(c, 0.5), 0.35 + 0.12 * sin(pose.t * 3))
    points = []
    for i in range(10):
        r, a = (0.52, 0.27)[i % 2], -pi / 2 + i * pi / 5
        points.append((cos(a) * r, sin(a) * r + 0.03))
    path = Path().smooth(points, tension=0.42)
    pen.fill(path, shaded(c, pose, -0.5, 0.5, -0.5, 0.5, 0.22))
    patterned(pen, k.looks, path, c, -0.5, -0.5, 1, 1)
    for i in range(4):
        u = (pose.t * 0.7 + i / 4) % 1.0
        a = i * 1.9 + 0.5
        pen.glowing.fill(
            star(cos(a) * (0.5 + 0.2 * u), sin(a) * (0.45 + 0.2 * u), 0.09 * sin(u * pi), 0.025, 4), WHITE, 0.9
        )
    small_face(pen, k.looks, pose, 0, 0.06, 0.27, c, always=True, top=0.75)


def _heart(k: Thing, pen: Pen, pose: Pose) -> None:
    beat = 1 + 0.05 * max(0.0, sin(pose.t * 5)) ** 3
    g = pen.group((beat, 0, 0, beat, 0, 0))
    path = heart(0, 0.0, 0.5)
    g.fill(path, shaded(k.body, pose, -0.5, 0.5, -0.5, 0.5, 0.24))
    patterned(g, k.looks, path, k.body, -0.52, -0.46, 1.04, 0.96)
    g.glowing.fill(
        blob((-0.38, -0.22), (-0.28, -0.36), (-0.16, -0.34), (-0.28, -0.22))
        if pose.light < 0
        else blob((0.38, -0.22), (0.28, -0.36), (0.16, -0.34), (0.28, -0.22)),
        WHITE,
        0.6,
    )
    small_face(g, k.looks, pose, 0, -0.06, 0.32, k.body, always=True, top=0.25)


def _snowman(k: Thing, pen: Pen, pose: Pose) -> None:
    c = light(k.body, 0.2)
    wave = (
        0.10 * sin(pose.phase * 2 * pi)
        if pose.action in ("wave", "dance", "laugh", "sing", "jump")
        else 0.03 * sin(pose.t * 1.4)
    )
    for s in (-1, 1):
        x1, y1 = s * 0.34, -0.12 - (wave if s > 0 else -wave * 0.5)
        pen.stroke(Path().move(s * 0.12, -0.02).line(x1, y1), rgb("7a5238"), 0.022)
        pen.stroke(
            Path()
            .move(x1 - s * 0.05, y1 + 0.025)
            .line(x1 + s * 0.02, y1 - 0.06)
            .move(x1, y1)
            .line(x1 + s * 0.05, y1 + 0.01),
            rgb("7a5238"),
            0.016,
        )
    for y, r in ((0.29, 0.225), (0.0, 0.175), (-0.245, 0.145)):
        pen.fill(ellipse(0, y, r, r * 0.94), shaded(c, pose, -r, r, y - r, y + r, 0.16))
    for y in (-0.05, 0.03, 0.20):
        pen.dot(0.02 * pose.turn, y, 0.018, 0.018, rgb("35323f"))
    small_face(pen, k.looks, pose, 0.0, -0.255, 0.135, c, always=True)
    pen.fill(blob((0.02, -0.262), (0.14, -0.235), (0.02, -0.222), tension=0.5), rgb("f08a3c"))


def _ghost(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    pen.glowing.glow(0, 0, 0.75, light(c, 0.4), 0.30)
    a = pose.t * 3
    path = Path().move(-0.36, 0.30).cubic(-0.40, -0.20, -0.34, -0.5, 0, -0.5).cubic(0.34, -0.5, 0.40, -0.20, 0.36, 0.30)
    xs = [0.36, 0.24, 0.12, 0.0, -0.12, -0.24, -0.36]
    for i in range(6):
        y = 0.46 + 0.05 * sin(a + i * 1.9) if i % 2 == 0 else 0.34 + 0.04 * sin(a + i)
        path.quad((xs[i] + xs[i + 1]) / 2 + 0.02 * sin(a + i), y + 0.06, xs[i + 1], 0.36 + 0.03 * sin(a + i))
    path.close()
    pen.fill(path, Linear(0, -0.5, 0, 0.5, ((0, light(c, 0.35), 0.97), (0.6, c, 0.92), (1, c, 0.55))))
    patterned(pen, k.looks, path, c, -0.4, -0.5, 0.8, 1)
    for s in (-1, 1):
        up = 0.05 * sin(a * 0.8 + s) + (0.12 if pose.action in ("wave", "dance", "laugh") else 0.0)
        pen.fill(
            taper(((s * 0.26, 0.02), (s * 0.38, 0.0 - up), (s * 0.45, -0.06 - up * 1.5)), (0.08, 0.07, 0.05)), c, 0.95
        )
    small_face(pen, k.looks, pose, 0.02, -0.16, 0.30, c, always=True, top=0.2)


def _slime(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    wob = 0.03 * sin(pose.t * 3.4) + 0.04 * sin(pose.phase * 2 * pi) * (
        pose.action in ("dance", "bounce", "jump", "shake", "laugh")
    )
    path = blob(
        (-0.56, 0.47),
        (-0.54 - wob, 0.16),
        (-0.34, -0.28 - wob),
        (0.0, -0.48 - wob * 1.4),
        (0.34, -0.28 - wob),
        (0.54 + wob, 0.16),
        (0.56, 0.47),
        (0.26, 0.5),
        (-0.26, 0.5),
        tension=0.9,
    )
    pen.fill(path, Linear(0, -0.5, 0, 0.5, ((0, light(c, 0.35), 0.95), (0.5, c, 0.93), (1, dark(c, 0.26), 0.95))))
    patterned(pen, k.looks, path, c, -0.56, -0.5, 1.12, 1)
    for i in range(5):
        u = (pose.t * 0.25 + i / 5) % 1.0
        pen.dot(
            -0.32 + 0.16 * i,
            0.38 - 0.5 * u,
            0.025 + 0.015 * (i % 2),
            0.025 + 0.015 * (i % 2),
            light(c, 0.5),
            0.6 * sin(u * pi),
        )
    pen.glowing.fill(
        blob(
            (0.30 * pose.light, -0.20),
            (0.20 * pose.light, -0.34),
            (0.12 * pose.light, -0.32),
            (0.22 * pose.light, -0.16),
        ),
        WHITE,
        0.65,
    )
    small_face(pen, k.looks, pose, 0.02, 0.06, 0.36, c, always=True, top=0.45)


THINGS: dict[str, Callable[[Thing, Pen, Pose], None]] = {
    "ball": ball, "star": _star, "heart": _heart, "cube": cube, "umbrella": umbrella, "kite": kite,
    "balloon": balloon, "lantern": lantern, "candle": candle, "cake": cake, "icecream": icecream,
    "apple": apple, "pumpkin": pumpkin, "gift": gift, "book": book, "guitar": guitar, "drum": drum,
    "clock": clock, "snowman": _snowman, "ghost": _ghost, "slime": _slime,
}  # fmt: skip
