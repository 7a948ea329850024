"""The sound of the networks: a mel spectrogram in step with the frames, and back by Griffin-Lim."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.signal import resample_poly

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE: Final = 24_000
WINDOW, HOP, MELS = 1024, 400, 48  # five hops per frame of 12 a second
LOW, HIGH = 50.0, 11_000.0
_FLOOR, _SHIFT, _SCALE = 1e-3, 0.6, 2.2
FINE: Final = 200  # hop of the synthesis


def lower(samples: Floats) -> Floats:
    """48 kHz to 24 kHz."""
    return resample_poly(samples, 1, 2).astype(np.float32)


def mel(samples: Floats) -> Floats:
    """Mono samples -> [frames, 48], about 0..1."""
    padded = np.pad(samples, (WINDOW // 2, WINDOW // 2))
    count = len(samples) // HOP
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: count * HOP : HOP]
    spectrum = np.abs(np.fft.rfft(windows * _window(), axis=1)).astype(np.float32)
    return ((np.log10(np.maximum(spectrum @ bank().T, _FLOOR)) + _SHIFT) / _SCALE).astype(np.float32)


@lru_cache(maxsize=1)
def _window() -> Floats:
    return np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@lru_cache(maxsize=1)
def bank() -> Floats:
    """[48, 513] triangles, equally wide in mels."""
    edges = 700 * (10 ** (np.linspace(_mels(LOW), _mels(HIGH), MELS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(WINDOW, 1 / RATE)
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rise, fall))
    return (triangles / np.maximum(triangles.sum(1, keepdims=True), 1e-6)).astype(np.float32)


def _mels(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


@lru_cache(maxsize=1)
def _inverse() -> Floats:
    return np.linalg.pinv(bank()).astype(np.float32)


def griffin_lim(mels: Floats, seed: int, iterations: int = 16, momentum: float = 0.99) -> Floats:
    """[frames, 48] -> mono samples at `RATE`, `HOP` for each frame. The same seed gives the same samples."""
    magnitude = np.maximum((10 ** (np.clip(mels, -0.2, 1.6) * _SCALE - _SHIFT)) @ _inverse().T, 0)
    places = np.arange(len(mels) * HOP // FINE) * (FINE / HOP)
    below = np.minimum(places.astype(int), len(mels) - 1)
    above, share = np.minimum(below + 1, len(mels) - 1), (places % 1)[:, None]
    magnitude = (magnitude[below] * (1 - share) + magnitude[above] * share).astype(np.float32)
    rng = np.random.default_rng(seed)
    angles = np.exp(2j * np.pi * rng.random(magnitude.shape)).astype(np.complex64)
    before = np.zeros_like(angles)
    for _ in range(iterations):
        again = _analyse(_synthesise(magnitude * angles), len(magnitude))
        angles = again - momentum / (1 + momentum) * before
        angles /= np.maximum(np.abs(angles), 1e-8)
        before = again
    return _synthesise(magnitude * angles)[: len(mels) * HOP]


def _analyse(samples: Floats, count: int) -> NDArray[np.complex64]:
    padded = np.pad(samples, (WINDOW // 2, WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: count * FINE : FINE]
    return np.fft.rfft(windows * _window(), axis=1).astype(np.complex64)


def _synthesise(spectrum: NDArray[np.complex64]) -> Floats:
    """Overlap and add with the window's own weight divided out."""
    frames = np.fft.irfft(spectrum, WINDOW, axis=1).astype(np.float32) * _window()
    out = np.zeros(len(frames) * FINE + WINDOW, np.float32)
    weight = np.zeros_like(out)
    square = _window() ** 2
    for i, frame in enumerate(frames):
        out[i * FINE : i * FINE + WINDOW] += frame
        weight[i * FINE : i * FINE + WINDOW] += square
    whole = (out / np.maximum(weight, 1e-2)).astype(np.float32)
    return whole[WINDOW // 2 : WINDOW // 2 + len(frames) * FINE]
