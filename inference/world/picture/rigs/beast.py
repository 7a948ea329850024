"""How a quadruped holds itself: shifts of chest, rump, head and feet per action, blended with its gait."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from inference.world.picture.rigs.base import blend, ease, jump_arc, stepping

if TYPE_CHECKING:
    from collections.abc import Callable

    from inference.world.picture.rigs.base import Pose
    from inference.world.picture.rigs.species import Species

Pair = tuple[float, float]
STILL: tuple[Pair, ...] = ((0.0, 0.0),) * 4


class Bearing(NamedTuple):
    """Shifts from rest. Feet: near fore, far fore, near hind, far hind."""

    feet: tuple[Pair, ...] = STILL
    chest: Pair = (0.0, 0.0)
    rump: Pair = (0.0, 0.0)
    head: Pair = (0.0, 0.0)
    tilt: float = 0.0
    tail: float = 0.0  # lift
    wag: float = 0.0
    roll: float = 0.0


# Actions that show no gait under them.
WHOLE = frozenset({"walk", "run", "jump", "roll", "fly", "swim", "float", "fall", "bounce", "spin"})


def bearing(species: Species, pose: Pose) -> Bearing:
    act = ACTIONS[pose.action](species, pose)
    if pose.walk <= 0.01 or pose.action in WHOLE:
        return act
    return blend(act, _walk(species, pose), ease(pose.walk))


def _idle(s: Species, p: Pose) -> Bearing:
    b = p.breath()
    return Bearing(
        chest=(0, 0.005 * b),
        rump=(0, 0.003 * b),
        head=(0.01 * sin(p.t * 0.7), 0.010 * b),
        tilt=0.05 * sin(p.t * 0.8),
        wag=sin(p.t * 1.6) * 0.6,
    )


def _walk(s: Species, p: Pose) -> Bearing:
    if s.hop:
        return _hop(s, p)
    way, up, on = 1.15, 0.07, s.stride / 0.40  # the share on the ground follows from how far a leg can reach
    feet = (
        stepping(p.phase, way, up, on),
        stepping(p.phase + 0.5, way, up, on),
        stepping(p.phase + 0.55, way, up, on),
        stepping(p.phase + 0.05, way, up, on),
    )
    bob = cos(p.phase * 4 * pi)
    return Bearing(
        feet,
        (0, 0.012 * bob),
        (0, -0.010 * bob),
        (0.012 * sin(p.phase * 4 * pi), 0.018 * bob),
        0.04 * bob,
        0.05,
        sin(p.phase * 2 * pi) * 0.7,
    )


def _hop(s: Species, p: Pose) -> Bearing:
    u = (p.phase * 2) % 1.0
    air = sin(u * pi)
    hind = 0.16 * cos(u * pi)
    return Bearing(
        (
            (0.10 * sin(u * 2 * pi) + 0.04, -0.10 * air),
            (0.10 * sin(u * 2 * pi) + 0.10, -0.10 * air),
            (-hind, -0.06 * air),
            (-hind + 0.05, -0.06 * air),
        ),
        (0.02, -0.13 * air + 0.02),
        (0, -0.10 * air),
        (0.02, -0.15 * air),
        -0.10 * cos(u * pi),
        0.1 * air,
        0.3 * air,
    )


def _run(s: Species, p: Pose) -> Bearing:
    if s.hop:
        return _hop(s, p)
    way, up, on = 2.1, 0.14, s.stride / 0.58
    fore, hind = p.phase, p.phase + 0.42
    feet = (
        stepping(fore, way, up, on),
        stepping(fore + 0.12, way, up, on),
        stepping(hind, way, up, on),
        stepping(hind + 0.12, way, up, on),
    )
    a = sin(p.phase * 2 * pi)
    return Bearing(
        feet,
        (0.03 + 0.02 * a, -0.03 * a - 0.01),
        (-0.03 - 0.02 * a, 0.035 * a - 0.01),
        (0.06, 0.03 + 0.03 * sin(p.phase * 2 * pi + 0.6)),
        0.12 * a + 0.06,
        0.5,
        0.4 * a,
    )


def _jump(s: Species, p: Pose) -> Bearing:
    crouch, air = jump_arc(p.cycle)
    d = 0.12 * crouch
    rise = 0.05 * air * (1 if p.cycle < 0.5 else -0.6)
    return Bearing(
        ((0.12 * air, -0.12 * air), (0.16 * air, -0.10 * air), (-0.16 * air, -0.06 * air), (-0.12 * air, -0.04 * air)),
        (0.0, d - rise), (0.0, d * 1.1 + rise), (0.02, d - rise), 0.2 * crouch - 0.25 * rise, 0.4 * air, 0.3,
    )  # fmt: skip


def _dance(s: Species, p: Pose) -> Bearing:
    a, b = sin(p.phase * 2 * pi), sin(p.phase * 4 * pi)
    return Bearing(
        (
            (0.03 * a, -max(0.0, a) * 0.13),
            (0.02 * a, -max(0.0, -a) * 0.13),
            (0.02 * a, -max(0.0, -a) * 0.07),
            (-0.02 * a, -max(0.0, a) * 0.07),
        ),
        (0.03 * a, -0.03 * abs(a)),
        (-0.03 * a, 0.02 * b),
        (0.05 * a, -0.04 * abs(b)),
        0.22 * a,
        0.4,
        a * 1.4,
    )


def _spin(s: Species, p: Pose) -> Bearing:
    return _idle(s, p)._replace(tilt=0.1, tail=0.5, wag=sin(p.t * 9), head=(0, -0.03))


def _fly(s: Species, p: Pose) -> Bearing:
    a = sin(p.phase * 2 * pi)
    return Bearing(
        ((0.14, -0.16), (0.19, -0.14), (-0.16, -0.10 + 0.01 * a), (-0.12, -0.08)),
        (0, -0.03 - 0.01 * a),
        (-0.02, 0.0),
        (0.04, -0.03 - 0.01 * a),
        -0.08,
        0.35,
        a * 0.7,
    )


def _swim(s: Species, p: Pose) -> Bearing:
    a = p.phase * 2 * pi
    feet = tuple((0.10 * sin(a + k), -0.10 + 0.06 * cos(a + k)) for k in (0.0, pi, pi * 1.2, 0.2 * pi))
    return Bearing(feet, (0, 0.01 * sin(a)), (0, -0.01 * sin(a)), (0.03, -0.05 + 0.01 * sin(a)), -0.12, 0.2, sin(a))


def _sit(s: Species, p: Pose) -> Bearing:
    b, drop = p.breath(), -s.rump[1] - s.rump[2] * 1.02
    return Bearing(
        ((-0.09, 0.0), (-0.05, 0.0), (0.16, 0.0), (0.20, 0.0)),
        (-0.09, -0.02 + 0.005 * b),
        (0.02, drop),
        (-0.09, -0.015 + 0.006 * b),
        0.06 * sin(p.t * 0.8),
        0.0,
        sin(p.t * 2.2),
    )


def _sleep(s: Species, p: Pose) -> Bearing:
    b = p.breath()
    chest, rump = -s.chest[1] - s.chest[2] * 0.98, -s.rump[1] - s.rump[2] * 0.98
    head = -s.head[1] - s.head[2] * 0.92
    return Bearing(
        ((0.16, 0.0), (0.20, 0.0), (0.14, 0.0), (0.18, 0.0)),
        (0.0, chest + 0.008 * b),
        (0.0, rump + 0.010 * b),
        (0.09, head + 0.004 * b),
        0.18,
        -0.7,
        0.1 * b,
    )


def _wave(s: Species, p: Pose) -> Bearing:
    a = sin(p.phase * 2 * pi)
    sit = _sit(s, p)
    return sit._replace(feet=((0.18 + 0.04 * a, -0.42 - 0.05 * a), *sit.feet[1:]), tilt=0.10 * a, wag=sin(p.t * 8))


def _talk(s: Species, p: Pose) -> Bearing:
    return _idle(s, p)._replace(
        head=(0.01 * sin(p.t * 3), -0.012 * abs(sin(p.t * 3.3))), tilt=0.09 * sin(p.t * 2.3), wag=sin(p.t * 4)
    )


def _sing(s: Species, p: Pose) -> Bearing:
    a = sin(p.phase * 2 * pi)
    return _idle(s, p)._replace(head=(0.0, -0.045), tilt=-0.28 + 0.08 * a, chest=(0, -0.02 * abs(a)), wag=a)


def _bounce(s: Species, p: Pose) -> Bearing:
    up = abs(sin(p.cycle * pi))
    feet = ((0.05 * up, -0.06 * up), (0.07 * up, -0.05 * up), (-0.05 * up, -0.05 * up), (-0.03 * up, -0.04 * up))
    return Bearing(feet, (0, 0.06 * (1 - up)), (0, 0.06 * (1 - up)), (0, 0.06 * (1 - up)), 0, 0.3 * up, sin(p.t * 6))


def _roll(s: Species, p: Pose) -> Bearing:
    return Bearing(
        ((0.0, -0.24), (0.04, -0.22), (0.06, -0.24), (0.10, -0.22)),
        (-0.06, 0.05),
        (0.06, 0.05),
        (-0.08, 0.17),
        0.5,
        -0.4,
        0.0,
    )


def _eat(s: Species, p: Pose) -> Bearing:
    a = sin(p.phase * 2 * pi)
    reach = -s.head[1] - s.head[2] * 1.05
    return _idle(s, p)._replace(
        chest=(0.02, 0.05), head=(0.12, reach + 0.015 * a), tilt=0.42 + 0.05 * a, wag=sin(p.t * 3)
    )


def _shake(s: Species, p: Pose) -> Bearing:
    a = sin(p.t * 34)
    return Bearing(chest=(0.010 * a, 0.0), rump=(-0.010 * a, 0.0), head=(0.014 * a, 0.0), tilt=0.12 * a, wag=a)


def _fall(s: Species, p: Pose) -> Bearing:
    a = sin(p.t * 13) * 0.03
    return Bearing(
        ((0.12, -0.16 + a), (0.18, -0.12 - a), (-0.14, -0.14 - a), (-0.10, -0.10 + a)),
        head=(0, -0.03),
        tilt=-0.2,
        tail=0.7,
        wag=sin(p.t * 10),
    )


def _float(s: Species, p: Pose) -> Bearing:
    a, b = sin(p.t * 1.2), sin(p.t * 0.9 + 1)
    return Bearing(
        ((0.10 + 0.03 * a, -0.08), (0.15 + 0.03 * b, -0.05), (-0.10 + 0.03 * b, -0.06), (-0.05 + 0.03 * a, -0.03)),
        (0, 0.01 * a),
        (0, 0.01 * b),
        (0, -0.02),
        0.08 * a,
        0.3,
        b,
        0.08 * a,
    )


def _laugh(s: Species, p: Pose) -> Bearing:
    a = abs(sin(p.t * 9))
    return _idle(s, p)._replace(
        head=(0, -0.02 - 0.03 * a), tilt=-0.18 + 0.06 * a, chest=(0, -0.015 * a), wag=sin(p.t * 8)
    )


def _cry(s: Species, p: Pose) -> Bearing:
    return _sit(s, p)._replace(head=(-0.08, 0.06 + 0.01 * sin(p.t * 7)), tilt=0.25, tail=-0.4, wag=0.0)


def _look(s: Species, p: Pose) -> Bearing:
    a = sin(p.t * 1.1)
    return _idle(s, p)._replace(head=(0.02, -0.03), tilt=0.16 * a, wag=sin(p.t * 2.4))


ACTIONS: dict[str, Callable[[Species, Pose], Bearing]] = {
    "idle": _idle, "walk": _walk, "run": _run, "jump": _jump, "dance": _dance, "spin": _spin, "fly": _fly,
    "swim": _swim, "sit": _sit, "sleep": _sleep, "wave": _wave, "talk": _talk, "sing": _sing, "bounce": _bounce,
    "roll": _roll, "eat": _eat, "grow": _idle, "shake": _shake, "fall": _fall, "float": _float, "laugh": _laugh,
    "cry": _cry, "look": _look,
}  # fmt: skip
