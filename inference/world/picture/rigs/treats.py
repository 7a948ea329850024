"""Food, and what burns."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, rect
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.small_face import face_wear, small_face
from inference.world.picture.rigs.toys import RIBBONS

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.thing import Thing


def lantern(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    flicker = 0.85 + 0.15 * sin(pose.t * 9) * sin(pose.t * 5.3)
    pen.glowing.glow(0, 0.02, 1.0, rgb("ffc766"), 0.5 * flicker)
    pen.stroke(curve((-0.14, -0.36), (0, -0.52), (0.14, -0.36)), rgb("5a4038"), 0.03)
    body = blob(
        (-0.16, -0.34),
        (-0.36, -0.12),
        (-0.36, 0.16),
        (-0.16, 0.38),
        (0.16, 0.38),
        (0.36, 0.16),
        (0.36, -0.12),
        (0.16, -0.34),
        tension=0.9,
    )
    pen.glowing.fill(
        body, Radial(0, 0.04, 0.45, ((0, rgb("fff3bf"), 1), (0.45, mix(rgb("ffcf6a"), c, 0.35), 1), (1, c, 1)))
    )
    for dx in (-0.22, 0.0, 0.22):
        pen.stroke(curve((dx * 0.5, -0.34), (dx * 1.2, 0.02), (dx * 0.5, 0.38)), dark(c, 0.3), 0.012, 0.7)
    for y in (-0.36, 0.40):
        pen.fill(rect(-0.19, y - 0.035, 0.38, 0.07, 0.02), rgb("7a4a34"))
    for dx in (-0.05, 0.0, 0.05):
        pen.stroke(Path().move(dx, 0.43).line(dx + 0.02 * sin(pose.t * 2 + dx * 40), 0.5), rgb("f0bf4c"), 0.02)
    small_face(pen, k.looks, pose, 0, 0.04, 0.26, c, top=0.55)


def candle(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    flick = 0.02 * sin(pose.t * 11) + 0.015 * sin(pose.t * 17)
    g = pen.glowing
    g.glow(flick, -0.36, 0.75, rgb("ffc766"), 0.55)
    pen.fill(ellipse(0, 0.46, 0.30, 0.06), rgb("b8893f"))
    pen.fill(rect(-0.16, -0.18, 0.32, 0.64, 0.05), shaded(c, pose, -0.16, 0.16, -0.2, 0.46, 0.22))
    pen.fill(
        blob(
            (-0.16, -0.16),
            (0.0, -0.21),
            (0.16, -0.16),
            (0.155, 0.06),
            (0.10, 0.10),
            (0.06, -0.06),
            (-0.04, -0.08),
            (-0.08, 0.02),
            (-0.14, 0.0),
        ),
        light(c, 0.3),
    )
    pen.stroke(Path().move(0, -0.19).line(flick * 0.5, -0.27), rgb("3a2a2a"), 0.02)
    for w, h, code in ((0.075, 0.24, "ff9a3c"), (0.052, 0.18, "ffd05a"), (0.026, 0.10, "fff6cf")):
        g.fill(blob((0, -0.24), (-w, -0.30), (flick, -0.26 - h), (w, -0.30)), rgb(code))
    small_face(pen, k.looks, pose, 0, 0.16, 0.15, c, top=1.6)


def cake(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    pen.fill(ellipse(0, 0.45, 0.56, 0.06), rgb("f3efe8"))
    sponge = rgb("e8bd84") if c != rgb("8e6042") else rgb("7a4a34")
    for y, w, h in ((0.10, 0.47, 0.34), (-0.20, 0.34, 0.30)):
        tier = rect(-w, y, 2 * w, h, 0.05)
        pen.fill(tier, shaded(sponge, pose, -w, w, y, y + h, 0.18))
        patterned(pen, k.looks, tier, sponge, -w, y, 2 * w, h)
        pen.fill(rect(-w, y + h * 0.55, 2 * w, h * 0.14), light(c, 0.5))
        icing = Path().move(-w - 0.01, y + 0.02).quad(-w, y - 0.05, 0, y - 0.05).quad(w, y - 0.05, w + 0.01, y + 0.02)
        n = 6
        for i in range(n):
            x1 = w - 2 * w * (i + 1) / n
            icing.quad(x1 + w / n, y + (0.16 if i % 2 else 0.11), x1, y + 0.05)
        pen.fill(icing.close(), shaded(c, pose, -w, w, y - 0.05, y + 0.12, 0.14))
    for x in (-0.18, 0.0, 0.18):
        pen.fill(rect(x - 0.018, -0.37, 0.036, 0.15, 0.01), RIBBONS[int(x * 10) % 3])
        f = 0.01 * sin(pose.t * 12 + x * 30)
        pen.glowing.glow(x, -0.42, 0.13, rgb("ffcf6a"), 0.6)
        pen.glowing.fill(blob((x, -0.37), (x - 0.026, -0.40), (x + f, -0.49), (x + 0.026, -0.40)), rgb("ffc24a"))
    for i in range(5):
        pen.dot(-0.38 + 0.19 * i, 0.06, 0.036, 0.036, rgb("d9403a"))
    small_face(pen, k.looks, pose, 0, 0.28, 0.20, sponge, top=2.4)


def icecream(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    cone = poly((-0.20, -0.02), (0.20, -0.02), (0.0, 0.5))
    pen.fill(cone, rgb("e0a860"))
    pen.fill(cone, Linear(-0.2, 0, 0.2, 0, ((0, WHITE, 0.12), (1, rgb("5a3418"), 0.25))))
    pen.stroke(poly((-0.11, 0.08), (0.09, 0.22), (-0.03, 0.38)), dark(rgb("e0a860"), 0.25), 0.012)
    pen.stroke(poly((0.12, 0.06), (-0.07, 0.20), (0.05, 0.34)), dark(rgb("e0a860"), 0.25), 0.012)
    for x, y, r, ink in ((0.0, -0.30, 0.20, light(c, 0.3)), (0.0, -0.09, 0.235, c)):
        scoop = Path().ellipse(x, y, r, r * 0.95)
        for i in range(5):
            scoop.ellipse(x - r * 0.84 + r * 0.42 * i, y + r * 0.62, r * 0.25, r * 0.24)
        pen.fill(scoop, shaded(ink, pose, -r, r, y - r, y + r, 0.2))
        patterned(pen, k.looks, scoop, ink, x - r, y - r, 2 * r, 2 * r)
    pen.dot(0.04, -0.47, 0.055, 0.055, rgb("d9303a"))
    pen.stroke(curve((0.05, -0.51), (0.08, -0.56), (0.13, -0.57)), rgb("5a7a3a"), 0.014)
    for i in range(7):
        x, y = -0.14 + 0.05 * i, -0.34 + 0.05 * ((i * 3) % 4)
        pen.stroke(Path().move(x, y).line(x + 0.025, y + 0.012), RIBBONS[i % 3], 0.016)
    small_face(pen, k.looks, pose, 0, -0.08, 0.18, c, top=1.1)


def apple(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    path = (
        Path()
        .move(0, -0.30)
        .cubic(0.20, -0.48, 0.54, -0.36, 0.48, 0.04)
        .cubic(0.44, 0.34, 0.22, 0.54, 0, 0.44)
        .cubic(-0.22, 0.54, -0.44, 0.34, -0.48, 0.04)
        .cubic(-0.54, -0.36, -0.20, -0.48, 0, -0.30)
        .close()
    )
    pen.fill(path, shaded(c, pose, -0.5, 0.5, -0.45, 0.5, 0.26))
    patterned(pen, k.looks, path, c, -0.5, -0.45, 1, 0.95)
    pen.stroke(curve((0, -0.30), (0.02, -0.42), (0.07, -0.5)), rgb("6b4a34"), 0.05)
    pen.fill(blob((0.05, -0.40), (0.20, -0.54), (0.38, -0.48), (0.22, -0.36)), rgb("6aae57"))
    pen.glowing.dot(0.27 * pose.light, -0.18, 0.07, 0.12, WHITE, 0.45)
    small_face(pen, k.looks, pose, 0, 0.08, 0.34, c, top=0.3)


def pumpkin(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    for x, w, shade in (
        (-0.36, 0.22, 0.24),
        (0.36, 0.22, 0.24),
        (-0.20, 0.24, 0.12),
        (0.20, 0.24, 0.12),
        (0.0, 0.22, 0.0),
    ):
        pen.fill(ellipse(x, 0.10, w, 0.40), shaded(dark(c, shade), pose, x - w, x + w, -0.3, 0.5, 0.16))
    pen.fill(
        blob((-0.06, -0.26), (-0.03, -0.44), (0.08, -0.50), (0.12, -0.44), (0.05, -0.38), (0.07, -0.26)), rgb("6a8a45")
    )
    pen.stroke(curve((0.06, -0.30), (0.22, -0.36), (0.26, -0.24), (0.34, -0.26)), rgb("6a8a45"), 0.024)
    if k.looks.lively and pose.mood not in ("", "angry"):
        small_face(pen, k.looks, pose, 0, 0.12, 0.34, c, top=0.4)
        return
    glow = mix(rgb("ffd35e"), rgb("ff9a3c"), 0.5 + 0.5 * sin(pose.t * 7))
    pen.glowing.glow(0, 0.1, 0.7, rgb("ffb84a"), 0.35)
    g = pen.glowing
    for s in (-1, 1):
        if pose.blink > 0.7 or pose.action == "sleep":
            g.stroke(Path().move(s * 0.20 - 0.09, -0.02).line(s * 0.20 + 0.09, -0.02), glow, 0.04)
        else:
            g.fill(poly((s * 0.20 - 0.11, 0.04), (s * 0.20 - s * 0.03, -0.14), (s * 0.20 + 0.11, 0.04)), glow)
    g.fill(poly((-0.04, 0.14), (0, 0.07), (0.04, 0.14)), glow)
    o = 0.10 * pose.mouth
    g.fill(
        poly(
            (-0.30, 0.20),
            (-0.18, 0.26),
            (-0.14, 0.21),
            (-0.06, 0.28),
            (0.0, 0.23),
            (0.06, 0.28),
            (0.14, 0.21),
            (0.18, 0.26),
            (0.30, 0.20),
            (0.20, 0.36 + o),
            (0.08, 0.39 + o),
            (0.04, 0.34 + o),
            (-0.04, 0.34 + o),
            (-0.08, 0.39 + o),
            (-0.20, 0.36 + o),
        ),
        glow,
    )
    face_wear(pen, k.looks, pose, 0, 0.12, 0.34, top=0.4)
