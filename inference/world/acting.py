"""Acting: what each action does to a track, and the sounds that its contacts make.

Every function adds to the curves of a part that already stands or travels; `on` is 0 where it travels, 1 where it acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.world.motion import LONG_CLIP, Curve, arc, bump, crossings, ease, overshoot, settle, window

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


def _add(part: Part, name: str, curve: Curve) -> None:
    part.curves[name] = part.curves[name] + curve


def _squeeze(part: Part, factor: Curve) -> None:
    part.curves["squash"] = part.curves["squash"] * factor


def _cry(part: Part, craft: Stagecraft, at: float, gain: float = 0.8, pitch: float = 1.0) -> None:
    """The subject's own voice, with an open mouth; whoever has lines leaves it."""
    if not part.subject.cry or part.clock.get("lines") or part.copy > 1 or at > craft.seconds - 0.2:
        return
    small = min(1.5, max(0.7, part.actor.size**-0.5))
    part.hear(at, part.subject.cry, gain * (1.0 if part.copy == 0 else 0.6), pitch * small)
    part.curves["mouth"] = np.maximum(part.curves["mouth"], 0.9 * bump(craft.t, at + 0.18, 0.16))
    _squeeze(part, 1 + 0.05 * bump(craft.t, at + 0.12, 0.15))


def _every(part: Part, craft: Stagecraft, period: float, start: float) -> list[float]:
    jitter = part.rng("every").uniform(0, 0.4)
    return list(np.arange(start + jitter * period, craft.seconds - 0.3, period))


def hop(part: Part, craft: Stagecraft, at: float, height: float = 0.14, heard: bool = True) -> None:
    """A small jump of joy: crouch, stretch, land, settle."""
    t, lasts = craft.t, 0.34
    if at + lasts > craft.seconds - 0.1:
        return
    _add(part, "lift", height * part.height * arc((t - at) / lasts))
    _squeeze(part, 1 - 0.14 * bump(t, at - 0.06, 0.07) + 0.07 * bump(t, at + 0.08, 0.07) + settle(t, at + lasts, -0.10))
    if heard:
        part.hear(
            at + lasts, "land" if part.subject.rig in {"person", "quadruped"} else part.subject.tread, 0.4 * craft.loud
        )


def _breathe(part: Part, craft: Stagecraft, on: Curve, depth: float = 0.012) -> None:
    shift = part.rng("breath").uniform(0, TAU)
    _squeeze(part, 1 + depth * np.sin(TAU * 0.35 * part.pace * craft.t + shift))


def idle(part: Part, craft: Stagecraft, on: Curve) -> None:
    _breathe(part, craft, on)
    if part.subject.rig in {"plant", "thing"} and not part.hangs:
        _add(part, "angle", 0.035 * np.sin(TAU * craft.t / 2.6 + part.rng("sway").uniform(0, TAU)))
        hop(
            part,
            craft,
            craft.seconds * float(part.rng("hop").uniform(0.45, 0.7)),
            0.10,
            heard=part.subject.rig == "thing",
        )
    elif part.subject.rig != "vehicle":
        look(part, craft, on)


