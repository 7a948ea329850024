"""Sizes and lengths that LTX-2 makes, around those that were asked for; and the cut back to these."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

SIDE: Final = 32
GROUP: Final = 8  # frames: the first stands alone

Samples = NDArray[np.float32]


class Shape(NamedTuple):
    """What is made for `width` x `height`, `frames`."""

    width: int
    height: int
    frames: int
    made_width: int
    made_height: int
    made_frames: int


def shape_of(width: int, height: int, frames: int) -> Shape:
    return Shape(width, height, frames, _up(width, SIDE), _up(height, SIDE), _up(max(frames - 1, GROUP), GROUP) + 1)


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def cut(frames: NDArray[Any], shape: Shape) -> NDArray[Any]:
    """[frames, height, width, 3]: the middle of each picture, and no frame too many."""
    top = (shape.made_height - shape.height) // 2
    left = (shape.made_width - shape.width) // 2
    return frames[: shape.frames, top : top + shape.height, left : left + shape.width]


def stereo(audio: NDArray[np.float32], rate: int, wanted: int, samples: int) -> Samples:
    """[channels, n] at `rate` -> [samples, 2] at `wanted`, silence where there is no more."""
    both = audio if len(audio) == 2 else np.repeat(audio[:1], 2, axis=0)
    common = int(np.gcd(rate, wanted))
    heard = resample_poly(both, wanted // common, rate // common, axis=1).T if rate != wanted else both.T
    fitted = np.zeros((samples, 2), np.float32)
    fitted[: len(heard)] = heard[:samples]
    return fitted
