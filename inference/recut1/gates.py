"""What `recut-1` must reach before it is more than a model by name.

The world is known, so there is no judge network: words by analysis through synthesis (judging.py), all else against the
true render. Beside each number stand the same measure of real renders (ceiling), of clips that were mixed up (floor)
and a 95 % interval. A gate that real renders do not pass, or mixed-up clips do, would measure nothing: a test holds
each of them to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.evaluate.measure import Share
from inference.recut1 import judging, sound, subset, tokens
from inference.recut1.compositor import Compositor, Layer
from inference.recut1.judging import STRIDE
from inference.recut1.sampler import STREAMS, Given, Request
from inference.recut1.shape import CARRIED, SLOTS
from inference.recut1.studio import Made
from inference.recut1.subset import PEOPLE
from inference.train import world_subset as world
from inference.world.carry import carried, ending
from inference.world.scene import TRACK
from inference.world.stage import stage

if TYPE_CHECKING:
    from inference.recut1.studio import Studio
    from inference.train.world_subset import Clip
    from inference.world.scene import Instance, Layers

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

SMALL: Final = (192, 108)  # height and width of the frames that PSNR is taken of, portrait
BOOTSTRAPS: Final = 1000
AT_ONCE: Final = 16  # clips that are painted together
CHARACTERS: Final = 32
LINES: Final = 24  # clips with speech
CONTACTS: Final = 24  # clips of somebody who jumps
SEAMS: Final = 16
FINE: Final = 60  # frames a second at which a contact is found
AUDIBLE: Final = 0.06  # of a mel spectrogram: what a contact must add to what is heard without it


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
        return self.n > 0 and self.passes(self.value)

    def passes(self, value: float) -> bool:
        if self.target is None:
            return True
        return value <= self.target if self.at_most else value >= self.target


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


class Asked(NamedTuple):
    """What a painter is asked for. The case says how it truly looks: a model does not look there."""

    case: Case
    request: Request


class Painter(Protocol):
    def paint(self, asked: Sequence[Asked]) -> list[Made]: ...


class Model:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def paint(self, asked: Sequence[Asked]) -> list[Made]:
        return [
            made
            for first in range(0, len(asked), AT_ONCE)
            for made in self._studio.make([one.request for one in asked[first : first + AT_ONCE]])
        ]


class Truth:
    """Paints real renders: what it reaches is the most that there is to reach."""

    def paint(self, asked: Sequence[Asked]) -> list[Made]:
        none = {name: np.zeros(shape, np.float32) for name, shape in STREAMS.items()}
        return [Made(none, one.case.background, one.case.sprites, one.case.motion, one.case.mels) for one in asked]


def run(
    n: int,
    seed: int,
    studio: Studio | None,
    report: Callable[[str], None] = lambda line: None,
    painter: Painter | None = None,
) -> list[Gate]:
    """All gates on `n` clips that training never saw; fewer where few are enough. Without a `studio` those of the
    codecs are left out, and there must be a painter."""
    painter = painter or Model(_there(studio))
    cases = [case_of(clip) for clip in held(n, seed)]
    report("clips")
    for case, (given, free) in zip(cases, painted(painter, cases, seed), strict=True):
        case.given, case.free = given, free
    report("painted")
    through = _through(studio, cases) if studio else None
    gates = [*_words(cases), *_pictures(cases, through), *(_codecs(through) if through else ())]
    report("words and pictures")
    gates += _sync(painter, min(n, CONTACTS), seed)
    gates += _mouth(painter, min(n, LINES), seed)
    report("sound")
    return [*gates, *_identity(painter, seed, min(n, CHARACTERS)), *_seam(painter, cases[:SEAMS])]


def _there(studio: Studio | None) -> Studio:
    if studio is None:
        raise ValueError("without a studio somebody else must paint")
    return studio


def held(n: int, seed: int) -> list[Clip]:
    return [clip for clip, _ in zip(_drawn(7_000_000 + seed, world.held_out), range(n), strict=False)]


def _drawn(seed: int, wanted: Callable[[Clip], bool]) -> Iterator[Clip]:
    at = 0
    while True:
        clip = world.draw(seed, at)
        at += 1
        if wanted(clip):
            yield clip


def case_of(clip: Clip, instance: Instance | None = None, motion: Floats | None = None) -> Case:
    """`instance` and `motion`: of a part of the clip that is not its beginning."""
    layers = world.staged(clip)
    instance = instance or layers.instances[0]
    motion = subset.motion_of(instance, subset.FPS) if motion is None else motion
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
    [both] = painted(Model(studio), [case], seed)
    return both


def painted(painter: Painter, cases: Sequence[Case], seed: int) -> list[tuple[Made, Made]]:
    """Each case with its motion given and with motion made up."""
    with_motion = [_asked(case, seed + nth, given=("motion",)) for nth, case in enumerate(cases)]
    without = [_asked(case, seed + nth) for nth, case in enumerate(cases)]
    return list(zip(painter.paint(with_motion), painter.paint(without), strict=True))


def _asked(case: Case, seed: int, given: Sequence[str] = (), **more: Given) -> Asked:
    motion = {"motion": Given(tokens.motion_tokens(case.motion), SLOTS)} if "motion" in given else {}
    one = case.request
    return Asked(case, Request(seed, one.words, one.character, one.plan, {**motion, **more}))


def _made(case: Case) -> Made:
    assert case.given is not None
    return case.given


def _neighbours(cases: Sequence[Case]) -> list[tuple[Case, Case]]:
    """Each with another one: what is mixed up."""
    return list(zip(cases, [*cases[1:], *cases[:1]], strict=True))


# words ------------------------------------------------------------
WORDS: Final = (
    ("subject", 0.95, judging.subject), ("colour", 0.95, judging.colour), ("place", 0.95, judging.place),
    ("time", None, judging.time), ("action", 0.90, judging.action),
)  # fmt: skip


def _words(cases: Sequence[Case]) -> list[Gate]:
    return [gate for name, target, judge in WORDS for gate in _word(name, target, judge, cases)]


def _word(
    name: str, target: float | None, judge_of: Callable[[Case], judging.Judge | None], cases: Sequence[Case]
) -> list[Gate]:
    hits: dict[str, list[bool]] = {kind: [] for kind in ("real", "given", "free", "given mixed", "free mixed")}
    for case, other in _neighbours(cases):
        judge = judge_of(case)
        if judge is None:
            continue
        hits["real"].append(judge(case.sprites, case.background, case.motion))
        for kind in ("given", "free"):
            for made, note in ((getattr(case, kind), kind), (getattr(other, kind), f"{kind} mixed")):
                hits[note].append(judge(made.sprites, made.background, made.motion))
    return [
        _share(f"{name}, motion {kind}", hits[kind], target, hits["real"], hits[f"{kind} mixed"])
        for kind in ("given", "free")
    ]


def _share(
    name: str, hits: Sequence[bool], target: float | None, ceiling: Sequence[bool], floor: Sequence[bool]
) -> Gate:
    share = Share(sum(hits), len(hits))
    low, high = share.interval()
    best, worst = (float(np.mean(part)) if part else None for part in (ceiling, floor))
    return Gate(name, share.value, low, high, share.of, target, False, best, worst)


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


class Through(NamedTuple):
    """PSNR of real renders through encoder and decoder: what the flow can reach at most."""

    places: list[float]
    places_mixed: list[float]
    inside: list[float]
    inside_mixed: list[float]
    clips: list[float]


def _pictures(cases: Sequence[Case], through: Through | None) -> list[Gate]:
    given, free, floor = [], [], []
    for case, other in _neighbours(cases):
        made, strange = _made(case), _made(other)
        assert case.free is not None
        truth = frames_of(case, case.sprites, case.background, case.motion)
        given.append(psnr(frames_of(case, made.sprites, made.background, case.motion), truth))
        free.append(psnr(frames_of(case, case.free.sprites, case.free.background, case.free.motion), truth))
        floor.append(psnr(frames_of(case, strange.sprites, strange.background, case.motion), truth))
    best = through.clips if through else None
    return [
        _median("clip PSNR dB, motion given", given, 22.0, ceiling=best, floor=floor),
        _median("clip PSNR dB, motion free", free, None, ceiling=best, floor=floor),
    ]


def _through(studio: Studio, cases: Sequence[Case]) -> Through:
    found = Through([], [], [], [], [])
    for case, other in _neighbours(cases):
        again = studio.background(studio.place_of(case.background))
        key = studio.key_of(world.key_sprite(case.instance, case.motion, (96, 72)))
        still = studio.codec.key_numbers(key)
        small = case.sprites.reshape(48, 96, 2, 72, 2, 4).mean((2, 4)).round().astype(np.uint8)
        numbers = np.stack([studio.codec.key_numbers(studio.key_of(frame)) for frame in small])
        shown = studio.sprites(key, studio.codec.slot_tokens(numbers, still))
        found.places.append(psnr(again, case.background))
        found.places_mixed.append(psnr(again, other.background))
        found.inside.append(_inside(shown, case.sprites))
        found.inside_mixed.append(_inside(shown, other.sprites))
        truth = frames_of(case, case.sprites, case.background, case.motion)
        found.clips.append(psnr(frames_of(case, shown, again, case.motion), truth))
    return found


def _inside(shown: Pixels, sprites: Pixels) -> float:
    """PSNR of colours inside the mask, dB."""
    error = (shown[..., :3].astype(np.float32) - sprites[..., :3])[sprites[..., 3] > 127]
    return float(10 * np.log10(255**2 / max((error**2).mean(), 1e-3)))


def _codecs(through: Through) -> list[Gate]:
    return [
        _median("background codec PSNR dB", through.places, 30.0, floor=through.places_mixed),
        _median("sprite codec PSNR dB inside the mask", through.inside, 30.0, floor=through.inside_mixed),
    ]


# time ------------------------------------------------------------
def contacts(case: Case) -> Floats:
    """Frames of 12 a second, in parts of one, at which the subject comes down and is heard to. At twelve a second a
    fast bounce has no frame on the ground, so they are looked for in a finer staging; and what the wind or the waves
    drown proves nothing, so a contact counts where the sound of the scene is louder with it than without."""
    lift = world.staged(case.clip, FINE).instances[0].track[:, TRACK.index("lift")]
    near = 0.2 * lift.max()
    low = [i for i in range(1, len(lift) - 1) if lift[i] <= min(lift[i - 1], lift[i + 1]) and lift[i] < near]
    first = [i for i, before in zip(low, [-FINE, *low], strict=False) if i - before > FINE // 12]
    down = np.array(first, np.float32) / np.float32(FINE / subset.FPS)
    silent, _ = world.heard(msgspec.structs.replace(case.layers, sounds=()))
    added = (case.mels - sound.mel(silent)).mean(1)  # [240]
    return np.array([at for at in down if _added(added, at) > AUDIBLE and 1 < at < 47], np.float32)


def _added(added: Floats, at: float) -> float:
    first = round(at * 5)
    return float(added[first : first + 4].max(initial=0))


def onsets(mels: Floats) -> Floats:
    """Frames of 12 a second at which something begins to be heard."""
    rise = np.maximum(np.diff(mels, axis=0, prepend=mels[:1]), 0).mean(1)
    rise = rise - np.median(rise)
    peaks = [
        i for i in range(1, len(rise) - 1) if rise[i] >= max(rise[i - 1], rise[i + 1]) and rise[i] > 3 * rise.std()
    ]
    return np.array(peaks, np.float32) / np.float32(5)


def apart(down: Floats, mels: Floats) -> list[float]:
    """Frames from each contact to the nearest onset."""
    heard = onsets(mels)
    return [float(np.abs(heard - at).min()) if len(heard) else 12.0 for at in down]


def _sync(painter: Painter, n: int, seed: int) -> list[Gate]:
    cases = []
    for clip in _drawn(7_500_000 + seed, _jumps):
        case = case_of(clip)
        if len(contacts(case)) >= 2:
            cases.append(case)
        if len(cases) == n:
            break
    made = painter.paint([_asked(case, seed + nth, given=("motion",)) for nth, case in enumerate(cases)])
    down = [contacts(case) for case in cases]
    real = [apart(at, case.mels) for at, case in zip(down, cases, strict=True)]
    own = [apart(at, one.mels) for at, one in zip(down, made, strict=True)]
    mixed = [apart(at, one.mels) for at, one in zip(down, [*made[1:], *made[:1]], strict=True)]
    medians = [[float(np.median(one)) for one in some] for some in (own, real, mixed)]
    near = [[distance <= 1 for one in some for distance in one] for some in (own, real, mixed)]
    return [
        _median("contact to own sound, frames", medians[0], 0.5, at_most=True, ceiling=medians[1], floor=medians[2]),
        _share("contacts within a frame of a sound", near[0], None, near[1], near[2]),
    ]


def _jumps(clip: Clip) -> bool:
    return world.held_out(clip) and clip.scene.actors[0].action in {"bounce", "jump"} and not clip.spoken


def mouths(case: Case, sprites: Pixels) -> Floats:
    """How open the mouth is in each frame, by the renders with the mouth shut and open."""
    shut, open_ = case.motion.copy(), case.motion.copy()
    shut[:, 11], open_[:, 11] = -1, 1
    low = world.sprites(case.instance, shut).astype(np.float32)
    way = world.sprites(case.instance, open_).astype(np.float32) - low
    open_by = ((sprites - low) * way).sum((1, 2, 3)) / np.maximum((way**2).sum((1, 2, 3)), 1e-6)
    return open_by.astype(np.float32)


def _mouth(painter: Painter, n: int, seed: int) -> list[Gate]:
    """Clips with a line; the envelope is known. A line shifted by a second is the floor."""
    clips = _drawn(8_000_000 + seed, lambda clip: bool(clip.spoken) and clip.scene.actors[0].subject in PEOPLE)
    cases = [case_of(clip) for clip, _ in zip(clips, range(n), strict=False)]
    made = painter.paint([_asked(case, seed + nth, given=("motion",)) for nth, case in enumerate(cases)])
    found, ceiling, floor = [], [], []
    for case, one in zip(cases, made, strict=True):
        envelope, seen = case.motion[:, 11], mouths(case, one.sprites)
        found.append(_r(seen, envelope))
        ceiling.append(_r(mouths(case, case.sprites), envelope))
        floor.append(_r(seen, np.roll(envelope, subset.FPS)))
    return [_mean("mouth to envelope, r", found, 0.8, ceiling, floor)]


def _r(a: Floats, b: Floats) -> float:
    if a.std() < 1e-6 or b.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def _identity(painter: Painter, seed: int, characters: int) -> list[Gate]:
    """Each of the characters in two prompts: is it nearer to itself than to the others?"""
    cases = [[_met(seed, half, nth) for nth in range(characters)] for half in range(2)]
    made = [
        painter.paint([_asked(case, seed + 77 * half + nth, given=("motion",)) for nth, case in enumerate(row)])
        for half, row in enumerate(cases)
    ]
    own = _distances([[one.sprites for one in row] for row in made])
    real = _distances([[case.sprites for case in row] for row in cases])
    mixed = np.roll(own, 1, axis=1)
    spread = [_auc(own[rows][:, rows]) for rows in _resampled(characters, 200)]
    low, high = np.percentile(spread, [2.5, 97.5])
    return [
        Gate(
            "identity, AUC", _auc(own), float(low), float(high), characters, 0.98, ceiling=_auc(real), floor=_auc(mixed)
        ),
        _share(f"identity, first of {characters}", _first(own), 0.9, _first(real), _first(mixed)),
    ]


def _met(seed: int, half: int, nth: int) -> Case:
    """Character `nth` in the first or second of its prompts."""
    clip = next(_drawn(9_000_000 + seed + nth, lambda clip: clip.scene.actors[0].subject in PEOPLE))
    other = world.draw(9_500_000 + seed + half, nth)
    actor = msgspec.structs.replace(clip.scene.actors[0], action=("idle", "wave")[half])
    scene = msgspec.structs.replace(other.scene, actors=(actor,))
    return case_of(clip._replace(scene=scene, spoken="", aspect=other.aspect))


def _distances(rows: Sequence[Sequence[Pixels]]) -> Floats:
    first, second = ([_features(sprites) for sprites in row] for row in rows)
    return np.array([[((a - b) ** 2).mean() for b in second] for a in first], np.float32)


def _features(sprites: Pixels) -> Floats:
    return sprites.astype(np.float32).mean(0).reshape(24, 8, 18, 8, 4).mean((1, 3))


def _auc(distance: Floats) -> float:
    same, others = np.diag(distance), distance[~np.eye(len(distance), dtype=bool)]
    return float((same[:, None] < others[None]).mean())


def _first(distance: Floats) -> list[bool]:
    return [int(np.argmin(row)) == i for i, row in enumerate(distance)]


def _resampled(n: int, times: int) -> list[NDArray[np.int64]]:
    """Without repeats: somebody twice would be somebody else's equal."""
    rng = np.random.default_rng(0)
    return [np.unique(rng.integers(n, size=n)) for _ in range(times)]


