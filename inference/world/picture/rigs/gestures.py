"""Stances of the later actions of a person: work, play and manners."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from inference.world.picture.rigs.base import ease, stepping
from inference.world.picture.rigs.limbs import Stance, idle

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.rigs.base import Pose


def _crawl(p: Pose) -> Stance:
    """On hands and knees."""
    near, far = stepping(p.phase, 0.5, 0.05), stepping(p.phase + 0.5, 0.5, 0.05)
    return Stance(
        (0.13 + 0.4 * near[0], 0.24), (0.16 + 0.4 * far[0], 0.24), (-0.20 + 0.6 * far[0], -0.02),
        (-0.16 + 0.6 * near[0], -0.02), hip_x=-0.14, hip_y=0.20, lean=1.05, nod=-0.85,
    )  # fmt: skip


def _sneak(p: Pose) -> Stance:
    """Knees bent, hands up, toes first."""
    near, far = stepping(p.phase, 0.8, 0.16, 0.55), stepping(p.phase + 0.5, 0.8, 0.16, 0.55)
    return Stance(
        (0.17, 0.04), (0.22, 0.0), near, far, hip_y=0.075 + 0.01 * cos(p.phase * 4 * pi), lean=0.34, nod=-0.20,
        near_elbow=1.0,
    )  # fmt: skip


def _slide(p: Pose) -> Stance:
    a = sin(p.t * 2.6)
    return Stance(
        (-0.22, 0.02 + 0.04 * a), (0.25, -0.02 - 0.04 * a), (-0.10, 0.0), (0.15, 0.0), hip_y=0.075, lean=0.10 * a,
        nod=-0.05 * a, near_elbow=-1.0,
    )  # fmt: skip


def _push(p: Pose) -> Stance:
    near, far = stepping(p.phase, 0.7, 0.06, 0.55), stepping(p.phase + 0.5, 0.7, 0.06, 0.55)
    return Stance((0.25, 0.10), (0.27, 0.07), near, far, hip_x=-0.06, hip_y=0.04, lean=0.42, nod=-0.25)


def _climb(p: Pose) -> Stance:
    a = sin(p.phase * 2 * pi)
    return Stance(
        (0.13, -0.16 - 0.09 * a), (0.15, -0.16 + 0.09 * a), (0.06, -0.07 + 0.07 * a), (0.10, -0.07 - 0.07 * a),
        hip_x=-0.02, lean=0.05 * a, nod=-0.18, near_elbow=-1.0,
    )  # fmt: skip


def _kick(p: Pose) -> Stance:
    """Back, through at 0.5, down again."""
    u = p.cycle
    back = ease(u / 0.35) * (1 - ease((u - 0.38) / 0.10))
    out = ease((u - 0.38) / 0.12) * (1 - ease((u - 0.62) / 0.3))
    return idle(p)._replace(
        near_foot=(-0.045 - 0.20 * back + 0.30 * out, -0.10 * back - 0.15 * out),
        near_hand=(-0.12 * out + 0.12 * back, 0.22), far_hand=(0.18 - 0.3 * back, 0.16), lean=0.10 * back - 0.16 * out,
        hip_y=0.015 * back,
    )  # fmt: skip


def _throw(p: Pose) -> Stance:
    """Wound up behind the head, released at 0.5."""
    u = p.cycle
    wind = ease(u / 0.35) * (1 - ease((u - 0.40) / 0.10))
    out = ease((u - 0.40) / 0.10) * (1 - ease((u - 0.65) / 0.3))
    return idle(p)._replace(
        far_hand=(0.06 - 0.20 * wind + 0.20 * out, 0.24 - 0.44 * wind - 0.24 * out), near_hand=(0.16 * wind, 0.22),
        lean=-0.20 * wind + 0.26 * out, near_foot=(-0.045 - 0.05 * out, 0.0), far_foot=(0.055 + 0.09 * wind, 0.0),
        hip_y=0.03 * out, far_elbow=-1.0,
    )  # fmt: skip


def _juggle(p: Pose) -> Stance:
    a = sin(p.phase * 2 * pi)
    return idle(p)._replace(
        near_hand=(0.03, 0.14 - 0.05 * a), far_hand=(0.17, 0.13 + 0.05 * a), nod=-0.16, hip_x=0.015 * a,
        hip_y=0.01 * abs(a),
    )  # fmt: skip


def _point(p: Pose) -> Stance:
    a = sin(p.phase * 2 * pi)
    return idle(p)._replace(far_hand=(0.29 + 0.01 * a, -0.04 - 0.02 * a), lean=0.10, nod=-0.08, far_foot=(0.10, 0.0))


def _hug(p: Pose) -> Stance:
    a = 0.5 - 0.5 * cos(p.phase * 2 * pi)
    return idle(p)._replace(
        near_hand=(0.20 - 0.03 * a, 0.08), far_hand=(0.22 - 0.05 * a, 0.03), lean=0.10 + 0.05 * a, nod=0.16
    )


def _bow(p: Pose) -> Stance:
    down = 0.5 - 0.5 * cos(p.phase * 2 * pi)
    return idle(p)._replace(
        lean=0.95 * down, nod=0.30 * down, hip_x=-0.07 * down, near_hand=(0.02 + 0.08 * down, 0.27 - 0.05 * down),
        far_hand=(0.05 - 0.12 * down, 0.28),
    )  # fmt: skip


def _cheer(p: Pose) -> Stance:
    a = abs(sin(p.phase * 2 * pi))
    return idle(p)._replace(
        near_hand=(-0.13, -0.20 - 0.06 * a), far_hand=(0.14, -0.20 - 0.06 * a), hip_y=0.02 - 0.02 * a, nod=-0.12,
        near_elbow=-1.0, far_elbow=1.0,
    )  # fmt: skip


def _think(p: Pose) -> Stance:
    a = sin(p.t * 0.9)
    return idle(p)._replace(
        far_hand=(0.075, -0.055), near_hand=(0.12, 0.17), nod=-0.10 + 0.05 * a, lean=0.02 * a, far_elbow=1.0
    )


def _drink(p: Pose) -> Stance:
    up = ease(1.6 * (0.5 - 0.5 * cos(p.phase * 2 * pi)) - 0.2)
    return idle(p)._replace(
        far_hand=(0.14 - 0.04 * up, 0.10 - 0.17 * up), lean=-0.05 * up, nod=-0.22 * up, far_elbow=1.0
    )


def _read(p: Pose) -> Stance:
    a = sin(p.t * 0.8)
    return idle(p)._replace(near_hand=(0.13, 0.11), far_hand=(0.20, 0.10), nod=0.16 + 0.03 * a, hip_x=0.006 * a)


def _dig(p: Pose) -> Stance:
    down = 0.5 + 0.5 * cos(p.phase * 2 * pi)
    return Stance(
        (0.09, 0.22 + 0.02 * down), (0.20, 0.12 + 0.10 * down), (-0.09, 0.0), (0.12, 0.0), hip_x=-0.04,
        hip_y=0.05 + 0.02 * down, lean=0.30 + 0.26 * down, nod=-0.10,
    )  # fmt: skip


def _paint(p: Pose) -> Stance:
    a, b = sin(p.phase * 2 * pi), sin(p.phase * 4.6 * pi)
    return idle(p)._replace(far_hand=(0.24 + 0.02 * b, 0.0 + 0.07 * a), near_hand=(0.10, 0.18), nod=0.04 * a, lean=0.03)


def _cook(p: Pose) -> Stance:
    a = p.phase * 2 * pi
    return idle(p)._replace(
        far_hand=(0.21 + 0.035 * sin(a), 0.17 + 0.012 * cos(a)), near_hand=(0.10, 0.20), lean=0.08, nod=0.12
    )


def _fight(p: Pose) -> Stance:
    """Two blows a cycle, one of each fist, on springy legs."""
    near = max(0.0, sin(p.phase * 2 * pi)) ** 3
    far = max(0.0, -sin(p.phase * 2 * pi)) ** 3
    return Stance(
        (0.13 + 0.14 * near, 0.03 - 0.02 * near), (0.16 + 0.12 * far, 0.0), (-0.12, 0.0), (0.12, 0.0),
        hip_y=0.045 + 0.012 * cos(p.phase * 4 * pi), lean=0.10 + 0.08 * (near + far), nod=0.03, near_elbow=1.0,
    )  # fmt: skip


def _stretch(p: Pose) -> Stance:
    up = 0.5 - 0.5 * cos(p.phase * 2 * pi)
    return idle(p)._replace(
        near_hand=(-0.035 - 0.06 * up, 0.285 - 0.55 * up), far_hand=(0.045 + 0.07 * up, 0.28 - 0.55 * up),
        lean=-0.12 * up, nod=-0.25 * up, near_elbow=-1.0,
    )  # fmt: skip


def _nod(p: Pose) -> Stance:
    return idle(p)._replace(nod=0.22 * (0.5 - 0.5 * cos(p.phase * 2 * pi)))


GESTURES: dict[str, Callable[[Pose], Stance]] = {
    "crawl": _crawl, "sneak": _sneak, "slide": _slide, "push": _push, "climb": _climb, "kick": _kick, "throw": _throw,
    "juggle": _juggle, "point": _point, "hug": _hug, "bow": _bow, "cheer": _cheer, "think": _think, "drink": _drink,
    "read": _read, "dig": _dig, "paint": _paint, "cook": _cook, "fight": _fight, "stretch": _stretch, "nod": _nod,
}  # fmt: skip
