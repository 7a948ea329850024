"""Cutting: which takes a clip is made of. A shot of some length is covered by several takes, as a film would be.

The takes of one shot show the same actors doing the same thing in the same place, from other distances: each is staged
by itself. Words that name a camera keep it for the whole shot.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from inference.world import vocabulary as v
from inference.world.dice import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.world.scene import Scene, Utterance

LONGEST_TAKE = 6.0  # seconds from which on a shot is cut
USUAL = 4.5
ONE_TAKE = "takes"  # in `Scene.fixed`: words asked for no cuts
# How near a camera is: a cut between two of one class would look like a mistake.
NEARNESS = {
    "wide": 0, "aerial": 0, "still": 1, "pan_left": 1, "pan_right": 1, "zoom_out": 1, "tracking": 1, "zoom_in": 1,
    "close_up": 2,
}  # fmt: skip
COVERAGE = ("close_up", "zoom_in", "close_up", "pan_right", "close_up", "pan_left")
GROUP = ("wide", "zoom_in", "pan_right", "pan_left")  # where a close-up would lose somebody
LANDSCAPES = ("wide", "pan_right", "zoom_in", "aerial", "pan_left")
MOST_FOR_CLOSE = 2  # copies of actors: of a crowd nobody is picked out
OUT_OF_CLOSE_UPS = frozenset(
    {"jump", "bounce", "climb", "fall", "fly", "dance", "spin", "roll"}
)  # heads leave the frame
SHORTEST = 2.0  # seconds: two actions in a row need two takes of this length


class Take(NamedTuple):
    scene: Scene
    first: int  # frame of the clip
    frames: int
    nth: int  # among the takes of its shot


def spans(scene: Scene, seconds: float) -> list[tuple[float, float]]:
    """First and last second of each shot that the words tell."""
    shares = [shot.share for shot in (scene, *scene.shots)]
    ends = [seconds * sum(shares[: n + 1]) / sum(shares) for n in range(len(shares))]
    return list(zip([0.0, *ends[:-1]], ends, strict=True))


def line_spans(scene: Scene, seconds: float) -> list[tuple[float, float]]:
    """Where each line of the scene has to find its time."""
    parts = spans(scene, seconds)
    return [parts[min(line.shot, len(parts) - 1)] for line in scene.lines]


def takes(scene: Scene, seconds: float, fps: int, speech: Sequence[Utterance]) -> list[Take]:
    shots = [msgspec.structs.replace(scene, shots=()), *scene.shots]
    total = round(seconds * fps)
    found: list[Take] = []
    for shot, (start, end) in zip(shots, spans(scene, seconds), strict=True):
        first, last = round(start * fps), min(round(end * fps), total)
        cuts = [first, *(round(at * fps) for at in _cuts(shot, start, end, speech)), last]
        cameras = _cameras(shot, len(cuts) - 1)
        found += [
            Take(_taken(shot, cameras[n], n >= len(cuts) // 2), cuts[n], cuts[n + 1] - cuts[n], n)
            for n in range(len(cuts) - 1)
            if cuts[n + 1] > cuts[n]
        ]
    return found


def _cuts(shot: Scene, start: float, end: float, speech: Sequence[Utterance]) -> list[float]:
    """Inner cuts, on a beat of the music and not in a word."""
    count = _count(shot, end - start)
    beat = 60.0 / v.TEMPO[shot.mood]
    early = 0.42 if count == 2 else 1 / count  # the first look at a place is short
    cuts = [start + (end - start) * (early + (1 - early) * n / (count - 1)) for n in range(count - 1)]
    return [_between_words(round((at - start) / beat) * beat + start, speech) for at in cuts]


def _count(shot: Scene, length: float) -> int:
    after = any(actor.then for actor in shot.actors) and length >= 2 * SHORTEST - 1e-6
    if length < LONGEST_TAKE or {"camera", ONE_TAKE} & set(shot.fixed):
        return 2 if after else 1
    return max(2, ceil(length / USUAL - 0.3))


def _between_words(at: float, speech: Sequence[Utterance]) -> float:
    """The nearest moment of silence, if there is one within a second."""
    for line in speech:
        end = line.at + len(line.samples) / 48_000
        if line.at - 0.1 < at < end + 0.1:
            near = min((line.at - 0.15, end + 0.15), key=lambda moment: abs(moment - at))
            return near if abs(near - at) <= 1.0 else at
    return at


def _cameras(shot: Scene, count: int) -> list[str]:
    """A film goes nearer: from the whole place to the group, or from the one who acts to its face."""
    if "camera" in shot.fixed:
        return [shot.camera] * count
    options, cameras = _options(shot), [shot.camera]
    if count > 1 and options is GROUP and NEARNESS[shot.camera] == 1:
        cameras = ["wide", shot.camera]
    while len(cameras) < count:
        other = [camera for camera in options if NEARNESS[camera] != NEARNESS[cameras[-1]]]
        cameras.append(choose(other, shot.seed, "take", str(len(cameras))))
    return cameras


def _options(shot: Scene) -> Sequence[str]:
    if not shot.actors:
        return LANDSCAPES
    crowd = sum(actor.count for actor in shot.actors) > MOST_FOR_CLOSE
    pursuit = any(actor.relation and actor.relation.kind in {"chases", "follows"} for actor in shot.actors)
    restless = {shot.actors[0].action, shot.actors[0].then} & OUT_OF_CLOSE_UPS
    raised = any(actor.relation and actor.relation.kind == "on" for actor in shot.actors)
    return GROUP if crowd or pursuit or restless or raised else COVERAGE


def _taken(shot: Scene, camera: str, after: bool) -> Scene:
    """The shot as this take has it: its camera, and what its actors do by then."""
    actors = tuple(
        msgspec.structs.replace(actor, action=actor.then if after and actor.then else actor.action, then="")
        for actor in shot.actors
    )
    return msgspec.structs.replace(shot, camera=camera, actors=actors)
