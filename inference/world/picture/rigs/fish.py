"""What lives in water. The origin is the centre (the crab, which walks, stands on its feet)."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, taper
from inference.world.picture.rigs.base import Head, shaded
from inference.world.picture.rigs.extras import notes, snores
from inference.world.picture.rigs.face import INK, Features, draw_brows, draw_eye, draw_mouth, tears
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Looks, Pose

STRIPED = rgb("fdf6ea")


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


def _beat(pose: Pose) -> float:
    """Angle of the tail beat: the stroke while it swims, else a slow fanning."""
    return pose.phase * 2 * pi if pose.action in ("swim", "jump", "dance", "spin") or pose.walk > 0.3 else pose.t * 3.0


def _face(
    f: Fish,
    pen: Pen,
    pose: Pose,
    x: float,
    y: float,
    r: float,
    mouth: tuple[float, float, float],
    eye: float = 0.34,
    pair: float = 0.0,
) -> None:
    """One big eye on the side we see (two with `pair`), in head units of radius r."""
    h = pen.group(Head(x, y, r).matrix)
    colour = f.looks.colour("eyes", INK)
    sides = ((-pair, -1), (pair, 1)) if pair else ((0.0, -1),)
    for dx, side in sides:
        if pose.blink < 0.8 and pose.action != "sleep":
            h.dot(dx, 0, eye * 1.62, eye * 1.72, WHITE)
        draw_eye(h, dx + eye * 0.25 * (not pair), 0, eye * (0.92 if not pair else 0.8), side, pose, colour)
    if pose.mood in ("angry", "sad", "surprised"):
        draw_brows(h, Features(eye_y=0, spread=max(pair, 0.01), size=eye * 1.5), pose, 0.0, dark(f.body, 0.6))
    draw_mouth(h, mouth[0], mouth[1], mouth[2], pose)
    if pose.action == "cry":
        tears(h, Features(eye_y=0, spread=max(pair, 0.2), shift=0), pose)
    if f.looks.has("hat") or f.looks.has("crown"):
        draw_hat(h.group((1.2, 0, 0, 1.2, -0.3 * (not pair), 0.1)), f.looks, pose)
    draw_eyewear(h, f.looks, pose, 0.0, pair or 0.35, 0.0)
    draw_neckwear(h.group((1, 0, 0, 1, -0.9 * (not pair), 0.35)), f.looks, pose)


def _bent(points: list[tuple[float, float]], a: float, amount: float, nose: float) -> list[tuple[float, float]]:
    """The swimming wave: grows from nose to tail."""
    return [(x, y + amount * sin(a - (nose - x) * 2.6) * ((nose - x) / (2 * nose)) ** 1.5) for x, y in points]


def _fish(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c, k = _beat(pose), f.body, f.fat
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
        _bent(
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
    _face(f, pen, pose, 0.40, -0.08, 0.24, (0.62, 0.72, 0.30))


def _shark(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = _beat(pose), f.body
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
    outline = _bent(
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
    a, c = _beat(pose), f.body
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
    outline = _bent(
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
    _face(f, pen, pose, 0.52, -0.02, 0.15, (1.15, 0.98, 0.62), 0.32)


def _dolphin(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = _beat(pose), f.body
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
    outline = _bent(
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
    _face(f, pen, pose, 0.50, -0.04, 0.14, (1.75, 1.12, 0.75), 0.34)


def _octopus(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = _beat(pose), f.body
    for layer, ks in ((0, (1, 3, 4, 6)), (1, (0, 2, 5, 7))):
        ink = dark(c, 0.24) if layer == 0 else dark(c, 0.06)
        for k in ks:
            u = (k - 3.5) / 3.5
            pts = []
            for j in range(5):
                s = j / 4
                x = u * (0.14 + 0.34 * s) + 0.07 * sin(a * 0.7 + k * 0.9 - s * 3.4) * s
                y = 0.08 + 0.40 * s - 0.10 * abs(u) * s - 0.05 * s * sin(a + k)
                pts.append((x, y))
            pen.fill(taper(pts, (0.085, 0.075, 0.06, 0.045, 0.018)), ink)
            if layer:
                for x, y in pts[1:4]:
                    pen.dot(x + 0.015, y + 0.01, 0.018, 0.016, light(c, 0.4))
    swell = 1 + 0.03 * sin(a)
    head = blob(
        (-0.34 * swell, 0.06),
        (-0.38 * swell, -0.28),
        (-0.12, -0.50),
        (0.16, -0.49),
        (0.39 * swell, -0.25),
        (0.34 * swell, 0.08),
        (0, 0.18),
    )
    pen.fill(head, shaded(c, pose, -0.4, 0.4, -0.5, 0.2, 0.2))
    patterned(pen, f.looks, head, c, -0.4, -0.5, 0.8, 0.7)
    for x, y, r in ((-0.20, -0.34, 0.045), (-0.10, -0.42, 0.028), (0.22, -0.36, 0.032)):
        pen.dot(x, y, r, r, light(c, 0.3), 0.8)
    _face(f, pen, pose, 0.04 * pose.turn, -0.12, 0.30, (0.0, 0.52, 0.34), 0.24, 0.46)


def _jellyfish(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = _beat(pose), f.body
    pulse = 0.5 + 0.5 * sin(a)
    w, top = 0.36 + 0.03 * pulse, -0.48 - 0.03 * pulse
    glow = pen.glowing
    glow.glow(0, -0.22, 0.62, light(c, 0.4), 0.35)
    for k in range(7):
        u = (k - 3) / 3
        pts = [(u * w * 0.8 + 0.05 * sin(a * 0.8 - j * 0.9 + k) * j / 3, -0.12 + j * 0.15) for j in range(5)]
        pen.stroke(Path().smooth(pts, closed=False), light(c, 0.25) if k % 2 else c, 0.026, 0.75)
    for k in (-1, 0, 1):
        pts = [(k * 0.10 + 0.05 * sin(a - j * 0.8 + k) * j / 3, -0.12 + j * 0.10) for j in range(5)]
        pen.fill(taper(pts, (0.06, 0.055, 0.06, 0.045, 0.01)), light(c, 0.45), 0.7)
    bell = Path().move(-w, -0.10).cubic(-w * 1.05, top * 1.15, w * 1.05, top * 1.15, w, -0.10)
    for k in range(6):
        x = w - (k + 1) * w / 3
        bell.quad(x + w / 6, -0.04 + 0.02 * pulse, x, -0.10)
    bell.close()
    pen.fill(bell, Linear(0, top, 0, -0.05, ((0, light(c, 0.45), 0.95), (0.6, c, 0.92), (1, dark(c, 0.12), 0.92))))
    patterned(pen, f.looks, bell, c, -w, top, 2 * w, 0.45)
    pen.fill(blob((-w * 0.6, -0.30), (-w * 0.3, top * 0.88), (-w * 0.1, top * 0.9), (-w * 0.4, -0.26)), WHITE, 0.35)
    _face(f, pen, pose, 0.02, -0.24, 0.24, (0.0, 0.40, 0.28), 0.22, 0.42)


def _seahorse(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = _beat(pose), f.body
    sway = 0.03 * sin(a * 0.7)
    fin = 0.04 * sin(pose.t * 22)
    pen.fill(
        blob((-0.12, -0.10), (-0.30, -0.14 + fin), (-0.32, 0.02 + fin), (-0.24, 0.10 - fin), (-0.10, 0.08)),
        light(c, 0.3),
    )
    pts = [
        (0.04, -0.30),
        (-0.06, -0.16),
        (-0.02, 0.02),
        (0.04, 0.16),
        (-0.02 + sway, 0.30),
        (-0.10 + sway, 0.38),
        (-0.04 + sway, 0.45),
        (0.06 + sway, 0.42),
        (0.04 + sway, 0.36),
    ]
    body = taper(pts, (0.10, 0.125, 0.15, 0.115, 0.075, 0.052, 0.042, 0.034, 0.02))
    pen.fill(body, shaded(c, pose, -0.2, 0.2, -0.3, 0.4, 0.18))
    patterned(pen, f.looks, body, c, -0.2, -0.4, 0.4, 0.9)
    for k in range(7):
        y = -0.14 + 0.07 * k
        pen.stroke(
            curve((0.0 + 0.02 * k * 0.3, y), (0.08, y + 0.015), (0.15 - 0.012 * k, y - 0.004)),
            light(f.belly, 0.1),
            0.018,
            0.9,
        )
    for k in range(5):
        x, y = -0.03 - 0.03 * (k % 2), -0.48 + 0.10 * k
        if k == 0:
            pen.fill(poly((0.0, -0.46), (-0.02, -0.56), (0.06, -0.52), (0.12, -0.57), (0.14, -0.46)), light(c, 0.25))
        else:
            pen.fill(poly((x - 0.06, y - 0.02), (x - 0.13, y + 0.01), (x - 0.05, y + 0.05)), light(c, 0.25))
    pen.fill(taper(((0.10, -0.34), (0.22, -0.31), (0.31, -0.29)), (0.075, 0.042, 0.038)), c)
    pen.fill(ellipse(0.05, -0.37, 0.135, 0.125), shaded(c, pose, -0.1, 0.2, -0.5, -0.25, 0.18))
    _face(f, pen, pose, 0.09, -0.39, 0.14, (0.95, 0.95, 0.22), 0.34)


def _crab(f: Fish, pen: Pen, pose: Pose) -> None:
    c = f.body
    scuttle = pose.phase * 2 * pi if pose.walk > 0.1 or pose.action in ("swim", "walk", "run") else 0.0
    bob = 0.03 * sin(scuttle * 2) + 0.012 * pose.breath()
    for side in (-1, 1):
        for k in range(3):
            lift = 0.10 * max(0.0, sin(scuttle + k * 2.1 + (0 if side < 0 else pi)))
            x = side * (0.30 + 0.10 * k)
            knee = (x + side * 0.20, -0.44 + 0.08 * k - lift)
            foot = (x + side * (0.26 - 0.02 * k), -lift)
            pen.stroke(Path().polyline(((x * 0.8, -0.32 + bob), knee, foot)), dark(c, 0.2), 0.06)
    wave = sin(pose.t * 3.0) * 0.10
    for side in (-1, 1):
        up = wave * side + (
            0.18 * abs(sin(pose.phase * 2 * pi)) if pose.action in ("dance", "wave", "jump", "shake") else 0.0
        )
        elbow, hand = (side * 0.60, -0.62 + bob), (side * 0.62, -0.86 - up)
        pen.stroke(curve((side * 0.34, -0.42 + bob), elbow, hand), dark(c, 0.08), 0.09)
        claw = pen.group((cos(side * 0.3), sin(side * 0.3), -sin(side * 0.3), cos(side * 0.3), hand[0], hand[1]))
        snap = 0.05 * (0.5 + 0.5 * sin(pose.t * 5 + side))
        claw.fill(blob((0, 0.10), (-0.15, 0.0), (-0.13 - snap, -0.22), (-0.02, -0.10)), c)
        claw.fill(blob((0, 0.10), (0.15, 0.0), (0.13 + snap, -0.22), (0.02, -0.10)), light(c, 0.1))
    shell = blob(
        (-0.50, -0.34 + bob),
        (-0.38, -0.66 + bob),
        (0, -0.74 + bob),
        (0.38, -0.66 + bob),
        (0.50, -0.34 + bob),
        (0.24, -0.16 + bob),
        (-0.24, -0.16 + bob),
    )
    pen.fill(shell, shaded(c, pose, -0.5, 0.5, -0.75 + bob, -0.15, 0.2))
    patterned(pen, f.looks, shell, c, -0.5, -0.74, 1.0, 0.6)
    for x, y in ((-0.26, -0.60), (-0.14, -0.66), (0.26, -0.58)):
        pen.dot(x, y + bob, 0.035, 0.028, light(c, 0.35))
    for side in (-1, 1):
        pen.stroke(Path().move(side * 0.14, -0.68 + bob).line(side * 0.16, -0.86 + bob), c, 0.05)
    h = pen.group(Head(0, -0.90 + bob, 0.30).matrix)
    for side in (-1, 1):
        h.dot(side * 0.54, 0, 0.36, 0.38, WHITE)
        draw_eye(h, side * 0.54 + 0.06 * pose.turn, 0, 0.24, side, pose, f.looks.colour("eyes", INK))
    draw_mouth(h, 0.1 * pose.turn, 1.42, 0.40, pose)
    draw_hat(pen.group(Head(0, -0.56 + bob, 0.36).matrix), f.looks, pose)
    draw_eyewear(h, f.looks, pose, 0, 0.54, 0.0)
    draw_neckwear(h.group((1, 0, 0, 1, 0, 1.1)), f.looks, pose)
    if pose.action == "cry":
        tears(h, Features(eye_y=0, spread=0.54, shift=0), pose)


BODIES: dict[str, Callable[[Fish, Pen, Pose], None]] = {
    "fish": _fish, "shark": _shark, "whale": _whale, "dolphin": _dolphin, "octopus": _octopus,
    "jellyfish": _jellyfish, "seahorse": _seahorse, "crab": _crab,
}  # fmt: skip
