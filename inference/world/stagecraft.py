"""What all acting shares: the clock and the music of a staging, and the small things that every action is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.world.motion import Curve, arc, bump, settle

if TYPE_CHECKING:
    from inference.world.blocking import Part

TAU = 2 * np.pi
# Cycles per second of an action that is not tied to the way covered or to the music.
RATES = {
    "idle": 0.35, "sit": 0.3, "sleep": 0.22, "float": 0.4, "wave": 1.6, "shake": 5.0, "eat": 1.8, "talk": 1.2,
    "sing": 0.8, "laugh": 3.0, "cry": 1.5, "look": 0.4, "spin": 0.7, "fall": 0.6, "jump": 1.05, "climb": 0.9,
    "kick": 0.6, "throw": 0.55, "juggle": 1.1, "point": 0.6, "hug": 0.35, "bow": 0.42, "cheer": 1.1, "think": 0.3,
    "drink": 0.45, "read": 0.3, "dig": 0.7, "paint": 0.7, "cook": 0.8, "fight": 1.5, "stretch": 0.3, "nod": 1.1,
}  # fmt: skip
ON_THE_BEAT = frozenset({"dance", "play", "clap"})  # one cycle = two beats


@dataclass(frozen=True)
class Stagecraft:
    """What all parts of a staging share."""

    t: Curve
    fps: int
    seconds: float
    beat: float  # seconds
    medium: str  # of the place: ground | water | surface | air
    loud: float  # gain of one part's contacts: many feet are not many times as loud
    nth: int = 0  # among the takes of the shot: who was there before does not come in again

    @property
    def middle(self) -> float:
        return self.seconds * 0.52


def add(part: Part, name: str, curve: Curve) -> None:
    part.curves[name] = part.curves[name] + curve


def squeeze(part: Part, factor: Curve) -> None:
    part.curves["squash"] = part.curves["squash"] * factor


def call(part: Part, craft: Stagecraft, at: float, gain: float = 0.8, pitch: float = 1.0) -> None:
    """The subject's own voice, with an open mouth; whoever has lines leaves it."""
    if not part.subject.cry or part.clock.get("lines") or part.copy > 1 or at > craft.seconds - 0.2:
        return
    small = min(1.5, max(0.7, part.actor.size**-0.5))
    part.hear(at, part.subject.cry, gain * (1.0 if part.copy == 0 else 0.6), pitch * small)
    part.curves["mouth"] = np.maximum(part.curves["mouth"], 0.9 * bump(craft.t, at + 0.18, 0.16))
    squeeze(part, 1 + 0.05 * bump(craft.t, at + 0.12, 0.15))


def every(part: Part, craft: Stagecraft, period: float, start: float) -> list[float]:
    jitter = part.rng("every").uniform(0, 0.4)
    return list(np.arange(start + jitter * period, craft.seconds - 0.3, period))


def hop(part: Part, craft: Stagecraft, at: float, height: float = 0.14, heard: bool = True) -> None:
    """A small jump of joy: crouch, stretch, land, settle."""
    t, lasts = craft.t, 0.34
    if at + lasts > craft.seconds - 0.1:
        return
    add(part, "lift", height * part.height * arc((t - at) / lasts))
    squeeze(part, 1 - 0.14 * bump(t, at - 0.06, 0.07) + 0.07 * bump(t, at + 0.08, 0.07) + settle(t, at + lasts, -0.10))
    if heard:
        part.hear(
            at + lasts, "land" if part.subject.rig in {"person", "quadruped"} else part.subject.tread, 0.4 * craft.loud
        )


def breathe(part: Part, craft: Stagecraft, on: Curve, depth: float = 0.012) -> None:
    shift = part.rng("breath").uniform(0, TAU)
    squeeze(part, 1 + depth * np.sin(TAU * 0.35 * part.pace * craft.t + shift))


def value_at(curve: Curve, at: float, craft: Stagecraft) -> float:
    return float(curve[min(len(curve) - 1, max(0, round(at * craft.fps)))]) if len(curve) else 0.0
