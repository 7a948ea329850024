"""The typed scene: what a prompt became, and what the renderer and the mixer turn into a film.

Two levels, both plain data:

* `Scene` is the script. It is stored as the asset `scene`, patched by a remix, and says nothing about pixels.
* `Layers` is the staging of a scene for one length, frame rate and aspect: a background, actors in their own
  frames with a trajectory each, and timed sounds. A learned model reads and writes this level.

Stage units: the visible frame at zoom 1 is 1.0 high (y = 0 top, 1 bottom); x = 0 is its centre and `aspect / 2` its
right edge. Times are seconds. `seed` fixes everything that the words leave open.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

WORLD_VERSION = 1
FPS = 30
SAMPLE_RATE = 48_000

Rig = Literal["person", "quadruped", "bird", "fish", "vehicle", "plant", "thing"]

# Columns of a track, float32 [frames, len(TRACK)]:
#   x, y    contact point of the actor with the ground, stage units; its centre for whoever is `vocabulary.aloft`
#           (flies, swims, floats, or is in water or space)
#   scale   height of the actor, stage units
#   angle   radians, clockwise, about the middle of the body
#   facing  -1 looks left .. +1 looks right (values between are a turn)
#   phase   gait or action cycle, continuous; the fractional part is the position within a cycle (what a cycle is, per
#           action: `words/actions.py`). While an actor travels it counts its gait, while it stands its action:
#           `travelling` says how much of either a frame shows
#   lift    height of the feet above (x, y), stage units: the shadow stays at (x, y)
#   squash  1 = rest; < 1 flattened, > 1 stretched (volume is kept by the rig)
#   mouth   0 closed .. 1 open
#   wide    -1 rounded lips .. 0 as they are .. 1 spread
TRACK = ("x", "y", "scale", "angle", "facing", "phase", "lift", "squash", "mouth", "wide")
# Columns of the camera track, float32 [frames, 3]: centre x, centre y (0.5 = level), zoom (> 1 is nearer).
CAMERA = ("x", "y", "zoom")


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an actor does to another one: `kind` in chases | follows | holds | on | behind | beside | with."""

    kind: str
    actor: str  # Actor.name


class Actor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One subject of the scene, `count` copies of it.

    `name` is unique in the scene and stable across remixes ("cat", "cat-2"); `subject` is the vocabulary's word.
    `look` holds what the words fixed, part -> value ("body": "red", "hair": "black", "hat": "yes"); parts not named
    come from `seed`, which is the actor's own so that changing one actor leaves the others alone. A colour of a look is
    a name of the vocabulary or "#rrggbb". `voice` is (pitch, formant) where a character has its own.
    """

    name: str
    subject: str
    rig: Rig
    seed: int
    count: int = 1
    look: dict[str, str] = {}
    size: float = 1.0
    action: str = "idle"
    then: str = ""  # what it does after that, in the second half of its shot
    manner: str = "normal"  # slow | normal | fast
    relation: Relation | None = None
    voice: tuple[float, float] | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of dialogue. `speaker` is an Actor.name, or "" for a narrator."""

    speaker: str
    text: str
    shot: int = 0


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a staging left off: the clock of its place in seconds, the camera, the track of each copy of an actor by
    its seed, and what was built of the place (see `Layers.view`)."""

    at: float
    camera: tuple[float, ...]
    places: dict[str, tuple[float, ...]]
    view: tuple[float, float, float]


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole script of a clip. `fixed` names the fields that words decided (the rest came from the seed).

    `shots` are those that follow the first one, where the prompt tells several: each a scene of its own with the same
    seed, without shots. An actor of the same name is the same one. `share` is the length of this shot beside those of
    the others. The lines of all shots stand in the first one's `lines`: `Line.shot` says where.
    """

    world_version: int
    seed: int
    actors: tuple[Actor, ...]
    place: str
    weather: str  # clear | clouds | rain | storm | snow | fog | wind
    time: str  # dawn | day | sunset | night
    camera: str  # still | pan_left | pan_right | zoom_in | zoom_out | close_up | wide | tracking | aerial
    mood: str = "gentle"  # gentle | happy | tense | sad | epic: chooses the music bed
    lines: tuple[Line, ...] = ()
    fixed: tuple[str, ...] = ()
    unsaid: tuple[Line, ...] = ()  # what of the lines found no time: a next shot begins with it
    ending: Ending | None = None  # of the clip that was made of it
    plate: str = ""  # SHA-256 of the picture or video that is its place
    shots: tuple[Scene, ...] = ()
    share: float = 1.0


