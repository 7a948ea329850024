"""Notes: one function per instrument, mono, `hz` and a length in seconds; and the reverberation they share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import oaconvolve

from inference.world.scene import SAMPLE_RATE
from inference.world.sound.synth import Synth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inference.world.sound.synth import Wave

TABLE = 4096


@functools.cache
def _table(name: str) -> Wave:
    """One period of a waveform, few harmonics so that no note of ours folds back."""
    t = np.arange(TABLE, dtype=np.float64) / TABLE * 2 * np.pi
    harmonics = {
        "sine": (1.0,),
        "warm": (1.0, 0.4, 0.22, 0.1, 0.05),  # pads
        "string": tuple(1 / n**1.2 for n in range(1, 13)),
        "brass": (0.8, 1.0, 0.8, 0.6, 0.4, 0.25, 0.15, 0.1),
        "round": (1.0, 0.5, 0.15),  # bass
    }[name]
    wave = sum(gain * np.sin(n * t) for n, gain in enumerate(harmonics, 1))
    return (wave / np.abs(wave).max()).astype(np.float32)


def tone(name: str, hz: float, count: int, start: float = 0.0, vibrato: NDArray[np.float64] | None = None) -> Wave:
    step = hz * TABLE / SAMPLE_RATE
    at = np.arange(count, dtype=np.float64) * step + start * TABLE
    if vibrato is not None:
        at = at + vibrato * step
    return _table(name)[at.astype(np.int64) & (TABLE - 1)]


def _envelope(count: int, attack: float, release: float) -> Wave:
    t = np.arange(count, dtype=np.float32) / SAMPLE_RATE
    length = count / SAMPLE_RATE
    shape = np.clip(np.minimum(t / attack, (length - t) / release), 0, 1)
    return shape * shape * (3 - 2 * shape)


def _fall(count: int, decay: float, attack: float = 0.003) -> Wave:
    t = np.arange(count, dtype=np.float32) / SAMPLE_RATE
    end = np.clip((count / SAMPLE_RATE - t) / 0.03, 0, 1)
    shape = np.minimum(t * (1 / attack), 1) * np.exp(t * (-1 / decay)) * end
    return shape.astype(np.float32, copy=False)


def pad(hz: float, seconds: float, start: float = 0.0, name: str = "warm") -> Wave:
    count = round(seconds * SAMPLE_RATE)
    both = tone(name, hz * 1.0012, count, start) + tone(name, hz * 0.9988, count, start + 0.37)
    return 0.5 * both * _envelope(count, min(0.35, seconds / 3), min(0.5, seconds / 3))


def strings(hz: float, seconds: float, start: float = 0.0) -> Wave:
    count = round(seconds * SAMPLE_RATE)
    t = np.arange(count) / SAMPLE_RATE
    swing = 12.0 * np.sin(2 * np.pi * (5.3 * t + start))
    return tone("string", hz, count, start, swing) * _envelope(count, min(0.18, seconds / 3), min(0.3, seconds / 3))


def brass(hz: float, seconds: float, start: float = 0.0) -> Wave:
    count = round(seconds * SAMPLE_RATE)
    swell = _envelope(count, 0.09, min(0.25, seconds / 2))
    return (tone("round", hz, count, start) * (1 - 0.5 * swell) + 0.6 * tone("brass", hz, count, start) * swell) * swell


def spiccato(hz: float, seconds: float) -> Wave:
    """A short bowed note, for ostinati."""
    count = round(min(seconds, 0.22) * SAMPLE_RATE)
    return (tone("string", hz, count) + 0.5 * tone("string", hz * 1.004, count, 0.3)) * _fall(count, 0.075, 0.012)


def bass(hz: float, seconds: float) -> Wave:
    count = round(seconds * SAMPLE_RATE)
    return tone("round", hz, count) * _fall(count, max(0.25, seconds * 0.6), 0.008)


def mallet(hz: float, seconds: float) -> Wave:
    """Marimba: the bar's tone and its short fourth partial."""
    count = round(min(seconds, 0.9) * SAMPLE_RATE)
    return tone("sine", hz, count) * _fall(count, 0.22) + 0.28 * tone("sine", hz * 3.98, count) * _fall(count, 0.045)


def glass(hz: float, seconds: float) -> Wave:
    """Celesta: a bar that rings."""
    count = round(min(seconds, 1.6) * SAMPLE_RATE)
    return tone("sine", hz, count) * _fall(count, 0.5) + 0.2 * tone("sine", hz * 4.0, count) * _fall(count, 0.14)


def pluck(hz: float, seconds: float) -> Wave:
    """Nylon string: bright at first, round later."""
    count = round(min(seconds, 1.2) * SAMPLE_RATE)
    bright, dull = tone("string", hz, count), tone("round", hz, count)
    return 0.5 * bright * _fall(count, 0.07, 0.0015) + 0.6 * dull * _fall(count, 0.3)


def piano(hz: float, seconds: float) -> Wave:
    count = round(min(seconds, 2.4) * SAMPLE_RATE)
    low, high = tone("round", hz, count), tone("string", hz * 1.0007, count)
    hammer = 0.25 * tone("sine", hz * 2.003, count) * _fall(count, 0.12)
    return 0.6 * low * _fall(count, 0.75) + 0.22 * high * _fall(count, 0.16) + hammer


# percussion ----------------------------------------------------------------------------------------------------------
def kick(s: Synth) -> Wave:
    return s.sine(s.curve(0.22, (0, 130), (0.2, 58), (1, 48))) * s.hit(0.22, 0.07)


def taiko(s: Synth) -> Wave:
    skin = s.sine(s.curve(0.8, (0, 105), (0.1, 68), (1, 58))) * s.hit(0.8, 0.2)
    return s.place((0, skin), (0, 0.3 * s.band(s.noise(0.12), 250, 1400) * s.hit(0.12, 0.03)))


def shaker(s: Synth) -> Wave:
    return s.high(s.noise(0.07), 6000) * s.hit(0.07, 0.018, 0.012)


def snap(s: Synth) -> Wave:
    return s.band(s.noise(0.1), 1500, 3400) * s.hit(0.1, 0.02)


# room ----------------------------------------------------------------------------------------------------------------
@functools.lru_cache(maxsize=8)
def _room(decay: float, dark: float) -> NDArray[np.float32]:
    """Impulse response, [samples, 2]: noise that dies away, duller than the source; unit energy per side."""
    s = Synth(np.random.default_rng(7), SAMPLE_RATE)
    seconds = decay * 1.6
    tail = np.stack(
        [s.low(s.noise(seconds), dark, order=1) * np.exp(-s.times(seconds) * (4.6 / decay)) for _ in "lr"], 1
    )
    tail[: s.count(0.012)] *= np.linspace(0, 1, s.count(0.012), dtype=np.float32)[:, None]
    return tail / np.sqrt(np.square(tail).sum(axis=0, keepdims=True))


def reverberate(dry: NDArray[np.float32], wet: float, decay: float, dark: float = 4000.0) -> NDArray[np.float32]:
    """[samples, 2] with a room around it. `decay` is the time in which the room falls by 40 dB."""
    if wet == 0:
        return dry
    tail = oaconvolve(dry, _room(decay, dark), axes=0)[: len(dry)]
    return dry + np.float32(wet) * tail.astype(np.float32)
