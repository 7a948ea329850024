"""What `recut-1` must reach before it is more than a model by name: by analysis through synthesis, without a judge.

The world is known, so every alternative can be rendered, and the nearest one says what was painted. Beside each number
stand the same measure of real renders (ceiling) and of prompts that were shuffled (floor), and 95 % intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.evaluate.measure import Share
from inference.recut1 import sound, subset, tokens
from inference.recut1.compositor import Compositor, Layer
from inference.recut1.sampler import Given, Request
from inference.recut1.subset import ACTIONS, COLOURS, PEOPLE, PLACES, SUBJECTS, can_act
from inference.train import world_subset as world
from inference.world import vocabulary as v
from inference.world.stage import stage

if TYPE_CHECKING:
    from inference.recut1.studio import Made, Studio
    from inference.train.world_subset import Clip
    from inference.world.scene import Instance, Layers

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

SMALL: Final = (192, 108)  # height and width of the frames that PSNR is taken of, portrait
STRIDE: Final = 6  # frames
BOOTSTRAPS: Final = 1000


@dataclass(frozen=True)
class Gate:
    """One measure. `target` None: reported only. `at_most`: it passes below the target."""

    name: str
    value: float
    low: float
    high: float
    n: int
    target: float | None = None
    at_most: bool = False
    ceiling: float | None = None
    floor: float | None = None

    @property
    def passed(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass
class Case:
    """A held-out clip, as it truly is and as the model made it."""

    clip: Clip
    layers: Layers
    instance: Instance
    motion: Floats
    request: Request
    sprites: Pixels
    background: Pixels
    mels: Floats
    given: Made | None = None  # trajectory given
    free: Made | None = None  # trajectory made up


def run(n: int, seed: int, studio: Studio, report: Callable[[str], None] = lambda line: None) -> list[Gate]:
    """All gates on `n` clips that training never saw."""
    cases = [case_of(clip) for clip in held(n, seed)]
    for nth, case in enumerate(cases):
        case.given, case.free = make(studio, case, seed + nth)
        report(f"{nth + 1}/{n}")
    gates = [*_words(cases), *_pictures(cases), *_codecs(studio, cases), *_sync(cases)]
    return [*gates, *_mouth(studio, min(n, 24), seed), *_identity(studio, seed), *_seam(studio, cases[:12])]


def held(n: int, seed: int) -> list[Clip]:
    found: list[Clip] = []
    at = 0
    while len(found) < n:
        clip = world.draw(7_000_000 + seed, at)
        at += 1
        if world.held_out(clip):
            found.append(clip)
    return found


def case_of(clip: Clip) -> Case:
    layers = world.staged(clip)
    instance = layers.instances[0]
    motion = subset.motion_of(instance, subset.FPS)
    look = subset.dressed(instance.actor)
    request = Request(
        seed=0,
        words=subset.words_of(instance.actor, layers.background),
        character=subset.person_of(instance.actor, look),
        plan=subset.plan_of(motion, clip.aspect),
    )
    rest, _ = world.heard(layers)
    return Case(
        clip, layers, instance, motion, request, world.sprites(instance, motion),
        world.background(layers.background, clip.aspect), sound.mel(rest),
    )  # fmt: skip


def make(studio: Studio, case: Case, seed: int) -> tuple[Made, Made]:
    """With the clip's motion given, and with motion made up from words and plan."""
    given = {"motion": Given(tokens.motion_tokens(case.motion), 12)}
    both = [asked(case.request, seed, given), asked(case.request, seed, {})]
    first, second = studio.make(both)
    return first, second


def asked(request: Request, seed: int, given: dict[str, Given]) -> Request:
    return Request(seed, request.words, request.character, request.plan, given)


