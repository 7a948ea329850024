"""Spoken lines: the local text-to-speech voice with its pitch and formants changed before synthesis.

The network predicts a spectrum per 12.5 ms frame and a pitch curve; both are changed there, so a voice is two numbers
and costs no second pass over the sound. One thread, because the samples depend on the thread count.
"""

from __future__ import annotations

import functools
import math
import unicodedata
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from inference.world.scene import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

PITCH = (0.5, 2.0)  # beyond these the voice was not checked against what was asked for
FORMANT = (0.75, 1.35)
FASTEST = 1.25  # speech faster than this is hard to follow, so a longer line is not spoken at all

LEAD = 0.15  # seconds before the first line, at least
WAIT = 0.5  # more of it where there is room: whoever speaks has arrived by then
GAP = 0.3  # between two lines
TAIL = 0.1  # after the last line
SILENCE = 0.01  # of the peak: quieter ends are trimmed
FADE = 0.005
LEVEL = 0.1  # RMS of every line: changed voices come out louder or softer than the original

Samples = NDArray[np.float32]


class Unsayable(ValueError):
    """The voice cannot say this text; report the line as ignored."""


class Voice(msgspec.Struct, frozen=True):
    pitch: float = 1.0
    formant: float = 1.0


class Reading(msgspec.Struct, frozen=True):
    """Lines said one after the other. `starts[i]` and `samples[i]` belong to line `spoken[i]`."""

    spoken: tuple[int, ...]
    starts: tuple[float, ...]
    samples: tuple[Samples, ...]
    unsayable: tuple[int, ...]  # other scripts, or nothing to pronounce
    too_long: tuple[int, ...]  # would not fit even at the fastest speed


def speak(text: str, seed: int, pitch: float = 1.0, formant: float = 1.0, speed: float = 1.0) -> Samples:
    """Mono samples at SAMPLE_RATE without silence at the ends. The same arguments give the same samples."""
    if not (PITCH[0] <= pitch <= PITCH[1] and FORMANT[0] <= formant <= FORMANT[1]):
        raise ValueError(f"pitch must be in {PITCH} and formant in {FORMANT}, got {pitch} and {formant}")
    sentences = _phonemes(text)
    rng = np.random.default_rng(seed)
    parts = [_sentence(phonemes, pitch, formant, speed, rng) for phonemes in sentences]
    wave = resample_poly(np.concatenate(parts), SAMPLE_RATE, _tts().sample_rate).astype(np.float32)
    line = _trim(wave)
    leveled: Samples = line * np.float32(LEVEL / math.sqrt(float(np.mean(np.square(line)))))
    return leveled


def sayable(text: str) -> bool:
    """True when every letter is one the voice knows, so that a line is said whole or not at all."""
    letters = [c for c in text if c.isalpha()]
    if not all(unicodedata.name(c, "").startswith("LATIN") for c in letters):
        return False
    return any(c.isalnum() and c.isascii() for c in text)


def read(texts: Sequence[str], voices: Sequence[Voice], seed: int, seconds: float) -> Reading:
    """Say the lines in order within `seconds`: faster if need be, the last left out if that fails."""
    unsayable = tuple(i for i, text in enumerate(texts) if not sayable(text))
    wanted = [i for i in range(len(texts)) if i not in unsayable]
    too_long: list[int] = []
    while wanted:
        takes = _takes(texts, voices, seed, seconds, wanted)
        if takes is not None:
            return Reading(tuple(wanted), _starts(takes, seconds), tuple(takes), unsayable, tuple(too_long))
        too_long.insert(0, wanted.pop())
    return Reading((), (), (), unsayable, tuple(too_long))


def _takes(
    texts: Sequence[str], voices: Sequence[Voice], seed: int, seconds: float, wanted: list[int]
) -> list[Samples] | None:
    """The wanted lines at the slowest speed at which they fit, or None."""
    room = seconds - LEAD - TAIL - GAP * (len(wanted) - 1)
    speed = 1.0
    while True:
        takes = [speak(texts[i], seed + i, voices[i].pitch, voices[i].formant, speed) for i in wanted]
        length = sum(map(len, takes)) / SAMPLE_RATE
        if length <= room:
            return takes
        if speed >= FASTEST or length / room > 1.6 or room <= 0:  # 1.6: far beyond what speed can win
            return None
        # The model's speed is not exactly a divisor of the length, so ask for a little more than needed.
        speed = min(FASTEST, max(speed * length / room * 1.03, speed + 0.05))


def _starts(takes: list[Samples], seconds: float) -> tuple[float, ...]:
    spare = seconds - LEAD - TAIL - GAP * (len(takes) - 1) - sum(map(len, takes)) / SAMPLE_RATE
    starts, at = [], LEAD + min(WAIT, spare / 3)
    for take in takes:
        starts.append(at)
        at += len(take) / SAMPLE_RATE + GAP
    return tuple(starts)


@functools.cache
def _tts() -> Any:
    from hibari import Hibari

    return Hibari(threads=1)


def _phonemes(text: str) -> list[str]:
    if not sayable(text):
        raise Unsayable("the voice speaks English text in Latin letters only")
    sentences = [phonemes for phonemes in _tts().phonemize(text) if any(c.isalpha() for c in phonemes)]
    if not sentences:
        raise Unsayable("nothing in this text can be pronounced")
    return sentences


def _sentence(phonemes: str, pitch: float, formant: float, speed: float, rng: np.random.Generator) -> Samples:
    from hibari import dsp

    tts = _tts()
    feed = {"ids": np.asarray([tts.ids(phonemes)], np.int64), "speed": np.asarray([speed], np.float32)}
    lh, theta, ln, lr, phi, f0 = (out[0] for out in tts.sess.run(None, feed))
    if formant != 1.0:
        lh, ln, lr = (_stretch(bins, formant) for bins in (lh, ln, lr))
        theta, phi = (_stretch_nearest(bins, formant) for bins in (theta, phi))
    # A higher voice has fewer harmonics under the same envelope: each must be stronger to be as loud.
    wave: Samples = dsp.synth(lh + np.float32(0.5 * math.log(pitch)), theta, ln, lr, phi, f0 * np.float32(pitch), rng)
    return wave


def _stretch(bins: Samples, factor: float) -> Samples:
    """[601, F] with the spectral envelope moved up in frequency by `factor`."""
    at = np.minimum(np.arange(len(bins)) / factor, len(bins) - 1).astype(np.float32)
    low = np.minimum(at.astype(np.int64), len(bins) - 2)
    part = (at - low)[:, None]
    stretched: Samples = bins[low] * (1 - part) + bins[low + 1] * part
    return stretched


def _stretch_nearest(bins: Samples, factor: float) -> Samples:
    """As `_stretch` for phases, between which there is no meaningful mean."""
    at = np.minimum(np.rint(np.arange(len(bins)) / factor), len(bins) - 1)
    return bins[at.astype(np.int64)]


def _trim(wave: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(wave) > SILENCE * np.abs(wave).max())
    margin = round(0.02 * SAMPLE_RATE)
    wave = wave[max(loud[0] - margin, 0) : loud[-1] + margin].copy()
    ramp = np.linspace(0, 1, round(FADE * SAMPLE_RATE), dtype=np.float32)
    wave[: len(ramp)] *= ramp
    wave[-len(ramp) :] *= ramp[::-1]
    return wave