class Understanding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scene with the account of the prompt: every content word is in exactly one of the two lists."""

    scene: Scene
    understood: tuple[str, ...]
    ignored: tuple[str, ...]


class Instance(msgspec.Struct, frozen=True):
    """One drawn copy of an actor. Instances are listed back to front."""

    actor: Actor
    seed: int  # of this copy
    depth: float  # 0 far .. 1 near: order, haze and parallax
    track: NDArray[np.float32]  # [frames, len(TRACK)]


class SoundEvent(msgspec.Struct, frozen=True):
    """A sound effect at a moment. `kind` is a name in `sound.EFFECTS`; pan -1 left .. 1 right; pitch 1 = as is."""

    at: float
    kind: str
    gain: float = 1.0
    pan: float = 0.0
    pitch: float = 1.0


class Utterance(msgspec.Struct, frozen=True):
    """A spoken line. `samples` is mono float32 at SAMPLE_RATE; `pitch` and `formant` name the voice used."""

    at: float
    speaker: str
    text: str
    samples: NDArray[np.float32]
    pitch: float
    formant: float
    mouth: NDArray[np.float32]  # [n, 2] at `speech.MOUTH_RATE`: how open, how wide


class Background(msgspec.Struct, frozen=True):
    """What stands still or moves by itself behind the actors."""

    place: str
    weather: str
    time: str
    seed: int


class Plate(Protocol):
    """A picture or a video as the place of a clip."""

    @property
    def since(self) -> float:
        """Seconds for which light, weather and veils have been there at the first frame of the layers. They are not at
        once: at first a plate is the picture as it was given."""
        ...

    def build(self, site: Any) -> None:
        """Lays what it shows into the `back` of a `picture.site.Site`."""
        ...

    def heard(self, before: float = 0.0) -> NDArray[np.float32] | None:
        """Its own sound, [samples, 2], as long as the clip and `before` seconds that lie before it."""
        ...


class Layers(msgspec.Struct, frozen=True):
    """A staged scene, ready for `picture.Painter` and `sound.mix`."""

    seconds: float
    fps: int
    aspect: float  # width / height
    background: Background
    instances: tuple[Instance, ...]
    camera: NDArray[np.float32]  # [frames, 3]
    sounds: tuple[SoundEvent, ...]
    speech: tuple[Utterance, ...]
    mood: str = "gentle"
    tempo: float = 100.0  # beats per minute of the music bed; actions step on it
    start: float = 0.0  # the clock of the place at the first frame
    # What a place is built for: least and greatest camera centre and least zoom, where that is not just this camera's.
    view: tuple[float, float, float] | None = None
    plate: Plate | None = None  # in place of what is painted
    # A clip of several shots: each staged by itself, on its own clock, in order. What is above is then the whole
    # clip's: its length, sounds and speech; `background`, `instances`, `camera` are those of the first shot.
    shots: tuple[Layers, ...] = ()

    @property
    def frames(self) -> int:
        return round(self.seconds * self.fps)

    @property
    def built(self) -> tuple[float, float, float]:
        x, zoom = self.camera[:, 0], self.camera[:, 2]
        return self.view or (float(x.min()), float(x.max()), float(zoom.min()))


def travelling(instance: Instance, fps: int) -> NDArray[np.float32]:
    """Per frame 0 (stands and acts) .. 1 (travels: show the gait of `vocabulary.GAIT`); 0 while in the air.

    A full walk is a fifth of the own height per second or more, so that easing in and out blends the gait.
    """
    x, scale, lift = (instance.track[:, TRACK.index(name)] for name in ("x", "scale", "lift"))
    speed = np.abs(np.gradient(x)) * fps / np.maximum(scale, 1e-6) if len(x) > 1 else np.zeros_like(x)
    grounded = lift < 0.03 * scale
    return np.where(grounded, np.clip(speed / 0.2, 0.0, 1.0), 0.0).astype(np.float32)
