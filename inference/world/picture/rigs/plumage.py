"""Tails, wings and breasts of birds."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import dark, light, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, taper

if TYPE_CHECKING:
    from inference.world.picture.canvas import Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.bird import Bird, Kind


def draw_front(b: Bird, k: Kind, body: Pen, shape: Path, rx: float, ry: float) -> None:
    if b.kind == "penguin":
        body.fill(
            blob(
                (-rx * 0.9, ry * 0.45),
                (0.0, -ry * 0.10),
                (rx * 1.1, ry * 0.0),
                (rx * 1.1, ry * 1.2),
                (-rx * 0.7, ry * 1.3),
            ),
            b.belly,
            clip=shape,
        )
    elif b.kind == "owl":
        body.fill(ellipse(-0.06, ry * 0.42, rx * 0.78, ry * 0.62), b.belly, clip=shape)
        for i in range(9):
            px, py = -0.22 + 0.12 * (i % 4), ry * (0.18 + 0.22 * (i // 4 + (i % 2) * 0.4))
            body.stroke(curve((px, py - 0.03), (px + 0.02, py), (px, py + 0.03)), dark(b.belly, 0.3), 0.016)
    elif b.kind not in ("flamingo", "eagle"):
        body.fill(
            blob((-rx * 0.4, ry * 0.55), (rx * 0.3, ry * 0.05), (rx * 1.1, -ry * 0.2), (rx, ry * 1.1), (0, ry * 1.2)),
            b.belly,
            0.95,
            clip=shape,
        )


def draw_tail(b: Bird, k: Kind, body: Pen, pose: Pose, rx: float) -> None:
    c = dark(b.body, 0.16)
    wag = 0.03 * sin(pose.t * 4)
    if k.tail == "fan":
        for i, a in enumerate((0.22, 0.08, -0.06)):
            body.fill(
                blob(
                    (-rx * 0.7, 0.02),
                    (-rx * 1.35, a - 0.04 + wag),
                    (-rx * 1.72, a + 0.02 + wag),
                    (-rx * 1.3, a + 0.08 + wag),
                ),
                (c, light(c, 0.1), b.body)[i],
            )
    elif k.tail == "up":
        body.fill(blob((-rx * 0.7, 0.04), (-rx * 1.05, -0.12), (-rx * 1.30, -0.22 + wag), (-rx * 1.12, 0.02)), b.body)
    elif k.tail == "long":
        for i, c2 in enumerate((rgb("3f7fd0"), rgb("f2c14e"), b.body)):
            body.fill(
                taper(
                    ((-rx * 0.6, 0.02), (-rx * 1.4, 0.04 + 0.03 * i), (-rx * 2.0 + 0.1 * i, 0.05 + 0.05 * i + wag)),
                    (0.07, 0.05, 0.02),
                ),
                c2,
            )
    elif k.tail == "plume":
        for i, (dx, dy) in enumerate(((-1.45, -0.30), (-1.30, -0.42), (-1.05, -0.48))):
            body.fill(
                taper(
                    ((-rx * 0.65, 0.0), (rx * dx * 0.85, dy * 0.7), (rx * dx - 0.05, dy + 0.12 + wag)),
                    (0.09, 0.075, 0.02),
                ),
                (dark(c, 0.2), c, b.body)[i],
            )
    else:
        body.fill(blob((-rx * 0.8, -0.05), (-rx * 1.25, 0.05 + wag), (-rx * 0.8, 0.12)), c)


def draw_wing(b: Bird, k: Kind, body: Pen, pose: Pose, far: bool, flying: bool) -> None:
    c = dark(b.body, 0.34 if far else 0.15)
    if b.kind == "penguin":
        _flipper(b, k, body, pose, far, c)
        return
    wings_out = flying or (
        pose.action in ("fall", "wave", "jump", "dance", "laugh") and (not far or pose.action != "wave")
    )
    if not wings_out:
        if not far:
            w = k.wing
            if k.tilt < -1.2:  # upright: the wing hangs at the back edge
                body = body.group((0.86, 0, 0, 0.8, 0.02, -0.17))
            lift = 0.02 * pose.breath()
            body.fill(
                blob(
                    (0.16, -0.10 + lift),
                    (0.02, -0.15 + lift),
                    (-w * 0.55, -0.04),
                    (-w * 1.05, 0.10),
                    (-w * 0.4, 0.15),
                    (0.08, 0.10),
                ),
                c,
            )
            for i in range(3):
                x = -w * (0.25 + 0.22 * i)
                body.stroke(
                    curve((x + 0.1, 0.10 - 0.02 * i), (x, 0.085 - 0.012 * i), (x - 0.05, 0.02)), dark(c, 0.18), 0.014
                )
            if b.kind in ("parrot", "crow", "seagull", "duck"):
                ends = {
                    "parrot": rgb("3f7fd0"),
                    "duck": rgb("7fb6d9"),
                    "seagull": rgb("5a6070"),
                    "crow": dark(b.body, 0.4),
                }[b.kind]
                body.fill(blob((-w * 0.5, 0.02), (-w * 1.05, 0.10), (-w * 0.5, 0.12)), ends)
        return
    a = pose.phase * 2 * pi if flying else pose.t * 9
    beat, out = sin(a), abs(cos(a))  # at half beat the wing sweeps back, towards us
    up = -0.80 * beat - 0.04
    span = k.wing * 1.55
    fold = 0.10 * cos(a)
    side = 0.9 if far else 1.0
    root, tip = (0.12, -0.10), (-0.10 - fold - (0.42 if not far else 0.20) * span * out, -0.08 + up * span * side)
    wing = Path().move(root[0], root[1]).quad(0.16 - fold, up * span * 0.5 * side - 0.1, *tip)
    n = 4
    for i in range(n):
        u = (i + 1) / n
        ex, ey = tip[0] - 0.05 + (-0.26 - tip[0]) * u - 0.08 * sin(u * pi), tip[1] + (0.06 - tip[1]) * u
        wing.quad(ex - 0.10 * (1 - u), ey - 0.03, ex, ey)
    body.fill(wing.close(), c)
    inner = (
        Path()
        .move(root[0] - 0.02, root[1])
        .quad(0.10 - fold, up * span * 0.4 * side - 0.08, tip[0] * 0.6, tip[1] * 0.7)
        .quad(-0.2, up * span * 0.25, -0.16, 0.02)
        .close()
    )
    body.fill(inner, light(c, 0.16))


def _flipper(b: Bird, k: Kind, body: Pen, pose: Pose, far: bool, c: tuple[int, int, int]) -> None:
    busy = pose.walk + 2.0 * (pose.action in ("dance", "fly", "swim", "wave", "jump", "laugh", "clap"))
    flap = 0.06 + 0.10 * abs(sin(pose.phase * 2 * pi)) * busy
    side, y = (1.0, 0.20) if far else (-1.0, -0.10)
    body.fill(
        taper(((0.12, y), (-0.08, y + side * flap * 0.8), (-0.26, y + side * flap * 1.7)), (0.075, 0.07, 0.03)), c
    )
    del b, k
