"""What is worn on heads and necks, in head units (circle of radius 1 at the origin, looking right)."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, blob, curve, ellipse, poly, rect, star

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Looks, Pose

GOLD = rgb("f0bf4c")


def draw_hat(pen: Pen, looks: Looks, pose: Pose) -> None:
    style = looks.kind("hat")
    if style:
        colour = looks.tint("hat", HAT_COLOURS.get(style) or looks.colour("body"))
        HATS[style](pen, colour, pose)
    if looks.has("crown"):
        crown(pen, looks.tint("crown", GOLD), pose)


def draw_eyewear(pen: Pen, looks: Looks, pose: Pose, eye_y: float, spread: float, shift: float) -> None:
    sun = looks.has("sunglasses")
    if not sun and not looks.has("glasses"):
        return
    key = "sunglasses" if sun else "glasses"
    frame = looks.tint(key, rgb("2c2a38"))
    s = shift * pose.turn
    for side in (-1, 1):
        x = side * spread * (1 - 0.2 * pose.turn * (side > 0)) + s
        r = 0.30 if not sun else 0.32
        if sun:
            lens = rect(x - r, eye_y - r * 0.75, 2 * r, r * 1.55, r * 0.6)
            pen.fill(lens, rgb("28283a"))
            pen.fill(
                poly(
                    (x - r * 0.5, eye_y + r * 0.6),
                    (x, eye_y - r * 0.6),
                    (x + r * 0.3, eye_y - r * 0.6),
                    (x - r * 0.2, eye_y + r * 0.6),
                ),
                WHITE,
                0.22,
            )
        else:
            pen.dot(x, eye_y, r, r, WHITE, 0.25)
            pen.stroke(ellipse(x, eye_y, r, r), frame, 0.075)
    pen.stroke(
        curve((s - spread + 0.28, eye_y - 0.03), (s, eye_y - 0.10), (s + spread * 0.85 - 0.28, eye_y - 0.03)),
        frame,
        0.075,
    )
    pen.stroke(Path().move(s - spread - 0.3, eye_y - 0.05).line(-0.92, eye_y - 0.12), frame, 0.07)


def draw_neckwear(pen: Pen, looks: Looks, pose: Pose, w: float = 0.62, y: float = 1.0) -> None:
    if looks.has("scarf"):
        scarf(pen, looks.tint("scarf", rgb("d9483f")), pose, w, y)
    if looks.has("bow"):
        c = looks.tint("bow", rgb("d9483f"))
        for side in (-1, 1):
            pen.fill(
                blob(
                    (0, y + 0.08),
                    (side * 0.34, y - 0.12),
                    (side * 0.40, y + 0.08),
                    (side * 0.34, y + 0.28),
                    tension=0.6,
                ),
                c if side < 0 else dark(c, 0.15),
            )
        pen.dot(0, y + 0.08, 0.11, 0.12, light(c, 0.2))


def scarf(pen: Pen, c: Colour, pose: Pose, w: float, y: float) -> None:
    sway = sin(pose.t * 3.1) * (0.10 + 0.08 * pose.wind) + 0.3 * pose.walk
    tail = Path().move(-w * 0.5, y).quad(-w * 0.9 - sway, y + 0.35, -w * 1.0 - sway * 1.6, y + 0.85 - sway * 0.5)
    tail.line(-w * 0.55 - sway * 1.6, y + 0.95 - sway * 0.5).quad(
        -w * 0.45 - sway * 0.6, y + 0.4, -w * 0.05, y + 0.1
    ).close()
    pen.fill(tail, dark(c, 0.18))
    pen.fill(rect(-w, y - 0.14, 2 * w, 0.34, 0.17), c)
    pen.stroke(curve((-w * 0.8, y + 0.02), (0, y + 0.10), (w * 0.8, y + 0.02)), light(c, 0.25), 0.05)


def crown(pen: Pen, c: Colour, pose: Pose) -> None:
    base, top = -0.78, -1.42
    path = poly(
        (-0.62, base),
        (-0.72, top + 0.1),
        (-0.36, top + 0.34),
        (0, top),
        (0.36, top + 0.34),
        (0.72, top + 0.1),
        (0.62, base),
    )
    pen.fill(path, Linear(-0.7, 0, 0.7, 0, ((0, light(c, 0.45), 1), (0.5, c, 1), (1, dark(c, 0.28), 1))))
    pen.fill(rect(-0.64, base - 0.10, 1.28, 0.2, 0.08), dark(c, 0.12))
    for x, gem in ((-0.36, "e2483d"), (0.0, "4fa3e0"), (0.36, "57b96a")):
        pen.dot(x, base, 0.08, 0.08, rgb(gem))
    for x, y in ((-0.72, top + 0.08), (0, top - 0.04), (0.72, top + 0.08)):
        pen.dot(x, y, 0.09, 0.09, light(c, 0.4))
    if sin(pose.t * 2.3) > 0.4:
        pen.glowing.fill(star(-0.5, top + 0.3, 0.2 * sin(pose.t * 2.3), 0.05, 4), WHITE, 0.9)


def _plain(pen: Pen, c: Colour, pose: Pose) -> None:
    """A knitted cap with a bobble."""
    pen.dot(-0.02, -1.34, 0.20, 0.20, light(c, 0.35))
    pen.fill(blob((-0.96, -0.42), (-0.88, -0.98), (0, -1.28), (0.88, -0.98), (0.96, -0.42), tension=0.9), c)
    pen.fill(rect(-1.02, -0.66, 2.04, 0.32, 0.15), light(c, 0.25))
    for i in range(-4, 5):
        pen.stroke(Path().move(i * 0.2, -0.6).line(i * 0.2, -0.42), c, 0.035)
    del pose


def _cone(pen: Pen, c: Colour, tip: tuple[float, float], brim: float) -> None:
    pen.fill(ellipse(0, -0.62, brim, 0.24), dark(c, 0.25))
    path = (
        Path()
        .move(-0.74, -0.66)
        .quad(-0.42, -1.3, *tip)
        .quad(0.5, -1.3, 0.74, -0.66)
        .quad(0, -0.42, -0.74, -0.66)
        .close()
    )
    pen.fill(path, Linear(-0.7, 0, 0.7, 0, ((0, light(c, 0.16), 1), (0.5, c, 1), (1, dark(c, 0.28), 1))))


def _wizard(pen: Pen, c: Colour, pose: Pose) -> None:
    sway = 0.08 * sin(pose.t * 1.7)
    _cone(pen, c, (-0.28 + sway, -2.35), 1.25)
    pen.fill(rect(-0.72, -0.86, 1.44, 0.2, 0.08), GOLD)
    for x, y, r in ((-0.22, -1.15, 0.15), (0.24, -1.38, 0.12), (-0.12, -1.72, 0.10)):
        pen.glowing.fill(star(x, y, r, r * 0.42), rgb("ffe08a"))


def _witch(pen: Pen, c: Colour, pose: Pose) -> None:
    _cone(pen, c, (-0.5 + 0.06 * sin(pose.t * 1.7), -2.05), 1.42)
    pen.fill(rect(-0.72, -0.90, 1.44, 0.22, 0.06), rgb("8557b5"))
    pen.stroke(rect(-0.16, -0.94, 0.32, 0.30, 0.03), GOLD, 0.07)


def _chef(pen: Pen, c: Colour, pose: Pose) -> None:
    puff = Path()
    for x, y, r in ((-0.55, -1.42, 0.42), (0.0, -1.62, 0.50), (0.55, -1.42, 0.42), (0.0, -1.25, 0.5)):
        puff.ellipse(x, y, r, r * 0.92)
    pen.fill(puff, Linear(-0.9, -1.8, 0.9, -0.9, ((0, WHITE, 1), (1, dark(c, 0.14), 1))))
    pen.fill(rect(-0.74, -1.10, 1.48, 0.52, 0.08), c)
    for x in (-0.4, -0.05, 0.3):
        pen.stroke(Path().move(x, -1.02).line(x, -0.68), dark(c, 0.14), 0.035)
    del pose


def _pirate(pen: Pen, c: Colour, pose: Pose) -> None:
    path = (
        Path()
        .move(-1.25, -0.52)
        .quad(-1.1, -1.05, -0.62, -1.12)
        .quad(-0.3, -1.62, 0.1, -1.62)
        .quad(0.55, -1.55, 0.66, -1.12)
    )
    path.quad(1.12, -1.0, 1.25, -0.52).quad(0, -1.0, -1.25, -0.52).close()
    pen.fill(path, c)
    pen.stroke(Path().move(-1.22, -0.52).quad(0, -1.0, 1.22, -0.52), GOLD, 0.09)
    pen.dot(0.05, -1.22, 0.17, 0.16, WHITE)
    pen.fill(rect(-0.04, -1.12, 0.18, 0.12, 0.03), WHITE)
    for x in (-0.02, 0.12):
        pen.dot(x, -1.23, 0.045, 0.055, c)
    pen.stroke(Path().move(-0.2, -1.05).line(0.3, -0.93).move(0.3, -1.05).line(-0.2, -0.93), WHITE, 0.05)
    del pose


def _knight(pen: Pen, c: Colour, pose: Pose) -> None:
    sway = 0.15 * sin(pose.t * 2.4) + 0.3 * pose.walk
    pen.fill(
        blob((0, -1.0), (-0.1, -1.6), (-0.55 - sway, -1.85), (-1.05 - sway, -1.55), (-0.62 - sway * 0.5, -1.35)),
        rgb("d9483f"),
    )
    shell = (
        Path().move(-0.98, 0.86).cubic(-1.12, -0.4, -0.95, -1.22, 0, -1.24).cubic(0.95, -1.22, 1.12, -0.4, 0.98, 0.86)
    )
    shell.quad(0.86, 0.95, 0.62, 0.90).line(0.56, -0.32).line(-0.40, -0.32).line(-0.46, 0.90).quad(
        -0.8, 0.98, -0.98, 0.86
    ).close()
    pen.fill(shell, Linear(-1, -1, 1, 0.8, ((0, light(c, 0.5), 1), (0.5, c, 1), (1, dark(c, 0.35), 1))))
    pen.fill(rect(-0.48, -0.62, 1.12, 0.34, 0.1), dark(c, 0.18))
    for k in range(4):
        pen.fill(rect(-0.30 + 0.22 * k, -0.53, 0.12, 0.06, 0.02), rgb("33364a"))
    pen.stroke(Path().move(0.06, -1.2).line(0.06, -0.62), light(c, 0.4), 0.06)


def _space(pen: Pen, c: Colour, pose: Pose) -> None:
    pen.fill(rect(-0.72, 0.92, 1.44, 0.3, 0.14), mix(c, rgb("7f8aa0"), 0.35))
    glass = ellipse(0, -0.02, 1.34, 1.28)
    pen.fill(glass, rgb("bfe6ff"), 0.22)
    pen.stroke(glass, light(c, 0.3), 0.13)
    pen.glowing.stroke(curve((-0.95, -0.30), (-0.72, -0.78), (-0.25, -1.02)), WHITE, 0.10, 0.75)
    pen.glowing.stroke(curve((0.92, 0.35), (0.82, 0.58), (0.62, 0.78)), WHITE, 0.07, 0.5)
    del pose


def _straw(pen: Pen, c: Colour, pose: Pose) -> None:
    pen.fill(ellipse(0, -0.60, 1.42, 0.27), dark(c, 0.16))
    pen.fill(ellipse(0, -0.66, 1.42, 0.25), c)
    pen.fill(blob((-0.72, -0.68), (-0.6, -1.2), (0, -1.34), (0.6, -1.2), (0.72, -0.68), tension=0.8), light(c, 0.12))
    pen.fill(rect(-0.72, -0.88, 1.44, 0.2, 0.05), rgb("c9483f"))
    for k in range(3):
        pen.stroke(
            curve((-0.55 + 0.05 * k, -1.0 - 0.1 * k), (0, -1.05 - 0.1 * k), (0.55 - 0.05 * k, -1.0 - 0.1 * k)),
            dark(c, 0.14),
            0.03,
        )
    del pose


def _cowboy(pen: Pen, c: Colour, pose: Pose) -> None:
    brim = (
        Path()
        .move(-1.5, -0.86)
        .quad(-1.2, -0.44, 0, -0.50)
        .quad(1.2, -0.44, 1.5, -0.86)
        .quad(1.0, -0.68, 0, -0.74)
        .quad(-1.0, -0.68, -1.5, -0.86)
        .close()
    )
    crown_ = (
        Path()
        .move(-0.72, -0.66)
        .quad(-0.72, -1.5, -0.34, -1.5)
        .quad(0, -1.32, 0.34, -1.5)
        .quad(0.72, -1.5, 0.72, -0.66)
        .close()
    )
    pen.fill(crown_, Linear(-0.7, 0, 0.7, 0, ((0, light(c, 0.14), 1), (1, dark(c, 0.25), 1))))
    pen.fill(rect(-0.72, -0.88, 1.44, 0.18, 0.04), dark(c, 0.45))
    pen.fill(brim, c)
    del pose


def _police(pen: Pen, c: Colour, pose: Pose) -> None:
    pen.fill(
        blob((-0.86, -0.62), (-1.08, -1.1), (-0.4, -1.36), (0.5, -1.38), (1.08, -1.1), (0.86, -0.62), tension=0.6), c
    )
    pen.fill(rect(-0.86, -0.78, 1.72, 0.24, 0.06), dark(c, 0.45))
    pen.fill(blob((-0.25, -0.56), (0.5, -0.62), (1.12, -0.46), (1.02, -0.34), (0.4, -0.42), tension=0.7), rgb("20222e"))
    pen.fill(star(0.12, -1.02, 0.2, 0.1, 6), GOLD)
    del pose


def _fire(pen: Pen, c: Colour, pose: Pose) -> None:
    pen.fill(blob((-1.25, -0.42), (-0.6, -0.62), (0.8, -0.62), (1.15, -0.44), (0, -0.40), tension=0.7), dark(c, 0.2))
    pen.fill(blob((-0.86, -0.52), (-0.8, -1.12), (0, -1.40), (0.8, -1.12), (0.86, -0.52), tension=0.85), c)
    pen.stroke(curve((-0.5, -0.62), (-0.36, -1.1), (-0.1, -1.36)), dark(c, 0.22), 0.06)
    pen.fill(blob((0.1, -0.70), (0.12, -1.14), (0.42, -1.22), (0.66, -1.02), (0.62, -0.66), tension=0.5), GOLD)
    pen.dot(0.38, -0.92, 0.10, 0.12, c)
    del pose


def _detective(pen: Pen, c: Colour, pose: Pose) -> None:
    pen.fill(blob((-0.92, -0.44), (-0.86, -1.05), (0, -1.34), (0.86, -1.05), (0.92, -0.44), tension=0.85), c)
    checks = Path()
    for i in range(-3, 4):
        checks.move(i * 0.26, -0.5).line(i * 0.2, -1.2)
    for y in (-0.7, -0.95):
        checks.move(-0.84, y).line(0.84, y)
    pen.stroke(checks, dark(c, 0.25), 0.05, 0.7)
    pen.fill(blob((0.5, -0.58), (1.34, -0.46), (1.26, -0.32), (0.6, -0.36)), dark(c, 0.25))
    pen.fill(blob((-0.5, -0.58), (-1.34, -0.46), (-1.26, -0.32), (-0.6, -0.36)), dark(c, 0.32))
    pen.fill(rect(-0.2, -1.42, 0.4, 0.16, 0.08), dark(c, 0.3))
    del pose


def _ninja(pen: Pen, c: Colour, pose: Pose) -> None:
    """A hood with a slit for the eyes and the ends of its band in the wind."""
    upper = (
        Path().move(-1.06, 0.0).cubic(-1.06, -0.64, -0.55, -1.12, 0, -1.12).cubic(0.55, -1.12, 1.06, -0.64, 1.06, 0.0)
    )
    upper.line(0.95, -0.2).quad(0.1, -0.36, -0.66, -0.2).close()
    lower = Path().move(-1.06, -0.05).line(-0.62, 0.20).quad(0.1, 0.10, 0.93, 0.20).line(1.06, -0.05)
    lower.cubic(1.06, 0.6, 0.55, 1.06, 0, 1.06).cubic(-0.55, 1.06, -1.06, 0.6, -1.06, -0.05).close()
    pen.fill(upper, light(c, 0.08))
    pen.fill(lower, c)
    pen.fill(Path().move(-1.06, 0.0).line(-0.66, -0.24).line(-0.62, 0.24).close(), c)
    band = rgb("c9413f")
    sway = 0.14 * sin(pose.t * 4) + 0.25 * pose.walk
    for k in (0.0, 0.16):
        pen.fill(
            poly(
                (-0.95, -0.45 + k),
                (-1.55 - sway, -0.62 + k * 1.6 - sway * 0.5),
                (-1.62 - sway, -0.45 + k * 1.8),
                (-0.98, -0.28 + k),
            ),
            dark(band, 0.6 * k),
        )
    pen.fill(
        Path().move(-1.03, -0.42).quad(0, -0.70, 1.03, -0.42).line(1.0, -0.22).quad(0, -0.48, -1.02, -0.22).close(),
        band,
    )


def _party(pen: Pen, c: Colour, pose: Pose) -> None:
    cone = poly((-0.52, -0.82), (0.0, -1.95), (0.52, -0.82))
    pen.fill(cone, c)
    for x, y, k in ((-0.2, -1.0, "f7cf5a"), (0.16, -1.12, "5fc3d8"), (-0.02, -1.42, "f08fb0"), (0.26, -0.92, "f7cf5a")):
        pen.dot(x, y, 0.10, 0.10, rgb(k))
    for i in range(7):
        a = i * 2 * pi / 7 + pose.t * 0.5
        pen.dot(cos(a) * 0.13, -1.95 + sin(a) * 0.13, 0.09, 0.09, rgb("fff3c4"))


HATS: dict[str, Callable[[Pen, Colour, Pose], None]] = {
    "plain": _plain,
    "wizard": _wizard,
    "witch": _witch,
    "chef": _chef,
    "pirate": _pirate,
    "knight": _knight,
    "space": _space,
    "straw": _straw,
    "cowboy": _cowboy,
    "police": _police,
    "fire": _fire,
    "detective": _detective,
    "ninja": _ninja,
    "party": _party,
}
HAT_COLOURS: dict[str, Colour] = {
    "witch": rgb("2f2a3f"),
    "chef": rgb("fbf7ef"),
    "pirate": rgb("33303d"),
    "knight": rgb("aeb6c4"),
    "space": rgb("eef1f6"),
    "straw": rgb("ecc873"),
    "cowboy": rgb("9a6a44"),
    "police": rgb("2f4a86"),
    "fire": rgb("d9403a"),
    "detective": rgb("b58a5a"),
    "ninja": rgb("343240"),
    "party": rgb("e85f8f"),
    "plain": rgb("d9534a"),
}
HIDES_HAIR = frozenset({"space", "knight", "ninja"})  # hats under which no hair is seen on top


__all__ = ["GOLD", "HATS", "HIDES_HAIR", "WHITE", "draw_eyewear", "draw_hat", "draw_neckwear"]