# words ------------------------------------------------------------
def _words(cases: Sequence[Case]) -> list[Gate]:
    """Each word by rendering its alternatives: what a picture is nearest to."""
    out = []
    for name, target, judge in (
        ("subject", 0.95, _subject), ("colour", 0.95, _colour), ("place", 0.95, _place), ("time", None, _time),
        ("action", 0.90, _action),
    ):  # fmt: skip
        for kind in ("given", "free"):
            hits: list[bool] = []
            ceiling: list[bool] = []
            floor: list[bool] = []
            for case, other in zip(cases, [*cases[1:], cases[0]], strict=True):
                made, wrong = getattr(case, kind), getattr(other, kind)
                real = judge(case, case.sprites, case.background, case.motion)
                if real is None:
                    continue
                ceiling.append(real)
                hits.append(bool(judge(case, made.sprites, made.background, made.motion)))
                floor.append(bool(judge(case, wrong.sprites, wrong.background, wrong.motion)))
            out.append(_share(f"{name}, motion {kind}", hits, target, ceiling, floor))
    return out


def _share(
    name: str, hits: Sequence[bool], target: float | None, ceiling: Sequence[bool], floor: Sequence[bool]
) -> Gate:
    share = Share(sum(hits), len(hits))
    low, high = share.interval()
    best, worst = float(np.mean(ceiling)), float(np.mean(floor))
    return Gate(name, share.value, low, high, share.of, target, False, best, worst)


def _nearest(picture: Pixels, alternatives: Sequence[Pixels]) -> int:
    """By squared error, of the premultiplied picture."""
    flat = picture.astype(np.float32)
    return int(np.argmin([((flat - other) ** 2).mean() for other in alternatives]))


def _with(case: Case, **changed: object) -> Instance:
    return msgspec.structs.replace(case.instance, actor=msgspec.structs.replace(case.instance.actor, **changed))


def _poses(case: Case, instance: Instance) -> Pixels:
    return world.sprites(instance, case.motion, frames=[0, 18, 36])


def _subject(case: Case, sprites: Pixels, background: Pixels, motion: Floats) -> bool | None:
    look = subset.dressed(case.instance.actor)
    body = look["body"] if case.instance.actor.subject not in PEOPLE or look["body"] in COLOURS else "blue"
    alternatives = []
    for subject in SUBJECTS:
        worn = look if subject in PEOPLE and case.instance.actor.subject in PEOPLE else {"body": body}
        changed = _with(case, subject=subject, rig=v.SUBJECTS[subject].rig, look=worn)
        action = case.instance.actor.action if can_act(subject, case.instance.actor.action) else "idle"
        changed = msgspec.structs.replace(changed, actor=msgspec.structs.replace(changed.actor, action=action))
        alternatives.append(_poses(case, changed))
    return SUBJECTS[_nearest(sprites[[0, 18, 36]], alternatives)] == case.instance.actor.subject


def _colour(case: Case, sprites: Pixels, background: Pixels, motion: Floats) -> bool | None:
    look = case.instance.actor.look
    if look["body"] not in COLOURS:
        return None
    alternatives = [_poses(case, _with(case, look={**look, "body": colour})) for colour in COLOURS]
    return COLOURS[_nearest(sprites[[0, 18, 36]], alternatives)] == look["body"]


def _place(case: Case, sprites: Pixels, background: Pixels, motion: Floats) -> bool | None:
    truth = case.layers.background
    alternatives = [world.background(msgspec.structs.replace(truth, place=place), case.clip.aspect) for place in PLACES]
    return PLACES[_nearest(background, alternatives)] == truth.place


def _time(case: Case, sprites: Pixels, background: Pixels, motion: Floats) -> bool | None:
    truth = case.layers.background
    alternatives = [
        world.background(msgspec.structs.replace(truth, time=time), case.clip.aspect) for time in subset.TIMES
    ]
    return subset.TIMES[_nearest(background, alternatives)] == truth.time


def _action(case: Case, sprites: Pixels, background: Pixels, motion: Floats) -> bool | None:
    """By motion and poses together: which action, staged from the same numbers, it is nearest to."""
    actor = case.instance.actor
    acts = [action for action in ACTIONS if can_act(actor.subject, action)]
    scores = []
    for action in acts:
        scene = msgspec.structs.replace(case.clip.scene, actors=(msgspec.structs.replace(actor, action=action),))
        other = stage(scene, subset.SECONDS, subset.FPS, case.clip.aspect).instances[0]
        moved = subset.motion_of(other, subset.FPS)
        shown = world.sprites(other, moved, (96, 72), frames=range(0, 48, STRIDE))
        small = sprites[::STRIDE].reshape(-1, 96, 2, 72, 2, 4).mean((2, 4))
        scores.append(((motion - moved)[:, :11] ** 2).mean() + 4 * ((small - shown) ** 2).mean() / 255**2)
    return acts[int(np.argmin(scores))] == actor.action


