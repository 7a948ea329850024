"""What `recut-1` knows of the scene engine's world: the words, the numbers of a person, and motion as numbers.

The networks were trained on exactly this. Changing a list, an order or a scale makes the weights wrong: then
`WORLD` changes too, and weights of another world are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from inference.world import vocabulary as v
from inference.world.dice import stream
from inference.world.scene import TRACK, Actor, Background, Instance, travelling

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float32]

WORLD: Final = "1"
FPS: Final = 12  # of sprites, motion and sound tokens; the compositor draws at any rate
SECONDS: Final = 4.0
FRAMES: Final = 48

PEOPLE: Final = ("man", "woman", "boy", "girl")
SUBJECTS: Final = (*PEOPLE, "robot", "cat", "dog", "penguin", "dinosaur", "car", "ball", "flower")
COLOURS: Final = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
PLACES: Final = ("meadow", "forest", "beach", "city", "room", "desert", "snowfield", "moon")
TIMES: Final = ("dawn", "day", "sunset", "night")
VARIANTS: Final = 8  # layouts of each place
ACTIONS: Final = ("idle", "walk", "run", "jump", "dance", "spin", "wave", "talk", "bounce", "drive", "grow")
KINDS: Final = (SUBJECTS, COLOURS, PLACES, TIMES, tuple(str(i) for i in range(VARIANTS)), ACTIONS)
UNKNOWN: Final = 0
LOOK_SEED: Final = 1  # what nobody names looks the same everywhere

# left, right, top, bottom of what a subject covers over all its poses, in its own heights about its contact point:
# the frame of its sprite is this box, whatever its shape.
_UPRIGHT: Final = (-0.47, 0.45, -1.21, 0.03)
BOXES: Final[dict[str, tuple[float, float, float, float]]] = {
    **dict.fromkeys((*PEOPLE, "robot"), _UPRIGHT),
    "cat": (-0.82, 0.82, -1.08, 0.10),
    "dog": (-0.70, 0.72, -1.01, 0.14),
    "penguin": (-0.80, 0.87, -1.06, 0.14),
    "dinosaur": (-0.86, 0.72, -1.05, 0.04),
    "car": (-1.22, 1.22, -1.06, 0.07),
    "ball": (-0.54, 0.54, -1.11, 0.03),
    "flower": (-0.46, 0.46, -1.02, 0.06),
}

PERSON_COLOURS: Final = ("skin", "hair", "body", "legs", "shoes")
HAIR_STYLES: Final = ("long", "short", "curly", "spiky", "bald", "ponytail")
WORN: Final = ("glasses", "hat", "beard")
PERSON: Final = 3 * len(PERSON_COLOURS) + len(HAIR_STYLES) + len(WORN)  # 24 numbers in 0..1
PLAN: Final = 9


def word(kind: int, value: str) -> int:
    """The number of a word, 0 if the networks do not know it."""
    first = 1 + sum(len(words) for words in KINDS[:kind])
    return first + KINDS[kind].index(value) if value in KINDS[kind] else UNKNOWN


def words_of(actor: Actor, background: Background) -> NDArray[np.int64]:
    """[6]: subject, colour, place, time, variant, action."""
    variant = str(background.seed % VARIANTS)
    said = (
        actor.subject,
        actor.look.get("body", ""),
        background.place,
        background.time,
        variant,
        v.staged(actor.rig, actor.action),
    )
    return np.array([word(kind, value) for kind, value in enumerate(said)], np.int64)


def can_act(subject: str, action: str) -> bool:
    """Whether the subset has this subject do this: as it is, not by something else that stands for it."""
    rig = v.SUBJECTS[subject].rig
    if action == "drive":
        return rig == "vehicle"
    return v.staged(rig, action) == action and not (rig == "vehicle" and action in {"run", "walk"})


def dressed(actor: Actor) -> dict[str, str]:
    """The look with everything that the networks are told about this subject; what is open comes from its own seed."""
    look = dict(actor.look)
    if actor.subject not in PEOPLE:
        look.setdefault("body", _choice(actor, "body", COLOURS))
        return look
    skins = tuple(code(*colour) for colour in v.SKIN)
    palette = v.SUBJECTS[actor.subject].palette
    look.setdefault("skin", _choice(actor, "skin", skins))
    for part in PERSON_COLOURS[1:]:
        look.setdefault(part, _choice(actor, part, COLOURS if part == "body" else palette[part]))
    look.setdefault("hair_style", _choice(actor, "hair_style", HAIR_STYLES[:4]))
    for item in WORN:
        look[item] = "no" if look.get(item, "no") == "no" else "yes"
    return look


def _choice(actor: Actor, part: str, options: Sequence[str]) -> str:
    return options[int(stream(actor.seed, "recut-1", part).integers(len(options)))]


def person_of(actor: Actor, look: dict[str, str]) -> Floats:
    """[25]: the numbers of a person and 1; zeros for anybody else."""
    if actor.subject not in PEOPLE:
        return np.zeros(PERSON + 1, np.float32)
    colours = [channel / 255 for part in PERSON_COLOURS for channel in rgb(look[part])]
    style = [float(look.get("hair_style") == name) for name in HAIR_STYLES]
    worn = [float(look.get(name, "no") != "no") for name in WORN]
    return np.array([*colours, *style, *worn, 1.0], np.float32)


def code(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"


def rgb(value: str) -> tuple[int, int, int]:
    if value.startswith("#"):
        return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)
    return v.COLOURS[value]


SEEN: Final = ("x", "y", "scale", "angle", "facing", "phase", "lift", "squash", "mouth")  # of a track
# Motion as numbers: each about 0, most within -1..1. Columns as `inference.model.MOTION`.
_X, _Y, _SCALE, _LIFT, _SQUASH = 0.4, 0.06, 0.45, 0.12, 0.12
_Y0, _SCALE0 = 0.83, float(np.log(0.4))


def motion_of(instance: Instance, fps: int) -> Floats:
    """[frames, 12] of a staged instance."""
    x, y, scale, angle, facing, phase, lift, squash, mouth = (instance.track[:, TRACK.index(name)] for name in SEEN)
    turn = 2 * np.pi * phase
    columns = (
        x / _X, (y - _Y0) / _Y, (np.log(np.maximum(scale, 1e-3)) - _SCALE0) / _SCALE, np.sin(angle), np.cos(angle),
        facing, lift / _LIFT, (squash - 1) / _SQUASH, np.sin(turn), np.cos(turn),
        2 * travelling(instance, fps) - 1, 2 * mouth - 1,
    )  # fmt: skip
    return np.stack(columns, 1).astype(np.float32)


@dataclass(frozen=True)
class Moment:
    """Where the subject is in one frame, in stage units, and in which pose."""

    x: float
    y: float
    scale: float
    angle: float
    facing: float
    lift: float
    squash: float
    phase: float  # 0..1 within its cycle
    walk: float
    mouth: float


def moment(row: Floats) -> Moment:
    """The inverse of `motion_of` for one frame."""
    x, y, scale, sine, cosine, facing, lift, squash, p_sin, p_cos, walk, mouth = (float(number) for number in row)
    return Moment(
        x=x * _X,
        y=y * _Y + _Y0,
        scale=float(np.exp(np.clip(scale * _SCALE + _SCALE0, -6, 1))),
        angle=float(np.arctan2(sine, cosine)),
        facing=float(np.clip(facing, -1, 1)),
        lift=lift * _LIFT,
        squash=float(np.clip(squash * _SQUASH + 1, 0.4, 1.8)),
        phase=float(np.arctan2(p_sin, p_cos) / (2 * np.pi) % 1.0),
        walk=float(np.clip(walk / 2 + 0.5, 0, 1)),
        mouth=float(np.clip(mouth / 2 + 0.5, 0, 1)),
    )


def plan_of(motion: Floats, aspect: float) -> Floats:
    """[10]: log of the aspect, numbers of the whole motion, and 1."""
    step = np.unwrap(np.arctan2(motion[:, 8], motion[:, 9]))
    rate = (step[-1] - step[0]) / max(len(step) - 1, 1)
    numbers = (
        np.log(aspect) / 0.6, motion[:, 0].mean(), motion[:, 1].mean(), motion[:, 2].mean(), motion[:, 5].mean(),
        motion[0, 8], motion[0, 9], 2 * rate, motion[:, 6].max(),
    )  # fmt: skip
    return np.array([*numbers, 1.0], np.float32)
