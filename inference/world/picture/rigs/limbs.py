"""The joints of a person, at rest and walking: what every stance starts from."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from inference.world.picture.rigs.base import stepping

if TYPE_CHECKING:
    from inference.world.picture.rigs.base import Pose

HIP, SHOULDER = -0.40, -0.685  # heights at rest
ARM, LEG = 0.150, 0.186  # length of one bone


class Stance(NamedTuple):
    """Hands are relative to their shoulder at rest, feet to the ground; `near` is the side towards us."""

    near_hand: tuple[float, float] = (-0.035, 0.285)
    far_hand: tuple[float, float] = (0.045, 0.28)
    near_foot: tuple[float, float] = (-0.045, 0.0)
    far_foot: tuple[float, float] = (0.055, 0.0)
    hip_x: float = 0.0
    hip_y: float = 0.0
    lean: float = 0.0  # of the torso, clockwise
    nod: float = 0.0  # of the head
    roll: float = 0.0  # of the whole body about its hip
    shift_x: float = 0.0
    shift_y: float = 0.0
    near_elbow: float = 1.0  # side to which the elbow bends
    far_elbow: float = 1.0


def idle(p: Pose) -> Stance:
    b = p.breath()
    return Stance(
        near_hand=(-0.035, 0.285 - 0.006 * b),
        far_hand=(0.045, 0.28 - 0.006 * b),
        hip_y=0.004 * b,
        hip_x=0.008 * sin(p.t * 0.8),
        nod=0.03 * sin(p.t * 0.9),
    )


def walk(p: Pose) -> Stance:
    near, far = stepping(p.phase, 0.80, 0.085, 0.46), stepping(p.phase + 0.5, 0.80, 0.085, 0.46)
    swing = cos(p.phase * 2 * pi)
    return Stance(
        near_hand=(-0.15 * swing, 0.265 - 0.03 * abs(swing)), far_hand=(0.15 * swing, 0.265 - 0.03 * abs(swing)),
        near_foot=near, far_foot=far, hip_y=0.014 * cos(p.phase * 4 * pi), lean=0.06,
        nod=0.03 * sin(p.phase * 4 * pi + 0.6),
    )  # fmt: skip
