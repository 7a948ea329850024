"""A video as a place: its frames one after the other behind the actors. It has a camera of its own, so ours stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import av
import msgspec
import numpy as np
from numpy.typing import NDArray

from inference.plate.fitting import fit
from inference.plate.light import graded, hour_of, risen
from inference.ports import BadInput
from inference.reel import PER_FRAME, Reel, reel_of
from inference.world.picture.palette import Light
from inference.world.scene import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.world.picture.canvas import Pen
    from inference.world.picture.site import Site

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]  # [samples, 2]


class VideoPlate(msgspec.Struct, frozen=True):
    """`seconds` of the file from `at` on, for as long as the layers are. `since`: see `scene.Plate`."""

    path: Path
    seconds: float
    width: int
    height: int
    at: float = 0.0
    light: Light | None = None
    since: float = 0.0

    @property
    def hour(self) -> str:
        return hour_of(next(self.pictures(0)))

    def lit(self, light: Light | None) -> VideoPlate:
        return msgspec.structs.replace(self, light=light)

    def later(self, seconds: float) -> VideoPlate:
        """For what is seen so long after this."""
        return msgspec.structs.replace(self, at=self.at + seconds, since=self.since + seconds)

    def build(self, site: Site) -> None:
        shown = _Frames(self)
        site.redraw(site.back.group(), lambda pen, t: self._draw(pen, shown, t - site.start))

    def _draw(self, pen: Pen, shown: _Frames, t: float) -> None:
        picture = shown.at(round((self.at + t) * FPS))
        rise = risen(self.since + t) if self.light is not None else 0.0
        if self.light is not None and rise > 0:
            both = picture * (1 - rise) + graded(picture, self.light) * rise
            picture = np.rint(both).astype(np.uint8)
        pen.image(np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]))

    def check(self) -> None:
        try:
            next(self.pictures(0))
        except (av.FFmpegError, StopIteration) as error:
            raise BadInput("the video cannot be read: give an MP4, WebM or QuickTime file") from error

    def heard(self, before: float = 0.0) -> Samples | None:
        """On the clip's clock."""
        reel = reel_of(self.path, (self.at - before, self.at + self.seconds))
        out = np.zeros((reel.frames * PER_FRAME, 2), np.float32)
        pieces = list(reel.heard())
        for at, samples in pieces:
            out[at : at + len(samples)] = samples
        return out if pieces else None

    def pictures(self, first: int) -> Iterator[Pixels]:
        """From the frame `first` of the file on; where it has ended, its last one."""
        reel = Reel(self.path, first, max(1, round((self.at + self.seconds) * FPS) + FPS - first))
        return (fit(frame, self.width, self.height) for frame in reel.frames_as_they_are())


class _Frames:
    """Frames by their number in the file: in order without going back, any other way by reading anew."""

    def __init__(self, plate: VideoPlate) -> None:
        self._plate = plate
        self._next = -1
        self._pictures: Iterator[Pixels] = iter(())
        self._last: Pixels | None = None

    def at(self, index: int) -> Pixels:
        if self._last is None or index < self._next - 1:
            self._pictures, self._next, self._last = self._plate.pictures(index), index, None
        while self._last is None or self._next <= index:
            self._last = next(self._pictures)
            self._next += 1
        return self._last
