"""Building blocks of synthesis: sources, filters and envelopes at one rate.

An effect is written at pitch 1. To play it at another pitch it is synthesised at another rate and played at the usual
one, which moves every frequency and duration together, as a smaller or larger body would.
"""

from __future__ import annotations

import functools
import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Wave = NDArray[np.float32]
Formant = tuple[float, float, float]  # centre Hz, bandwidth Hz, gain


def generator(seed: int, *names: str) -> np.random.Generator:
    """An independent stream per seed and names: adding a sound leaves the others as they were."""
    return np.random.default_rng([seed & 0xFFFFFFFFFFFFFFFF, *(zlib.crc32(name.encode()) for name in names)])


@functools.lru_cache(maxsize=1024)
def _sections(kind: str, low: float, high: float, rate: float, order: int) -> NDArray[np.float64]:
    limit = 0.45 * rate
    edges = min(low, limit * 0.9) if kind != "band" else [min(low, limit * 0.9), min(high, limit)]
    return butter(order, edges, {"low": "lowpass", "high": "highpass", "band": "bandpass"}[kind], fs=rate, output="sos")


class Synth:
    def __init__(self, rng: np.random.Generator, rate: float, ground: str = "grass") -> None:
        self.rng, self.rate, self.ground = rng, rate, ground

    # time
    def count(self, seconds: float) -> int:
        return max(1, round(seconds * self.rate))

    def times(self, seconds: float) -> Wave:
        return np.arange(self.count(seconds), dtype=np.float32) / np.float32(self.rate)

    def silence(self, seconds: float) -> Wave:
        return np.zeros(self.count(seconds), np.float32)

    def place(self, *timed: tuple[float, Wave]) -> Wave:
        """Waves laid over each other, each from its own second on."""
        starts = [round(at * self.rate) for at, _ in timed]
        out = np.zeros(max(start + len(wave) for start, (_, wave) in zip(starts, timed, strict=True)), np.float32)
        for start, (_, wave) in zip(starts, timed, strict=True):
            out[start : start + len(wave)] += wave
        return out

    # sources
    def noise(self, seconds: float) -> Wave:
        return self.rng.standard_normal(self.count(seconds), dtype=np.float32)

    def rumble(self, seconds: float, hz: float = 120.0) -> Wave:
        """Low noise of unit RMS, without what no loudspeaker plays."""
        return unit(self.high(self.low(self.noise(seconds), hz, order=2), 35))

    def phase(self, hz: Wave) -> Wave:
        turns = np.cumsum(hz, dtype=np.float64) / self.rate
        return ((turns % 1.0) * (2 * np.pi)).astype(np.float32)

    def sine(self, hz: Wave | float, seconds: float = 0.0) -> Wave:
        curve = hz if isinstance(hz, np.ndarray) else np.full(self.count(seconds), hz, np.float32)
        return np.sin(self.phase(curve))

    def reed(self, hz: Wave, top: float = 9000.0, soft: float = 1200.0) -> Wave:
        """A pulse train with harmonics up to `top`, weaker from `soft` on: vocal folds, engines; of about unit RMS."""
        t = self.phase(hz)
        harmonics = np.floor(min(top, 0.45 * self.rate) / np.maximum(hz, 1.0))
        half = np.sin(t * 0.5)
        safe = np.where(np.abs(half) < 1e-3, np.float32(1e-3), half)
        pulses = np.where(np.abs(half) < 1e-3, harmonics, np.sin((harmonics + 0.5) * t) / (2 * safe) - 0.5)
        even = (pulses / np.sqrt(np.maximum(harmonics, 1.0) / 2)).astype(np.float32)
        return unit(self.low(even, soft, order=1))

    # filters
    def low(self, x: Wave, hz: float, order: int = 2) -> Wave:
        return sosfilt(_sections("low", hz, 0.0, self.rate, order), x).astype(np.float32)

    def high(self, x: Wave, hz: float, order: int = 2) -> Wave:
        return sosfilt(_sections("high", hz, 0.0, self.rate, order), x).astype(np.float32)

    def band(self, x: Wave, low: float, high: float, order: int = 1) -> Wave:
        return sosfilt(_sections("band", low, high, self.rate, order), x).astype(np.float32)

    def vowel(self, source: Wave, *formants: Formant) -> Wave:
        parts = [gain * self.band(source, hz - width / 2, hz + width / 2) for hz, width, gain in formants]
        return np.sum(parts, axis=0, dtype=np.float32)

    def morph(self, source: Wave, *vowels: Sequence[Formant]) -> Wave:
        """The source said through one vowel after the other, with smooth changes between them."""
        at = np.linspace(0, len(vowels) - 1, len(source), dtype=np.float32)
        weights = [np.clip(1 - np.abs(at - i), 0, 1) for i in range(len(vowels))]
        return np.sum([w * self.vowel(source, *v) for w, v in zip(weights, vowels, strict=True)], axis=0)

    def sweep(self, x: Wave, centres: Sequence[float], width: float = 0.6) -> Wave:
        """A band of `width` octaves or so whose centre moves through `centres`."""
        return self.morph(x, *[((hz, hz * width, 1.0),) for hz in centres])

    # envelopes and curves
    def curve(self, seconds: float, *points: tuple[float, float]) -> Wave:
        """Straight lines through (fraction of the length, value)."""
        at = np.linspace(0, 1, self.count(seconds))
        return np.interp(at, [p for p, _ in points], [v for _, v in points]).astype(np.float32)

    def hit(self, seconds: float, decay: float, attack: float = 0.002) -> Wave:
        """Fast rise, exponential fall with time constant `decay`, silent at the very end."""
        t = self.times(seconds)
        end = np.minimum(1, (seconds - t) / min(0.01, seconds / 4)).clip(0, 1)
        return np.minimum(t / attack, 1) * np.exp(-t / decay) * end

    def swell(self, seconds: float, rise: float = 0.2, fall: float = 0.3) -> Wave:
        """Up within the first `rise` of the length, down within the last `fall`, rounded."""
        shape = self.curve(seconds, (0, 0), (rise, 1), (1 - fall, 1), (1, 0))
        return shape * shape * (3 - 2 * shape)

    def wobble(self, seconds: float, hz: float, depth: float) -> Wave:
        """A slow random curve around 1."""
        knots = self.rng.standard_normal(max(4, int(seconds * hz) + 4))
        at = np.linspace(0, len(knots) - 1.001, self.count(seconds))
        return (1 + depth * np.interp(at, np.arange(len(knots)), knots)).astype(np.float32)


def layered(waves: Iterable[Wave]) -> Wave:
    """The sum of waves of one length."""
    return np.sum(list(waves), axis=0, dtype=np.float32)


def unit(x: Wave) -> Wave:
    return x / max(float(np.sqrt(np.mean(np.square(x)))), 1e-9)
