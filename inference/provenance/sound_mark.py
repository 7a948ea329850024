"""The invisible mark in the sound: in small cells of time and pitch it is made a little louder or softer than around.

Which cells are to be louder is a keyed pattern that repeats. Most sound moves up and down by more than the mark does,
and a cell that happens to be right already is left alone; a steady tone, in which a change would be heard, is also
where a small one suffices. Whoever looks for it takes the sign of each cell against its surroundings, lays all repeats
over each other, and with the key finds where the pattern begins and what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from inference.provenance.keyed import least, likeliest, signs, words

Samples = NDArray[np.float32]  # [samples, channels]
Frames = NDArray[np.complex64]  # [moments, frequencies]
Cells = NDArray[np.float32]  # [moments, BANDS]

RATE: Final = 48_000
WINDOW: Final = 1024
HOP: Final = 512
LOW: Final = 7  # the first frequency, of 47 Hz each
BANDS: Final = 121  # up to 6 kHz: above, a low bit rate leaves nothing of a cell
PERIOD: Final = 122  # moments: 1.3 s
CELLS: Final = PERIOD * BANDS
SYMBOLS, BITS = 7, 12
BEGIN_GAIN: Final = 1.3  # of the pattern that says where the others begin

MOST: Final = 2.2  # dB, that a cell is changed by
SHARE: Final = 0.9  # of the changes that are there anyway, that a cell is changed by
WANTED: Final = 0.9  # how far a cell should stand out from its surroundings, as a share of what is usual there
ROUNDS: Final = 12
ADAPT: Final = 0.3  # of a round, to what comes through of each pattern
STRETCH: Final = 8  # periods that are marked at a time: bounds the memory
AROUND: Final = 16  # moments on both sides of a stretch that count for it

PHASES: Final = 4  # beginnings of a moment that are tried
SILENT: Final = 1e-6  # of a cell's power
TRUSTED: Final = 3_000.0  # Hz: above, what a cell says counts less
PEAKS: Final = 3  # marks that may lie over each other
TRIES: Final = 64
# Noise that begins like a mark is read at most 2 * PEAKS * TRIES times, and passes its 20 check bits by chance once in
# 2^20: with this the whole is found where nothing is less than once in two million sounds.
CHANCE: Final = 1e-3
LEAST: Final = least(PHASES * PERIOD, CHANCE)

SHAPE: Final = np.sin(np.pi * (np.arange(WINDOW) + 0.5) / WINDOW).astype(np.float32)
WEIGHT: Final = (1 / (1 + ((LOW + np.arange(BANDS)) * RATE / WINDOW / TRUSTED) ** 2)).astype(np.float32)
PLACES: Final = np.arange(1 << BITS) * CELLS >> BITS  # the shift of a pattern that each value of a symbol is


class Heard(NamedTuple):
    mark_id: int
    score: float
    at: int  # moments


def _pattern(key: bytes, number: int) -> Cells:
    """[PERIOD, BANDS] of +1 and -1."""
    return signs(key, f"sound {number}", CELLS).reshape(PERIOD, BANDS)


def patterns(key: bytes, mark_id: int) -> NDArray[np.float32]:
    """[1 + SYMBOLS, PERIOD, BANDS]. Where they begin follows from the id: marks that lie over each other differ."""
    shifts = [divmod(int(PLACES[word]), BANDS) for word in words(key, mark_id, SYMBOLS, BITS)]
    symbols = [np.roll(_pattern(key, number), shift, (0, 1)) for number, shift in enumerate(shifts, 1)]
    return np.roll(np.stack([_pattern(key, 0), *symbols]), mark_id % PERIOD, 1)


def add(audio: Samples, key: bytes, mark_id: int) -> None:
    """In place, and the same change in each channel."""
    moments = -(-len(audio) // HOP) + 1
    change, wanted = np.zeros((moments, BANDS), np.float32), patterns(key, mark_id)
    for start in range(0, moments, STRETCH * PERIOD):
        first, last = max(0, start - AROUND), min(moments, start + STRETCH * PERIOD + AROUND)
        found = _changes(_cut(audio, first, last), wanted, np.arange(first, last) % PERIOD)
        change[start : start + STRETCH * PERIOD] = found[start - first : start - first + STRETCH * PERIOD]
    behind = np.zeros((HOP, audio.shape[1]), np.float32)  # of a stretch, what sounds on in the next one
    for start in range(0, moments, STRETCH * PERIOD):
        some = change[start : start + STRETCH * PERIOD]
        louder = _louder(_cut(audio, start, start + len(some)), some)
        louder[:HOP] += behind
        behind = louder[len(some) * HOP :]
        _put(audio, start, louder[: len(some) * HOP])


def _cut(audio: Samples, first: int, last: int) -> Samples:
    """What these moments hear: the first of all begins half a window before the sound."""
    start, end = (first - 1) * HOP, (last - 2) * HOP + WINDOW
    inner = audio[max(start, 0) : max(end, 0)]
    before = max(-start, 0)
    return np.pad(inner, ((before, end - start - before - len(inner)), (0, 0)))


def _put(audio: Samples, first: int, samples: Samples) -> None:
    start = (first - 1) * HOP
    part = samples[max(-start, 0) :][: len(audio) - max(start, 0)]
    audio[max(start, 0) : max(start, 0) + len(part)] = part


def _changes(audio: Samples, wanted: NDArray[np.float32], rows: NDArray[np.int64]) -> Cells:
    """dB of each cell. What is there now is looked at anew in each round, as neighbours move each other; patterns that
    come through less than others are made to count for more."""
    change = np.zeros((len(rows), BANDS), np.float32)
    parts = np.ones(len(wanted))
    goal = np.array([BEGIN_GAIN] + [1.0] * SYMBOLS)
    for _ in range(ROUNDS):
        target = _target(wanted, parts * goal)[rows]
        power = _power(_louder(audio, change))
        away, usual = _residue(power)
        lacking = np.maximum(WANTED * np.abs(target) * np.minimum(usual, 3.0) - np.sign(target) * away, 0)
        most = np.clip(SHARE * usual, 0.4, MOST)
        change = np.clip(change + 0.7 * np.sign(target) * np.minimum(lacking, 1.5), -most, most)
        come = np.tensordot(wanted[:, rows], _votes(power), 2) / goal
        parts = np.clip(parts * (1 + ADAPT * (come.mean() - come) / (np.abs(come).mean() + 1e-9)), 0.4, 2.5)
    return change.astype(np.float32)


def _target(wanted: NDArray[np.float32], parts: NDArray[np.float64]) -> Cells:
    total = np.tensordot(parts, wanted, 1)
    return np.clip(total / np.sqrt(np.mean(total**2)), -1.6, 1.6).astype(np.float32)


def _louder(audio: Samples, change: Cells) -> Samples:
    """`audio` begins and ends with half a window that only counts in part."""
    gain = np.float32(10) ** (change / 20)
    out = np.zeros_like(audio)
    for channel in range(audio.shape[1]):
        frames = _frames(audio[:, channel])[: len(change)]
        frames[:, LOW : LOW + BANDS] *= gain
        pieces = scipy.fft.irfft(frames, WINDOW, axis=1) * SHAPE
        size = HOP * len(pieces)
        out[:size, channel] += pieces[:, :HOP].ravel()
        out[HOP : HOP + size, channel] += pieces[:, HOP:].ravel()
    return out


def _frames(samples: NDArray[np.float32]) -> Frames:
    cut = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    return scipy.fft.rfft(cut * SHAPE, axis=1)


def _power(audio: Samples) -> Cells:
    """Of all channels together."""
    frames = _frames(audio.mean(axis=1))[:, LOW : LOW + BANDS]
    return frames.real**2 + frames.imag**2


def _residue(power: Cells) -> tuple[Cells, Cells]:
    """In dB: how each cell stands out from its surroundings, and how much cells there do."""
    level = 10 * np.log10(power + 1e-7)
    away = level - uniform_filter1d(level, 9, axis=0, mode="nearest")
    away -= uniform_filter1d(away, 9, axis=1, mode="nearest")
    usual = uniform_filter1d(np.minimum(np.abs(away), 10), 9, axis=1, mode="nearest")
    return away, 1.25 * uniform_filter1d(usual, 9, axis=0, mode="nearest")


def _votes(power: Cells) -> Cells:
    away, usual = _residue(power)
    return np.clip(away / (usual + 0.2), -1, 1) * WEIGHT * (power > SILENT)


def fold(audio: Samples) -> Cells:
    """[PERIOD, BANDS]: all repeats over each other."""
    total = np.zeros((PERIOD, BANDS), np.float32)
    for part in _stretches(audio):
        votes = _votes(_power(part))
        total += np.pad(votes, ((0, -len(votes) % PERIOD), (0, 0))).reshape(-1, PERIOD, BANDS).sum(axis=0)
    return total


def _stretches(audio: Samples) -> Iterator[Samples]:
    size = STRETCH * PERIOD * HOP
    for start in range(0, len(audio), size):
        part = audio[start : start + size + WINDOW - HOP]
        if len(part) >= WINDOW:
            yield part


def _scores(folded: Cells, pattern: Cells) -> NDArray[np.float64]:
    """[PERIOD, BANDS]: of each shift of the pattern, in standard deviations."""
    likeness = scipy.fft.rfft2(folded) * scipy.fft.rfft2(pattern).conj()
    return scipy.fft.irfft2(likeness, folded.shape) / np.sqrt(np.sum(folded**2) + 1e-12)


def search(audio: Samples, key: bytes) -> list[Heard]:
    """The marks in some sound of `RATE`, the strongest first."""
    begin = _pattern(key, 0)
    found: dict[int, Heard] = {}
    folds = [fold(audio[at:]) for at in range(0, HOP, HOP // PHASES)]
    begins = np.stack([_scores(folded, begin)[:, 0] for folded in folds])  # [PHASES, PERIOD]
    tops = np.where(begins == maximum_filter1d(begins, 3, axis=1, mode="wrap"), begins, -np.inf)
    for place in np.argsort(tops, axis=None)[::-1][: 2 * PEAKS]:
        phase, at = divmod(int(place), PERIOD)
        if begins[phase, at] < LEAST or len(found) == PEAKS:
            break
        mark_id = likeliest(key, symbol_scores(np.roll(folds[phase], -at, 0), key), BITS, TRIES)
        if mark_id is not None and mark_id not in found:
            found[mark_id] = Heard(mark_id, float(begins[phase, at]), at)
    return list(found.values())


def symbol_scores(folded: Cells, key: bytes) -> list[NDArray[np.float64]]:
    """Of each value of each symbol; `folded` begins where the pattern does."""
    return [_scores(folded, _pattern(key, number)).ravel()[PLACES] for number in range(1, SYMBOLS + 1)]
