"""How near each pixel of one picture is, as far as that can be guessed without having learned it: what stands lower is
nearer, below the horizon, and edges of the picture are edges of what it shows. Enough for a parallax of a few percent.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter, zoom

Map = NDArray[np.float32]

SMALL: Final = 160  # pixels of the shorter side that the guess is made at
HIGHEST, LOWEST = 0.30, 0.72  # of the height, where a horizon is looked for
USUAL: Final = 0.55
SMOOTH: Final = 1e-3  # of the guided filter: contrasts weaker than its root are no edges


def depth_of(picture: NDArray[np.uint8]) -> Map:
    """[height, width], 0 far to 1 near."""
    height, width = picture.shape[:2]
    step = max(1, min(height, width) // SMALL)
    luma = luma_of(picture[::step, ::step])
    horizon = horizon_of(luma)
    rows = np.linspace(0, 1, len(luma), dtype=np.float32)
    prior = np.clip((rows - horizon) / (1 - horizon), 0, 1)[:, None] * np.ones_like(luma)
    guided = _guided(luma, prior, max(3, len(luma) // 14))
    large = zoom(guided, (height / luma.shape[0], width / luma.shape[1]), order=1, grid_mode=True, mode="nearest")
    return np.clip(large, 0, 1).astype(np.float32)


def luma_of(picture: NDArray[np.uint8]) -> Map:
    """0 to 1."""
    return (picture @ np.array([0.30, 0.59, 0.11]) / 255).astype(np.float32)


def horizon_of(luma: Map) -> float:
    """Where the rows change most, as a share of the height."""
    rows = gaussian_filter1d(luma.mean(axis=1), len(luma) / 60)
    change = np.abs(np.gradient(rows))
    low, high = round(HIGHEST * len(luma)), round(LOWEST * len(luma))
    best = low + int(np.argmax(change[low:high]))
    return best / len(luma) if change[best] > 3 * np.median(change) + 1e-4 else USUAL


def _guided(guide: Map, wanted: Map, radius: int) -> Map:
    """`wanted` smoothed within the regions of the guide (He, Sun and Tang, "Guided image filtering")."""
    size = 2 * radius + 1
    mean, aim = uniform_filter(guide, size), uniform_filter(wanted, size)
    spread = uniform_filter(guide * guide, size) - mean**2
    slope = (uniform_filter(guide * wanted, size) - mean * aim) / (spread + SMOOTH)
    shift = aim - slope * mean
    result: Map = uniform_filter(slope, size) * guide + uniform_filter(shift, size)
    return result


def above(depth: Map, level: float, soft: float = 0.12) -> Map:
    """How far each pixel is nearer than a level, 0 to 1 with a soft edge."""
    share = np.clip((depth - level) / soft + 0.5, 0, 1)
    smooth: Map = (share * share * (3 - 2 * share)).astype(np.float32)
    return smooth
