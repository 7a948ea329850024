"""Blocking: who stands where, how large and how near, before anybody moves.

Actors that stand share rows on the ground; those that fly or swim share the air or the water above; what is held or
ridden hangs on its host and takes no place of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inference.world import vocabulary as v
from inference.world.dice import derive, stream
from inference.world.scene import SoundEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.world.motion import Curve
    from inference.world.scene import Actor, Scene

PERSON = 0.48  # height of a grown person in the frame
TALLEST, SHORTEST = 0.66, 0.38  # the tallest actor of a scene is brought between these
FAR_Y, NEAR_Y = 0.70, 0.92  # ground contact at depth 0 and 1
CROWDED = {"wide": 0.62, "aerial": 0.58}  # cameras that want small figures in a large place
MARGIN = 0.03
PURSUITS = frozenset({"chases", "follows"})


@dataclass
class Part:
    """One copy of an actor on stage, with its track in the making (one value per frame in each curve)."""

    actor: Actor
    place: str
    copy: int
    seed: int
    height: float
    x: float = 0.0
    y: float = 0.8
    depth: float = 0.6
    lead: bool = False
    host: Part | None = None  # holder or carrier
    hangs: str = ""  # holds | on
    take: int = 0  # what nobody decided differs between the takes of a shot
    reach: float = 0.0  # how far it may go left and right of the middle of the frame
    sounds: list[SoundEvent] = field(default_factory=list)
    curves: dict[str, Curve] = field(default_factory=dict)
    clock: dict[str, float] = field(default_factory=dict)

    @property
    def subject(self) -> v.Subject:
        return v.SUBJECTS[self.actor.subject]

    @property
    def width(self) -> float:
        return self.height * self.subject.width

    @property
    def aloft(self) -> bool:
        """Hovers around its centre; who walks under water is drawn from the centre too, but stands (see `stage`)."""
        stands = v.MEDIUM[self.place] == "water" and self.subject.rig != "fish" and self.actor.action not in v.AFLOAT
        return v.aloft(self.actor.subject, self.actor.action, self.place) and not stands

    @property
    def pace(self) -> float:
        return {"slow": 0.65, "normal": 1.0, "fast": 1.5}[self.actor.manner]

    def rng(self, name: str) -> np.random.Generator:
        return stream(self.seed, name, str(self.take)) if self.take else stream(self.seed, name)

    def hear(self, at: float, kind: str, gain: float, pitch: float = 1.0) -> None:
        """The pan follows from where the part is then (see `stage`)."""
        if kind:
            self.sounds.append(SoundEvent(at, kind, gain, 0.0, pitch))


def block(scene: Scene, aspect: float, take: int = 0) -> list[Part]:
    parts = _parts(scene, take)
    _hang(parts)
    free = [part for part in parts if part.host is None]
    _size(parts, free, scene.camera, aspect)
    mirrored = bool(stream(scene.seed, "side").integers(2))
    _stand([part for part in free if not part.aloft], scene.place, aspect, mirrored)
    _hover([part for part in free if part.aloft], scene.place, aspect, mirrored)
    for part in free:
        part.reach = max(0.0, aspect / 2 - _half(part, parts) - MARGIN)
        part.x = min(max(part.x, -part.reach), part.reach)
    return parts


def _half(part: Part, parts: Sequence[Part]) -> float:
    """From its middle to its side, with what it holds."""
    held = [p for p in parts if p.host is part and p.hangs == "holds"]
    return max([part.width / 2, *(grip_of(p, part).ahead * part.height + p.width * 0.4 for p in held)])


def _parts(scene: Scene, take: int) -> list[Part]:
    parts: list[Part] = []
    for actor in scene.actors:
        for copy in range(actor.count):
            seed = actor.seed if copy == 0 else derive(actor.seed, "copy", str(copy))
            wobble = 1.0 if copy == 0 else 1.0 + float(stream(seed, "height").uniform(-0.08, 0.06))
            height = v.SUBJECTS[actor.subject].height * actor.size * wobble
            parts.append(Part(actor, scene.place, copy, seed, height, lead=not parts, take=take))
    return parts


def _hang(parts: Sequence[Part]) -> None:
    """Each copy that holds or rides takes a copy of the other side; what is left over stands by itself."""
    for part in parts:
        relation = part.actor.relation
        if relation is None or relation.kind not in {"holds", "on"}:
            continue
        for other in parts:
            if other.actor.name != relation.actor:
                continue
            rider, host = (part, other) if relation.kind == "on" else (other, part)
            paired = rider.copy % host.actor.count == host.copy
            if paired and rider.host is None and not _hangs_on(host, rider):
                rider.host, rider.hangs = host, relation.kind


def _hangs_on(part: Part | None, other: Part) -> bool:
    while part is not None:
        if part is other:
            return True
        part = part.host
    return False


# Where a rider sits on its carrier, and how tall a rider may be on it, both in heights of the carrier; 0 = any. A rider
# of a closed vehicle looks out of its roof.
SEATS: dict[str, tuple[float, float]] = {
    "quadruped": (0.60, 1.1), "bird": (0.55, 0.8), "fish": (0.72, 0.9), "vehicle": (0.60, 0.9), "plant": (0.55, 0.6),
    "thing": (0.96, 0.0), "person": (0.78, 0.6), "bicycle": (0.42, 1.35), "motorcycle": (0.38, 1.3),
    "car": (0.62, 1.1), "bus": (0.72, 0.75), "truck": (0.70, 0.75), "tractor": (0.74, 0.8), "train": (0.70, 0.75),
    "boat": (0.24, 0.45), "giraffe": (0.42, 0.5), "horse": (0.58, 0.9), "unicorn": (0.58, 0.9), "zebra": (0.58, 0.9),
    "hot_air_balloon": (0.08, 0.26), "ufo": (0.62, 0.9), "airplane": (0.50, 0.8), "helicopter": (0.42, 0.7),
    "elephant": (0.80, 0.7), "rocket": (0.36, 0.45), "dragon": (0.55, 0.6), "dinosaur": (0.6, 0.6),
    "submarine": (0.7, 0.8),
}  # fmt: skip
STACK = 0.80  # most of the frame's height that a carrier and its rider take


def seat_of(part: Part) -> tuple[float, float]:
    return SEATS.get(part.actor.subject, SEATS[part.subject.rig])


class Grip(NamedTuple):
    """How a thing is held, in heights of the holder."""

    most: float  # largest height of the thing
    lift: float  # of its base
    ahead: float  # of the holder's middle, to where it faces
    tilt: float = 0.0  # radians, to where the holder faces


GRIPS: dict[str, Grip] = {
    "guitar": Grip(0.50, 0.26, 0.12, 1.15), "drum": Grip(0.36, 0.26, 0.12), "umbrella": Grip(0.80, 0.38, 0.17, 0.12),
    "balloon": Grip(0.46, 0.62, 0.34), "kite": Grip(0.55, 1.10, 0.62, 0.3), "lantern": Grip(0.30, 0.14, 0.24),
    "candle": Grip(0.26, 0.40, 0.22), "cake": Grip(0.30, 0.37, 0.27), "icecream": Grip(0.26, 0.40, 0.22),
    "apple": Grip(0.16, 0.40, 0.22), "gift": Grip(0.28, 0.34, 0.25), "book": Grip(0.27, 0.38, 0.21),
    "flower": Grip(0.42, 0.36, 0.22), "sunflower": Grip(0.50, 0.32, 0.24), "star": Grip(0.30, 0.40, 0.26),
    "heart": Grip(0.30, 0.40, 0.26), "ball": Grip(0.30, 0.33, 0.26), "clock": Grip(0.28, 0.36, 0.24),
    "pumpkin": Grip(0.30, 0.34, 0.25),
}  # fmt: skip


def grip_of(part: Part, host: Part) -> Grip:
    grip = GRIPS.get(part.actor.subject, Grip(0.5, 0.22, 0.26))
    if host.actor.action == "push":  # on the ground before it
        return Grip(1.6, 0.0, 0.26 * max(host.subject.width, 1.0) + part.width / 2 / host.height)
    if host.actor.action == "kick":
        return Grip(grip.most, 0.0, 0.30)
    if host.subject.rig == "person":
        return grip
    return Grip(grip.most, max(grip.lift, 0.3), 0.42 * host.subject.width, 0.0)  # in the mouth, by a fin or a wing


def _mount(rider: Part, host: Part) -> None:
    seat, most = seat_of(host)
    if most:
        rider.height = min(rider.height, most * host.height)
    stack = seat * host.height + rider.height
    if stack > STACK:
        rider.height *= STACK / stack
        host.height *= STACK / stack


def _size(parts: Sequence[Part], free: Sequence[Part], camera: str, aspect: float) -> None:
    tallest = max((part.height for part in free), default=1.0)
    shortest = SHORTEST * max(len(free), 1) ** -0.35
    factor = min(max(PERSON * tallest, shortest), TALLEST) / tallest * CROWDED.get(camera, 1.0)
    widest = max((part.height * part.subject.width for part in free), default=0.0)
    factor = min(factor, 0.86 * aspect / widest) if widest else factor
    queue = factor * sum(part.height * part.subject.width for part in free)
    if any(part.actor.relation and part.actor.relation.kind in PURSUITS for part in free) and queue > 1.4 * aspect:
        factor *= max(1.4 * aspect / queue, 0.6)  # who runs behind another must not hide it
    for part in parts:
        part.height *= factor
    for part in parts:
        if part.hangs == "holds" and part.host:
            part.height = min(part.height, grip_of(part, part.host).most * part.host.height)
        elif part.host:
            _mount(part, part.host)


def _rows(parts: Sequence[Part], aspect: float) -> list[list[Part]]:
    """As few rows as hold everybody side by side, at most three; then all shrink until they fit."""
    usable = 0.88 * aspect
    need = sum(part.width * 1.06 for part in parts)
    count = min(3, max(1, int(np.ceil(need / usable - 0.02))), max(1, len(parts)))
    rows = [list(parts[i::count]) for i in range(count)]
    for row in rows:
        need = sum(part.width * 1.04 for part in row)
        if need > usable:
            for part in row:
                part.height *= usable / need
    return rows


def _place_rows(rows: Sequence[Sequence[Part]], aspect: float, mirrored: bool) -> None:
    """One row by widths; several on a common grid, every other row in the gaps of the one before it."""
    if len(rows) == 1:
        _spread(rows[0], aspect, mirrored)
        return
    pitch = 0.88 * aspect / len(rows[0])
    first = 0.25 if len(rows[1]) == len(rows[0]) else 0.5
    for nth, row in enumerate(rows):
        start = first + 0.5 * (nth % 2) + 0.12 * (nth // 2)
        for at, part in enumerate(row):
            sway = float(part.rng("place").uniform(-0.06, 0.06))
            part.x = (-0.44 * aspect + pitch * (at + start + sway)) * (-1 if mirrored else 1)


def _spread(row: Sequence[Part], aspect: float, mirrored: bool) -> None:
    usable = 0.88 * aspect
    need = sum(part.width for part in row)
    gap = min((usable - need) / max(len(row), 1), 0.16)
    at = -(need + gap * (len(row) - 1)) / 2
    for part in row:
        sway = float(part.rng("place").uniform(-0.25, 0.25)) * max(gap, 0.0)
        part.x = (at + part.width / 2 + sway) * (-1 if mirrored else 1)
        at += part.width + gap


def _stand(parts: Sequence[Part], place: str, aspect: float, mirrored: bool) -> None:
    rows = _rows(parts, aspect)
    _place_rows(rows, aspect, mirrored)
    for nth, row in enumerate(rows):
        for part in row:
            middle = 0.62 if len(rows) == 1 else 0.82 - 0.6 * nth / max(len(rows) - 1, 1)
            part.depth = float(np.clip(middle + part.rng("depth").uniform(-0.1, 0.1), 0.0, 1.0))
            if part.actor.relation and part.actor.relation.kind == "behind":
                part.depth = max(0.0, part.depth - 0.35)
            part.height *= (0.70 + 0.45 * part.depth) / (0.70 + 0.45 * 0.62)
            part.y = _ground(part, place)
    _tuck_behind(parts)
    _order_pursuit(parts, place)


def _order_pursuit(parts: Sequence[Part], place: str) -> None:
    """The pursued run nearer to us than their pursuers: in a narrow frame they would be hidden otherwise."""
    for part in parts:
        relation = part.actor.relation
        if relation and relation.kind in PURSUITS:
            for other in parts:
                if other.actor.name == relation.actor and other.depth <= part.depth:
                    part.depth, other.depth = other.depth - 0.02, part.depth
                    part.y, other.y = _ground(part, place), _ground(other, place)


def _tuck_behind(parts: Sequence[Part]) -> None:
    for part in parts:
        relation = part.actor.relation
        if relation and relation.kind == "behind":
            for other in parts:
                if other.actor.name == relation.actor:
                    part.x = other.x + (0.3 * other.width + 0.3 * part.width) * (1 if part.x > other.x else -1)
                    part.depth = max(0.0, min(part.depth, other.depth - 0.05))
                    break


def _ground(part: Part, place: str) -> float:
    medium = v.MEDIUM[place]
    if medium == "surface":
        return 0.76 + 0.10 * part.depth
    return FAR_Y + (NEAR_Y - FAR_Y) * part.depth


def _hover(parts: Sequence[Part], place: str, aspect: float, mirrored: bool) -> None:
    """Centres of those who fly, float or swim: spread out sideways, staggered in height."""
    medium = v.MEDIUM[place]
    rows = _rows(parts, aspect)
    _place_rows(rows, aspect, mirrored)
    for nth, row in enumerate(rows):
        for at, part in enumerate(row):
            part.depth = float(np.clip(0.7 - 0.25 * nth + part.rng("depth").uniform(-0.12, 0.12), 0.0, 1.0))
            level = _level(part, medium) + 0.16 * nth + (0.05 if at % 2 else -0.05) * (len(row) > 1)
            part.y = float(np.clip(level, part.height / 2 + 0.05, 0.95 - part.height / 2))


def _level(part: Part, medium: str) -> float:
    if part.actor.action == "swim" and medium == "surface":
        return 0.80
    if medium in {"water", "air"}:
        return 0.46
    if part.actor.action == "swim":
        return 0.80 - part.height / 2
    low = part.subject.rig in {"person", "quadruped", "thing", "plant"}
    return 0.44 if low else 0.36
