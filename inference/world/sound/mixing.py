"""The mixing desk: speech, effects, ambience and music to one stereo track of exactly the clip's length."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from inference.world.scene import SAMPLE_RATE, TRACK
from inference.world.sound import effects
from inference.world.sound.ambience import bed
from inference.world.sound.instruments import reverberate
from inference.world.sound.loudness import integrated, leveller
from inference.world.sound.music import compose
from inference.world.sound.synth import Synth

if TYPE_CHECKING:
    from inference.world.scene import Layers, Utterance

Samples = NDArray[np.float32]  # [samples, 2]

LOUDNESS = -16.0  # LUFS, integrated
CEILING = -1.5  # dBTP: half a decibel under the promise, which the encoder's rounding uses up
SPEECH_GAIN = 1.25
MUSIC_LUFS = -27.0
PLATE_LUFS = -19.0  # what a plate brings with it
MUSIC_UNDER_SPEECH, REST_UNDER_SPEECH = 0.45, 0.75
FADE_IN, FADE_OUT = 0.008, 0.06  # seconds


class Acoustics(msgspec.Struct, frozen=True):
    """The room that effects and speech are heard in."""

    wet: float
    decay: float
    muffle: float = 0.0  # low-pass for effects, Hz; 0 = none


OUTDOORS = Acoustics(0.06, 0.5)
ACOUSTICS: dict[str, Acoustics] = {
    "room": Acoustics(0.16, 0.4),
    "kitchen": Acoustics(0.18, 0.4),
    "stage": Acoustics(0.24, 1.1),
    "castle": Acoustics(0.22, 1.3),
    "city": Acoustics(0.12, 0.8),
    "street": Acoustics(0.12, 0.7),
    "forest": Acoustics(0.10, 0.9),
    "jungle": Acoustics(0.10, 0.7),
    "mountains": Acoustics(0.12, 1.8),
    "underwater": Acoustics(0.30, 1.2, muffle=1500.0),
    "space": Acoustics(0.28, 1.8),
    "moon": Acoustics(0.24, 1.5),
}


class Tracks(msgspec.Struct, frozen=True):
    """The finished sound in two stems, which add up to the mix sample by sample."""

    speech: Samples
    rest: Samples  # music, effects and ambience

    @property
    def mix(self) -> Samples:
        return self.speech + self.rest


def mix(layers: Layers, before: float = 0.0) -> Samples:
    """`before`: seconds of it that are heard before the first picture."""
    mixed = stems(_later(layers, before) if before else layers).mix
    heard = layers.plate.heard(before) if layers.plate else None
    return mixed if heard is None else _over(mixed, heard)


def _over(mixed: Samples, heard: Samples) -> Samples:
    """What is added to a plate's own sound; both at their levels, the whole at its own."""
    own = integrated(heard)
    both = mixed + heard * np.float32(10 ** ((PLATE_LUFS - own) / 20)) if np.isfinite(own) else mixed
    return both * leveller(both, LOUDNESS, CEILING)[:, None]


def _later(layers: Layers, by: float) -> Layers:
    return msgspec.structs.replace(
        layers,
        seconds=layers.seconds + by,
        sounds=tuple(msgspec.structs.replace(event, at=event.at + by) for event in layers.sounds),
        speech=tuple(msgspec.structs.replace(line, at=line.at + by) for line in layers.speech),
    )


def stems(layers: Layers) -> Tracks:
    room = ACOUSTICS.get(layers.background.place, OUTDOORS)
    speech = speech_of(layers)
    talking = _talking(layers)[:, None]
    beside = _effects(layers, room) + bed(layers)
    rest = beside * (1 - (1 - REST_UNDER_SPEECH) * talking) + _music(layers) * (1 - (1 - MUSIC_UNDER_SPEECH) * talking)
    soft = edges(_length(layers))[:, None]
    speech, rest = speech * soft, rest * soft
    gain = leveller(speech + rest, LOUDNESS, CEILING)[:, None]
    return Tracks(speech * gain, rest * gain)


