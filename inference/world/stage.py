"""Staging: a scene becomes tracks, a camera and timed sounds for one length, frame rate and aspect.

Everything is a closed form of the scene, so that the same scene gives the same film, and a change of one actor leaves
the others' movements alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from inference.world import vocabulary as v
from inference.world.acting import ACTS
from inference.world.blocking import Part, block, grip_of, seat_of
from inference.world.camera import shoot
from inference.world.cutting import Take, takes
from inference.world.handling import climb_on, handle
from inference.world.motion import LONG_CLIP, Curve, crossings, ease, smooth, total
from inference.world.scene import SAMPLE_RATE, TRACK, Background, Instance, Layers, Scene, SoundEvent, Utterance
from inference.world.speech import MOUTH_RATE
from inference.world.stagecraft import ON_THE_BEAT, RATES, Stagecraft, hop
from inference.world.travel import (
    MOVERS,
    Ride,
    chase_order,
    enter,
    gait,
    pace,
    ride_along,
    ride_of,
    stride_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NARRATOR = (0.92, 0.96)
STAYS = frozenset({"sleep", "sit", "grow", "fall", "float", "jump", "bounce"})  # no entrance on foot
MOST_SOUNDS_PER_SECOND = 9


def voices(scene: Scene) -> dict[str, tuple[float, float]]:
    """Speaker -> (pitch, formant): the subject's voice, a little its own per actor; "" is the narrator."""
    return {"": NARRATOR, **{actor.name: actor.voice or _voice(actor.subject, actor.seed) for actor in scene.actors}}


def _voice(subject: str, seed: int) -> tuple[float, float]:
    pitch, formant = v.SUBJECTS[subject].voice
    own = 1 + 0.08 * ((seed % 1000) / 500 - 1)
    return float(np.clip(pitch * own, 0.6, 1.8)), float(np.clip(formant * (1 + (own - 1) / 4), 0.8, 1.25))


def stage(scene: Scene, seconds: float, fps: int, aspect: float, speech: tuple[Utterance, ...] = ()) -> Layers:
    """One take, or several in a row (see `cutting`), each with the part of the speech that falls into it."""
    plan = takes(scene, seconds, fps, speech)
    if len(plan) < 2:
        return _stage(plan[0], fps, aspect, speech, 0.0) if plan else _stage(Take(scene, 0, 0, 0), fps, aspect, (), 0.0)
    return _joined([_stage(take, fps, aspect, _said(take, fps, speech), _clock(take, plan, fps)) for take in plan],
                   plan, seconds, speech)  # fmt: skip


