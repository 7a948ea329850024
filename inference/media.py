"""Frames and samples to files: the clip as MP4, a thumbnail and a sprite sheet.

H.264 in closed groups of pictures of a second, without B frames. A key frame shows: it is drawn anew, sharper than what
it follows. So none lies where a chapter begins, for there a shot may go on, and the group before lasts a second longer.
Files are written to real paths: moving the index to the front (faststart) needs to read back.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import msgspec
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

SAMPLE_RATE = 48_000
AUDIO_BITS = 160_000
PRESET = "veryfast"
CRF = 18
TUNE = "animation"  # flat areas and clean edges: better at the same size
THREADS = 2  # fixed: another thread count writes another file from the same frames
AAC_FRAME = 1024
THUMBNAIL_AT = 0.4  # of the length: past the opening, before the end

Pixels = NDArray[np.uint8]  # [height, width, 3], RGB
Samples = NDArray[np.float32]  # [samples, 2]


class Chapter(msgspec.Struct, frozen=True):
    """A part of a clip with a name, from `start` to `end` (seconds)."""

    start: float
    end: float
    title: str


def encode_mp4(
    path: Path,
    frames: Iterable[Pixels | VideoFrame],
    audio: Samples,
    *,
    width: int,
    height: int,
    fps: int,
    chapters: Sequence[Chapter] = (),
    finish: Callable[[VideoFrame], VideoFrame] = lambda frame: frame,
) -> None:
    """Write every frame and all of the audio, interleaved by time. A `VideoFrame` is yuv420p as this writes it; what
    `finish` makes of it is what is written."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.set_chapters([_chapter(i, chapter) for i, chapter in enumerate(chapters)])
        video = _video_stream(container, width, height, fps)
        sound = _audio_stream(container)
        seams, muxed = {round(chapter.start * fps) for chapter in chapters}, 0  # frames, samples
        for i, pixels in enumerate(frames):
            frame = finish(_timed(pixels, i, fps))
            frame.pict_type = PictureType.I if i % fps == 0 and (i == 0 or i not in seams) else PictureType.NONE
            container.mux(video.encode(frame))
            while muxed < len(audio) and muxed * fps <= i * SAMPLE_RATE:
                container.mux(sound.encode(_audio_frame(audio, muxed)))
                muxed += AAC_FRAME
        for at in range(muxed, len(audio), AAC_FRAME):
            container.mux(sound.encode(_audio_frame(audio, at)))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))


def _chapter(number: int, chapter: Chapter) -> Any:
    start, end = (round(at * 1000) for at in (chapter.start, chapter.end))
    clock = Fraction(1, 1000)
    return {"id": number, "start": start, "end": end, "time_base": clock, "metadata": {"title": chapter.title}}


def _video_stream(container: Any, width: int, height: int, fps: int) -> Any:
    stream = container.add_stream("libx264", rate=fps)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, fps)
    context = stream.codec_context
    context.gop_size, context.max_b_frames, context.thread_count = 2 * fps, 0, THREADS
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    ours = f"keyint={2 * fps}:min-keyint=1:scenecut=0:open-gop=0"  # we say where groups begin
    stream.options = {"preset": PRESET, "tune": TUNE, "crf": str(CRF), "forced-idr": "1", "x264-params": ours}
    return stream


def _audio_stream(container: Any) -> Any:
    stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
    stream.codec_context.bit_rate = AUDIO_BITS
    return stream


def _timed(picture: Pixels | VideoFrame, index: int, fps: int) -> VideoFrame:
    frame = picture if isinstance(picture, VideoFrame) else _yuv(picture)
    frame.pts, frame.time_base = index, Fraction(1, fps)
    return frame


def _yuv(pixels: Pixels) -> VideoFrame:
    return VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="rgb24").reformat(
        format="yuv420p",
        src_color_range=ColorRange.JPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        dst_color_primaries=ColorPrimaries.BT709,
        dst_color_trc=ColorTrc.BT709,
        threads=1,
    )


def _audio_frame(audio: Samples, at: int) -> AudioFrame:
    planar = np.ascontiguousarray(audio[at : at + AAC_FRAME].T, dtype=np.float32)
    frame = AudioFrame.from_ndarray(planar, format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
    return frame


def write_image(path: Path, pixels: Pixels, codec: str) -> None:
    path.write_bytes(image_bytes(pixels, codec))


def image_bytes(pixels: Pixels, codec: str) -> bytes:
    """One still: codec "libwebp" or "mjpeg"."""
    height, width, _ = pixels.shape
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height, context.time_base = width, height, Fraction(1, 1)
    full_range = codec == "mjpeg"  # JPEG files are full range by definition, WebP is studio range
    context.pix_fmt = "yuvj420p" if full_range else "yuv420p"
    context.options = {"qmin": "3", "qmax": "3"} if full_range else {"quality": "82"}
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24").reformat(
        format=context.pix_fmt,
        dst_colorspace=Colorspace.ITU601,  # what both formats assume
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG if full_range else ColorRange.MPEG,
        interpolation=Interpolation.BICUBIC,
    )
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


class Stills:
    """Collects, while the frames pass by, the thumbnail and the cells of the sprite sheet."""

    def __init__(self, frames: int, width: int, height: int, *, columns: int = 5, rows: int = 2) -> None:
        self.columns, self.rows = columns, rows
        # The longer side of a cell is about 160 pixels; both are even.
        scale = min(1.0, 160 / max(width, height) if width > height else 160 / width)
        self.cell = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))
        self._thumbnail_at = min(frames - 1, round(frames * THUMBNAIL_AT))
        cells = columns * rows
        self._cell_of: dict[int, list[int]] = {}
        for cell in range(cells):
            self._cell_of.setdefault(min(frames - 1, int((cell + 0.5) * frames / cells)), []).append(cell)
        self.sheet = np.zeros((rows * self.cell[1], columns * self.cell[0], 3), np.uint8)
        self.thumbnail: Pixels | None = None

    def wants(self, index: int) -> bool:
        return index == self._thumbnail_at or index in self._cell_of

    def see(self, index: int, pixels: Pixels) -> None:
        if index == self._thumbnail_at:
            self.thumbnail = pixels.copy()
        for cell in self._cell_of.get(index, ()):
            row, column = divmod(cell, self.columns)
            w, h = self.cell
            self.sheet[row * h : (row + 1) * h, column * w : (column + 1) * w] = shrink(pixels, w, h)


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    frame = VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels), format="rgb24")
    small = frame.reformat(width=width, height=height, interpolation=Interpolation.AREA)
    return small.to_ndarray().astype(np.uint8, copy=False)


def sha256_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
