"""A video as a place: its frames one after the other behind the actors. It has a camera of its own, so ours stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.plate.fitting import fit
from inference.plate.light import graded, hour_of, risen
from inference.ports import BadInput
from inference.reel import PER_FRAME, Reel
from inference.world.picture.palette import Light
from inference.world.scene import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.world.picture.canvas import Pen
    from inference.world.picture.site import Site

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]  # [samples, 2]


class VideoPlate(msgspec.Struct, frozen=True):
    reel: Reel
    width: int
    height: int
    light: Light | None = None

    @property
    def hour(self) -> str:
        return hour_of(next(self._pictures()))

    def lit(self, light: Light | None) -> VideoPlate:
        return msgspec.structs.replace(self, light=light)

    def build(self, site: Site) -> None:
        shown = _Frames(self)
        site.redraw(site.back.group(), lambda pen, t: self._draw(pen, shown, t - site.start))

    def _draw(self, pen: Pen, shown: _Frames, t: float) -> None:
        picture = shown.at(round(t * FPS))
        rise = risen(t) if self.light is not None else 0.0
        if self.light is not None and rise > 0:
            both = picture * (1 - rise) + graded(picture, self.light) * rise
            picture = np.rint(both).astype(np.uint8)
        pen.image(np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]))

    def check(self) -> None:
        try:
            next(self._pictures())
        except (av.FFmpegError, StopIteration) as error:
            raise BadInput("the video cannot be read: give an MP4, WebM or QuickTime file") from error

    def heard(self) -> Samples | None:
        """Its own sound on the clip's clock."""
        out = np.zeros((self.reel.frames * PER_FRAME, 2), np.float32)
        pieces = list(self.reel.heard())
        for at, samples in pieces:
            out[at : at + len(samples)] = samples
        return out if pieces else None

    def _pictures(self) -> Iterator[Pixels]:
        return (fit(frame, self.width, self.height) for frame in self.reel.frames_as_they_are())


class _Frames:
    """Frames by their number: in order without going back, any other way by reading from the start again."""

    def __init__(self, plate: VideoPlate) -> None:
        self._plate = plate
        self._next = 0
        self._pictures = plate._pictures()
        self._last: Pixels | None = None

    def at(self, index: int) -> Pixels:
        if index < self._next - 1:
            self.__init__(self._plate)  # type: ignore[misc]
        while self._last is None or self._next <= index:
            self._last = next(self._pictures)
            self._next += 1
        return self._last
