"""The numbers of a frame where they lie."""

from __future__ import annotations

from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray


def plane_of(frame: VideoFrame, number: int = 0) -> NDArray[np.uint8]:
    """[height, width]: what is written there is seen. Of a planar format, the luma first."""
    plane: Any = frame.planes[number]
    return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
