from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def sound(seconds: int, seed: int = 1) -> NDArray[np.float32]:
    """Chords over noise that swells and falls: [samples, 2]."""
    rng, at = np.random.default_rng(seed), np.arange(seconds * RATE) / RATE
    tones = sum(np.sin(2 * np.pi * pitch * at) / n for n, pitch in enumerate((220, 330, 440, 660, 1320), 1))
    swell = np.interp(at, np.arange(0, seconds + 0.2, 0.1), rng.uniform(0.2, 2, 10 * seconds + 2))
    white = rng.standard_normal(len(at) + 2)
    noise = (white[2:] + 2 * white[1:-1] + white[:-2]) * swell
    return np.stack([0.05 * tones + 0.02 * noise, 0.04 * tones + 0.02 * noise], axis=1).astype(np.float32)
