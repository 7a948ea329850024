"""The training world: clips of the subset, drawn from numbers and rendered as layers by the scene engine itself.

A clip is wholly known: its words, the look of its subject, its place's layout, its motion and what is heard. The real
render of a clip, against which gates compare, is these layers through the compositor.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.recut1 import sound, subset
from inference.recut1.compositor import resized
from inference.recut1.subset import ACTIONS, COLOURS, PEOPLE, PLACES, SUBJECTS, TIMES, VARIANTS, can_act
from inference.world import vocabulary as v
from inference.world.picture.actors import FLAT, mood
from inference.world.picture.canvas import Canvas
from inference.world.picture.painter import Painter
from inference.world.picture.rigs import RIGS
from inference.world.picture.rigs.base import Looks, Pose
from inference.world.scene import SAMPLE_RATE, Actor, Background, Instance, Layers, Line, Scene, Utterance
from inference.world.sound import effects
from inference.world.sound.ambience import ambience
from inference.world.speech import MOUTH_RATE, Take, Voice, say
from inference.world.stage import stage

if TYPE_CHECKING:
    from collections.abc import Sequence

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

ASPECTS = (9 / 16, 16 / 9)
SIZES = (0.8, 1.0, 1.2)
SIDE = 192  # of the background, pixels
SPRITE = (192, 144)  # height and width: twice the grid of the codec
BLINKS = (1.45, 3.2)  # seconds
TALKING = 0.3  # share of clips in which a person speaks
SPEECH_GAIN = 1.25

# The words of what is said: enough lines for a mouth to learn from, and no two alike in sound.
_WHO = ("I", "you", "we", "they", "nobody", "everybody")
_DO = ("see", "hear", "found", "lost", "want", "need", "like", "love", "know", "made")
_WHAT = (
    "the moon", "a red kite", "your old hat", "the long road", "a small fish", "new shoes", "the last train",
    "my best friend", "a warm soup", "the answer", "some music", "that strange door", "a good story", "two birds",
    "the sea",
)  # fmt: skip
_WHEN = ("today", "again", "at night", "in the morning", "right now", "for you", "every day", "over there")


class Clip(NamedTuple):
    """All that one clip is made of."""

    scene: Scene
    aspect: float
    spoken: str = ""  # what the subject says
    said_at: float = 0.0


def draw(seed: int, index: int, *, talking: float = TALKING) -> Clip:
    """Clip `index` of the endless list of `seed`."""
    rng = np.random.default_rng((seed, index))
    subject = SUBJECTS[int(rng.integers(len(SUBJECTS)))]
    if rng.uniform() < 0.25:
        subject = PEOPLE[int(rng.integers(len(PEOPLE)))]
    acts = [action for action in ACTIONS if can_act(subject, action)]
    action = acts[int(rng.integers(len(acts)))]
    talks = subject in (*PEOPLE, "robot") and rng.uniform() < talking * 1.7
    if talks and rng.uniform() < 0.6:
        action = "talk"
    actor = Actor(
        name="lead",
        subject=subject,
        rig=v.SUBJECTS[subject].rig,
        seed=int(rng.integers(2**31)),
        action=action,
        look=_look(subject, rng),
        size=SIZES[int(rng.integers(len(SIZES)))],
        manner=("normal", "normal", "fast", "slow")[int(rng.integers(4))],
        voice=_voice(subject, rng) if talks else None,
    )
    scene = Scene(
        world_version=1,
        seed=int(rng.integers(2**27)) * VARIANTS + int(rng.integers(VARIANTS)),
        actors=(actor,),
        place=PLACES[int(rng.integers(len(PLACES)))],
        weather="clear",
        time=TIMES[int(rng.integers(len(TIMES)))],
        camera="still",
        fixed=("camera",),
    )
    aspect = ASPECTS[int(rng.integers(2))]
    return Clip(scene, aspect, *((_line(rng), float(rng.uniform(0.1, 1.4))) if talks else ("", 0.0)))


def held_out(clip: Clip) -> bool:
    """Combinations that training never sees: one in eight of place, hour and layout, one in eight of subject, colour
    and action."""
    scene, actor = clip.scene, clip.scene.actors[0]
    where = PLACES.index(scene.place) + 3 * TIMES.index(scene.time) + scene.seed % VARIANTS
    colour = COLOURS.index(actor.look["body"]) if actor.look["body"] in COLOURS else 0
    who = SUBJECTS.index(actor.subject) + 3 * colour + ACTIONS.index(actor.action)
    return where % 8 == 5 or who % 8 == 5


def _look(subject: str, rng: np.random.Generator) -> dict[str, str]:
    colour = COLOURS[int(rng.integers(len(COLOURS)))]
    if subject not in PEOPLE:
        return {"body": colour}
    free = [subset.code(*(int(c) for c in rng.integers(20, 250, 3))) for _ in range(4)]
    skin = v.SKIN[int(rng.integers(len(v.SKIN)))]
    shade = rng.uniform(0.9, 1.06)
    named = rng.uniform() < 0.6
    palette = v.SUBJECTS[subject].palette
    hair = palette["hair"][int(rng.integers(len(palette["hair"])))]
    return {
        "skin": subset.code(*(min(255, int(c * shade)) for c in skin)),
        "hair": hair if rng.uniform() < 0.6 else free[0],
        "body": colour if named else free[1],
        "legs": palette["legs"][int(rng.integers(len(palette["legs"])))] if named else free[2],
        "shoes": palette["shoes"][int(rng.integers(len(palette["shoes"])))] if named else free[3],
        "hair_style": subset.HAIR_STYLES[int(rng.integers(len(subset.HAIR_STYLES)))],
        **{item: "yes" if _wears(subject, item, rng) else "no" for item in subset.WORN},
    }


def _wears(subject: str, item: str, rng: np.random.Generator) -> bool:
    return bool(rng.uniform() < 0.3) and (item != "beard" or subject == "man")


def _voice(subject: str, rng: np.random.Generator) -> tuple[float, float]:
    pitch, formant = v.SUBJECTS[subject].voice
    steps = (0.92, 1.0, 1.08)
    return float(np.clip(pitch * steps[int(rng.integers(3))], 0.6, 1.8)), formant


def _line(rng: np.random.Generator) -> str:
    return " ".join(words[int(rng.integers(len(words)))] for words in (_WHO, _DO, _WHAT, _WHEN)) + "."


@lru_cache(maxsize=4096)
def said(text: str, voice: tuple[float, float]) -> Take:
    return say(text, 0, Voice(*voice))


def staged(clip: Clip, fps: int = subset.FPS) -> Layers:
    """The clip's motion and sounds; its speech is cut where the clip ends."""
    scene = clip.scene
    if not clip.spoken:
        return stage(scene, subset.SECONDS, fps, clip.aspect)
    voice = scene.actors[0].voice or (1.0, 1.0)
    take, left = said(clip.spoken, voice), subset.SECONDS - clip.said_at
    samples, mouth = take.samples[: round(left * SAMPLE_RATE)], take.mouth[: round(left * MOUTH_RATE)]
    speech = Utterance(clip.said_at, "lead", clip.spoken, samples, *voice, mouth)
    scene = msgspec.structs.replace(scene, lines=(Line("lead", clip.spoken),))
    return stage(scene, subset.SECONDS, fps, clip.aspect, (speech,))


