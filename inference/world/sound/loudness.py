"""Loudness after ITU-R BS.1770-4 (K weighting, gating, true peak) and the limiter that keeps the peak down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import resample_poly, sosfilt

from inference.world.scene import SAMPLE_RATE

Samples = NDArray[np.float32]  # [samples, 2]
Gain = NDArray[np.float32]  # [samples]

# The two stages of the K weighting at 48 kHz, from the recommendation: a shelf for the head, a high-pass.
K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
BLOCK, HOP = round(0.4 * SAMPLE_RATE), round(0.1 * SAMPLE_RATE)
EDGE = 64  # samples on both sides of a piece that the oversampling looks at
PIECE = 50 * HOP  # what is worked on at once where all of a long sound would take too much memory
SILENT = -70.0  # LUFS: blocks below do not count


def weighted(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """K-weighted samples along the first axis."""
    return sosfilt(K_WEIGHTING, x, axis=0).astype(np.float32)


def integrated(x: Samples) -> float:
    """Gated loudness in LUFS; a clip shorter than a block counts as one block. -inf for silence. Reads `x` in pieces:
    what it holds at once does not depend on the length."""
    total, at = _running_power(x)
    starts = np.arange(0, max(len(x) - BLOCK, 0) + 1, HOP)
    ends = np.minimum(starts + BLOCK, len(x))
    blocks = (np.interp(ends, at, total) - np.interp(starts, at, total)) / (ends - starts)
    loud = blocks[blocks > _power(SILENT)]
    if not len(loud):
        return float("-inf")
    kept = loud[loud > loud.mean() * 0.1]  # 10 LU below the mean of what is audible
    return float(-0.691 + 10 * np.log10(kept.mean()))


def _running_power(x: Samples) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The K-weighted power of everything before each edge of a hop, and where those edges are."""
    edges = np.append(np.arange(0, len(x), HOP), len(x))
    state = np.zeros((len(K_WEIGHTING), 2, x.shape[1]))
    powers = [0.0]
    for start in range(0, len(x), PIECE):
        heard, state = sosfilt(K_WEIGHTING, x[start : start + PIECE], axis=0, zi=state)
        squares = np.square(heard).sum(axis=1)
        powers += np.add.reduceat(squares, np.arange(0, len(squares), HOP)).tolist()
    return np.cumsum(powers), edges


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def true_peak(x: Samples) -> float:
    """The highest level between samples too, in dBTP."""
    pieces = (x[max(0, at - EDGE) : at + PIECE + EDGE] for at in range(0, len(x), PIECE))
    return float(20 * np.log10(max(1e-9, *(float(_peaks(piece).max()) for piece in pieces))))


def _peaks(x: Samples) -> NDArray[np.float32]:
    """Per sample, the largest magnitude of the four-times oversampled signal around it, over both channels."""
    over = np.abs(resample_poly(x, 4, 1, axis=0))
    over = np.maximum(over[:, 0], over[:, 1])[: 4 * len(x)].reshape(-1, 4)
    between = np.maximum(np.maximum(over[:, 0], over[:, 1]), np.maximum(over[:, 2], over[:, 3]))
    return np.maximum(between, np.maximum(np.abs(x[:, 0]), np.abs(x[:, 1]))).astype(np.float32)


def limiter(x: Samples, ceiling: float, *, look: float = 0.003, release: float = 90.0) -> Gain:
    """The gain per sample that keeps the true peak of `x` under `ceiling` dBTP.

    It falls within `look` seconds before a peak and recovers at `release` dB per second.
    """
    over = 20 * np.log10(np.maximum(_peaks(x), 1e-6)) - ceiling
    if over.max() <= 0:
        return np.ones(len(x), np.float32)
    return _gain(_held(over, 0.0, release), look)


def _held(over: NDArray[np.floating], before: float, release: float) -> NDArray[np.float64]:
    """The decibels to take away, falling off at `release`; `before` is what was taken just before."""
    slope = np.arange(1, len(over) + 1) * (release / SAMPLE_RATE)
    held: NDArray[np.float64] = np.maximum(np.maximum(np.maximum.accumulate(over + slope), before) - slope, 0)
    return held


def _gain(held: NDArray[np.float64], look: float) -> Gain:
    width = 2 * round(look * SAMPLE_RATE) + 1
    # Every value under the mean has this peak in its window, so the mean never takes less than the peak needs.
    reduction = uniform_filter1d(maximum_filter1d(held, width), width)
    return (10 ** (-reduction / 20)).astype(np.float32)


def leveller(x: Samples, loudness: float, ceiling: float) -> Gain:
    """The gain per sample that brings `x` to `loudness` LUFS under `ceiling` dBTP (all ones for silence)."""
    gain = np.ones(len(x), np.float32)
    for _ in range(2):  # the second pass makes up for what the limiter took
        measured = integrated(x * gain[:, None])
        if not np.isfinite(measured):
            return gain
        gain *= np.float32(10 ** ((loudness - measured) / 20))
        gain *= limiter(x * gain[:, None], ceiling)
    return gain


def master(x: Samples, loudness: float, ceiling: float) -> None:
    """As `leveller`, in place and in pieces: for what is too long to be held several times over."""
    for _ in range(2):
        measured = integrated(x)
        if not np.isfinite(measured):
            return
        factor = np.float32(10 ** ((loudness - measured) / 20))
        for at in range(0, len(x), PIECE):
            x[at : at + PIECE] *= factor
        if true_peak(x) > ceiling:
            limit(x, ceiling)


def limit(x: Samples, ceiling: float, look: float = 0.003, release: float = 90.0) -> None:
    """`limiter` in place. Each piece looks past its end; of what lies before it, which is changed already, the last
    samples and reductions are kept."""
    ahead = 4 * round(look * SAMPLE_RATE) + EDGE
    before, taken = x[:0].copy(), np.zeros(0)
    for at in range(0, len(x), PIECE):
        piece = x[at : at + PIECE + ahead].copy()
        over = 20 * np.log10(np.maximum(_peaks(np.concatenate([before, piece])), 1e-6)) - ceiling
        held = _held(over[len(before) :], float(taken[-1]) if len(taken) else 0.0, release)
        gain = _gain(np.concatenate([taken, held]), look)[len(taken) :]
        size = min(PIECE, len(x) - at)
        x[at : at + size] *= gain[:size, None]
        before, taken = piece[max(0, size - EDGE) : size], held[max(0, size - ahead) : size]
