"""Getting about: entrances, crossings, chases, and how the gait follows the distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.world.blocking import PURSUITS, Part
from inference.world.dice import stream
from inference.world.motion import LONG_CLIP, Curve, ease, ease_out, total, trapezoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.world.scene import Scene

MOVERS = frozenset({"walk", "run", "drive", "roll", "fly", "swim", "crawl", "sneak", "slide", "push"})
LONGEST_WAY = 8.0  # stage units that a tracking camera covers at most in a clip

# Speed of a mover in own heights per second, and heights per cycle of the gait, by rig ("person run" before "person").
_SPEED = {
    "person walk": 0.75, "person run": 1.7, "person crawl": 0.3, "person sneak": 0.42,
    "person push": 0.4, "person slide": 1.3, "person": 0.9, "quadruped sneak": 0.5, "quadruped crawl": 0.5,
    "quadruped push": 0.5, "bird sneak": 0.45, "quadruped walk": 1.0, "quadruped run": 2.6,
    "quadruped": 1.2,
    "bird walk": 0.8, "bird fly": 1.5, "bird": 1.0, "fish": 0.8, "vehicle drive": 1.5, "vehicle fly": 0.8,
    "vehicle": 0.9,
    "thing roll": 1.6, "thing": 0.9, "plant": 0.6,
}  # fmt: skip
_STRIDE = {
    "person walk": 0.80, "person run": 1.25, "person crawl": 0.5, "person push": 0.7, "person": 0.8,
    "quadruped walk": 1.15, "quadruped run": 2.1,
    "quadruped": 1.1, "bird walk": 0.7, "bird": 0.8, "fish": 0.75, "vehicle": 1.15, "thing roll": np.pi, "thing": 1.2,
    "plant": 0.8,
}  # fmt: skip
# Cycles per second of what beats by itself rather than by the way covered.
_BEAT = {"bird fly": 3.0, "vehicle fly": 6.0, "person fly": 0.8, "person swim": 0.9, "quadruped swim": 1.2}


@dataclass(frozen=True)
class Ride:
    """A camera that travels with everybody: its way in stage units per frame, and the direction."""

    way: Curve
    side: int


def speed_of(part: Part) -> float:
    rig, action = part.subject.rig, part.actor.action
    return _SPEED.get(f"{rig} {action}", _SPEED[rig]) * part.height * part.pace


def stride_of(part: Part, gait: str) -> float:
    rig = part.subject.rig
    return _STRIDE.get(f"{rig} {gait}", _STRIDE[rig]) * part.height


def ride_of(scene: Scene, parts: Sequence[Part], t: Curve, fps: float, aspect: float) -> Ride | None:
    """Everybody under way together is followed; where the words hold the camera still, they pace instead."""
    free = [part for part in parts if part.host is None]
    if not free or not all(part.actor.action in MOVERS for part in free):
        return None
    if "camera" in scene.fixed and scene.camera != "tracking":
        return None
    chased = any(part.actor.relation and part.actor.relation.kind in PURSUITS for part in free)
    rolling = all(part.subject.rig == "vehicle" for part in free)  # a train does not turn round in the frame
    if not (chased or rolling or scene.camera == "tracking" or aspect < 1.0):
        return None
    side = 1 if stream(scene.seed, "direction").integers(2) else -1
    cruise = max(speed_of(part) for part in free[:1])
    speed = _profile(t) * min(cruise, LONGEST_WAY / max(float(t[-1]), 1e-6)) if len(t) > 1 else np.zeros_like(t)
    return Ride(side * total(speed, fps), side)


def _profile(t: Curve) -> Curve:
    """Already under way, faster, a look around in the middle of a long clip, slower at the end."""
    length = float(t[-1]) if len(t) else 0.0
    speed = 0.55 + 0.45 * ease(t / 0.8)
    if length >= LONG_CLIP:
        middle = length * 0.52
        speed = speed * (1 - 0.97 * ease((t - middle + 0.7) / 0.6) * (1 - ease((t - middle - 0.5) / 0.6)))
    return speed * (1 - 0.8 * ease((t - length + 0.9) / 0.9))


def ride_along(part: Part, ride: Ride, order: float, t: Curve, fps: float) -> None:
    """Keeps a place beside the travelling camera: comes in from behind, then falls back and catches up a little."""
    rng = part.rng("weave")
    length = float(t[-1]) if len(t) else 0.0
    wander = 0.05 * np.sin(2 * np.pi * (t / rng.uniform(3.5, 5.0) + rng.uniform()))
    lag = (0.16 + 0.1 * rng.uniform()) * (1 - ease(t / min(1.4, max(length * 0.4, 1e-3))))
    offset = np.clip(part.x + order + wander - ride.side * lag, -part.reach, part.reach)
    part.curves["x"] = ride.way + offset
    part.curves["facing"] = np.full_like(t, float(ride.side))


def chase_order(parts: Sequence[Part], side: int, aspect: float) -> dict[int, float]:
    """Shifts that make one queue of everybody in a pursuit: the pursued first, copies close together."""
    chased = {p.actor.relation.actor for p in parts if p.actor.relation and p.actor.relation.kind in PURSUITS}
    pack = [p for p in parts if p.host is None and (_rank(p, parts) > 0 or p.actor.name in chased)]
    pack.sort(key=lambda part: _rank(part, parts))
    at, places = 0.0, []
    for before, part in zip([None, *pack], pack, strict=False):
        if before is not None:
            apart = 0.55 if before.actor is part.actor else 1.0
            at += apart * (before.width + part.width) / 2 + (0.14 if apart == 1.0 else 0.0)
        places.append(at)
    squeeze = min(1.0, max(0.9 * aspect - max((p.width for p in pack), default=0.0), 0.0) / at) if at else 1.0
    return {id(part): side * squeeze * (at / 2 - place) - part.x for part, place in zip(pack, places, strict=True)}


def _rank(part: Part, parts: Sequence[Part]) -> int:
    """How many others run ahead in its chain of pursuit."""
    rank, actor = 0, part.actor
    while actor.relation and actor.relation.kind in PURSUITS and rank < len(parts):
        goal = actor.relation.actor
        ahead = next((p.actor for p in parts if p.actor.name == goal), None)
        if ahead is None:
            break
        rank, actor = rank + 1, ahead
    return rank


def pace(part: Part, t: Curve, ground: bool) -> None:
    """To and fro within the frame, with a turn and a breath at each end."""
    rng = part.rng("pace")
    speed = max(speed_of(part), 0.05)
    side = 1 if part.x <= 0 else -1
    x, at, here = np.full_like(t, part.x), 0.0, part.x
    facing = np.full_like(t, float(side))
    far = part.reach * float(rng.uniform(0.8, 1.0))
    for leg in range(40):
        goal = side * far * (1.0 if leg < 2 else float(rng.uniform(0.55, 1.0)))
        lasts = max(abs(goal - here) / speed, 0.35) * 1.12
        u = (t - at) / lasts
        inside = t >= at
        x = np.where(inside, here + (goal - here) * trapezoid(u, min(0.3 / lasts, 0.5)), x)
        rest = 0.25 + 0.5 * float(rng.uniform()) if ground else 0.0
        turn = ease((t - at - lasts - rest * 0.6) / 0.3)
        facing = np.where(inside, side * (1 - 2 * turn), facing)
        at, here, side = at + lasts + rest + 0.12, goal, -side
        if not len(t) or at > t[-1]:
            break
    part.curves["x"], part.curves["facing"] = x, facing


def enter(part: Part, t: Curve, lasts: float, far: float) -> None:
    """Walks in from the side that is nearer and arrives with time left to act."""
    side = 1 if part.x > 0 or (part.x == 0 and part.seed % 2) else -1
    start = float(np.clip(part.x + side * far, -part.reach, part.reach))
    u = t / max(lasts, 1e-3)
    part.curves["x"] = start + (part.x - start) * (1 - (1 - np.clip(u, 0, 1)) ** 1.6)
    towards = 1.0 if part.x > start else -1.0
    rest = part.clock.get("rest", towards)
    blend = ease_out((t - lasts) / 0.35)
    part.curves["facing"] = towards + (rest - towards) * blend


def gait(part: Part, moving: Curve, stride: float, rate: float, fps: float) -> Curve:
    """Phase: by the way covered while moving, by the clock while standing."""
    own = _BEAT.get(f"{part.subject.rig} {part.actor.action}")
    if own is not None:
        return total(np.full_like(moving, own * part.pace), fps) + part.clock.get("offset", 0.0)
    x = part.curves["x"]
    speed = np.abs(np.gradient(x)) * fps if len(x) > 1 else np.zeros_like(x)
    return total(moving * speed / stride + (1 - moving) * rate, fps) + part.clock.get("offset", 0.0)
