"""Faces, in head units: circle of radius 1 around the origin, looking to the right."""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING, NamedTuple

from inference.world.picture.palette import WHITE, dark, light, mix, rgb
from inference.world.picture.path import Path, curve, ellipse

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Pen
    from inference.world.picture.rigs.base import Pose

INK = rgb("2b2430")
INSIDE, TONGUE = rgb("7a2436"), rgb("ee7f86")


class Features(NamedTuple):
    """Where things sit on a face."""

    eye_y: float = 0.0
    spread: float = 0.42  # half the distance between the eyes
    size: float = 0.13  # of an eye
    mouth_y: float = 0.48
    mouth_w: float = 0.26
    shift: float = 0.22  # how far a full turn moves everything
    brows: bool = True
    blush: float = 0.5
    mouth_x: float = 0.0
    white: bool = False  # eyes with a white


def draw_face(pen: Pen, f: Features, pose: Pose, eye: Colour, skin: Colour, brow: Colour = INK) -> None:
    shift = f.shift * pose.turn
    if f.blush:
        cheek = mix(skin, rgb("ff6f6f"), 0.45)
        for side in (-1, 1):
            x = side * f.spread * 1.45 * _squeeze(side, pose) + shift
            pen.dot(x, f.eye_y + 0.30, 0.17 * _squeeze(side, pose), 0.11, cheek, f.blush)
    for side in (-1, 1):
        draw_eye(pen, side * f.spread * _squeeze(side, pose) + shift, f.eye_y, f.size, side, pose, eye, f.white)
    if f.brows:
        draw_brows(pen, f, pose, shift, brow)
    draw_mouth(pen, shift * 1.15 + f.mouth_x, f.mouth_y, f.mouth_w, pose)


def _squeeze(side: int, pose: Pose) -> float:
    """The far half of a turned face is foreshortened."""
    return 1.0 - 0.24 * pose.turn if side > 0 else 1.0


def draw_eye(
    pen: Pen, x: float, y: float, s: float, side: int, pose: Pose, colour: Colour, white: bool = False
) -> None:
    shut = max(pose.blink, {"sleepy": 0.55}.get(pose.mood, 0.0))
    if shut > 0.8 or pose.action == "sleep" or pose.mood == "laughing":
        up = -1 if pose.mood == "laughing" else 1
        pen.stroke(curve((x - s * 0.95, y), (x, y + s * 0.5 * up), (x + s * 0.95, y)), INK, s * 0.42)
        return
    wide = s * (1.18 if pose.mood == "surprised" else 1.0) * (0.86 if side > 0 and pose.turn > 0.3 else 1.0)
    high = s * 1.38 * (1.15 if pose.mood == "surprised" else 1.0) * (1 - shut * 0.75)
    gaze = wide * (0.16 * pose.turn + 0.10 * sin(pose.t * 0.6) * (pose.action in ("look", "idle")))
    if white:
        pen.dot(x, y, wide * 1.55, high * 1.35, WHITE)
        pen.dot(x + gaze * 3, y, wide * 0.95, min(high, wide * 1.2), colour)
        pen.dot(x + gaze * 3, y, wide * 0.5, min(high, wide) * 0.6, INK)
    else:
        pen.dot(x + gaze * 0.4, y, wide, high, mix(colour, INK, 0.55) if colour != INK else INK)
    light_x = x + gaze * (3 if white else 0.5) + s * 0.32 * pose.light
    pen.glowing.dot(light_x, y - high * 0.36, wide * 0.34, high * 0.30, WHITE, 0.96)
    pen.glowing.dot(x - s * 0.28 * pose.light, y + high * 0.38, wide * 0.18, high * 0.14, WHITE, 0.55)
    if pose.mood == "sad":
        pen.dot(x - s * 0.4, y + high * 1.05, s * 0.22, s * 0.3, rgb("9fd8f5"), 0.8)


def draw_brows(pen: Pen, f: Features, pose: Pose, shift: float, colour: Colour) -> None:
    slant = {"angry": 0.14, "sad": -0.13, "surprised": 0.0, "sleepy": -0.05}.get(pose.mood, -0.02)
    raise_by = {"surprised": 0.14, "angry": -0.06, "happy": 0.03}.get(pose.mood, 0.0) + 0.05 * pose.mouth
    y = f.eye_y - f.size * 2.5 - raise_by
    for side in (-1, 1):
        k = _squeeze(side, pose)
        x, w = side * f.spread * k + shift, f.size * 1.35 * k
        pen.stroke(
            curve((x - w, y - side * -slant - 0.0), (x, y - 0.05), (x + w, y - side * slant)), colour, f.size * 0.55
        )


def draw_mouth(pen: Pen, x: float, y: float, w: float, pose: Pose) -> None:
    opened = pose.mouth
    bow = {"sad": -0.5, "angry": -0.35, "surprised": 0.0, "sleepy": 0.12, "happy": 0.62, "laughing": 0.75}.get(
        pose.mood, 0.42
    )
    if pose.action == "sleep":
        opened = 0.18 + 0.12 * pose.breath()
        w *= 0.5
    if pose.mood == "laughing":
        opened = max(opened, 0.7)
    if pose.mood == "surprised" and opened < 0.3:
        pen.dot(x, y + w * 0.1, w * 0.42, w * 0.55, INSIDE)
        return
    w *= (1.0 - 0.22 * opened) * (1.0 + 0.32 * pose.wide)
    if opened < 0.07:
        pen.stroke(curve((x - w, y - w * bow * 0.45), (x, y + w * bow * 0.45), (x + w, y - w * bow * 0.45)), INK, 0.055)
        return
    high = 0.06 + w * 1.25 * opened
    top, low = y - w * 0.18 * max(bow, 0), y + high
    path = Path().move(x - w, top).quad(x, top + w * 0.22 * bow, x + w, top)
    path.cubic(x + w * 0.95, low, x + w * 0.4, low + high * 0.1, x, low + high * 0.1)
    path.cubic(x - w * 0.4, low + high * 0.1, x - w * 0.95, low, x - w, top).close()
    pen.fill(path, INSIDE)
    if opened > 0.22:
        pen.fill(ellipse(x, low + high * 0.05, w * 0.62, high * 0.38), TONGUE, clip=path)
        pen.fill(ellipse(x, top - w * 0.05, w * 0.9, w * 0.24), WHITE, clip=path)


def tears(pen: Pen, f: Features, pose: Pose) -> None:
    for side in (-1, 1):
        for k in range(2):
            u = (pose.t * 0.9 + k * 0.5 + (0.25 if side > 0 else 0)) % 1.0
            x = side * f.spread * 1.05 + f.shift * pose.turn
            pen.dot(
                x + side * 0.1 * u,
                f.eye_y + 0.2 + 0.9 * u,
                0.075 * (1 - 0.4 * u),
                0.11 * (1 - 0.3 * u),
                rgb("8fd3f7"),
                0.9,
            )


def rosy(skin: Colour) -> Colour:
    return light(mix(skin, rgb("ff8a7a"), 0.18), 0.05)


__all__ = ["INK", "Features", "dark", "draw_brows", "draw_eye", "draw_face", "draw_mouth", "rosy", "tears"]
