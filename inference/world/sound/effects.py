"""The table of sound effects and how one is rendered: synthesised at its pitch, brought to a level by loudness."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inference.world.scene import SAMPLE_RATE
from inference.world.sound import animals, objects
from inference.world.sound.loudness import weighted
from inference.world.sound.synth import Synth, Wave, generator

Effect = Callable[[Synth], Wave]

# name -> (effect, level). Level 1 is as loud as speech at its loudest moment.
EFFECTS: dict[str, tuple[Effect, float]] = {
    "step": (objects.step, 0.9),
    "paw": (objects.paw, 0.8),
    "hoof": (objects.hoof, 0.95),
    "hop": (objects.hop, 0.6),
    "land": (objects.land, 0.9),
    "splash": (objects.splash, 0.9),
    "bubble": (objects.bubble, 0.5),
    "flap": (objects.flap, 0.8),
    "whoosh": (objects.whoosh, 0.7),
    "boing": (objects.boing, 0.7),
    "thud": (objects.thud, 0.8),
    "crunch": (objects.crunch, 0.7),
    "pop": (objects.pop, 0.6),
    "laugh": (objects.laugh, 0.9),
    "sob": (objects.sob, 0.8),
    "snore": (objects.snore, 0.7),
    "clap": (objects.clap, 0.8),
    "beep": (objects.beep, 0.6),
    "engine": (objects.engine, 0.7),
    "horn": (objects.horn, 0.9),
    "whistle": (objects.whistle, 0.8),
    "rocket": (objects.rocket, 1.1),
    "propeller": (objects.propeller, 0.7),
    "click": (objects.click, 0.5),
    "bell": (objects.bell, 0.7),
    "strum": (objects.strum, 0.8),
    "drum": (objects.drum, 0.9),
    "sparkle": (objects.sparkle, 0.5),
    "thunder": (objects.thunder, 1.3),
    "meow": (animals.meow, 1.0),
    "bark": (animals.bark, 1.1),
    "moo": (animals.moo, 1.0),
    "neigh": (animals.neigh, 1.0),
    "roar": (animals.roar, 1.3),
    "oink": (animals.oink, 0.9),
    "baa": (animals.baa, 0.9),
    "squeak": (animals.squeak, 0.6),
    "trumpet": (animals.trumpet, 1.1),
    "howl": (animals.howl, 0.9),
    "growl": (animals.growl, 0.9),
    "croak": (animals.croak, 0.8),
    "chirp": (animals.chirp, 0.6),
    "hoot": (animals.hoot, 0.8),
    "quack": (animals.quack, 0.9),
    "cluck": (animals.cluck, 0.8),
    "squawk": (animals.squawk, 0.9),
    "screech": (animals.screech, 0.8),
    "buzz": (animals.buzz, 0.6),
    "whale": (animals.whale, 0.9),
    "dolphin": (animals.dolphin, 0.7),
}
REFERENCE = 0.22  # K-weighted RMS of the loudest 50 ms at level 1
VARIANTS = 4  # differing takes of one effect, so that a row of steps is not one sample repeated

# What a foot meets; places that are not listed are soft ground.
GROUND: dict[str, str] = {
    "beach": "sand", "desert": "sand", "moon": "sand", "snowfield": "snow", "sea": "water", "river": "water",
    "city": "hard", "street": "hard", "room": "hard", "kitchen": "hard", "stage": "hard", "castle": "hard",
    "lake": "water", "market": "hard", "cave": "hard", "volcano": "sand", "library": "hard", "bedroom": "hard",
    "classroom": "hard", "savanna": "sand",
}  # fmt: skip


def render(kind: str, seed: int, variant: int = 0, pitch: float = 1.0, ground: str = "grass") -> Wave:
    """One take of an effect, mono at SAMPLE_RATE. Pitch moves frequencies up and durations down."""
    effect, level = EFFECTS[kind]
    # The stream does not depend on the pitch, so a bigger cat meows the same meow, only lower.
    wave = effect(Synth(generator(seed, kind, str(variant % VARIANTS)), SAMPLE_RATE / pitch, ground))
    return _faded(wave * np.float32(level * REFERENCE / loudest(wave)))


def loudest(wave: Wave, seconds: float = 0.05) -> float:
    """K-weighted RMS of the loudest stretch; a shorter wave is judged as if silence followed it."""
    window = round(seconds * SAMPLE_RATE)
    energy = np.cumsum(np.square(weighted(np.concatenate([wave, np.zeros(window, np.float32)])), dtype=np.float64))
    stretch = np.concatenate([energy[:window], energy[window:] - energy[:-window]]) / window
    return max(float(np.sqrt(stretch.max())), 1e-9)


def _faded(wave: Wave) -> Wave:
    n = min(len(wave) // 4, round(0.004 * SAMPLE_RATE))
    out = wave.astype(np.float32)
    out[:8] *= np.linspace(0, 1, min(8, len(out)), dtype=np.float32)
    if n:
        out[-n:] *= np.linspace(1, 0, n, dtype=np.float32)
    return out