def background(place: Background, aspect: float) -> Pixels:
    """[192, 192, 3]: the place at the first moment with nobody in it, squeezed to a square."""
    return _backdrop(place.place, place.time, place.seed % VARIANTS, aspect)


@lru_cache(maxsize=1024)
def _backdrop(place: str, time: str, variant: int, aspect: float) -> Pixels:
    height = 2 * SIDE if aspect < 1 else SIDE + SIDE // 3
    width = round(height * aspect / 2) * 2
    empty = Scene(1, variant, (), place, "clear", time, "still", fixed=("camera",))
    with Painter(stage(empty, 0.1, 10, aspect), width, height) as painter:
        return resized(painter.frame(0), SIDE, SIDE)


def sprites(
    instance: Instance, motion: Floats, size: tuple[int, int] = SPRITE, frames: Sequence[int] | None = None
) -> Pixels:
    """[frames, height, width, 4] of all frames or some: the subject in its own frame, lit from its left, in the poses
    of the motion."""
    actor = instance.actor
    seen = msgspec.structs.replace(actor, look=subset.dressed(actor))
    model = RIGS[actor.rig](Looks(Instance(seen, subset.LOOK_SEED, 1.0, instance.track), True))
    height, width = size
    left, right, top, bottom = subset.BOXES[actor.subject]
    sx, sy = width / (right - left), height / (bottom - top)
    action = v.staged(actor.rig, actor.action)
    chosen = range(len(motion)) if frames is None else frames
    out = np.empty((len(chosen), height, width, 4), np.uint8)
    with Canvas(width, height) as canvas:
        pen = canvas.root.group((sx, 0, 0, sy, -left * sx, -top * sy)).passing()
        for nth, frame in enumerate(chosen):
            pen.clear()
            model.draw(pen, pose_of(motion[frame], action, frame / subset.FPS))
            canvas.draw(clear=True)
            out[nth] = canvas.pixels
    return out


