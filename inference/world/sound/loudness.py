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
SILENT = -70.0  # LUFS: blocks below do not count


def weighted(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """K-weighted samples along the first axis."""
    return sosfilt(K_WEIGHTING, x, axis=0).astype(np.float32)


def integrated(x: Samples) -> float:
    """Gated loudness in LUFS; a clip shorter than a block counts as one block. -inf for silence."""
    squares = np.square(weighted(x), dtype=np.float64)
    power = squares[:, 0] + squares[:, 1]
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, max(len(power) - BLOCK, 0) + 1, HOP)
    ends = np.minimum(starts + BLOCK, len(power))
    blocks = (total[ends] - total[starts]) / (ends - starts)
    loud = blocks[blocks > _power(SILENT)]
    if not len(loud):
        return float("-inf")
    kept = loud[loud > loud.mean() * 0.1]  # 10 LU below the mean of what is audible
    return float(-0.691 + 10 * np.log10(kept.mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def true_peak(x: Samples) -> float:
    """The highest level between samples too, in dBTP."""
    return float(20 * np.log10(max(_peaks(x).max(), 1e-9)))


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
    slope = np.arange(len(x)) * (release / SAMPLE_RATE)
    held = np.maximum(np.maximum.accumulate(over + slope) - slope, 0)
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
