"""The light of a plate: what hour it shows, and what it looks like at another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from inference.world.picture.painter import PLATE_RISES

if TYPE_CHECKING:
    from inference.world.picture.palette import Light

Pixels = NDArray[np.uint8]

DARK: Final = 0.24  # mean luma of what counts as night
WARM: Final = 1.25  # red over blue of what counts as evening


def risen(t: float) -> float:
    u = min(max(t / PLATE_RISES, 0.0), 1.0)
    return u * u * (3 - 2 * u)


def hour_of(picture: Pixels) -> str:
    """So that actors are lit as the picture is."""
    red, green, blue = (float(channel) / 255 for channel in picture.mean(axis=(0, 1)))
    luma = 0.3 * red + 0.59 * green + 0.11 * blue
    if luma < DARK:
        return "night"
    return "sunset" if red > WARM * blue and luma < 0.6 else "day"


def graded(picture: NDArray[np.generic], light: Light) -> Pixels:
    """As `palette.tone` does with one colour: greyed, tinted, its darks lifted."""
    values = picture.astype(np.float32)
    grey = values @ np.array([0.30, 0.59, 0.11], np.float32)
    values = values * (1 - light.grey) + grey[..., None] * light.grey
    values *= np.array(light.tint, np.float32) * (1 - 0.35 * light.dim)
    values += (np.array(light.lift, np.float32) - values) * light.lift_by
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
