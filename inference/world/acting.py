"""Acting: what each action does to a track, and the sounds that its contacts make.

Every function adds to the curves of a part that already stands or travels; `on` is 0 where it travels, 1 where it acts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from inference.world.gestures import GESTURES, climb, gesture, shrink, slide, sneak
from inference.world.motion import LONG_CLIP, Curve, arc, bump, crossings, ease, overshoot, settle, window
from inference.world.stagecraft import TAU, Stagecraft, add, breathe, call, every, hop, squeeze, value_at

if TYPE_CHECKING:
    from inference.world.blocking import Part


def idle(part: Part, craft: Stagecraft, on: Curve) -> None:
    breathe(part, craft, on)
    if part.subject.rig in {"plant", "thing"} and not part.hangs:
        add(part, "angle", 0.035 * np.sin(TAU * craft.t / 2.6 + part.rng("sway").uniform(0, TAU)))
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
    squeeze(part, 1 + 0.035 * (bump(t, first + 0.2, 0.12) + bump(t, second + 0.2, 0.12)) * on)
    breathe(part, craft, on)
    call(part, craft, first + 0.35)


def dance(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, h = craft.t, part.height
    beats = t / craft.beat
    sway = np.sin(np.pi * beats) * (1 if part.copy % 2 == 0 else -1)
    add(part, "x", 0.05 * h * sway * on)
    add(part, "angle", 0.10 * sway * on)
    add(part, "lift", 0.05 * h * np.abs(np.sin(np.pi * beats)) * on)
    squeeze(part, 1 - 0.07 * on * (0.5 + 0.5 * np.cos(TAU * beats)) ** 3)
    for turn in np.arange(4, craft.seconds / craft.beat, 8):
        part.curves["facing"] = part.curves["facing"] * np.cos(TAU * ease((t / craft.beat - turn) / 1.6) * on)
    for n in range(1, int(craft.seconds / craft.beat) + 1):
        at = n * craft.beat
        if value_at(on, at, craft) > 0.5:
            part.hear(at, part.subject.tread, 0.35 * craft.loud, 1.0 + 0.06 * (n % 2))
    call(part, craft, 4 * craft.beat, 0.5)


def wave(part: Part, craft: Stagecraft, on: Curve) -> None:
    start = part.clock.get("arrived", 0.3)
    add(part, "angle", 0.04 * np.sin(TAU * 0.8 * craft.t) * on)
    breathe(part, craft, on)
    call(part, craft, start + 0.1)
    hop(part, craft, craft.seconds * 0.62)


def talk(part: Part, craft: Stagecraft, on: Curve) -> None:
    add(part, "angle", 0.035 * np.sin(TAU * 0.7 * craft.t) * on)
    breathe(part, craft, on)
    if part.clock.get("lines"):
        return
    if part.subject.cry:
        for nth, at in enumerate(every(part, craft, 1.25, part.clock.get("arrived", 0.2) + 0.1)):
            call(part, craft, at, 0.8, 1 + 0.06 * (nth % 3 - 1))
    else:
        babble = np.abs(np.sin(TAU * 2.3 * craft.t)) * (0.4 + 0.4 * np.sin(TAU * 0.6 * craft.t) ** 2)
        part.curves["mouth"] = np.maximum(part.curves["mouth"], babble * on)


def sing(part: Part, craft: Stagecraft, on: Curve) -> None:
    beats = craft.t / craft.beat
    add(part, "angle", 0.07 * np.sin(np.pi * beats) * on)
    squeeze(part, 1 + 0.04 * np.sin(TAU * beats / 2) * on)
    if part.clock.get("lines"):
        return
    part.curves["mouth"] = np.maximum(part.curves["mouth"], on * (0.25 + 0.55 * np.sin(np.pi * beats) ** 2))
    if part.subject.cry and part.subject.rig != "person":
        for nth, at in enumerate(np.arange(2 * craft.beat, craft.seconds - 0.3, 2 * craft.beat)):
            call(part, craft, float(at), 0.6, (1.0, 1.12, 1.26, 1.12)[nth % 4])


def spin(part: Part, craft: Stagecraft, on: Curve) -> None:
    phase = part.curves["phase"]
    if part.subject.rig in {"thing", "plant"}:
        add(part, "angle", TAU * phase)
    else:
        part.curves["facing"] = np.cos(TAU * phase * on)
    squeeze(part, 1 + 0.04 * on)
    for at in crossings(phase, 0.3, craft.fps):
        part.hear(at, "whoosh", 0.35 * craft.loud)


def grow(part: Part, craft: Stagecraft, on: Curve) -> None:
    start, end = craft.seconds * 0.12, craft.seconds * 0.7
    u = (craft.t - start) / (end - start)
    part.curves["phase"] = np.clip(u, 0.0, 1.0)
    part.curves["scale"] = part.curves["scale"] * (0.28 + 0.72 * overshoot(ease(u)))
    squeeze(part, 1 + 0.10 * bump(craft.t, start + 0.3, 0.3) + settle(craft.t, end, 0.06))
    part.hear(start, "sparkle", 0.5 * craft.loud)
    part.hear(end, "pop", 0.5 * craft.loud)


def sleep(part: Part, craft: Stagecraft, on: Curve) -> None:
    squeeze(part, 1 + 0.035 * np.sin(TAU * part.curves["phase"]))
    for at in crossings(part.curves["phase"], 0.1, craft.fps):
        if part.copy == 0 and not part.clock.get("lines"):
            part.hear(at, "snore", 0.5)


def laugh(part: Part, craft: Stagecraft, on: Curve) -> None:
    giggle = np.sin(TAU * 4.5 * craft.t)
    squeeze(part, 1 + 0.04 * giggle * on)
    add(part, "angle", -0.06 * on)
    for at in every(part, craft, 1.9, part.clock.get("arrived", 0.2)):
        open_ = window(craft.t, at, at + 1.1, 0.12)
        part.curves["mouth"] = np.maximum(part.curves["mouth"], open_ * (0.6 + 0.3 * giggle))
        if part.copy == 0 and not part.clock.get("lines"):
            part.hear(at, "laugh" if part.subject.rig == "person" else part.subject.cry or "laugh", 0.7)
    hop(part, craft, craft.seconds * 0.6, 0.08)


def cry(part: Part, craft: Stagecraft, on: Curve) -> None:
    squeeze(part, 1 - 0.03 * on + 0.025 * np.sin(TAU * 1.3 * craft.t) * on)
    add(part, "angle", 0.05 * on)
    for at in every(part, craft, 1.6, part.clock.get("arrived", 0.2)):
        part.curves["mouth"] = np.maximum(part.curves["mouth"], 0.5 * bump(craft.t, at + 0.3, 0.25))
        if part.copy == 0 and not part.clock.get("lines"):
            part.hear(at, "sob", 0.6)


def eat(part: Part, craft: Stagecraft, on: Curve) -> None:
    phase = part.curves["phase"]
    chew = 0.5 - 0.5 * np.cos(TAU * phase)
    part.curves["mouth"] = np.maximum(part.curves["mouth"], 0.55 * chew * on)
    add(part, "angle", 0.05 * np.sin(TAU * phase / 4) * on)
    for at in crossings(phase, 0.55, craft.fps):
        if part.copy == 0 and value_at(on, at, craft) > 0.5:
            part.hear(at, "crunch", 0.3, 1.2)


def play(part: Part, craft: Stagecraft, on: Curve) -> None:
    beats = craft.t / craft.beat
    squeeze(part, 1 - 0.05 * on * (0.5 + 0.5 * np.cos(TAU * beats)) ** 2)
    add(part, "angle", 0.06 * np.sin(np.pi * beats) * on)
    instrument = {1.0: "strum", 2.0: "drum"}.get(part.clock.get("instrument", 0.0), "")
    if not instrument:
        for at in np.arange(1, craft.seconds, 1.4):
            hop(part, craft, float(at) + 0.3 * part.copy, 0.12, heard=part.copy == 0)
        return
    for n in range(1, int(craft.seconds / craft.beat) + 1):
        at = n * craft.beat
        if value_at(on, at, craft) > 0.5 and (instrument == "drum" or n % 2 == 0):
            part.hear(
                at, instrument, 0.6 * craft.loud, (1.0, 1.19, 1.33, 1.5)[n // 2 % 4] if instrument == "strum" else 1.0
            )


def clap(part: Part, craft: Stagecraft, on: Curve) -> None:
    breathe(part, craft, on)
    for n in range(1, int(craft.seconds / craft.beat) + 1):
        if value_at(on, n * craft.beat, craft) > 0.5:
            part.hear(n * craft.beat, "clap", 0.5 * craft.loud)
    hop(part, craft, craft.seconds * 0.6)


def shake(part: Part, craft: Stagecraft, on: Curve) -> None:
    bursts = 0.35 + 0.65 * np.sin(TAU * craft.t / 2.2) ** 2
    add(part, "angle", 0.06 * np.sin(TAU * part.curves["phase"]) * bursts * on)
    squeeze(part, 1 + 0.02 * np.sin(TAU * 2 * part.curves["phase"]) * on)
    call(part, craft, craft.seconds * 0.4)


def sit(part: Part, craft: Stagecraft, on: Curve) -> None:
    breathe(part, craft, on, 0.015)
    if not part.hangs:
        squeeze(part, 1 + settle(craft.t, 0.25, -0.06))
        look(part, craft, on)


def jump(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Jumps in place or forward; the way is only covered in the air."""
    phase = part.curves["phase"]
    u = phase % 1.0
    high = 0.42 * part.height * (1.0 + 0.15 * np.sin(np.floor(phase) * 2.1))
    add(part, "lift", high * arc((u - 0.2) / 0.6))
    crouch = np.exp(-(((u - 0.12) / 0.07) ** 2))
    stretch = np.exp(-(((u - 0.3) / 0.09) ** 2))
    landing = np.exp(-(((u - 0.84) / 0.05) ** 2))
    squeeze(part, 1 - 0.18 * crouch + 0.10 * stretch - 0.20 * landing)
    soft = part.subject.tread if part.subject.rig not in {"person", "quadruped"} else "land"
    for at in crossings(phase, 0.2, craft.fps):
        part.hear(at, "hop", 0.3 * craft.loud)
    for at in crossings(phase, 0.8, craft.fps):
        part.hear(at, "splash" if craft.medium == "surface" else soft or "land", 0.5 * craft.loud)
    call(part, craft, 1.2 + 0.3 * float(part.rng("cry").uniform()), 0.5)


