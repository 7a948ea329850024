"""Toys, tools and instruments."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, rect, star
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.extras import guitar_shape
from inference.world.picture.rigs.pattern import RAINBOW, patterned
from inference.world.picture.rigs.small_face import small_face

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.thing import Thing


def ball(k: Thing, pen: Pen, pose: Pose) -> None:
    c, disc = k.body, ellipse(0, 0, 0.5, 0.5)
    g = pen
    pen.fill(disc, c)
    if not k.looks.has("pattern"):
        for i in range(3):
            a = i * 2 * pi / 3
            wedge = (
                Path()
                .move(0, 0)
                .line(cos(a) * 0.52, sin(a) * 0.52)
                .quad(cos(a + 0.26) * 0.60, sin(a + 0.26) * 0.60, cos(a + 0.55) * 0.52, sin(a + 0.55) * 0.52)
                .quad(cos(a + 0.52) * 0.2, sin(a + 0.5) * 0.2, 0, 0)
                .close()
            )
            g.fill(wedge, k.trim, clip=disc)
        g.dot(0, 0, 0.09, 0.09, k.trim)
    patterned(g, k.looks, disc, c, -0.5, -0.5, 1, 1)
    _sphere(pen, pose)
    small_face(pen, k.looks, pose, 0, 0.02, 0.36, c, top=0.35)


def _sphere(pen: Pen, pose: Pose, r: float = 0.5, y: float = 0.0) -> None:
    """Light and core shadow of a ball, laid over its colours; they stay where the light is when it rolls."""
    c, s = cos(-pose.angle), sin(-pose.angle)
    pen = pen.group((c, s, -s, c, 0, 0))
    x = 0.34 * r * pose.light
    pen.fill(
        ellipse(0, y, r, r),
        Radial(
            x,
            y - r * 0.4,
            r * 1.55,
            ((0, WHITE, 0.38), (0.32, WHITE, 0.0), (0.62, rgb("241838"), 0.12), (1, rgb("241838"), 0.46)),
        ),
    )
    pen.glowing.dot(x * 1.1, y - r * 0.5, r * 0.15, r * 0.10, WHITE, 0.75)


def cube(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    d = 0.16 * (1 if pose.turn > 0.2 else 0.6)
    front = rect(-0.5, -0.36, 0.84, 0.86, 0.05)
    pen.fill(
        blob((-0.5 + 0.02, -0.34), (-0.5 + d, -0.5), (0.34 + d, -0.5), (0.33, -0.34), tension=0.12), light(c, 0.30)
    )
    pen.fill(blob((0.33, -0.34), (0.34 + d, -0.5), (0.34 + d, 0.36), (0.33, 0.49), tension=0.12), dark(c, 0.26))
    pen.fill(front, shaded(c, pose, -0.5, 0.34, -0.36, 0.5, 0.14))
    pen.stroke(rect(-0.42, -0.28, 0.68, 0.70, 0.04), light(c, 0.25), 0.025, 0.8)
    patterned(pen, k.looks, front, c, -0.5, -0.36, 0.84, 0.86)
    small_face(pen, k.looks, pose, -0.08, 0.05, 0.34, c, top=0.3)


def umbrella(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    up = -0.66 if pose.held else 0.0  # in a hand, the shaft is long enough to lift it over a head
    pen.stroke(Path().move(0, -0.5 + up).line(0, 0.32), rgb("8a5f43"), 0.035)
    pen.stroke(curve((0, 0.32), (0.01, 0.46), (0.09, 0.49), (0.15, 0.42)), rgb("6b4632"), 0.05)
    pen = pen.group((1.15, 0, 0, 1.15, 0, up)) if pose.held else pen
    n = 6
    for i in range(n):
        x0, x1 = -0.52 + 1.04 * i / n, -0.52 + 1.04 * (i + 1) / n
        panel = (
            Path()
            .move(0, -0.46)
            .quad(x0 * 0.85, -0.46, x0, 0.0)
            .quad((x0 + x1) / 2, -0.10, x1, 0.0)
            .quad(x1 * 0.85, -0.46, 0, -0.46)
            .close()
        )
        ink = c if i % 2 == 0 else light(c, 0.35)
        if k.looks.kind("pattern") == "rainbow":
            ink = RAINBOW[i]
        pen.fill(panel, ink)
    dome = Path().move(-0.52, 0).cubic(-0.45, -0.62, 0.45, -0.62, 0.52, 0).quad(0, -0.12, -0.52, 0).close()
    x0, x1 = (-0.5, 0.5) if pose.light < 0 else (0.5, -0.5)
    pen.fill(dome, Linear(x0, -0.4, x1, 0, ((0, WHITE, 0.25), (0.45, WHITE, 0.0), (1, rgb("241838"), 0.34))))
    pen.stroke(Path().move(0, -0.46).line(0, -0.53), rgb("8a5f43"), 0.04)
    small_face(pen, k.looks, pose, 0, -0.20, 0.22, c, top=0.4)


def kite(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    sway = 0.10 * sin(pose.t * 1.7)
    g = pen.group((cos(sway), sin(sway), -sin(sway), cos(sway), 0, 0.03 * sin(pose.t * 2.2)))
    tail = [(0.0, 0.46)]
    for i in range(1, 6):
        tail.append((0.10 * sin(pose.t * 3.4 - i * 1.1) * i * 0.5, 0.46 + 0.12 * i))
    g.stroke(Path().smooth(tail, closed=False), rgb("f4efe4"), 0.014)
    for i, (x, y) in enumerate(tail[1:]):
        bow = RIBBONS[i % 3]
        g.fill(poly((x, y), (x - 0.07, y - 0.035), (x - 0.07, y + 0.035)), bow)
        g.fill(poly((x, y), (x + 0.07, y - 0.035), (x + 0.07, y + 0.035)), bow)
    top, low, left, right = (0, -0.5), (0, 0.46), (-0.38, -0.12), (0.38, -0.12)
    for tri, ink in (
        ((top, left, (0, -0.12)), c),
        ((top, right, (0, -0.12)), light(c, 0.35)),
        ((low, left, (0, -0.12)), mix(c, k.trim, 0.55)),
        ((low, right, (0, -0.12)), dark(c, 0.14)),
    ):
        g.fill(poly(*tri), ink)
    patterned(g, k.looks, poly(top, right, low, left), c, -0.4, -0.5, 0.8, 0.96)
    g.stroke(Path().move(*top).line(*low).move(*left).line(*right), rgb("7a5238"), 0.016)
    small_face(g, k.looks, pose, 0, -0.10, 0.24, c, top=0.6)


RIBBONS = (rgb("f4766a"), rgb("f8cb46"), rgb("55c4de"))


def balloon(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    sway = 0.05 * sin(pose.t * 1.5)
    g = pen.group((cos(sway), sin(sway), -sin(sway), cos(sway), 0, 0))
    string = [(0.0, 0.32)] + [(0.035 * sin(pose.t * 2 - i) * i, 0.32 + 0.11 * i) for i in range(1, 6)]
    g.stroke(Path().smooth(string, closed=False), rgb("f1ece2"), 0.014)
    path = blob((0, 0.30), (-0.28, 0.02), (-0.34, -0.20), (-0.18, -0.46), (0.18, -0.46), (0.34, -0.20), (0.28, 0.02))
    g.fill(path, shaded(c, pose, -0.34, 0.34, -0.5, 0.3, 0.26))
    patterned(g, k.looks, path, c, -0.34, -0.5, 0.68, 0.8)
    g.fill(poly((0, 0.28), (-0.05, 0.36), (0.05, 0.36)), dark(c, 0.15))
    x = 0.17 * pose.light
    g.glowing.fill(
        blob((x - 0.03, -0.36), (x + 0.035, -0.34), (x + 0.03 * pose.light * 2, -0.14), (x - 0.03, -0.20)), WHITE, 0.55
    )
    small_face(g, k.looks, pose, 0, -0.12, 0.24, c, top=0.5)


def gift(k: Thing, pen: Pen, pose: Pose) -> None:
    c, ribbon = k.body, k.trim
    open_ = 0.05 * max(0.0, sin(pose.t * 4)) if pose.action in ("shake", "jump", "bounce") else 0.0
    box = rect(-0.42, -0.14, 0.84, 0.64, 0.03)
    pen.fill(box, shaded(c, pose, -0.42, 0.42, -0.14, 0.5, 0.22))
    patterned(pen, k.looks, box, c, -0.42, -0.14, 0.84, 0.64)
    pen.fill(rect(-0.07, -0.14, 0.14, 0.64), ribbon)
    lid = pen.group((1, -open_, open_, 1, 0, -open_ * 0.6))
    lid.fill(rect(-0.47, -0.28, 0.94, 0.17, 0.03), shaded(light(c, 0.1), pose, -0.47, 0.47, -0.28, -0.1, 0.18))
    lid.fill(rect(-0.075, -0.28, 0.15, 0.17), light(ribbon, 0.15))
    for s in (-1, 1):
        lid.fill(
            blob((0, -0.28), (s * 0.12, -0.46), (s * 0.30, -0.50), (s * 0.28, -0.32)),
            ribbon if s < 0 else dark(ribbon, 0.14),
        )
        lid.fill(blob((s * 0.05, -0.31), (s * 0.13, -0.41), (s * 0.23, -0.43), (s * 0.2, -0.34)), dark(ribbon, 0.3))
    lid.dot(0, -0.30, 0.06, 0.055, light(ribbon, 0.2))
    small_face(pen, k.looks, pose, 0, 0.18, 0.30, c, top=1.3)


def book(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    pen.fill(rect(-0.36, -0.48, 0.76, 0.98, 0.05), dark(c, 0.35))
    pen.fill(rect(-0.32, -0.44, 0.70, 0.92, 0.03), rgb("f6efdf"))
    for i in range(5):
        pen.stroke(Path().move(0.30 + 0.015 * i, -0.42).line(0.30 + 0.015 * i, 0.46), rgb("d9cdb4"), 0.006)
    flap = 0.05 * sin(pose.t * 3) if pose.action in ("talk", "sing", "laugh") else 0.0
    cover = rect(-0.40, -0.5, 0.74 - flap, 0.96, 0.05)
    pen.fill(cover, shaded(c, pose, -0.4, 0.34, -0.5, 0.46, 0.2))
    patterned(pen, k.looks, cover, c, -0.4, -0.5, 0.74, 0.96)
    pen.fill(rect(-0.40, -0.5, 0.11, 0.96, 0.04), dark(c, 0.25))
    pen.stroke(rect(-0.24, -0.42, 0.50, 0.80, 0.03), k.trim, 0.018)
    if not k.looks.lively:
        pen.fill(star(0.01, -0.10, 0.14, 0.06), k.trim)
        pen.fill(rect(-0.14, 0.16, 0.30, 0.045, 0.02), k.trim)
    pen.fill(poly((0.16, 0.46), (0.26, 0.46), (0.26, 0.58), (0.21, 0.53), (0.16, 0.58)), rgb("d9403a"))
    small_face(pen, k.looks, pose, 0.01, -0.02, 0.26, c, top=0.95)


def guitar(k: Thing, pen: Pen, pose: Pose) -> None:
    shake = 0.01 * sin(pose.t * 40) if pose.action in ("play", "dance", "sing") else 0.0
    g = pen.group((0, -0.88, 0.88, 0, shake, 0.12))
    guitar_shape(g, k.body)
    small_face(pen, k.looks, pose, 0, 0.36, 0.13, k.body, top=4.6)


def drum(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    side = Path().move(-0.5, -0.22).line(-0.46, 0.38).quad(0, 0.58, 0.46, 0.38).line(0.5, -0.22).close()
    pen.fill(side, shaded(c, pose, -0.5, 0.5, -0.2, 0.5, 0.26))
    patterned(pen, k.looks, side, c, -0.5, -0.2, 1, 0.7)
    zig = Path().move(-0.49, -0.08)
    for i in range(1, 9):
        zig.line(-0.49 + 0.1225 * i, 0.42 - 0.02 * abs(i - 4) if i % 2 else -0.02)
    pen.stroke(zig, k.trim, 0.022)
    pen.stroke(curve((-0.47, 0.36), (0, 0.53), (0.47, 0.36)), k.trim, 0.06)
    hit = 0.02 * max(0.0, sin(pose.phase * 4 * pi)) if pose.action in ("dance", "play") else 0.0
    pen.fill(ellipse(0, -0.22, 0.51, 0.17), k.trim)
    pen.fill(ellipse(0, -0.23 + hit, 0.46, 0.14), rgb("fbf3e2"))
    a = 0.5 * abs(sin(pose.phase * 2 * pi)) if pose.action in ("dance", "play", "sing") else 0.15
    for s in (-1, 1):
        tip = (s * 0.16, -0.28 - a * 0.2)
        pen.stroke(Path().move(*tip).line(s * 0.48, -0.46 - a * 0.3), rgb("b57f4a"), 0.03)
        pen.dot(*tip, 0.04, 0.035, rgb("8f5f36"))
    small_face(pen, k.looks, pose, 0, 0.16, 0.28, c, top=1.1)


def clock(k: Thing, pen: Pen, pose: Pose) -> None:
    c = k.body
    ring = pose.action in ("shake", "sing", "talk", "dance")
    j = 0.02 * sin(pose.t * 45) if ring else 0.0
    for s in (-1, 1):
        pen.stroke(Path().move(s * 0.24, 0.34).line(s * 0.34, 0.49), dark(c, 0.25), 0.06)
        pen.fill(ellipse(s * 0.26 + j, -0.38, 0.15, 0.12), dark(c, 0.1))
    pen.stroke(curve((-0.12, -0.46), (0, -0.54), (0.12, -0.46)), dark(c, 0.3), 0.035)
    pen.fill(ellipse(0, 0.04, 0.43, 0.43), shaded(c, pose, -0.43, 0.43, -0.4, 0.46, 0.24))
    pen.dot(0, 0.04, 0.345, 0.345, rgb("fdf8ec"))
    for i in range(12):
        a = i * pi / 6
        r = 0.30
        pen.dot(cos(a) * r, 0.04 + sin(a) * r, 0.018 if i % 3 else 0.028, 0.018 if i % 3 else 0.028, rgb("4a4350"))
    small_face(pen, k.looks, pose, 0, 0.10, 0.24, rgb("fdf8ec"), top=0.9)
    for rate, length, w, ink in (
        (0.10, 0.17, 0.035, rgb("35323f")),
        (1.2, 0.25, 0.024, rgb("35323f")),
        (6.28, 0.27, 0.010, rgb("d9403a")),
    ):
        a = -pi / 2 + pose.t * rate + k.looks.rand(3) * 6
        pen.stroke(
            Path().move(0, 0.04).line(cos(a) * length, 0.04 + sin(a) * length),
            ink,
            w,
            0.9 if not k.looks.lively else 0.55,
        )
    pen.dot(0, 0.04, 0.03, 0.03, rgb("d9403a"))