def _said(take: Take, fps: int, speech: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """On the take's own clock; a line that began before it has a time below 0."""
    start, end = take.first / fps, (take.first + take.frames) / fps
    return tuple(
        msgspec.structs.replace(line, at=line.at - start)
        for line in speech
        if line.at < end and line.at + len(line.samples) / SAMPLE_RATE > start
    )


def _clock(take: Take, plan: Sequence[Take], fps: int) -> float:
    """Clouds and waves go on across the cuts of a shot."""
    return (take.first - plan[plan.index(take) - take.nth].first) / fps


def _joined(parts: Sequence[Layers], plan: Sequence[Take], seconds: float, speech: tuple[Utterance, ...]) -> Layers:
    sounds = [
        msgspec.structs.replace(event, at=event.at + take.first / part.fps)
        for part, take in zip(parts, plan, strict=True)
        for event in part.sounds
    ]
    return msgspec.structs.replace(parts[0], seconds=seconds, sounds=tuple(sounds), speech=speech, shots=tuple(parts))


def _stage(take: Take, fps: int, aspect: float, speech: tuple[Utterance, ...], start: float) -> Layers:
    scene, seconds = take.scene, take.frames / fps
    t = np.arange(take.frames) / fps
    parts = block(scene, aspect, take.nth)
    craft = Stagecraft(
        t=t,
        fps=fps,
        seconds=seconds,
        beat=60.0 / v.TEMPO[scene.mood],
        medium=v.MEDIUM[scene.place],
        loud=1.0 / max(len(parts), 1) ** 0.5,
        nth=take.nth,
    )
    ride = ride_of(scene, parts, t, fps, aspect)
    _prepare(parts, scene, speech, craft)
    order = chase_order(parts, ride.side, aspect) if ride else {}
    for part in _hosts_first(parts):
        _play(part, parts, scene, ride, order, craft)
    _speak(parts, speech, craft)
    camera = shoot(scene, parts, ride, t, aspect, speech)
    return Layers(
        seconds=seconds,
        fps=fps,
        aspect=aspect,
        background=Background(scene.place, scene.weather, scene.time, scene.seed),
        instances=tuple(_instance(part) for part in sorted(parts, key=_order)),
        camera=camera,
        sounds=_sounds(parts, camera, craft, aspect),
        speech=speech,
        mood=scene.mood,
        tempo=v.TEMPO[scene.mood],
        start=start,
    )


def _prepare(parts: Sequence[Part], scene: Scene, speech: Sequence[Utterance], craft: Stagecraft) -> None:
    spoken = {line.speaker for line in speech}
    for part in parts:
        ones = np.ones(len(craft.t))
        part.curves = {
            "x": part.x * ones, "y": part.y * ones, "scale": part.height * ones, "angle": 0 * ones, "facing": ones,
            "phase": 0 * ones, "lift": 0 * ones, "squash": ones, "mouth": 0 * ones,
            "wide": 0 * ones,
        }  # fmt: skip
        part.clock["rest"] = _rest_facing(part, parts, bool(spoken))
        part.clock["offset"] = float(part.rng("phase").uniform()) if part.copy else 0.0
        part.clock["lines"] = float(part.actor.name in spoken)
    for part in parts:
        if part.hangs == "holds" and part.host and part.actor.subject in {"guitar", "drum"}:
            part.host.clock["instrument"] = 1.0 if part.actor.subject == "guitar" else 2.0


def _rest_facing(part: Part, parts: Sequence[Part], conversation: bool) -> float:
    """Towards the nearest other part; people and things half towards us, unless they talk with somebody."""
    others = [p for p in parts if p is not part and p.host is None and abs(p.x - part.x) > 0.02]
    near = min(others, key=lambda p: abs(p.x - part.x), default=None)
    side = 1.0 if (near.x > part.x if near else part.seed % 2) else -1.0
    if part.subject.rig == "person":
        return side * (0.75 if conversation and near else 0.3)
    return side * (0.25 if part.subject.rig in {"plant", "thing"} else 1.0)


def _hosts_first(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=_hops)


def _hops(part: Part) -> int:
    depth = 0
    while part.host is not None:
        part, depth = part.host, depth + 1
    return depth


def _play(
    part: Part, parts: Sequence[Part], scene: Scene, ride: Ride | None, order: dict[int, float], craft: Stagecraft
) -> None:
    if part.host is not None:
        _hang(part, craft)
        return
    action, t = part.actor.action, craft.t
    if ride is not None:
        ride_along(part, ride, order.get(id(part), 0.0), t, craft.fps)
    elif action in MOVERS:
        pace(part, t, not part.aloft)
    else:
        _stand(part, parts, craft)
    moving = _moving(part, craft)
    _phase(part, moving, craft)
    ACTS[action](part, craft, 1 - moving)
    if action not in MOVERS:
        _steps_in(part, moving, craft)
    if part.aloft and action not in v.AFLOAT:
        part.curves["y"] = part.curves["y"] + 0.02 * np.sin(2 * np.pi * 0.3 * t + part.seed % 7)


def _moving(part: Part, craft: Stagecraft) -> Curve:
    x = part.curves["x"]
    if len(x) < 2:
        return np.zeros_like(x)
    return smooth(np.clip(np.abs(np.gradient(x)) * craft.fps / part.height / 0.2, 0.0, 1.0), craft.fps // 5)


def _stand(part: Part, parts: Sequence[Part], craft: Stagecraft) -> None:
    """Those who act in one place come in first, and in a long clip take another place for the second beat."""
    t, rig, action = craft.t, part.subject.rig, part.actor.action
    part.curves["facing"] = np.full_like(t, part.clock["rest"])
    if rig not in {"person", "quadruped", "bird"} or part.aloft or craft.medium == "air":
        _settle_in(part, craft)
        return
    if action in {"jump", "bounce"}:
        _wander(part, craft)
        return
    if action in STAYS or craft.seconds < 2.5:
        return
    if craft.nth:  # on its place since the take before
        if craft.nth % 2 == 0 and action not in ON_THE_BEAT:
            _change_place(part, parts, craft)
        else:
            hop(part, craft, craft.seconds * float(part.rng("flourish").uniform(0.35, 0.6)), 0.14)
        return
    lasts = min(1.15, craft.seconds * 0.28)
    enter(part, t, lasts, min(0.8 * part.height, 0.3))
    part.clock["arrived"] = lasts
    if craft.seconds >= LONG_CLIP and action not in ON_THE_BEAT:
        _change_place(part, parts, craft)
    elif craft.seconds >= LONG_CLIP:
        hop(part, craft, craft.middle, 0.2)


def _settle_in(part: Part, craft: Stagecraft) -> None:
    """Plants, things and vehicles are there, and wake up with a small stretch."""
    if part.actor.action in {"bounce", "roll", "jump"}:
        _wander(part, craft)
    else:
        wake = 0.15 + 0.3 * float(part.rng("wake").uniform())
        u = (craft.t - wake) / 0.3
        part.curves["squash"] = 1 - 0.10 * np.sin(np.pi * np.clip(u, 0, 1)) * (1 - np.clip(u, 0, 1) * 1.6)


def _change_place(part: Part, parts: Sequence[Part], craft: Stagecraft) -> None:
    """A few steps towards the middle, or away from it, as far as nobody stands there; else a hop."""
    inwards = -1 if part.x > 0 else 1
    goal = max((_room(part, parts, side) * side for side in (inwards, -inwards)), key=abs)
    if abs(goal) < 0.08:
        hop(part, craft, craft.middle, 0.2)
        return
    start, lasts = craft.middle, 0.9
    share = ease((craft.t - start) / lasts)
    part.curves["x"] = part.curves["x"] + goal * share
    turn = ease((craft.t - start + 0.2) / 0.25) * (1 - ease((craft.t - start - lasts) / 0.3))
    towards = 1.0 if goal > 0 else -1.0
    part.curves["facing"] = part.curves["facing"] * (1 - turn) + towards * turn


def _room(part: Part, parts: Sequence[Part], side: int) -> float:
    """How far it may step to a side: less than half of what lies between, as the neighbour may step as well."""
    ahead = [(p.x - part.x) * side - (p.width + part.width) / 2 for p in parts if p is not part and p.host is None]
    edge = part.reach - part.x * side
    return max(0.0, min(0.45 * part.height, edge, *(gap * 0.45 for gap in ahead if gap > -part.width)))


def _wander(part: Part, craft: Stagecraft) -> None:
    """Jumpers and bouncers cover ground slowly, to one side and back."""
    rng = part.rng("wander")
    far = min(part.reach, 0.32) * float(rng.uniform(0.6, 1.0))
    low, high = max(-part.reach, part.x - far), min(part.reach, part.x + far)
    period = max(5.0, 16 * (high - low))
    start = np.arcsin(np.clip((part.x - (low + high) / 2) / max((high - low) / 2, 1e-6), -1, 1))
    swing = 2 * np.pi * craft.t / period + start
    part.curves["x"] = (low + high) / 2 + (high - low) / 2 * np.sin(swing)
    heading = np.tanh(6 * np.cos(swing))
    strength = 1.0 if part.subject.rig in {"quadruped", "bird", "fish", "vehicle"} else 0.5
    part.curves["facing"] = strength * heading


def _phase(part: Part, moving: Curve, craft: Stagecraft) -> None:
    action, t = part.actor.action, craft.t
    if action == "jump":
        part.curves["phase"] = RATES["jump"] * part.pace * t + part.clock["offset"] + 0.95
        _only_in_the_air(part)
    elif action == "bounce":
        part.curves["phase"] = t / max(craft.beat, 0.55) * part.pace + part.clock["offset"] + 0.5
    elif action in ON_THE_BEAT:
        part.curves["phase"] = _on_the_beat(part, moving, craft)
    else:
        rate = RATES.get(action, 0.35) * part.pace
        part.curves["phase"] = gait(part, moving, stride_of(part, action), rate, craft.fps)


def _only_in_the_air(part: Part) -> None:
    """Redistributes the way so that a jumper stands still while its feet are down."""
    phase, x = part.curves["phase"], part.curves["x"]
    u = phase % 1.0
    share = np.floor(phase) + ease((u - 0.2) / 0.6)
    if len(x) > 1 and phase[-1] > phase[0]:
        part.curves["x"] = np.interp(share, phase, x)


def _on_the_beat(part: Part, moving: Curve, craft: Stagecraft) -> Curve:
    """The entrance takes as many steps as bring the first beat in time with the music."""
    x = part.curves["x"]
    speed = np.abs(np.gradient(x)) * craft.fps if len(x) > 1 else np.zeros_like(x)
    way = total(moving * speed / stride_of(part, "walk"), craft.fps)
    rate = 1 / (2 * craft.beat)
    arrived = min(part.clock.get("arrived", 0.0), craft.seconds)
    entrance = float(np.interp(arrived, craft.t, way)) if len(way) else 0.0
    wanted = (arrived * rate) % 1.0
    if entrance > 0.05:
        cycles = max(round(entrance - wanted), 0) + wanted
        way = np.minimum(way, entrance) * (cycles / entrance)
        wanted = 0.0
    return way + wanted + rate * np.maximum(craft.t - arrived, 0.0)


def _steps_in(part: Part, moving: Curve, craft: Stagecraft) -> None:
    """Footsteps of an entrance or a change of place."""
    if part.actor.action in {"jump", "bounce"} or craft.medium != "ground" or not part.subject.tread:
        return
    for offset in (0.0, 0.5):
        for at in crossings(part.curves["phase"], offset, craft.fps):
            frame = min(len(moving) - 1, round(at * craft.fps))
            if moving[frame] > 0.5:
                part.hear(at, part.subject.tread, 0.4 * craft.loud)


def _hang(part: Part, craft: Stagecraft) -> None:
    """What is held follows the hand, a rider the back or seat of its carrier."""
    host = part.host
    assert host is not None
    t, of = craft.t, host.curves
    part.depth = host.depth
    facing = of["facing"]
    if part.hangs == "on":
        seat = seat_of(host)[0] * host.height
        forward = 0.20 if host.actor.subject == "boat" else -0.06
        part.curves["x"] = of["x"] + forward * host.width * facing
        part.curves["lift"] = of["lift"] + seat * of["squash"]
        part.curves["facing"] = facing * 1.0
        part.curves["angle"] = of["angle"] * (0.5 if abs(of["angle"]).max() < 1 else 0.0)
        part.depth += -1e-3 if host.subject.rig == "vehicle" and host.actor.subject not in _ASTRIDE else 1e-3
        part.curves["squash"] = 1 + 0.02 * np.sin(2 * np.pi * (2 * of["phase"] + 0.15))
    else:
        grip = grip_of(part, host)
        swing = np.sin(2 * np.pi * 0.5 * t + part.seed % 7)
        side = smooth(np.clip(4 * facing, -1, 1), craft.fps // 2)
        part.curves["x"] = of["x"] + grip.ahead * host.height * side + 0.012 * swing * (grip.tilt < 1)
        part.curves["lift"] = np.maximum(of["lift"] + grip.lift * host.height * of["squash"], 0.0)
        part.curves["angle"] = of["angle"] + grip.tilt * side + 0.06 * swing * (grip.tilt < 1)
        part.curves["facing"] = side * (0.25 if part.subject.rig in {"thing", "plant"} else 1.0)
        part.depth += 2e-3
        if host.actor.action in v.HANDLING:
            handle(part, host, grip)
            return
    if part.actor.action == "climb":
        climb_on(part, host, craft)
        return
    nth = part.copy // host.actor.count  # of several balloons in one hand, or riders on one back
    part.curves["x"] = part.curves["x"] + 0.16 * host.height * ((nth + 1) // 2) * (-1) ** nth
    part.curves["lift"] = part.curves["lift"] + 0.04 * host.height * nth * (part.hangs == "holds")
    part.curves["y"] = of["y"] + (host.height / 2 if host.aloft else 0.0)
    if part.aloft:
        part.curves["y"] = part.curves["y"] - part.curves["lift"] - part.height / 2
        part.curves["lift"] = np.zeros_like(t)
    part.curves["phase"] = RATES.get(part.actor.action, 0.5) * t + part.clock["offset"]
    if part.actor.action in {"play", "dance", "clap"}:
        part.curves["phase"] = t / (2 * craft.beat)


# The rider is seen in front of these.
_ASTRIDE = frozenset({"bicycle", "motorcycle", "boat", "rocket"})


def _speak(parts: Sequence[Part], speech: Sequence[Utterance], craft: Stagecraft) -> None:
    """The mouth of the first copy follows what the voice does."""
    for line in speech:
        speaker = next((p for p in parts if p.actor.name == line.speaker and p.copy == 0), None)
        if speaker is None:
            continue
        mouth, wide = lips(line.mouth, line.at, craft.fps, len(craft.t))
        speaker.curves["mouth"] = np.maximum(speaker.curves["mouth"], mouth)
        speaker.curves["wide"] = speaker.curves["wide"] + wide
        nod = np.convolve(mouth, np.hanning(13) / 6, mode="same")[: len(mouth)] if len(mouth) > 13 else mouth
        speaker.curves["squash"] = speaker.curves["squash"] * (1 + 0.03 * nod)
        speaker.curves["angle"] = speaker.curves["angle"] + 0.03 * nod * np.sin(2 * np.pi * 1.3 * craft.t)


def lips(mouth: NDArray[np.float32], at: float, fps: int, frames: int) -> tuple[Curve, Curve]:
    """How open and how wide per frame, closed where nothing is said: the mean over the time that a frame is shown."""
    steps = len(mouth)
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(mouth, axis=0, dtype=np.float64)])
    edges = np.clip((np.arange(frames + 1) / fps - at) * MOUTH_RATE, 0, steps)
    low = np.minimum(edges.astype(int), max(steps - 1, 0))
    totals = sums[low] + (edges - low)[:, None] * (sums[np.minimum(low + 1, steps)] - sums[low])
    spans = np.diff(edges)[:, None]
    opened, wide = np.where(spans > 0, np.diff(totals, axis=0) / np.maximum(spans, 1e-9), 0.0).T
    return opened, wide


def _order(part: Part) -> tuple[float, str, int]:
    return part.depth, part.actor.name, part.copy


def _instance(part: Part) -> Instance:
    if v.aloft(part.actor.subject, part.actor.action, part.place) and not part.aloft:
        part.curves["y"] = part.curves["y"] - part.curves["scale"] / 2
    track = np.stack([part.curves[name] for name in TRACK], axis=1).astype(np.float32)
    return Instance(part.actor, part.seed, float(np.clip(part.depth, 0.0, 1.0)), track)


def _sounds(
    parts: Sequence[Part], camera: NDArray[np.float32], craft: Stagecraft, aspect: float
) -> tuple[SoundEvent, ...]:
    events = [_panned(part, event, camera, craft, aspect) for part in parts for event in part.sounds]
    inside = sorted((e for e in events if 0 <= e.at <= craft.seconds), key=lambda e: (e.at, e.kind, e.pan))
    return tuple(_thin(inside, craft.seconds))


def _panned(part: Part, event: SoundEvent, camera: NDArray[np.float32], craft: Stagecraft, aspect: float) -> SoundEvent:
    frame = min(len(craft.t) - 1, max(0, round(event.at * craft.fps)))
    offset = (part.curves["x"][frame] - camera[frame, 0]) * camera[frame, 2] / (aspect / 2)
    return SoundEvent(event.at, event.kind, event.gain, float(np.clip(offset * 0.8, -1, 1)), event.pitch)


def _thin(events: Sequence[SoundEvent], seconds: float) -> list[SoundEvent]:
    """A crowd's feet become a patter: the quietest go first when there are too many."""
    most = max(4, int(seconds * MOST_SOUNDS_PER_SECOND))
    if len(events) <= most:
        return list(events)
    loudest = sorted(range(len(events)), key=lambda i: (-events[i].gain, i))[:most]
    return [events[i] for i in sorted(loudest)]
