"""The few frames of a clip, or the one picture, that a character is looked for in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import av
import numpy as np
from numpy.typing import NDArray

from inference.media import shrink
from inference.ports import BadInput
from inference.uploads.upright import upright

if TYPE_CHECKING:
    from pathlib import Path

    from av.video.frame import VideoFrame

Pixels = NDArray[np.uint8]

LOOKS: Final = 5  # frames, spread over the clip
SIDE: Final = 240  # pixels of the longer side that they are looked at with
LONGEST: Final = 10.0  # seconds of a clip that are read
MOST_PIXELS: Final = 40_000_000


def frames_of(path: Path) -> list[Pixels]:
    """All of one size. Raises `BadInput`."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            if stream.width * stream.height > MOST_PIXELS:
                raise BadInput(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels")
            scale = min(1.0, SIDE / max(stream.width, stream.height))
            size = max(16, round(stream.width * scale)), max(16, round(stream.height * scale))
            seen = []
            for frame in container.decode(stream):
                if frame.time is not None and frame.time > LONGEST:
                    break
                picture = upright(frame).to_ndarray(format="rgb24").astype(np.uint8, copy=False)
                seen.append(shrink(picture, *_along(frame, size)))
    except (av.FFmpegError, IndexError) as error:
        raise BadInput("it cannot be read: give a clip of 2 to 4 seconds or a picture") from error
    if not seen:
        raise BadInput("there is no picture in it: give a clip of 2 to 4 seconds or a picture")
    places = np.unique(np.linspace(0, len(seen) - 1, LOOKS).round().astype(int))
    return [seen[i] for i in places]


def _along(frame: VideoFrame, size: tuple[int, int]) -> tuple[int, int]:
    """Of a frame that lies on its side, the other way round."""
    return size[::-1] if frame.rotation % 180 else size