def _seam(painter: Painter, cases: Sequence[Case]) -> list[Gate]:
    """The last third of a clip carried into the next one: does the picture change more at the join than elsewhere?

    How much it has to change depends on the motion: who lands moves more in one frame than in another. So each step is
    measured by the same step in the true render of that motion, and the one at the join is compared with the median of
    the others. The floor is another clip's continuation."""
    nexts = [_next(case) for case in cases]
    made = painter.paint([_carried(case, after) for case, after in zip(cases, nexts, strict=True)])
    own = [_jump(after, _made(case).sprites, one.sprites) for case, after, one in zip(cases, nexts, made, strict=True)]
    real = [_jump(after, case.sprites, after.sprites) for case, after in zip(cases, nexts, strict=True)]
    mixed = [
        _jump(after, _made(other).sprites, one.sprites)
        for (_, other), after, one in zip(_neighbours(cases), nexts, made, strict=True)
    ]
    return [_median("extension, step at the join to others", own, 1.5, at_most=True, ceiling=real, floor=mixed)]


FRESH: Final = 4 * CARRIED  # the first frame of an extension that its parent has not shown


def _next(case: Case) -> Case:
    """The four seconds that begin with the clip's last third: its motion goes on from where it ended."""
    after = stage(case.clip.scene, subset.SECONDS, subset.FPS, case.clip.aspect)
    [instance] = carried(after, ending(case.layers), cut=False).instances
    motion = np.concatenate([case.motion[-FRESH:], subset.motion_of(instance, subset.FPS)[:-FRESH]])
    return case_of(case.clip, instance, motion)


def _carried(case: Case, after: Case) -> Asked:
    first = _made(case).tokens
    kept = {name: Given(first[name], len(first[name])) for name in ("background", "key")}
    third = {name: Given(first[name][-n:], n) for name, n in (("sprite", 6 * CARRIED), ("sound", 2 * CARRIED))}
    return _asked(after, 1, given=("motion",), **kept, **third)


def _jump(after: Case, before: Pixels, sprites: Pixels) -> float:
    """`before` ends with the join, `sprites` are those of the extension with what it carries. Where the motion stands
    still nearly every step is large beside the true one, so a usual step is added to both."""
    shown, true = _steps(np.concatenate([before[-1:], sprites[FRESH:]])), _steps(after.sprites[FRESH - 1 :])
    usual = max(float(np.median(true)), 0.3)
    steps = (shown + usual) / (true + usual)
    return float(steps[0] / np.median(steps[1:]))


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
