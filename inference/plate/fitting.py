"""A frame of any shape brought to the size of a clip, never stretched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from inference.reel import fitted, resized, rgb
from inference.uploads.upright import upright

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Pixels = NDArray[np.uint8]

CROPPED: Final = 0.3  # of one side at most; a picture of a shape further off is shown whole, before a blur of itself


def fit(frame: VideoFrame, width: int, height: int) -> Pixels:
    frame = upright(frame)
    cover = max(width / frame.width, height / frame.height)
    inner = max(width, round(frame.width * cover)), max(height, round(frame.height * cover))
    if min(width / inner[0], height / inner[1]) < 1 - CROPPED:
        return rgb(fitted(frame, width, height))
    picture = resized(frame, *inner)
    left, top = (inner[0] - width) // 2, (inner[1] - height) // 2
    return np.ascontiguousarray(picture[top : top + height, left : left + width])
