"""How a person holds itself: joint targets per action, blended with the gait while it travels."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.rigs.base import blend, ease, jump_arc, stepping
from inference.world.picture.rigs.gestures import GESTURES
from inference.world.picture.rigs.limbs import HIP, Stance, idle, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.rigs.base import Pose


def stance(pose: Pose) -> Stance:
    if pose.rides:
        return _ride(pose)
    held = _held(pose)
    return held._replace(far_hand=(0.165, 0.225 + 0.008 * pose.breath()), far_elbow=1.0) if pose.holds else held


def _held(pose: Pose) -> Stance:
    act = ACTIONS[pose.action](pose)
    if pose.walk <= 0.01 or pose.action in GAITS:
        return act
    gait = walk(pose)
    return act if pose.action in FULL_BODY else blend(act, gait, ease(pose.walk))


def _ride(p: Pose) -> Stance:
    """Astride: the hips on the origin, the legs hanging, the hands at reins or bars."""
    sway = 0.02 * sin(p.phase * 4 * pi)
    return Stance(
        (0.19, 0.16), (0.22, 0.15), (0.13, 0.30), (0.17, 0.27), hip_y=-HIP - 0.03, lean=0.05 + sway, nod=0.02 - sway,
        near_elbow=1.0,
    )  # fmt: skip


def _run(p: Pose) -> Stance:
    near, far = stepping(p.phase, 1.25, 0.18, 0.32), stepping(p.phase + 0.5, 1.25, 0.18, 0.32)
    swing = cos(p.phase * 2 * pi)
    return Stance(
        near_hand=(0.03 - 0.19 * swing, 0.13 - 0.05 * swing), far_hand=(0.03 + 0.19 * swing, 0.13 + 0.05 * swing),
        near_foot=near, far_foot=far, hip_y=-0.02 + 0.035 * cos(p.phase * 4 * pi), lean=0.24,
        nod=-0.12 + 0.04 * sin(p.phase * 4 * pi),
    )  # fmt: skip


def _jump(p: Pose) -> Stance:
    crouch, air = jump_arc(p.cycle)
    up = air * 0.5
    return Stance(
        near_hand=(-0.10 - 0.10 * crouch - 0.10 * up, 0.27 - 0.05 * crouch - 0.50 * air),
        far_hand=(0.10 - 0.16 * crouch + 0.10 * up, 0.27 - 0.02 * crouch - 0.50 * air),
        near_foot=(-0.05 - 0.06 * air, -0.10 * air),
        far_foot=(0.06 + 0.05 * air, -0.05 * air),
        hip_y=0.12 * crouch - 0.01,
        lean=0.22 * crouch,
        nod=-0.1 * air,
    )


def _dance(p: Pose) -> Stance:
    a, b = sin(p.phase * 2 * pi), sin(p.phase * 4 * pi)
    if int(p.phase / 4) % 2:
        return Stance(
            near_hand=(-0.19, -0.10 - 0.13 * a),
            far_hand=(0.19, -0.10 + 0.13 * a),
            near_foot=(-0.09, -max(0.0, a) * 0.06),
            far_foot=(0.09, -max(0.0, -a) * 0.06),
            hip_x=0.045 * a,
            hip_y=0.02 + 0.025 * b,
            lean=-0.10 * a,
            nod=0.14 * a,
            near_elbow=-1.0,
        )
    return Stance(
        near_hand=(-0.13 + 0.10 * a, -0.17 - 0.08 * a),
        far_hand=(0.16 + 0.05 * b, 0.05 + 0.16 * a),
        near_foot=(-0.08 + 0.03 * a, -max(0.0, -b) * 0.05),
        far_foot=(0.09 + 0.03 * a, -max(0.0, b) * 0.05),
        hip_x=0.05 * a,
        hip_y=0.03 + 0.02 * b,
        lean=0.12 * a,
        nod=-0.16 * a,
        near_elbow=-1.0,
    )


def _spin(p: Pose) -> Stance:
    a = sin(p.phase * 2 * pi)
    return Stance(
        (-0.24, 0.02 + 0.02 * a), (0.24, 0.02 - 0.02 * a), (-0.03, 0.0), (0.04, -0.05), hip_y=-0.01, nod=0.06 * a
    )


def _fly(p: Pose) -> Stance:
    a = p.breath()
    return Stance(
        (0.13, -0.27),
        (0.17, -0.25),
        (-0.03, 0.01 + 0.01 * a),
        (0.03, -0.02 - 0.01 * a),
        roll=1.22 + 0.04 * a,
        nod=-0.75,
        shift_y=-0.02 * a,
        near_elbow=-1.0,
    )


def _swim(p: Pose) -> Stance:
    a = p.phase * 2 * pi
    return Stance(
        (0.27 * sin(a), -0.05 - 0.27 * cos(a)), (0.27 * sin(a + pi), -0.05 - 0.27 * cos(a + pi)),
        (-0.03 + 0.09 * sin(a * 2), 0.0), (0.03 - 0.09 * sin(a * 2), 0.0), roll=1.35 + 0.05 * sin(a), nod=-0.85,
    )  # fmt: skip


def _sit(p: Pose) -> Stance:
    b = p.breath()
    return Stance(
        (0.10, 0.21), (0.15, 0.20), (0.30, 0.0), (0.34, -0.01), hip_x=-0.04, hip_y=0.335, lean=-0.10 + 0.012 * b,
        nod=0.04 * sin(p.t * 0.8),
    )  # fmt: skip


def _sleep(p: Pose) -> Stance:
    b = p.breath()
    return Stance(
        (0.10, 0.20),
        (0.03, 0.25),
        (0.06, -0.06),
        (-0.03, 0.0),
        roll=-1.57,
        shift_y=0.30 - 0.006 * b,
        shift_x=0.02,
        nod=0.12,
    )


def _wave(p: Pose) -> Stance:
    a = sin(p.phase * 2 * pi)
    return idle(p)._replace(
        far_hand=(0.17 + 0.07 * a, -0.20 - 0.02 * abs(a)), lean=-0.04, nod=-0.06 + 0.04 * a, far_elbow=-1.0
    )


def _talk(p: Pose) -> Stance:
    a, b = sin(p.t * 3.1), sin(p.t * 2.3 + 1.0)
    return idle(p)._replace(
        near_hand=(0.06 + 0.03 * b, 0.13 + 0.04 * a),
        far_hand=(0.19 + 0.03 * a, 0.06 - 0.05 * b),
        nod=0.05 * a,
        lean=0.02 * b,
    )


def _sing(p: Pose) -> Stance:
    a = sin(p.phase * 2 * pi)
    return idle(p)._replace(
        near_hand=(-0.17, 0.08 - 0.06 * a),
        far_hand=(0.20, 0.0 - 0.07 * a),
        nod=-0.14 + 0.05 * a,
        lean=0.05 * a,
        hip_x=0.02 * a,
    )


def _bounce(p: Pose) -> Stance:
    up = abs(sin(p.cycle * pi))
    return Stance(
        (-0.12, 0.2 - 0.24 * up),
        (0.13, 0.2 - 0.24 * up),
        (-0.05, -0.05 * up),
        (0.06, -0.03 * up),
        hip_y=0.07 * (1 - up),
    )


def _roll(p: Pose) -> Stance:
    return Stance(
        (0.12, 0.22),
        (0.16, 0.20),
        (0.10, -0.24),
        (0.14, -0.22),
        hip_x=-0.02,
        hip_y=0.05,
        lean=0.75,
        nod=0.45,
        shift_y=0.10,
    )


def _drive(p: Pose) -> Stance:
    a = sin(p.t * 2)
    return Stance(
        (0.22, 0.05 + 0.02 * a), (0.24, 0.03 - 0.02 * a), (0.26, 0.0), (0.30, -0.01), hip_x=-0.05, hip_y=0.30, lean=0.02
    )


def _eat(p: Pose) -> Stance:
    up = 0.5 - 0.5 * cos(p.cycle * 2 * pi)
    return idle(p)._replace(
        far_hand=(0.12 - 0.05 * up, 0.10 - 0.20 * up), near_hand=(0.10, 0.17), nod=0.08 * up, far_elbow=1.0
    )


def _shake(p: Pose) -> Stance:
    a = sin(p.t * 38)
    return Stance((0.05, 0.16), (0.08, 0.15), hip_x=0.008 * a, hip_y=0.03, lean=0.06, nod=0.05 * a, shift_x=0.006 * a)


def _fall(p: Pose) -> Stance:
    a = sin(p.t * 13)
    return Stance(
        (-0.20 + 0.03 * a, -0.19),
        (0.21, -0.18 + 0.04 * a),
        (-0.12, -0.10 + 0.03 * a),
        (0.16, -0.07 - 0.03 * a),
        nod=-0.2,
    )


def _float(p: Pose) -> Stance:
    a, b = sin(p.t * 1.3), sin(p.t * 1.0 + 1)
    return Stance(
        (-0.17, 0.10 + 0.05 * a),
        (0.20, 0.03 - 0.05 * b),
        (-0.07 + 0.03 * b, -0.03),
        (0.11, -0.09 + 0.02 * a),
        lean=0.06 * a,
        roll=0.08 * b,
        shift_y=-0.01 * a,
        near_elbow=-1.0,
    )


def _laugh(p: Pose) -> Stance:
    a = abs(sin(p.t * 9))
    return idle(p)._replace(
        near_hand=(0.09, 0.20), far_hand=(0.08, 0.21), hip_y=0.012 * a, lean=-0.10 + 0.05 * a, nod=-0.20 + 0.06 * a
    )


def _cry(p: Pose) -> Stance:
    a = sin(p.t * 7)
    return idle(p)._replace(
        near_hand=(0.09, -0.11 + 0.012 * a),
        far_hand=(0.10, -0.11 - 0.012 * a),
        lean=0.10,
        nod=0.22 + 0.02 * a,
        hip_y=0.01 + 0.006 * a,
    )


def _look(p: Pose) -> Stance:
    a = sin(p.t * 1.1)
    return idle(p)._replace(far_hand=(0.065, -0.235), lean=0.07, nod=0.05 * a, hip_x=0.02 * a, far_elbow=-1.0)


def _play(p: Pose) -> Stance:
    strum = sin(p.phase * 8 * pi)
    return idle(p)._replace(
        near_hand=(0.13, 0.20 + 0.03 * strum),
        far_hand=(0.20, 0.02),
        lean=-0.05,
        nod=0.08 * sin(p.phase * 4 * pi),
        hip_y=0.01 * abs(strum),
    )


def _clap(p: Pose) -> Stance:
    gap = 0.09 * abs(sin(p.phase * 4 * pi / 2))
    return idle(p)._replace(
        near_hand=(0.17 - gap, -0.02),
        far_hand=(0.085 + gap, -0.03),
        nod=0.05 * sin(p.phase * 2 * pi),
        hip_y=0.012 * abs(sin(p.phase * 2 * pi)),
    )


ACTIONS: dict[str, Callable[[Pose], Stance]] = {
    "idle": idle, "walk": walk, "run": _run, "jump": _jump, "dance": _dance, "spin": _spin, "fly": _fly,
    "swim": _swim, "sit": _sit, "sleep": _sleep, "wave": _wave, "talk": _talk, "sing": _sing, "bounce": _bounce,
    "roll": _roll, "drive": _drive, "eat": _eat, "grow": idle, "shrink": idle,
    "shake": _shake, "fall": _fall, "float": _float,
    "laugh": _laugh, "cry": _cry, "look": _look, "play": _play, "clap": _clap, **GESTURES,
}  # fmt: skip
GAITS = frozenset({"walk", "run", "crawl", "sneak", "slide", "push"})
FULL_BODY = frozenset({"climb", "fly", "swim", "jump", "bounce", "roll", "float", "fall", "drive", "spin"})
