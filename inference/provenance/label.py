"""The visible label: two letters in a corner, for those who do not look into files."""

from __future__ import annotations

from typing import Final

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inference.provenance.planes import plane_of

TEXT: Final = "AI"
HEIGHT: Final = 1 / 28  # of the shorter side
LEAST: Final = 8  # pixels
BACK, FRONT = 40, 210  # luma of the plate and of the letters
VEIL: Final = 0.55  # how much of the picture the plate covers
GREY: Final = 128


class Label:
    """Made once per film; a frame costs a few thousand pixels."""

    def __init__(self, width: int, height: int) -> None:
        letters = _letters(max(LEAST, round(HEIGHT * min(width, height))))
        rows, columns = (2 * (side // 2) for side in letters.shape)
        margin = 2 * (rows // 2)
        self._rows = slice(height - margin - rows, height - margin)
        self._columns = slice(width - margin - columns, width - margin)
        ink = letters[:rows, :columns]
        self._cover = VEIL + (1 - VEIL) * ink
        self._paint = self._cover * (BACK + (FRONT - BACK) * ink)
        self._faint = self._cover[::2, ::2]

    def draw(self, frame: VideoFrame) -> None:
        """Over the picture, in a frame of yuv420p that can be written to."""
        planes = [plane_of(frame, number) for number in range(3)]
        corner = planes[0][self._rows, self._columns]
        corner[:] = np.rint(corner * (1 - self._cover) + self._paint)
        for plane in planes[1:]:
            part = plane[_half(self._rows), _half(self._columns)]
            part[:] = np.rint(part * (1 - self._faint) + GREY * self._faint)


def _letters(size: int) -> NDArray[np.float64]:
    """[rows, columns] of 0 to 1: how much ink there is, with room around the letters."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), TEXT, font=font)
    room = max(2, size // 3)
    image = Image.new("L", (int(right - left) + 2 * room, int(bottom - top) + 2 * room))
    ImageDraw.Draw(image).text((room - left, room - top), TEXT, fill=255, font=font)
    return np.asarray(image, np.float64) / 255


def _half(whole: slice) -> slice:
    return slice(whole.start // 2, whole.stop // 2)
