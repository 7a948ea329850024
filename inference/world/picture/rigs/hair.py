"""Hair and beards, in head units."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.palette import dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.face import Features
    from inference.world.picture.rigs.person import Person

LONG = ("long", "ponytail", "curly", "long")
SHORT = ("short", "short", "spiky", "curly")


def style(person: Person) -> str:
    fixed = person.looks.kind("hair_style")
    if fixed:
        return fixed
    if person.kind == "clown":
        return "curly"
    if person.kind == "wizard":
        return "long"
    choices = LONG if person.female else SHORT
    return choices[int(person.looks.rand(11) * 4)]


def behind(pen: Pen, person: Person, pose: Pose) -> None:
    kind, c = style(person), person.hair
    sway = 0.05 * sin(pose.t * 1.9) * (1 + pose.wind) + 0.16 * pose.walk * sin(pose.phase * 4 * pi) + 0.18 * pose.walk
    shade = dark(c, 0.18)
    if kind == "long":
        low = 1.35
        path = (
            Path()
            .move(-0.95, -0.2)
            .cubic(-1.15, -1.2, 1.1, -1.2, 1.0, -0.1)
            .cubic(1.05, 0.4, 0.9, 0.8, 0.70, low * 0.86)
        )
        path.quad(0.2 - sway, low * 0.9, -0.2 - sway, low).quad(-0.7 - sway, low * 1.05, -1.05 - sway * 1.6, low * 0.9)
        pen.fill(path.cubic(-1.2 - sway, 0.8, -1.02, 0.3, -0.95, -0.2).close(), shade)
    elif kind == "ponytail":
        tail = Path().move(-0.72, -0.55).cubic(-1.5, -0.85, -1.7 - sway, 0.1, -1.32 - sway * 2.2, 1.0)
        pen.fill(tail.cubic(-1.1 - sway, 0.5, -0.95, 0.0, -0.5, -0.2).close(), shade)
        pen.dot(-0.82, -0.42, 0.16, 0.18, rgb("e85f6f"))
    elif kind == "curly":
        puffs = Path()
        reach = 1.0 if not person.female else 1.12
        for i in range(9):
            a = pi * (0.80 + i * 0.175)
            puffs.ellipse(cos(a) * reach * 0.92, sin(a) * reach * 0.86 - 0.08, 0.44, 0.44)
        if person.female:
            for x, y in ((-0.95, 0.5), (-0.85, 0.82), (0.9, 0.45)):
                puffs.ellipse(x - sway * 0.5, y, 0.36, 0.36)
        pen.fill(puffs, shade)


def front(pen: Pen, person: Person, pose: Pose, hat: bool) -> None:
    kind, c = style(person), person.hair
    if kind == "bald":
        if not hat:
            pen.glowing.stroke(
                curve(
                    (0.25 * pose.light + 0.2 * pose.light, -0.82), (0.62 * pose.light, -0.62), (0.74 * pose.light, -0.4)
                ),
                rgb("ffffff"),
                0.09,
                0.35,
            )
        return
    t = 0.18 * pose.turn
    shine = light(c, 0.22)
    if kind == "spiky" and not hat:
        path = Path().move(-0.98, 0.05)
        for x, y in (
            (-1.12, -0.62),
            (-0.80, -0.62),
            (-0.78, -1.26),
            (-0.40, -0.98),
            (-0.12, -1.48),
            (0.16, -1.02),
            (0.62, -1.32),
            (0.66, -0.84),
            (1.10, -0.72),
        ):
            path.line(x, y)
        path.line(0.96, -0.22).quad(0.72, -0.62, 0.40 + t, -0.58).line(0.22 + t, -0.40).line(0.02 + t, -0.62).line(
            -0.22, -0.42
        ).quad(-0.70, -0.60, -0.80, 0.05).close()
        pen.fill(path, c)
        pen.stroke(curve((-0.5, -0.9), (-0.1, -1.05), (0.3, -0.95)), shine, 0.07, 0.6)
        return
    if kind == "curly":
        puffs = Path()
        for i in range(6):
            u = i / 5
            puffs.ellipse(-0.78 + 1.55 * u, -0.66 - 0.28 * sin(u * pi), 0.30, 0.28)
        puffs.ellipse(-0.90, -0.3, 0.2, 0.3)
        pen.fill(puffs, c)
        pen.dot(-0.2, -0.9, 0.16, 0.12, shine, 0.5)
        return
    part = -0.30 if person.female else 0.35
    path = (
        Path()
        .move(-1.0, 0.12 if kind != "short" else -0.02)
        .cubic(-1.16, -0.75, -0.72, -1.20, 0.02, -1.16)
        .cubic(0.74, -1.18, 1.12, -0.72, 1.0, 0.0 if kind == "long" else -0.16)
    )
    path.quad(0.92, -0.42, 0.72, -0.56).quad(part + 0.5 + t, -0.46, part + t, -0.72).quad(
        part - 0.35 + t, -0.38, -0.74, -0.30
    ).quad(-0.84, -0.16, -0.84, 0.12).close()
    pen.fill(path, c)
    pen.stroke(curve((-0.72, -0.72), (-0.30, -0.98), (0.22, -1.0)), shine, 0.085, 0.55)
    if kind in ("long", "ponytail"):
        pen.fill(blob((-1.0, -0.2), (-0.86, -0.1), (-0.84, 0.55), (-1.02, 0.75), tension=0.8), c)


def lashes(pen: Pen, f: Features, pose: Pose) -> None:
    if pose.blink > 0.6 or pose.action == "sleep":
        return
    for side in (-1, 1):
        x = side * f.spread * (1 - 0.24 * pose.turn * (side > 0)) + f.shift * pose.turn
        y = f.eye_y - f.size * 1.1
        pen.stroke(
            Path().move(x + side * f.size * 0.6, y).line(x + side * f.size * 1.7, y - f.size * 0.75),
            rgb("2b2430"),
            0.055,
        )


def wrinkles(pen: Pen, f: Features, pose: Pose, skin: Colour) -> None:
    s, c = f.shift * pose.turn, dark(skin, 0.2)
    for side in (-1, 1):
        x = side * f.spread + s
        pen.stroke(curve((x - 0.16, f.eye_y + 0.26), (x, f.eye_y + 0.32), (x + 0.16, f.eye_y + 0.26)), c, 0.035)
    pen.stroke(curve((s - 0.3, -0.55), (s, -0.60), (s + 0.3, -0.55)), c, 0.035)


def beard(pen: Pen, person: Person, pose: Pose) -> None:
    c = person.looks.tint("beard", person.hair)
    f, s = person.features, person.features.shift * pose.turn
    long = 2.1 if person.kind == "wizard" else 1.36 if person.kind in ("pirate", "king") else 1.12
    sway = 0.06 * sin(pose.t * 1.8)
    low = f.mouth_y + 0.20 + 0.5 * f.mouth_w * pose.mouth
    path = (
        Path()
        .move(-0.90, 0.02)
        .quad(-0.72, 0.40, s - 0.40, f.mouth_y - 0.04)
        .quad(s, f.mouth_y - 0.24, s + 0.40, f.mouth_y - 0.04)
        .quad(0.76, 0.40, 0.90, 0.0)
    )
    path.cubic(0.98, 0.72, 0.62, long * 0.86, 0.08 + sway, long).cubic(
        -0.52, long * 0.88, -1.0, 0.76, -0.90, 0.02
    ).close()
    pen.fill(path, c)
    pen.fill(
        blob((s - 0.24, f.mouth_y + 0.02), (s, f.mouth_y - 0.04), (s + 0.24, f.mouth_y + 0.02), (s, low), tension=0.9),
        mix(rgb("8a3444"), c, 0.15),
    )
    for side in (-1, 1):
        pen.fill(
            blob(
                (s, f.mouth_y - 0.16),
                (s + side * 0.28, f.mouth_y - 0.15),
                (s + side * 0.46, f.mouth_y + 0.05),
                (s + side * 0.16, f.mouth_y - 0.01),
            ),
            light(c, 0.14),
        )
    if long > 1.2:
        pen.stroke(curve((-0.3, 0.9), (-0.2 + sway, long * 0.8), (0.02 + sway, long * 0.94)), dark(c, 0.16), 0.05)
        pen.stroke(curve((0.35, 0.85), (0.28 + sway, long * 0.72), (0.14 + sway, long * 0.86)), dark(c, 0.16), 0.05)
