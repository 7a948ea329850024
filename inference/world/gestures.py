"""Gestures, and the ways of getting about that came after the first ones. Each adds to the curves of a part, as in
`acting`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.world.motion import Curve, bump, crossings, ease
from inference.world.stagecraft import RATES, TAU, Stagecraft, add, breathe, call, every, hop, squeeze, value_at

if TYPE_CHECKING:
    from inference.world.blocking import Part


@dataclass(frozen=True)
class Gesture:
    """What a cycle of a gesture does beside its pose: a sound at a moment of it, a sway, a squeeze."""

    sound: str = ""
    at: float = 0.5
    gain: float = 0.4
    sway: float = 0.0  # radians
    squeeze: float = 0.0
    bends: float = 0.0  # radians that those without a waist lean forward


GESTURES: dict[str, Gesture] = {
    "kick": Gesture("thud", 0.48, 0.7, squeeze=0.03), "throw": Gesture("whoosh", 0.46, 0.6, squeeze=0.04),
    "juggle": Gesture("pop", 0.1, 0.25, sway=0.02), "point": Gesture("pop", 0.2, 0.15, sway=0.02),
    "hug": Gesture(squeeze=0.03, sway=0.03, bends=0.10), "bow": Gesture("whoosh", 0.25, 0.15, bends=0.42),
    "cheer": Gesture("clap", 0.5, 0.4, squeeze=0.05), "think": Gesture(sway=0.02),
    "drink": Gesture("bubble", 0.55, 0.3, bends=0.12), "read": Gesture("flap", 0.9, 0.25, bends=0.06),
    "dig": Gesture("crunch", 0.05, 0.5, bends=0.22), "paint": Gesture(sway=0.02),
    "cook": Gesture("bubble", 0.3, 0.4), "fight": Gesture("thud", 0.25, 0.6, sway=0.08, squeeze=0.05),
    "stretch": Gesture(squeeze=0.07, bends=-0.08), "nod": Gesture(bends=0.10),
}  # fmt: skip


def gesture(part: Part, craft: Stagecraft, on: Curve) -> None:
    """A gesture is not the same twice: every few cycles it rests, and half-way through there is a hop or a look."""
    kind, phase = GESTURES[part.actor.action], part.curves["phase"]
    swing, down = np.sin(TAU * phase), 0.5 - 0.5 * np.cos(TAU * phase)
    add(part, "angle", kind.sway * swing * on)
    if part.subject.rig != "person":
        add(part, "angle", kind.bends * down * on * np.sign(part.curves["facing"]))
    squeeze(part, 1 + kind.squeeze * swing * on)
    breathe(part, craft, on)
    for at in crossings(phase, kind.at, craft.fps):
        if kind.sound and part.copy < 2 and value_at(on, at, craft) > 0.5:
            part.hear(at, kind.sound, kind.gain * craft.loud, 0.95 + 0.1 * float(part.rng(f"{at:.1f}").uniform()))
    if part.actor.action in {"cheer", "kick", "throw", "juggle", "fight", "nod"}:
        hop(part, craft, craft.seconds * 0.64, 0.10)
    call(part, craft, craft.seconds * float(part.rng("cry").uniform(0.3, 0.42)), 0.5)


def sneak(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Low, with a look round half-way."""
    low = 1 - 0.06 * (1 - on)
    squeeze(part, low if part.subject.rig != "person" else low * 0 + 1)
    for offset in (0.0, 0.5):
        for at in crossings(part.curves["phase"], offset, craft.fps):
            if value_at(1 - on, at, craft) > 0.3 and craft.medium == "ground":
                part.hear(at, part.subject.tread, 0.18 * craft.loud)
    look_at = bump(craft.t, craft.seconds * 0.55, 0.35)
    part.curves["facing"] = part.curves["facing"] * (1 - 1.6 * np.clip(look_at, 0, 1) * on)


def slide(part: Part, craft: Stagecraft, on: Curve) -> None:
    x = part.curves["x"]
    speed = np.gradient(x) * craft.fps if len(x) > 1 else np.zeros_like(x)
    add(part, "angle", -0.10 * np.clip(speed / max(part.height, 1e-3), -1, 1))
    squeeze(part, 1 + 0.02 * np.sin(TAU * 1.1 * craft.t))
    for at in every(part, craft, 1.5, 0.15):
        part.hear(at, "whoosh", 0.35 * craft.loud, 1.2)
    call(part, craft, craft.seconds * 0.4, 0.6)


def climb(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Up, a rest with a look down, further up."""
    t, s = craft.t, craft.seconds
    share = 0.6 * ease((t - 0.1 * s) / (0.42 * s)) + 0.4 * ease((t - 0.66 * s) / (0.3 * s))
    rise = share * min(0.95 * part.height, 0.42)
    speed = np.abs(np.gradient(rise)) * craft.fps if len(t) > 1 else np.zeros_like(t)
    going = np.clip(speed / (0.12 * part.height), 0.15, 1.0)
    part.curves["phase"] = np.concatenate([[0.0], np.cumsum(going[1:] * RATES["climb"] * part.pace / craft.fps)])
    add(part, "lift", rise)
    if part.subject.rig in {"quadruped", "bird"}:
        add(part, "angle", -1.05 * np.sign(part.curves["facing"]) * ease(t / 0.5))
    for at in crossings(part.curves["phase"], 0.25, craft.fps):
        part.hear(at, part.subject.tread or "step", 0.3 * craft.loud, 1.2)
    call(part, craft, s * 0.58, 0.5)


def shrink(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Melts: lower and wider, then small."""
    start, end = craft.seconds * 0.18, craft.seconds * 0.92
    u = ease((craft.t - start) / (end - start))
    part.curves["phase"] = u
    squeeze(part, 1 - 0.42 * np.sin(np.pi * np.clip(0.5 * u, 0, 1)))
    part.curves["scale"] = part.curves["scale"] * (1 - 0.45 * u)
    for nth, at in enumerate(every(part, craft, 0.9, start)):
        part.hear(at, "bubble", 0.3 * craft.loud, 1.0 - 0.03 * nth)