# pictures ------------------------------------------------------------
def frames_of(case: Case, sprites: Pixels, background: Pixels, motion: Floats) -> Pixels:
    """Some frames of the clip, small."""
    long, short = SMALL
    width, height = (short, long) if case.clip.aspect < 1 else (long, short)
    actor = case.instance.actor
    moments = [subset.moment(row) for row in motion]
    layer = Layer(actor.subject, actor.action, case.instance.depth, sprites, moments, range(48))
    with Compositor(background, [layer], case.layers.background, width, height) as compositor:
        return np.stack([compositor.frame(index) for index in range(0, 48, STRIDE)])


def psnr(a: Pixels, b: Pixels) -> float:
    return float(10 * np.log10(255**2 / max(((a.astype(np.float32) - b) ** 2).mean(), 1e-3)))


def _pictures(cases: Sequence[Case]) -> list[Gate]:
    given, free, floor = [], [], []
    for case, other in zip(cases, [*cases[1:], cases[0]], strict=True):
        assert case.given is not None
        assert case.free is not None
        assert other.given is not None
        truth = frames_of(case, case.sprites, case.background, case.motion)
        given.append(psnr(frames_of(case, case.given.sprites, case.given.background, case.motion), truth))
        free.append(psnr(frames_of(case, case.free.sprites, case.free.background, case.free.motion), truth))
        floor.append(psnr(frames_of(case, other.given.sprites, other.given.background, case.motion), truth))
    return [
        _median("clip PSNR dB, motion given", given, 22.0, floor=floor),
        _median("clip PSNR dB, motion free", free, None),
    ]


def _codecs(studio: Studio, cases: Sequence[Case]) -> list[Gate]:
    """Real renders through encoder and decoder: what the flow can reach at most."""
    places, inside, clips = [], [], []
    for case in cases:
        again = studio.background(studio.place_of(case.background))
        places.append(psnr(again, case.background))
        small = case.sprites.reshape(48, 96, 2, 72, 2, 4).mean((2, 4)).round().astype(np.uint8)
        key = studio.codec.key_numbers(studio.key_of(_key(case)))
        numbers = np.stack([studio.codec.key_numbers(studio.key_of(frame)) for frame in small])
        shown = studio.frames(studio.codec.slot_numbers(studio.codec.slot_tokens(numbers, key), key))
        mask = case.sprites[..., 3] > 127
        error = (shown[..., :3].astype(np.float32) - case.sprites[..., :3])[mask]
        inside.append(float(10 * np.log10(255**2 / max((error**2).mean(), 1e-3))))
        clips.append(
            psnr(
                frames_of(case, shown, again, case.motion), frames_of(case, case.sprites, case.background, case.motion)
            )
        )
    return [
        _median("background codec PSNR dB", places, 30.0),
        _median("sprite codec PSNR dB inside the mask", inside, 30.0),
        _median("clip PSNR dB of real clips through the codecs", clips, None),
    ]


def _key(case: Case) -> Pixels:
    return world.key_sprite(case.instance, case.motion, (96, 72))


# time ------------------------------------------------------------
def contacts(motion: Floats) -> Floats:
    """Frames at which the subject comes down."""
    lift = motion[:, 6]
    low = [i for i in range(1, 47) if lift[i] < 0.15 and lift[i - 1] > lift[i] + 0.15]
    return np.array(low, np.float32)


