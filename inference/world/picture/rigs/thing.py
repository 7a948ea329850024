"""Things: toys, food, instruments, and the ghosts, slimes and snowmen that always have a face."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear, Radial
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, heart, poly, rect, star, taper
from inference.world.picture.rigs.base import shaded
from inference.world.picture.rigs.extras import draw_wings, guitar_shape, notes, snores
from inference.world.picture.rigs.pattern import RAINBOW, patterned
from inference.world.picture.rigs.small_face import face_wear, small_face

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


def _ball(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _cube(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _umbrella(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _kite(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _balloon(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _lantern(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _candle(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _cake(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _icecream(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _apple(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _pumpkin(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _gift(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _book(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _guitar(k: Thing, pen: Pen, pose: Pose) -> None:
    shake = 0.01 * sin(pose.t * 40) if pose.action in ("play", "dance", "sing") else 0.0
    g = pen.group((0, -0.88, 0.88, 0, shake, 0.12))
    guitar_shape(g, k.body)
    small_face(pen, k.looks, pose, 0, 0.36, 0.13, k.body, top=4.6)


def _drum(k: Thing, pen: Pen, pose: Pose) -> None:
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


def _clock(k: Thing, pen: Pen, pose: Pose) -> None:
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
    "ball": _ball, "star": _star, "heart": _heart, "cube": _cube, "umbrella": _umbrella, "kite": _kite,
    "balloon": _balloon, "lantern": _lantern, "candle": _candle, "cake": _cake, "icecream": _icecream,
    "apple": _apple, "pumpkin": _pumpkin, "gift": _gift, "book": _book, "guitar": _guitar, "drum": _drum,
    "clock": _clock, "snowman": _snowman, "ghost": _ghost, "slime": _slime,
}  # fmt: skip