def look(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Looks one way, then the other, with a small start before each turn."""
    t = craft.t
    # In a long clip both turns are over before the second beat moves on.
    early, late = ((0.20, 0.26), (0.38, 0.42)) if craft.seconds >= LONG_CLIP else ((0.36, 0.48), (0.68, 0.8))
    first = craft.seconds * float(part.rng("look").uniform(*early))
    second = craft.seconds * float(part.rng("look again").uniform(*late))
    flip = ease((t - first) / 0.3) * (1 - ease((t - second) / 0.3))
    part.curves["facing"] = part.curves["facing"] * (1 - 2 * flip * on)
    _squeeze(part, 1 + 0.035 * (bump(t, first + 0.2, 0.12) + bump(t, second + 0.2, 0.12)) * on)
    _breathe(part, craft, on)
    _cry(part, craft, first + 0.35)


def dance(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, h = craft.t, part.height
    beats = t / craft.beat
    sway = np.sin(np.pi * beats) * (1 if part.copy % 2 == 0 else -1)
    _add(part, "x", 0.05 * h * sway * on)
    _add(part, "angle", 0.10 * sway * on)
    _add(part, "lift", 0.05 * h * np.abs(np.sin(np.pi * beats)) * on)
    _squeeze(part, 1 - 0.07 * on * (0.5 + 0.5 * np.cos(TAU * beats)) ** 3)
    for turn in np.arange(4, craft.seconds / craft.beat, 8):
        part.curves["facing"] = part.curves["facing"] * np.cos(TAU * ease((t / craft.beat - turn) / 1.6) * on)
    for n in range(1, int(craft.seconds / craft.beat) + 1):
        at = n * craft.beat
        if _value(on, at, craft) > 0.5:
            part.hear(at, part.subject.tread, 0.35 * craft.loud, 1.0 + 0.06 * (n % 2))
    _cry(part, craft, 4 * craft.beat, 0.5)


def _value(curve: Curve, at: float, craft: Stagecraft) -> float:
    return float(curve[min(len(curve) - 1, max(0, round(at * craft.fps)))]) if len(curve) else 0.0


def wave(part: Part, craft: Stagecraft, on: Curve) -> None:
    start = part.clock.get("arrived", 0.3)
    _add(part, "angle", 0.04 * np.sin(TAU * 0.8 * craft.t) * on)
    _breathe(part, craft, on)
    _cry(part, craft, start + 0.1)
    hop(part, craft, craft.seconds * 0.62)


def talk(part: Part, craft: Stagecraft, on: Curve) -> None:
    _add(part, "angle", 0.035 * np.sin(TAU * 0.7 * craft.t) * on)
    _breathe(part, craft, on)
    if part.clock.get("lines"):
        return
    if part.subject.cry:
        for nth, at in enumerate(_every(part, craft, 1.25, part.clock.get("arrived", 0.2) + 0.1)):
            _cry(part, craft, at, 0.8, 1 + 0.06 * (nth % 3 - 1))
    else:
        babble = np.abs(np.sin(TAU * 2.3 * craft.t)) * (0.4 + 0.4 * np.sin(TAU * 0.6 * craft.t) ** 2)
        part.curves["mouth"] = np.maximum(part.curves["mouth"], babble * on)


def sing(part: Part, craft: Stagecraft, on: Curve) -> None:
    beats = craft.t / craft.beat
    _add(part, "angle", 0.07 * np.sin(np.pi * beats) * on)
    _squeeze(part, 1 + 0.04 * np.sin(TAU * beats / 2) * on)
    if part.clock.get("lines"):
        return
    part.curves["mouth"] = np.maximum(part.curves["mouth"], on * (0.25 + 0.55 * np.sin(np.pi * beats) ** 2))
    if part.subject.cry and part.subject.rig != "person":
        for nth, at in enumerate(np.arange(2 * craft.beat, craft.seconds - 0.3, 2 * craft.beat)):
            _cry(part, craft, float(at), 0.6, (1.0, 1.12, 1.26, 1.12)[nth % 4])


def spin(part: Part, craft: Stagecraft, on: Curve) -> None:
    phase = part.curves["phase"]
    if part.subject.rig in {"thing", "plant"}:
        _add(part, "angle", TAU * phase)
    else:
        part.curves["facing"] = np.cos(TAU * phase * on)
    _squeeze(part, 1 + 0.04 * on)
    for at in crossings(phase, 0.3, craft.fps):
        part.hear(at, "whoosh", 0.35 * craft.loud)


def grow(part: Part, craft: Stagecraft, on: Curve) -> None:
    start, end = craft.seconds * 0.12, craft.seconds * 0.7
    u = (craft.t - start) / (end - start)
    part.curves["phase"] = np.clip(u, 0.0, 1.0)
    part.curves["scale"] = part.curves["scale"] * (0.28 + 0.72 * overshoot(ease(u)))
    _squeeze(part, 1 + 0.10 * bump(craft.t, start + 0.3, 0.3) + settle(craft.t, end, 0.06))
    part.hear(start, "sparkle", 0.5 * craft.loud)
    part.hear(end, "pop", 0.5 * craft.loud)


def sleep(part: Part, craft: Stagecraft, on: Curve) -> None:
    _squeeze(part, 1 + 0.035 * np.sin(TAU * part.curves["phase"]))
    for at in crossings(part.curves["phase"], 0.1, craft.fps):
        if part.copy == 0 and not part.clock.get("lines"):
            part.hear(at, "snore", 0.5)


def laugh(part: Part, craft: Stagecraft, on: Curve) -> None:
    giggle = np.sin(TAU * 4.5 * craft.t)
    _squeeze(part, 1 + 0.04 * giggle * on)
    _add(part, "angle", -0.06 * on)
    for at in _every(part, craft, 1.9, part.clock.get("arrived", 0.2)):
        open_ = window(craft.t, at, at + 1.1, 0.12)
        part.curves["mouth"] = np.maximum(part.curves["mouth"], open_ * (0.6 + 0.3 * giggle))
        if part.copy == 0 and not part.clock.get("lines"):
            part.hear(at, "laugh" if part.subject.rig == "person" else part.subject.cry or "laugh", 0.7)
    hop(part, craft, craft.seconds * 0.6, 0.08)


def cry(part: Part, craft: Stagecraft, on: Curve) -> None:
    _squeeze(part, 1 - 0.03 * on + 0.025 * np.sin(TAU * 1.3 * craft.t) * on)
    _add(part, "angle", 0.05 * on)
    for at in _every(part, craft, 1.6, part.clock.get("arrived", 0.2)):
        part.curves["mouth"] = np.maximum(part.curves["mouth"], 0.5 * bump(craft.t, at + 0.3, 0.25))
        if part.copy == 0 and not part.clock.get("lines"):
            part.hear(at, "sob", 0.6)


def eat(part: Part, craft: Stagecraft, on: Curve) -> None:
    phase = part.curves["phase"]
    chew = 0.5 - 0.5 * np.cos(TAU * phase)
    part.curves["mouth"] = np.maximum(part.curves["mouth"], 0.55 * chew * on)
    _add(part, "angle", 0.05 * np.sin(TAU * phase / 4) * on)
    for at in crossings(phase, 0.55, craft.fps):
        if part.copy == 0 and _value(on, at, craft) > 0.5:
            part.hear(at, "crunch", 0.3, 1.2)


def play(part: Part, craft: Stagecraft, on: Curve) -> None:
    beats = craft.t / craft.beat
    _squeeze(part, 1 - 0.05 * on * (0.5 + 0.5 * np.cos(TAU * beats)) ** 2)
    _add(part, "angle", 0.06 * np.sin(np.pi * beats) * on)
    instrument = {1.0: "strum", 2.0: "drum"}.get(part.clock.get("instrument", 0.0), "")
    if not instrument:
        for at in np.arange(1, craft.seconds, 1.4):
            hop(part, craft, float(at) + 0.3 * part.copy, 0.12, heard=part.copy == 0)
        return
    for n in range(1, int(craft.seconds / craft.beat) + 1):
        at = n * craft.beat
        if _value(on, at, craft) > 0.5 and (instrument == "drum" or n % 2 == 0):
            part.hear(
                at, instrument, 0.6 * craft.loud, (1.0, 1.19, 1.33, 1.5)[n // 2 % 4] if instrument == "strum" else 1.0
            )


def clap(part: Part, craft: Stagecraft, on: Curve) -> None:
    _breathe(part, craft, on)
    for n in range(1, int(craft.seconds / craft.beat) + 1):
        if _value(on, n * craft.beat, craft) > 0.5:
            part.hear(n * craft.beat, "clap", 0.5 * craft.loud)
    hop(part, craft, craft.seconds * 0.6)


def shake(part: Part, craft: Stagecraft, on: Curve) -> None:
    bursts = 0.35 + 0.65 * np.sin(TAU * craft.t / 2.2) ** 2
    _add(part, "angle", 0.06 * np.sin(TAU * part.curves["phase"]) * bursts * on)
    _squeeze(part, 1 + 0.02 * np.sin(TAU * 2 * part.curves["phase"]) * on)
    _cry(part, craft, craft.seconds * 0.4)


def sit(part: Part, craft: Stagecraft, on: Curve) -> None:
    _breathe(part, craft, on, 0.015)
    if not part.hangs:
        _squeeze(part, 1 + settle(craft.t, 0.25, -0.06))
        look(part, craft, on)


def jump(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Jumps in place or forward; the way is only covered in the air."""
    phase = part.curves["phase"]
    u = phase % 1.0
    high = 0.42 * part.height * (1.0 + 0.15 * np.sin(np.floor(phase) * 2.1))
    _add(part, "lift", high * arc((u - 0.2) / 0.6))
    crouch = np.exp(-(((u - 0.12) / 0.07) ** 2))
    stretch = np.exp(-(((u - 0.3) / 0.09) ** 2))
    landing = np.exp(-(((u - 0.84) / 0.05) ** 2))
    _squeeze(part, 1 - 0.18 * crouch + 0.10 * stretch - 0.20 * landing)
    soft = part.subject.tread if part.subject.rig not in {"person", "quadruped"} else "land"
    for at in crossings(phase, 0.2, craft.fps):
        part.hear(at, "hop", 0.3 * craft.loud)
    for at in crossings(phase, 0.8, craft.fps):
        part.hear(at, "splash" if craft.medium == "surface" else soft or "land", 0.5 * craft.loud)
    _cry(part, craft, 1.2 + 0.3 * float(part.rng("cry").uniform()), 0.5)


def bounce(part: Part, craft: Stagecraft, on: Curve) -> None:
    u = part.curves["phase"] % 1.0
    nth = np.floor(part.curves["phase"])
    high = part.height * (0.75 + 0.3 * np.cos(nth * 1.7))
    near = np.minimum(u, 1 - u)
    _add(part, "lift", high * arc(u))
    _squeeze(part, 1 - 0.26 * np.exp(-((near / 0.055) ** 2)) + 0.10 * np.exp(-(((near - 0.2) / 0.1) ** 2)))
    for at in crossings(part.curves["phase"], 0.0, craft.fps):
        part.hear(at, part.subject.tread or "boing", 0.55 * craft.loud)


def fall(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Drops in from above, lands hard, rebounds once."""
    t = craft.t
    lands = min(0.45 + 0.18 * part.copy + craft.seconds * 0.12, craft.seconds * 0.6)
    start = lands - 0.5
    drop = 0.85 * (1 - np.clip((t - start) / 0.5, 0, 1) ** 2)
    rebound = 0.10 * part.height * arc((t - lands) / 0.3)
    _add(part, "lift", np.where(t < lands, drop, rebound))
    _add(part, "angle", np.where(t < lands, 0.25 * np.sin(TAU * t), settle(t, lands, 0.12)))
    _squeeze(part, 1 + 0.12 * (t < lands) + settle(t, lands, -0.3, 2.5, 0.2))
    part.hear(max(0.0, start), "whoosh", 0.5 * craft.loud)
    part.hear(lands, "splash" if craft.medium == "surface" else "thud", 0.8 * craft.loud)
    hop(part, craft, max(lands + 1.0, craft.seconds * 0.65), 0.1)


def float_(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, shift = craft.t, part.rng("float").uniform(0, TAU)
    _add(part, "y", -0.03 * np.sin(TAU * 0.23 * part.pace * t + shift) + 0.10 * (1 - ease(t / 1.6)))
    drift = min(0.09, part.reach * 0.4)
    _add(part, "x", drift * np.sin(TAU * t / max(craft.seconds, 5.0) + shift) - drift * np.sin(shift))
    _add(part, "angle", 0.07 * np.sin(TAU * 0.19 * t + shift))
    if craft.medium == "water":
        bubbles(part, craft)
    _cry(part, craft, craft.seconds * 0.45, 0.5)


def bubbles(part: Part, craft: Stagecraft) -> None:
    if part.copy == 0:
        for at in _every(part, craft, 1.7, 0.3):
            part.hear(at, "bubble", 0.35, 1 + 0.2 * float(part.rng(f"bubble {at:.2f}").uniform(-1, 1)))


def walk(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Weight on each step; in the pauses it looks about."""
    phase, moving = part.curves["phase"], 1 - on
    _squeeze(part, 1 + 0.022 * np.cos(2 * TAU * phase) * moving)
    if part.actor.action == "run":
        _add(part, "lift", 0.022 * part.height * np.abs(np.sin(TAU * phase)) * moving)
        _add(part, "angle", 0.07 * part.curves["facing"] * moving)
    for offset in (0.0, 0.5):
        for at in crossings(phase, offset, craft.fps):
            if _value(moving, at, craft) > 0.3 and craft.medium in {"ground", "surface"}:
                part.hear(at, part.subject.tread, 0.5 * craft.loud, 0.97 + 0.06 * (offset > 0))
    _cry(part, craft, craft.seconds * float(part.rng("cry").uniform(0.3, 0.42)))


def roll(part: Part, craft: Stagecraft, on: Curve) -> None:
    x = part.curves["x"]
    _add(part, "angle", (x - x[0]) / (part.height / 2))
    for at in crossings(part.curves["phase"], 0.5, craft.fps):
        part.hear(at, part.subject.tread, 0.25 * craft.loud, 0.9)


def drive(part: Part, craft: Stagecraft, on: Curve) -> None:
    t = craft.t
    _squeeze(part, 1 + 0.008 * np.sin(TAU * 5.3 * t) * (1 - on))
    if part.subject.medium == "water" or craft.medium == "surface":
        shift = part.rng("swell").uniform(0, TAU)
        _add(part, "lift", 0.012 * np.sin(TAU * 0.35 * t + shift) + 0.012)
        _add(part, "angle", 0.045 * np.sin(TAU * 0.29 * t + shift))
        for at in _every(part, craft, 2.3, 0.4):
            part.hear(at, "splash", 0.2 * craft.loud)
    else:
        x = part.curves["x"]
        push = np.gradient(np.gradient(x)) * craft.fps**2 if len(x) > 2 else np.zeros_like(x)
        _add(part, "angle", -0.04 * np.clip(push, -1.5, 1.5))
    for at in np.arange(0.0, craft.seconds - 0.3, 1.4):
        if part.subject.tread in {"engine", "propeller", "rocket"} and part.copy == 0:
            part.hear(float(at), part.subject.tread, 0.4 * craft.loud)
    _cry(part, craft, craft.seconds * 0.34, 0.6)


def fly(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, rng = craft.t, part.rng("fly")
    period = float(rng.uniform(2.4, 3.6)) / part.pace
    sway = np.sin(TAU * t / period + rng.uniform(0, TAU))
    high = 0.05 if part.subject.rig != "vehicle" else 0.025
    _add(part, "y", -high * sway)
    slope = np.gradient(part.curves["y"]) * craft.fps if len(t) > 1 else np.zeros_like(t)
    _add(part, "angle", np.clip(slope * 1.2, -0.35, 0.35) * np.sign(part.curves["facing"]))
    if part.actor.subject == "rocket":
        _launch(part, craft)
    if part.subject.rig == "bird" and part.copy < 2:
        for at in crossings(part.curves["phase"], 0.25, craft.fps):
            part.hear(at, "flap", 0.22 * craft.loud)
    for at in np.arange(0.0, craft.seconds - 0.3, 1.4):
        if part.subject.tread in {"propeller", "rocket"} and part.copy == 0:
            part.hear(float(at), part.subject.tread, 0.45 * craft.loud)
    _cry(part, craft, craft.seconds * float(part.rng("cry").uniform(0.3, 0.45)), 0.7)


def _launch(part: Part, craft: Stagecraft) -> None:
    """From a ground it shakes, then rises; in space it leans into its way."""
    if craft.medium == "air":
        _add(part, "angle", 0.5 * part.curves["facing"])
        return
    t, ready = craft.t, min(0.9, craft.seconds * 0.22)
    ground = 0.84 - part.height / 2
    way = ease((t - ready) / max(craft.seconds * 0.7 - ready, 0.5))
    tremble = 0.006 * np.sin(TAU * 17 * t) * (1 - ease((t - ready) / 0.6))
    part.curves["y"] = ground + (part.curves["y"] - 0.06 - ground) * way
    _add(part, "x", tremble)
    _squeeze(part, 1 - 0.06 * bump(t, ready, 0.2) + 0.08 * bump(t, ready + 0.35, 0.25))


def swim(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, rng = craft.t, part.rng("swim")
    shift = rng.uniform(0, TAU)
    if craft.medium == "surface" and part.subject.rig == "fish":
        _leap(part, craft)
        return
    depth = 0.035 if craft.medium == "water" else 0.012
    _add(part, "y", depth * np.sin(TAU * t / float(rng.uniform(2.6, 3.8)) + shift))
    slope = np.gradient(part.curves["y"]) * craft.fps if len(t) > 1 else np.zeros_like(t)
    _add(part, "angle", np.clip(slope * 1.5, -0.3, 0.3) * np.sign(part.curves["facing"]))
    if craft.medium == "water":
        bubbles(part, craft)
    elif part.copy == 0:
        for at in _every(part, craft, 1.3, 0.2):
            part.hear(at, "splash", 0.25)
    _cry(part, craft, craft.seconds * 0.4, 0.6)


def _leap(part: Part, craft: Stagecraft) -> None:
    """Out of the water in an arc, nose up and then down, with a splash at both ends."""
    t, high = craft.t, min(0.30, 0.2 + 0.4 * part.height)
    period, air = 1.9 / part.pace, 0.95 / part.pace
    start = 0.35 + 0.45 * part.copy
    for at in np.arange(start, craft.seconds - air, period):
        u = (t - at) / air
        inside = (u > 0) & (u < 1)
        _add(part, "y", -high * arc(u))
        lean = np.where(inside, (2 * u - 1) * 0.9, 0.0) * ease(u / 0.12) * (1 - ease((u - 0.88) / 0.12))
        _add(part, "angle", lean * np.sign(part.curves["facing"]))
        _squeeze(part, 1 + 0.06 * bump(t, at + 0.1, 0.1))
        part.hear(float(at), "splash", 0.4 * craft.loud, 1.1)
        part.hear(float(at) + air, "splash", 0.7 * craft.loud)
    _cry(part, craft, craft.seconds * 0.45, 0.7)


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
    _add(part, "angle", kind.sway * swing * on)
    if part.subject.rig != "person":
        _add(part, "angle", kind.bends * down * on * np.sign(part.curves["facing"]))
    _squeeze(part, 1 + kind.squeeze * swing * on)
    _breathe(part, craft, on)
    for at in crossings(phase, kind.at, craft.fps):
        if kind.sound and part.copy < 2 and _value(on, at, craft) > 0.5:
            part.hear(at, kind.sound, kind.gain * craft.loud, 0.95 + 0.1 * float(part.rng(f"{at:.1f}").uniform()))
    if part.actor.action in {"cheer", "kick", "throw", "juggle", "fight", "nod"}:
        hop(part, craft, craft.seconds * 0.64, 0.10)
    _cry(part, craft, craft.seconds * float(part.rng("cry").uniform(0.3, 0.42)), 0.5)


def sneak(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Low, with a look round half-way."""
    low = 1 - 0.06 * (1 - on)
    _squeeze(part, low if part.subject.rig != "person" else low * 0 + 1)
    for offset in (0.0, 0.5):
        for at in crossings(part.curves["phase"], offset, craft.fps):
            if _value(1 - on, at, craft) > 0.3 and craft.medium == "ground":
                part.hear(at, part.subject.tread, 0.18 * craft.loud)
    look_at = bump(craft.t, craft.seconds * 0.55, 0.35)
    part.curves["facing"] = part.curves["facing"] * (1 - 1.6 * np.clip(look_at, 0, 1) * on)


def slide(part: Part, craft: Stagecraft, on: Curve) -> None:
    x = part.curves["x"]
    speed = np.gradient(x) * craft.fps if len(x) > 1 else np.zeros_like(x)
    _add(part, "angle", -0.10 * np.clip(speed / max(part.height, 1e-3), -1, 1))
    _squeeze(part, 1 + 0.02 * np.sin(TAU * 1.1 * craft.t))
    for at in _every(part, craft, 1.5, 0.15):
        part.hear(at, "whoosh", 0.35 * craft.loud, 1.2)
    _cry(part, craft, craft.seconds * 0.4, 0.6)


def climb(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Up, a rest with a look down, further up."""
    t, s = craft.t, craft.seconds
    share = 0.6 * ease((t - 0.1 * s) / (0.42 * s)) + 0.4 * ease((t - 0.66 * s) / (0.3 * s))
    rise = share * min(0.95 * part.height, 0.42)
    speed = np.abs(np.gradient(rise)) * craft.fps if len(t) > 1 else np.zeros_like(t)
    going = np.clip(speed / (0.12 * part.height), 0.15, 1.0)
    part.curves["phase"] = np.concatenate([[0.0], np.cumsum(going[1:] * RATES["climb"] * part.pace / craft.fps)])
    _add(part, "lift", rise)
    if part.subject.rig in {"quadruped", "bird"}:
        _add(part, "angle", -1.05 * np.sign(part.curves["facing"]) * ease(t / 0.5))
    for at in crossings(part.curves["phase"], 0.25, craft.fps):
        part.hear(at, part.subject.tread or "step", 0.3 * craft.loud, 1.2)
    _cry(part, craft, s * 0.58, 0.5)


def shrink(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Melts: lower and wider, then small."""
    start, end = craft.seconds * 0.18, craft.seconds * 0.92
    u = ease((craft.t - start) / (end - start))
    part.curves["phase"] = u
    _squeeze(part, 1 - 0.42 * np.sin(np.pi * np.clip(0.5 * u, 0, 1)))
    part.curves["scale"] = part.curves["scale"] * (1 - 0.45 * u)
    for nth, at in enumerate(_every(part, craft, 0.9, start)):
        part.hear(at, "bubble", 0.3 * craft.loud, 1.0 - 0.03 * nth)


ACTS: dict[str, Callable[[Part, Stagecraft, Curve], None]] = {
    "idle": idle, "walk": walk, "run": walk, "jump": jump, "dance": dance, "spin": spin, "fly": fly, "swim": swim,
    "sit": sit, "sleep": sleep, "wave": wave, "talk": talk, "sing": sing, "bounce": bounce, "roll": roll,
    "drive": drive,
    "eat": eat, "grow": grow, "shake": shake, "fall": fall, "float": float_, "laugh": laugh, "cry": cry, "look": look,
    "play": play, "clap": clap, "crawl": walk, "sneak": sneak, "slide": slide, "push": walk, "climb": climb,
    "shrink": shrink, **dict.fromkeys(GESTURES, gesture),
}  # fmt: skip
