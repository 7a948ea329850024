"""Spoken lines: the local text-to-speech voice with its pitch and formants changed before synthesis.

The network predicts a spectrum per 12.5 ms frame and a pitch curve; both are changed there, so a voice is two numbers
and costs no second pass over the sound. One thread, because the samples depend on the thread count.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import resample_poly

from inference.world.scene import SAMPLE_RATE
from inference.world.tongue import other_language

if TYPE_CHECKING:
    from collections.abc import Sequence

PITCH = (0.5, 2.0)  # beyond these the voice was not checked against what was asked for
FORMANT = (0.75, 1.35)
FASTEST = 1.25  # speech faster than this is hard to follow

LEAD = 0.15  # seconds before the first line, at least
WAIT = 0.5  # more of it where there is room: whoever speaks has arrived by then
GAP = 0.3  # between two lines
TAIL = 0.1  # after the last line
SILENCE = 0.01  # of the peak: quieter ends are trimmed
FADE = 0.005
READ = 15.0  # characters that are read in a second
SHORTEST_CAPTION = 1.2  # seconds
MOUTH_RATE = 80  # per second: the network's own frames
_WINDOW = 1200  # samples
SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"')\]”’]*\s*")
REASONS = {"language": "the voice speaks English only", "long": "too long for {seconds:g} s"}
LEVEL = 0.1  # RMS of every line: changed voices come out louder or softer than the original

Samples = NDArray[np.float32]


class Unsayable(ValueError):
    """The voice cannot say this text; report the line as ignored."""


class Voice(msgspec.Struct, frozen=True):
    pitch: float = 1.0
    formant: float = 1.0


class Take(msgspec.Struct, frozen=True):
    """Something said: mono samples at SAMPLE_RATE, and the mouth that says it, [n, 2] at MOUTH_RATE: how open it is,
    0 to 1, and how wide, -1 rounded to 1 spread."""

    samples: Samples
    mouth: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


class Spoken(msgspec.Struct, frozen=True):
    """`line`: which of the lines; `text`: what of it is heard here, whole sentences."""

    line: int
    text: str
    at: float
    take: Take


class Silent(msgspec.Struct, frozen=True):
    """What is only read, for one of `REASONS`."""

    line: int
    text: str
    at: float
    end: float
    reason: str


class Reading(msgspec.Struct, frozen=True):
    """Lines said one after the other."""

    spoken: tuple[Spoken, ...]
    silent: tuple[Silent, ...]


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


def say(text: str, seed: int, voice: Voice, speed: float = 1.0) -> Take:
    samples = speak(text, seed, voice.pitch, voice.formant, speed)
    return Take(samples, mouth_of(samples, voice.formant))


def mouth_of(samples: Samples, formant: float = 1.0) -> Samples:
    """The lower formants say how open a mouth is, the balance of upper and lower ones how wide."""
    power = _spectrum(samples)
    hz = np.arange(power.shape[1]) * (SAMPLE_RATE / _WINDOW) / formant
    bands = ((200, 500), (500, 1300), (800, 1800), (1800, 3400))
    low, jaw, back, front = (power[:, (hz >= least) & (hz < most)].sum(axis=1) for least, most in bands)
    loud = np.sqrt(low + jaw)
    fall = jaw / np.maximum(low + jaw, 1e-9)  # the first formant rises as the jaw falls
    opened = np.clip(loud / max(float(np.percentile(loud, 92)), 1e-6), 0, 1) ** 0.7 * (0.8 + 0.3 * fall)
    spread = np.clip(10 * np.log10((front + 1e-6) / (back + 1e-6)) / 8 + 0.5, -1, 1)  # the second one is high
    wide = np.where(spread < 0, spread * (1 - fall), spread) * np.clip(opened * 4, 0, 1)
    mouth = np.stack([np.clip(opened, 0, 1), wide], axis=1)
    return uniform_filter1d(mouth, 3, axis=0, mode="nearest").astype(np.float32)


def _spectrum(samples: Samples) -> Samples:
    """Power [frames, bins], each frame around its own moment."""
    hop, count = SAMPLE_RATE // MOUTH_RATE, -(-len(samples) * MOUTH_RATE // SAMPLE_RATE)
    padded = np.pad(samples, (_WINDOW // 2, _WINDOW + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::hop][:count]
    power: Samples = np.square(np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1))).astype(np.float32)
    return power


def sayable(text: str) -> bool:
    """True for English in letters that the voice knows: a line is said whole or not at all."""
    letters = [c for c in text if c.isalpha()]
    if not all(unicodedata.name(c, "").startswith("LATIN") for c in letters):
        return False
    return any(c.isalnum() and c.isascii() for c in text) and not other_language(text)


class _Part(msgspec.Struct, frozen=True):
    """A line, or some of its sentences; `seconds` where it is only read."""

    line: int
    text: str
    seconds: float | None


def read(
    texts: Sequence[str],
    voices: Sequence[Voice],
    seed: int,
    seconds: float,
    shots: Sequence[tuple[float, float]] | None = None,
) -> Reading:
    """Say the lines in order within `seconds`, each from the beginning of its shot (first and last second; all of it if
    None is given). A line too long for its shot is said faster, then flows on into the next one. What is too long for
    all of it falls silent from the end, sentence by sentence."""
    shots = shots or [(0.0, seconds)] * len(texts)
    parts, silent = [_part(i, text) for i, text in enumerate(texts)], list[_Part]()
    while parts:
        placed = _placed(parts, voices, seed, seconds, shots)
        if placed is not None:
            spoken, shown = placed
            return Reading(spoken, (*shown, *_left(silent, spoken, shown, seconds)))
        last = parts.pop()
        sentences = SENTENCE.findall(last.text) if last.seconds is None else [last.text]
        if len(sentences) > 1:
            parts.append(_Part(last.line, "".join(sentences[:-1]).strip(), None))
        silent.insert(0, _Part(last.line, sentences[-1].strip(), last.seconds))
    return Reading((), _left(silent, (), (), seconds))


def _part(line: int, text: str) -> _Part:
    return _Part(line, text, None if sayable(text) else _reading_time(text))


def _reading_time(text: str) -> float:
    return max(SHORTEST_CAPTION, len(text) / READ)


def _placed(
    parts: Sequence[_Part], voices: Sequence[Voice], seed: int, seconds: float, shots: Sequence[tuple[float, float]]
) -> tuple[tuple[Spoken, ...], tuple[Silent, ...]] | None:
    """Where everything is heard or read, shot by shot at the slowest speed that is enough; None if there is no room."""
    spoken, shown = list[Spoken](), list[Silent]()
    at = 0.0
    for shot in sorted({shots[part.line] for part in parts}):
        mine = [part for part in parts if shots[part.line] == shot]
        start = max(at, shot[0])
        for room in (shot[1] - start, seconds - start):  # the shot's own, else what flows on into the next ones
            takes = _takes(mine, voices, seed, room)
            if takes is not None:
                break
        else:
            return None
        starts = _starts(takes, room)
        for part, take, offset in zip(mine, takes, starts, strict=True):
            begins = start + offset
            if isinstance(take, Take):
                spoken.append(Spoken(part.line, part.text, begins, take))
                at = begins + take.seconds + GAP - LEAD
            else:
                shown.append(Silent(part.line, part.text, begins, begins + take, "language"))
                at = begins + take + GAP - LEAD
    return tuple(spoken), tuple(shown)


def _takes(parts: Sequence[_Part], voices: Sequence[Voice], seed: int, seconds: float) -> list[Take | float] | None:
    """The parts at the slowest speed at which they fit, or None."""
    room = seconds - LEAD - TAIL - GAP * (len(parts) - 1)
    speed = 1.0
    while True:
        takes = [
            say(part.text, seed + part.line, voices[part.line], speed) if part.seconds is None else part.seconds
            for part in parts
        ]
        length = sum(map(_length, takes))
        if length <= room:
            return takes
        if speed >= FASTEST or length / max(room, 1e-6) > 1.6:  # 1.6: far beyond what speed can win
            return None
        # The model's speed is not exactly a divisor of the length, so ask for a little more than needed.
        speed = min(FASTEST, max(speed * length / room * 1.03, speed + 0.05))


def _length(take: Take | float) -> float:
    return take.seconds if isinstance(take, Take) else take


def _starts(takes: Sequence[Take | float], seconds: float) -> list[float]:
    spare = seconds - LEAD - TAIL - GAP * (len(takes) - 1) - sum(map(_length, takes))
    starts, at = [], LEAD + min(WAIT, spare / 3)
    for take in takes:
        starts.append(at)
        at += _length(take) + GAP
    return starts


def _left(
    parts: Sequence[_Part], spoken: Sequence[Spoken], read: Sequence[Silent], seconds: float
) -> tuple[Silent, ...]:
    """What found no room is shown at the end, after what is heard and read if that leaves the time for it."""
    if not parts:
        return ()
    needed = sum(_reading_time(part.text) for part in parts)
    ends = [*(line.at + line.take.seconds for line in spoken), *(line.end for line in read)]
    done = max(ends, default=0.0)
    start = done if seconds - done >= SHORTEST_CAPTION else max(0.0, seconds - needed)
    start = max(start, *(min(line.at + 0.3, seconds - 0.3) for line in read), 0.0)  # in the order of the lines
    stretch, shown = (seconds - start) / needed, []
    for part in parts:
        lasts = _reading_time(part.text) * min(stretch, 1.0)
        reason = "long" if part.seconds is None else "language"
        shown.append(Silent(part.line, part.text, start, start + lasts, reason))
        start += lasts
    return tuple(shown)


@functools.cache
def _tts() -> Any:
    from hibari import Hibari

    return Hibari(threads=1)


def _phonemes(text: str) -> list[str]:
    if not sayable(text):
        raise Unsayable("the voice speaks English in Latin letters only")
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
