"""A part of a finished file, for another one: decoded frame by frame, brought to the clips' frame rate and to the size
that is wanted. The memory it takes does not depend on how long the file is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import av
import msgspec
import numpy as np
from av.audio.resampler import AudioResampler
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from inference.media import SAMPLE_RATE, Chapter
from inference.ports import BadInput
from inference.world.scene import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]  # [samples, 2]

PER_FRAME: Final = SAMPLE_RATE // FPS  # samples
BLUR: Final = 24  # a filling is the picture shrunk by so much and stretched again
DIM: Final = 0.55  # of the brightness, for what is only filling


class Reel(msgspec.Struct, frozen=True):
    """`frames` of the file, from its frame `first` on, at `FPS`. A first frame before zero shows what zero shows."""

    path: Path
    first: int
    frames: int

    @property
    def seconds(self) -> float:
        return self.frames / FPS

    def pictures(self, width: int, height: int) -> Iterator[VideoFrame | Pixels]:
        return (fitted(frame, width, height) for frame in self.frames_as_they_are())

    def frames_as_they_are(self) -> Iterator[VideoFrame]:
        """Exactly `frames` of them. A file of another frame rate gives the picture that was to be seen at each moment;
        one that ends early keeps its last one."""
        given = 0
        with av.open(str(self.path)) as container:
            last: VideoFrame | None = None
            for frame in _decoded(container, self.first):
                until = self._place(frame)
                while last is not None and given < min(until, self.frames):
                    yield last
                    given += 1
                last = frame
                if until >= self.frames:
                    break
            if last is None:
                raise BadInput("a parent's file has no pictures")
            for _ in range(self.frames - given):
                yield last

    def _place(self, frame: VideoFrame) -> int:
        """The number, within this part, of the first picture that shows the frame."""
        return round(float(frame.time or 0.0) * FPS) - self.first

    def widened(self, before: int, after: int) -> Reel:
        """With so many frames more on both sides, whether the file has them or not."""
        return Reel(self.path, self.first - before, self.frames + before + after)

    def heard(self) -> Iterator[tuple[int, Samples]]:
        """The sound in pieces, each with the place of its first sample. Where the file has none there is no piece."""
        start, length = self.first * PER_FRAME, self.frames * PER_FRAME
        with av.open(str(self.path)) as container:
            for at, samples in _heard(container):
                low, high = max(at, start), min(at + len(samples), start + length)
                if high > low:
                    yield low - start, samples[low - at : high - at]
                if at > start + length:
                    break

    def chapters(self) -> list[Chapter]:
        """Those of the whole file."""
        with av.open(str(self.path)) as container:
            return [
                Chapter(float(c["start"] * c["time_base"]), float(c["end"] * c["time_base"]), c["metadata"]["title"])
                for c in container.chapters()
                if "title" in c["metadata"]
            ]


def reel_of(path: Path, span: tuple[float, float]) -> Reel:
    first, last = (round(at * FPS) for at in span)
    return Reel(path, first, max(1, last - first))


def _decoded(container: Any, first: int) -> Iterator[VideoFrame]:
    """From the last key frame before the frame `first` on."""
    if not container.streams.video:
        raise BadInput("a parent's file has no pictures")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    if first > 0:
        container.seek(round(Fraction(first, FPS) / stream.time_base), stream=stream)
    yield from container.decode(stream)


def _heard(container: Any) -> Iterator[tuple[int, Samples]]:
    """(the number of the first sample, samples) of each piece."""
    if not container.streams.audio:
        return
    resampler = AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    at: int | None = None
    for frame in container.decode(container.streams.audio[0]):
        at = round(float(frame.time or 0.0) * SAMPLE_RATE) if at is None else at
        for piece in resampler.resample(frame):
            samples = piece.to_ndarray().T.astype(np.float32, copy=False)
            yield at, samples
            at += len(samples)


def fitted(frame: VideoFrame, width: int, height: int) -> VideoFrame | Pixels:
    """The frame as it is where it fits; else as large as it can be shown, before a blurred copy of itself."""
    if (frame.width, frame.height) == (width, height) and frame.format.name == "yuv420p":
        return frame
    scale = min(width / frame.width, height / frame.height)
    inner = round(frame.width * scale), round(frame.height * scale)
    picture = resized(frame, *inner)
    if inner == (width, height):
        return picture
    canvas = _filling(frame, width, height)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = picture
    return canvas


def _filling(frame: VideoFrame, width: int, height: int) -> Pixels:
    """The middle of the frame that has the wanted shape, blurred and dimmed."""
    cover = max(width / frame.width, height / frame.height) / BLUR
    tiny = resized(frame, max(2, round(frame.width * cover)), max(2, round(frame.height * cover)))
    w, h = min(tiny.shape[1], max(2, width // BLUR)), min(tiny.shape[0], max(2, height // BLUR))
    left, top = (tiny.shape[1] - w) // 2, (tiny.shape[0] - h) // 2
    middle = np.ascontiguousarray(tiny[top : top + h, left : left + w] * DIM, dtype=np.uint8)
    small = VideoFrame.from_ndarray(middle, format="rgb24")
    large = small.reformat(width=width, height=height, interpolation=Interpolation.BICUBIC)
    return np.array(large.to_ndarray(), np.uint8)


def resized(frame: VideoFrame, width: int, height: int) -> Pixels:
    return (
        frame.reformat(
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.AREA if width < frame.width else Interpolation.BICUBIC,
        )
        .to_ndarray()
        .astype(np.uint8, copy=False)
    )


def rgb(picture: VideoFrame | Pixels) -> Pixels:
    return resized(picture, picture.width, picture.height) if isinstance(picture, VideoFrame) else picture
