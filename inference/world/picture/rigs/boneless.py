"""Octopus, jellyfish, seahorse and crab."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light
from inference.world.picture.path import Path, blob, curve, ellipse, poly, taper
from inference.world.picture.rigs.base import Head, shaded
from inference.world.picture.rigs.face import INK, Features, draw_eye, draw_mouth, tears
from inference.world.picture.rigs.fins import beat, one_face
from inference.world.picture.rigs.pattern import patterned
from inference.world.picture.rigs.wardrobe import draw_eyewear, draw_hat, draw_neckwear

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.fish import Fish


def octopus(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = beat(pose), f.body
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
    one_face(f, pen, pose, 0.04 * pose.turn, -0.12, 0.30, (0.0, 0.52, 0.34), 0.24, 0.46)


def jellyfish(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = beat(pose), f.body
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
    one_face(f, pen, pose, 0.02, -0.24, 0.24, (0.0, 0.40, 0.28), 0.22, 0.42)


def seahorse(f: Fish, pen: Pen, pose: Pose) -> None:
    a, c = beat(pose), f.body
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
    one_face(f, pen, pose, 0.09, -0.39, 0.14, (0.95, 0.95, 0.22), 0.34)


def crab(f: Fish, pen: Pen, pose: Pose) -> None:
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