def speech_of(layers: Layers) -> Samples:
    """What is said, in its room and at its level beside the effects, before the mix has one of its own."""
    room = ACOUSTICS.get(layers.background.place, OUTDOORS)
    return reverberate(_speech(layers), room.wet / 2, room.decay)


def _length(layers: Layers) -> int:
    return round(layers.seconds * SAMPLE_RATE)


def _lay(bus: Samples, mono: NDArray[np.float32], at: float, gain: float, pan: float) -> None:
    """Add a mono sound at a second, with equal power over the two sides; what lies outside the clip is dropped."""
    start = round(at * SAMPLE_RATE)
    mono = mono[max(0, -start) : max(0, len(bus) - start)]
    angle = (float(np.clip(pan, -1, 1)) + 1) * np.pi / 4
    sides = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(gain)
    bus[max(0, start) : max(0, start) + len(mono)] += mono[:, None] * sides


def _speech(layers: Layers) -> Samples:
    bus = np.zeros((_length(layers), 2), np.float32)
    for line in layers.speech:
        _lay(bus, line.samples, line.at, SPEECH_GAIN, _pan_of(layers, line))
    return bus


def _pan_of(layers: Layers, line: Utterance) -> float:
    """Half-way towards where the speaker stands: wider would pull a voice out of the picture."""
    frame = min(len(layers.camera) - 1, round(line.at * layers.fps))
    for instance in layers.instances:
        if instance.actor.name == line.speaker:
            x = instance.track[frame, TRACK.index("x")] - layers.camera[frame, 0]
            return float(np.clip(x / (layers.aspect / 2), -1, 1)) / 2
    return 0.0


def _effects(layers: Layers, room: Acoustics) -> Samples:
    bus = np.zeros((_length(layers), 2), np.float32)
    ground = effects.GROUND.get(layers.background.place, "grass")
    if layers.background.weather == "snow" and ground == "grass":
        ground = "snow"
    takes: dict[tuple[str, int, float], NDArray[np.float32]] = {}
    heard: Counter[str] = Counter()
    for event in layers.sounds:
        take = (event.kind, heard[event.kind] % effects.VARIANTS, round(event.pitch, 2))
        heard[event.kind] += 1
        if take not in takes:
            takes[take] = effects.render(take[0], layers.background.seed, take[1], take[2], ground)
        _lay(bus, takes[take], event.at, event.gain, event.pan)
    if room.muffle:
        s = Synth(np.random.default_rng(0), SAMPLE_RATE)
        bus = np.stack([s.low(bus[:, side], room.muffle) for side in (0, 1)], axis=1)
    return reverberate(bus, room.wet, room.decay)


def _music(layers: Layers) -> Samples:
    music = compose(layers.mood, layers.tempo, layers.seconds, layers.background.seed)
    return music * np.float32(10 ** ((MUSIC_LUFS - integrated(music)) / 20))


def _talking(layers: Layers) -> NDArray[np.float32]:
    """1 while somebody speaks, with soft flanks that begin before the line."""
    active = np.zeros(_length(layers), np.float32)
    for line in layers.speech:
        start, end = line.at - 0.15, line.at + len(line.samples) / SAMPLE_RATE + 0.2
        active[max(0, round(start * SAMPLE_RATE)) : max(0, round(end * SAMPLE_RATE))] = 1
    return uniform_filter1d(active, round(0.2 * SAMPLE_RATE), mode="nearest") if active.any() else active


def edges(length: int) -> NDArray[np.float32]:
    gain = np.ones(length, np.float32)
    rise, fall = min(length // 2, round(FADE_IN * SAMPLE_RATE)), min(length // 2, round(FADE_OUT * SAMPLE_RATE))
    gain[:rise] = np.linspace(0, 1, rise, dtype=np.float32)
    gain[length - fall :] = (1 + np.cos(np.linspace(0, np.pi, fall, dtype=np.float32))) / 2
    return gain