def onsets(mels: Floats) -> Floats:
    """Frames of 12 a second at which something begins to be heard."""
    rise = np.maximum(np.diff(mels, axis=0, prepend=mels[:1]), 0).mean(1)
    rise = rise - np.median(rise)
    peaks = [
        i for i in range(1, len(rise) - 1) if rise[i] >= max(rise[i - 1], rise[i + 1]) and rise[i] > 3 * rise.std()
    ]
    return np.array(peaks, np.float32) / np.float32(5)


def apart(motion: Floats, mels: Floats) -> float | None:
    """Median frames from a contact to the nearest onset."""
    down, heard = contacts(motion), onsets(mels)
    if len(down) < 2:
        return None
    if not len(heard):
        return 12.0
    return float(np.median([np.abs(heard - at).min() for at in down]))


def _sync(cases: Sequence[Case]) -> list[Gate]:
    real: list[float] = []
    given: list[float] = []
    mixed: list[float] = []
    jumping = [
        case for case in cases if len(contacts(case.motion)) >= 2 and case.instance.actor.action in {"bounce", "jump"}
    ]
    for case, other in zip(jumping, [*jumping[1:], *jumping[:1]], strict=True):
        assert case.given is not None
        assert other.given is not None
        for store, mels in ((real, case.mels), (given, case.given.mels), (mixed, other.given.mels)):
            distance = apart(case.motion, mels)
            if distance is not None:
                store.append(distance)
    if not given:
        return []
    return [_median("contact to own sound, frames", given, 0.5, at_most=True, ceiling=real, floor=mixed)]


def mouths(case: Case, sprites: Pixels) -> Floats:
    """How open the mouth is in each frame, by the renders with the mouth shut and open."""
    shut, open_ = case.motion.copy(), case.motion.copy()
    shut[:, 11], open_[:, 11] = -1, 1
    low = world.sprites(case.instance, shut).astype(np.float32)
    way = world.sprites(case.instance, open_).astype(np.float32) - low
    open_by = ((sprites - low) * way).sum((1, 2, 3)) / np.maximum((way**2).sum((1, 2, 3)), 1e-6)
    return open_by.astype(np.float32)


def _mouth(studio: Studio, n: int, seed: int) -> list[Gate]:
    """Clips with a line; the envelope is known. A line shifted by a second is the floor."""
    found: list[float] = []
    ceiling, floor, at = [], [], 0
    while len(found) < n:
        clip = world.draw(8_000_000 + seed, at)
        at += 1
        if not clip.spoken or clip.scene.actors[0].subject not in PEOPLE:
            continue
        case = case_of(clip)
        envelope = case.motion[:, 11]
        given = Given(tokens.motion_tokens(case.motion), 12)
        request = asked(case.request, seed + at, {"motion": given})
        seen = mouths(case, studio.make([request])[0].sprites)
        found.append(_r(seen, envelope))
        ceiling.append(_r(mouths(case, case.sprites), envelope))
        floor.append(_r(seen, np.roll(envelope, 12)))
    return [_mean("mouth to envelope, r", found, 0.8, ceiling, floor)]


def _r(a: Floats, b: Floats) -> float:
    if a.std() < 1e-6 or b.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def _identity(studio: Studio, seed: int, characters: int = 32) -> list[Gate]:
    """Each of the characters in two prompts: is it nearer to itself than to the others?"""
    rows = []
    for half in range(2):
        requests = []
        for nth in range(characters):
            clip = _person(9_000_000 + seed, nth)
            other = world.draw(9_500_000 + seed + half, nth)
            place = other.scene
            actor = msgspec.structs.replace(clip.scene.actors[0], action=("idle", "wave")[half])
            scene = msgspec.structs.replace(place, actors=(actor,))
            case = case_of(clip._replace(scene=scene, spoken="", aspect=other.aspect))
            given = {"motion": Given(tokens.motion_tokens(case.motion), 12)}
            requests.append(asked(case.request, seed + 77 * half + nth, given))
        rows.append([_features(made) for made in studio.make(requests)])
    distance = np.array([[((a - b) ** 2).mean() for b in rows[1]] for a in rows[0]])
    same, others = np.diag(distance), distance[~np.eye(characters, dtype=bool)]
    auc = float((same[:, None] < others[None]).mean())
    hits = [int(np.argmin(row)) == i for i, row in enumerate(distance)]
    return [
        Gate("identity, AUC", auc, auc, auc, characters, 0.98, floor=0.5),
        _share("identity, first of 32", hits, 0.9, [True], [False]),
    ]