def key_sprite(instance: Instance, motion: Floats, size: tuple[int, int] = SPRITE) -> Pixels:
    """[height, width, 4]: the subject at rest, whatever it does in the clip."""
    actor = instance.actor
    rest = msgspec.structs.replace(actor, action="idle")
    row = motion[:1].copy()
    flat = v.SUBJECTS[actor.subject].rig in FLAT
    row[0, 3:] = (0, 1, 1 if flat else 0.3, 0, 0, 0, 1, -1, -1)
    return sprites(Instance(rest, instance.seed, 1.0, instance.track), row, size)[0]


def pose_of(row: Floats, action: str, t: float) -> Pose:
    at = subset.moment(row)
    return Pose(
        action=action, walk=at.walk, phase=at.phase, t=t, mouth=at.mouth, turn=abs(at.facing), light=-0.75,
        blink=float(any(0 <= t - start < 0.15 for start in BLINKS)), lift=at.lift / at.scale, wind=0.5,
        mood=mood("", action), aloft=False,
    )  # fmt: skip


def heard(layers: Layers) -> tuple[Floats, Floats]:
    """(everything but speech, speech) as mono at the networks' rate, [96000] each."""
    count = round(layers.seconds * sound.RATE)
    rest = ambient(layers.background.place, layers.background.time, layers.background.seed % VARIANTS)[:count].copy()
    ground = effects.GROUND.get(layers.background.place, "grass")
    for nth, event in enumerate(layers.sounds):
        take = effect(event.kind, nth % 2, round(event.pitch * 10) / 10, ground)
        _lay(rest, take, event.at, event.gain)
    speech = np.zeros(count, np.float32)
    for line in layers.speech:
        _lay(speech, sound.lower(line.samples), line.at, SPEECH_GAIN)
    return rest, speech


def _lay(bus: Floats, mono: Floats, at: float, gain: float) -> None:
    start = max(0, round(at * sound.RATE))
    mono = mono[: max(0, len(bus) - start)]
    bus[start : start + len(mono)] += np.float32(gain) * mono


@lru_cache(maxsize=1024)
def ambient(place: str, time: str, variant: int) -> Floats:
    both = ambience(Background(place, "clear", time, variant), subset.SECONDS)
    return sound.lower(both.mean(1))


@lru_cache(maxsize=2048)
def effect(kind: str, take: int, pitch: float, ground: str) -> Floats:
    return sound.lower(effects.render(kind, 0, take, pitch, ground))