def bounce(part: Part, craft: Stagecraft, on: Curve) -> None:
    u = part.curves["phase"] % 1.0
    nth = np.floor(part.curves["phase"])
    high = part.height * (0.75 + 0.3 * np.cos(nth * 1.7))
    near = np.minimum(u, 1 - u)
    add(part, "lift", high * arc(u))
    squeeze(part, 1 - 0.26 * np.exp(-((near / 0.055) ** 2)) + 0.10 * np.exp(-(((near - 0.2) / 0.1) ** 2)))
    for at in crossings(part.curves["phase"], 0.0, craft.fps):
        part.hear(at, part.subject.tread or "boing", 0.55 * craft.loud)


def fall(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Drops in from above, lands hard, rebounds once."""
    t = craft.t
    lands = min(0.45 + 0.18 * part.copy + craft.seconds * 0.12, craft.seconds * 0.6)
    start = lands - 0.5
    drop = 0.85 * (1 - np.clip((t - start) / 0.5, 0, 1) ** 2)
    rebound = 0.10 * part.height * arc((t - lands) / 0.3)
    add(part, "lift", np.where(t < lands, drop, rebound))
    add(part, "angle", np.where(t < lands, 0.25 * np.sin(TAU * t), settle(t, lands, 0.12)))
    squeeze(part, 1 + 0.12 * (t < lands) + settle(t, lands, -0.3, 2.5, 0.2))
    part.hear(max(0.0, start), "whoosh", 0.5 * craft.loud)
    part.hear(lands, "splash" if craft.medium == "surface" else "thud", 0.8 * craft.loud)
    hop(part, craft, max(lands + 1.0, craft.seconds * 0.65), 0.1)


def float_(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, shift = craft.t, part.rng("float").uniform(0, TAU)
    add(part, "y", -0.03 * np.sin(TAU * 0.23 * part.pace * t + shift) + 0.10 * (1 - ease(t / 1.6)))
    drift = min(0.09, part.reach * 0.4)
    add(part, "x", drift * np.sin(TAU * t / max(craft.seconds, 5.0) + shift) - drift * np.sin(shift))
    add(part, "angle", 0.07 * np.sin(TAU * 0.19 * t + shift))
    if craft.medium == "water":
        bubbles(part, craft)
    call(part, craft, craft.seconds * 0.45, 0.5)


def bubbles(part: Part, craft: Stagecraft) -> None:
    if part.copy == 0:
        for at in every(part, craft, 1.7, 0.3):
            part.hear(at, "bubble", 0.35, 1 + 0.2 * float(part.rng(f"bubble {at:.2f}").uniform(-1, 1)))


def walk(part: Part, craft: Stagecraft, on: Curve) -> None:
    """Weight on each step; in the pauses it looks about."""
    phase, moving = part.curves["phase"], 1 - on
    squeeze(part, 1 + 0.022 * np.cos(2 * TAU * phase) * moving)
    if part.actor.action == "run":
        add(part, "lift", 0.022 * part.height * np.abs(np.sin(TAU * phase)) * moving)
        add(part, "angle", 0.07 * part.curves["facing"] * moving)
    for offset in (0.0, 0.5):
        for at in crossings(phase, offset, craft.fps):
            if value_at(moving, at, craft) > 0.3 and craft.medium in {"ground", "surface"}:
                part.hear(at, part.subject.tread, 0.5 * craft.loud, 0.97 + 0.06 * (offset > 0))
    call(part, craft, craft.seconds * float(part.rng("cry").uniform(0.3, 0.42)))


def roll(part: Part, craft: Stagecraft, on: Curve) -> None:
    x = part.curves["x"]
    add(part, "angle", (x - x[0]) / (part.height / 2))
    for at in crossings(part.curves["phase"], 0.5, craft.fps):
        part.hear(at, part.subject.tread, 0.25 * craft.loud, 0.9)


def drive(part: Part, craft: Stagecraft, on: Curve) -> None:
    t = craft.t
    squeeze(part, 1 + 0.008 * np.sin(TAU * 5.3 * t) * (1 - on))
    if part.subject.medium == "water" or craft.medium == "surface":
        shift = part.rng("swell").uniform(0, TAU)
        add(part, "lift", 0.012 * np.sin(TAU * 0.35 * t + shift) + 0.012)
        add(part, "angle", 0.045 * np.sin(TAU * 0.29 * t + shift))
        for at in every(part, craft, 2.3, 0.4):
            part.hear(at, "splash", 0.2 * craft.loud)
    else:
        x = part.curves["x"]
        push = np.gradient(np.gradient(x)) * craft.fps**2 if len(x) > 2 else np.zeros_like(x)
        add(part, "angle", -0.04 * np.clip(push, -1.5, 1.5))
    for at in np.arange(0.0, craft.seconds - 0.3, 1.4):
        if part.subject.tread in {"engine", "propeller", "rocket"} and part.copy == 0:
            part.hear(float(at), part.subject.tread, 0.4 * craft.loud)
    call(part, craft, craft.seconds * 0.34, 0.6)


def fly(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, rng = craft.t, part.rng("fly")
    period = float(rng.uniform(2.4, 3.6)) / part.pace
    sway = np.sin(TAU * t / period + rng.uniform(0, TAU))
    high = 0.05 if part.subject.rig != "vehicle" else 0.025
    add(part, "y", -high * sway)
    slope = np.gradient(part.curves["y"]) * craft.fps if len(t) > 1 else np.zeros_like(t)
    add(part, "angle", np.clip(slope * 1.2, -0.35, 0.35) * np.sign(part.curves["facing"]))
    if part.actor.subject == "rocket":
        _launch(part, craft)
    if part.subject.rig == "bird" and part.copy < 2:
        for at in crossings(part.curves["phase"], 0.25, craft.fps):
            part.hear(at, "flap", 0.22 * craft.loud)
    for at in np.arange(0.0, craft.seconds - 0.3, 1.4):
        if part.subject.tread in {"propeller", "rocket"} and part.copy == 0:
            part.hear(float(at), part.subject.tread, 0.45 * craft.loud)
    call(part, craft, craft.seconds * float(part.rng("cry").uniform(0.3, 0.45)), 0.7)


def _launch(part: Part, craft: Stagecraft) -> None:
    """From a ground it shakes, then rises; in space it leans into its way."""
    if craft.medium == "air":
        add(part, "angle", 0.5 * part.curves["facing"])
        return
    t, ready = craft.t, min(0.9, craft.seconds * 0.22)
    ground = 0.84 - part.height / 2
    way = ease((t - ready) / max(craft.seconds * 0.7 - ready, 0.5))
    tremble = 0.006 * np.sin(TAU * 17 * t) * (1 - ease((t - ready) / 0.6))
    part.curves["y"] = ground + (part.curves["y"] - 0.06 - ground) * way
    add(part, "x", tremble)
    squeeze(part, 1 - 0.06 * bump(t, ready, 0.2) + 0.08 * bump(t, ready + 0.35, 0.25))


def swim(part: Part, craft: Stagecraft, on: Curve) -> None:
    t, rng = craft.t, part.rng("swim")
    shift = rng.uniform(0, TAU)
    if craft.medium == "surface" and part.subject.rig == "fish":
        _leap(part, craft)
        return
    depth = 0.035 if craft.medium == "water" else 0.012
    add(part, "y", depth * np.sin(TAU * t / float(rng.uniform(2.6, 3.8)) + shift))
    slope = np.gradient(part.curves["y"]) * craft.fps if len(t) > 1 else np.zeros_like(t)
    add(part, "angle", np.clip(slope * 1.5, -0.3, 0.3) * np.sign(part.curves["facing"]))
    if craft.medium == "water":
        bubbles(part, craft)
    elif part.copy == 0:
        for at in every(part, craft, 1.3, 0.2):
            part.hear(at, "splash", 0.25)
    call(part, craft, craft.seconds * 0.4, 0.6)


def _leap(part: Part, craft: Stagecraft) -> None:
    """Out of the water in an arc, nose up and then down, with a splash at both ends."""
    t, high = craft.t, min(0.30, 0.2 + 0.4 * part.height)
    period, air = 1.9 / part.pace, 0.95 / part.pace
    start = 0.35 + 0.45 * part.copy
    for at in np.arange(start, craft.seconds - air, period):
        u = (t - at) / air
        inside = (u > 0) & (u < 1)
        add(part, "y", -high * arc(u))
        lean = np.where(inside, (2 * u - 1) * 0.9, 0.0) * ease(u / 0.12) * (1 - ease((u - 0.88) / 0.12))
        add(part, "angle", lean * np.sign(part.curves["facing"]))
        squeeze(part, 1 + 0.06 * bump(t, at + 0.1, 0.1))
        part.hear(float(at), "splash", 0.4 * craft.loud, 1.1)
        part.hear(float(at) + air, "splash", 0.7 * craft.loud)
    call(part, craft, craft.seconds * 0.45, 0.7)


ACTS: dict[str, Callable[[Part, Stagecraft, Curve], None]] = {
    "idle": idle, "walk": walk, "run": walk, "jump": jump, "dance": dance, "spin": spin, "fly": fly, "swim": swim,
    "sit": sit, "sleep": sleep, "wave": wave, "talk": talk, "sing": sing, "bounce": bounce, "roll": roll,
    "drive": drive,
    "eat": eat, "grow": grow, "shake": shake, "fall": fall, "float": float_, "laugh": laugh, "cry": cry, "look": look,
    "play": play, "clap": clap, "crawl": walk, "sneak": sneak, "slide": slide, "push": walk, "climb": climb,
    "shrink": shrink, **dict.fromkeys(GESTURES, gesture),
}  # fmt: skip