def _person(seed: int, nth: int) -> Clip:
    at = 0
    while True:
        clip = world.draw(seed + nth, at)
        if clip.scene.actors[0].subject in PEOPLE:
            return clip
        at += 1


def _features(made: Made) -> Floats:
    return made.sprites.astype(np.float32).mean(0).reshape(24, 8, 18, 8, 4).mean((1, 3))


def _seam(studio: Studio, cases: Sequence[Case]) -> list[Gate]:
    """The last third of a clip carried into the next one: is the step at the join larger than others?"""
    ratios, real = [], []
    for case in cases:
        assert case.given is not None
        first = case.given
        long = stage(case.clip.scene, 2 * subset.SECONDS, subset.FPS, case.clip.aspect).instances[0]
        motion = subset.motion_of(long, subset.FPS)[32:80]
        kept = {name: Given(first.tokens[name], len(first.tokens[name])) for name in ("background", "key")}
        carried = {
            "sprite": Given(first.tokens["sprite"][48:], 24),
            "sound": Given(first.tokens["sound"][16:], 8),
            "motion": Given(tokens.motion_tokens(motion), 12),
        }
        after = studio.make([asked(case.request, case.request.seed + 1, {**kept, **carried})])[0]
        steps = _steps(after.sprites)
        ratios.append(float(steps[15] / max(np.median(steps[16:]), 0.3)))
        shown = _steps(case.sprites)
        real.append(float(shown[15] / max(np.median(shown[16:]), 0.3)))
    return [_median("extension, step at the join to others", ratios, 1.5, at_most=True, ceiling=real)]


def _steps(sprites: Pixels) -> Floats:
    return np.array([np.abs(b.astype(np.float32) - a).mean() for a, b in pairwise(sprites)], np.float32)


# intervals ------------------------------------------------------------
def _median(
    name: str, values: Sequence[float], target: float | None, *, at_most: bool = False,
    ceiling: Sequence[float] | None = None, floor: Sequence[float] | None = None,
) -> Gate:  # fmt: skip
    return _interval(name, np.median, values, target, at_most, ceiling, floor)


def _mean(
    name: str, values: Sequence[float], target: float | None, ceiling: Sequence[float], floor: Sequence[float]
) -> Gate:
    return _interval(name, np.mean, values, target, False, ceiling, floor)


def _interval(
    name: str, of: Callable[[NDArray], float], values: Sequence[float], target: float | None, at_most: bool,
    ceiling: Sequence[float] | None, floor: Sequence[float] | None,
) -> Gate:  # fmt: skip
    """Percentiles of bootstraps."""
    x = np.array(values)
    rng = np.random.default_rng(0)
    again = [of(x[rng.integers(len(x), size=len(x))]) for _ in range(BOOTSTRAPS)]
    low, high = np.percentile(again, [2.5, 97.5])
    best = float(of(np.array(ceiling))) if ceiling else None
    worst = float(of(np.array(floor))) if floor else None
    return Gate(name, float(of(x)), float(low), float(high), len(x), target, at_most, best, worst)


def table(gates: Sequence[Gate]) -> str:
    lines = [f"{'':46}  {'value':>7}  {'95 %':>16}  {'n':>4}  {'floor':>6}  {'ceiling':>7}  {'gate':>6}"]
    for gate in gates:
        verdict = "" if gate.target is None else "passed" if gate.passed else "FAILED"
        goal = "" if gate.target is None else f"{'<=' if gate.at_most else '>='}{gate.target:g}"
        lines.append(
            f"{gate.name:46}  {gate.value:7.3f}  {gate.low:7.3f}..{gate.high:7.3f}  {gate.n:4}  "
            f"{_plain(gate.floor):>6}  {_plain(gate.ceiling):>7}  {goal:>6} {verdict}".rstrip()
        )
    return "\n".join(lines)


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
