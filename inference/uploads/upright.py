"""A frame as it is seen: cameras that are held on their side only note that they were."""

from __future__ import annotations

import numpy as np
from av.video.frame import VideoFrame


def upright(frame: VideoFrame) -> VideoFrame:
    quarters = round(frame.rotation / 90) % 4
    if not quarters:
        return frame
    picture = np.rot90(frame.to_ndarray(format="rgb24"), quarters)
    return VideoFrame.from_ndarray(np.ascontiguousarray(picture, dtype=np.uint8), format="rgb24")
