"""What every rig is given: the pose of a moment and the looks of an actor.

Rigs draw in their own units: the contact point is the origin, the actor is 1 high (y = -1 at its top) and looks to
the right; the caller places, mirrors and scales.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from inference.world.picture.canvas import Linear
from inference.world.picture.palette import dark, light, rgb
from inference.world.picture.path import noise
from inference.world.vocabulary import COLOURS, SUBJECTS

if TYPE_CHECKING:
    from inference.world.picture.canvas import Colour, Matrix
    from inference.world.scene import Instance


LIVELY = frozenset({"dance", "talk", "sing", "laugh", "cry", "sleep", "look", "wave", "eat", "play"})
ON_FOOT = frozenset({"walk", "run", "jump"})


class Pose(NamedTuple):
    action: str
    walk: float  # 0 shows the action, 1 the gait
    phase: float
    t: float  # seconds
    mouth: float
    turn: float  # 1 in profile, 0 towards us
    light: float  # side the light comes from, in the rig's own x
    blink: float  # 1 = eyes shut
    lift: float  # height above the ground in own heights
    wind: float
    mood: str  # happy | sad | angry | surprised | sleepy
    aloft: bool  # the origin is the centre, not the contact point
    angle: float = 0.0  # by which the caller turns the rig, in the rig's own sense
    holds: bool = False  # something hangs on a hand, forward at about 0.4 of the height
    rides: bool = False  # the origin is a seat
    afloat: bool = False  # on the surface of water
    held: bool = False  # hangs on somebody's hand
    ridden: bool = False  # somebody sits on it or in it
    wide: float = 0.0  # of the lips: -1 rounded, 1 spread

    @property
    def cycle(self) -> float:
        return self.phase % 1.0

    def wave(self, rate: float = 1.0, shift: float = 0.0) -> float:
        """A sine of the action's phase."""
        return sin((self.phase * rate + shift) * 2 * pi)

    def breath(self) -> float:
        return sin(self.t * 2.1)


def _colour(value: str) -> Colour | None:
    """Of a name of the vocabulary, or of "#rrggbb"."""
    return rgb(value[1:]) if value.startswith("#") else COLOURS.get(value)


class Looks:
    """The colours and attributes of one instance: what the words fixed, the rest from its seed."""

    def __init__(self, instance: Instance, speaks: bool = False) -> None:
        self.subject = SUBJECTS[instance.actor.subject]
        self.seed = instance.seed
        self._fixed = instance.actor.look
        # Plants, vehicles and things get a face only when they act like somebody.
        action, rig = instance.actor.action, instance.actor.rig
        on_foot = action in ON_FOOT and rig != "vehicle"
        self.lively = speaks or on_foot or action in LIVELY or "face" in self._fixed

    def rand(self, *key: int) -> float:
        return noise(self.seed, *key)

    def colour(self, part: str, default: Colour = (128, 128, 128)) -> Colour:
        if fixed := _colour(self._fixed.get(part, "")):
            return fixed
        choices = self.subject.palette.get(part, ())
        if not choices:
            return default
        return COLOURS[choices[int(self.rand(sum(part.encode())) * len(choices))]]

    def said(self, key: str) -> bool:
        """Whether the words decided about it."""
        return key in self._fixed

    def has(self, key: str) -> bool:
        return self.kind(key) != ""

    def kind(self, key: str) -> str:
        """The value of a choice, or the style of something worn; "" = has none."""
        fixed, usual = self._fixed.get(key, ""), self.subject.wears.get(key, "")
        if fixed == "no":
            return ""
        if key == "hat" and fixed and (fixed == "yes" or fixed in COLOURS):
            return usual if usual and usual not in COLOURS else "plain"
        return fixed or usual

    def tint(self, key: str, default: Colour) -> Colour:
        """The colour of something worn."""
        for value in (self._fixed.get(key, ""), self.subject.wears.get(key, "")):
            if value in COLOURS:
                return COLOURS[value]
        return default


class Head(NamedTuple):
    """Where a head is: a circle of radius 1 in the head's own units is mapped by `matrix`."""

    x: float
    y: float
    r: float
    tilt: float = 0.0

    @property
    def matrix(self) -> Matrix:
        c, s = cos(self.tilt) * self.r, sin(self.tilt) * self.r
        return (c, s, -s, c, self.x, self.y)


def shaded(colour: Colour, pose: Pose, left: float, right: float, top: float, low: float, by: float = 0.2) -> Linear:
    """A fill from the lit to the far side of a body that spans the given box."""
    x0, x1 = (left, right) if pose.light < 0 else (right, left)
    mid, reach = (top + low) / 2, (low - top) * 0.32
    return Linear(
        x0, mid - reach, x1, mid + reach, ((0, light(colour, by * 0.9), 1), (0.45, colour, 1), (1, dark(colour, by), 1))
    )


def ease(u: float) -> float:
    u = min(max(u, 0.0), 1.0)
    return u * u * (3 - 2 * u)


def lerp(a: float, b: float, u: float) -> float:
    return a + (b - a) * u


def stepping(u: float, stride: float, up: float, duty: float = 0.5) -> tuple[float, float]:
    """A foot of a gait that covers `stride` per cycle: on the ground for the share `duty`, where it keeps its place
    while the body passes over it, then swung forward."""
    u %= 1.0
    reach = stride * duty / 2
    if u < duty:
        return reach * (1 - 2 * u / duty), 0.0
    v = (u - duty) / (1 - duty)
    return reach * (-1 + 2 * ease(v)), -up * sin(v * pi)


Mixed = TypeVar("Mixed", bound=tuple)


def blend(a: Mixed, b: Mixed, u: float) -> Mixed:
    """Between two poses of the same shape: nested tuples of numbers."""
    values: list[Any] = [blend(x, y, u) if isinstance(x, tuple) else lerp(x, y, u) for x, y in zip(a, b, strict=True)]
    return type(a)(*values) if hasattr(a, "_fields") else type(a)(values)


def jump_arc(cycle: float) -> tuple[float, float]:
    """(crouch, airborne) of the jump cycle, each 0..1."""
    if cycle < 0.2:
        return sin(cycle / 0.2 * pi / 2), 0.0
    if cycle < 0.8:
        return 0.0, sin((cycle - 0.2) / 0.6 * pi)
    return sin((1 - (cycle - 0.8) / 0.2) * pi / 2) * 0.8, 0.0
