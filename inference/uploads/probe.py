"""What an uploaded file is, told by its first bytes and by what can be decoded of it, never by its name.

A decoder reads many formats, some of which are lists of other files to open: only those of `FORMATS` are tried, each by
the one demuxer that belongs to it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import av
import msgspec

from domain.uploads import Look
from inference.ports import BadInput

if TYPE_CHECKING:
    from av.container import InputContainer

IMAGE_PIXELS: Final = 40_000_000
VIDEO_PIXELS: Final = 4096 * 2304
SIDES: Final = (16, 16_384)
LONGEST: Final = 60.0  # seconds of a video
FASTEST: Final = 120.0  # frames a second
CODECS: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"})
NO_VIDEO: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"M4A "})  # brands of MP4's kin
ACCEPTED: Final = "send a PNG, JPEG or WebP picture, or an MP4 or WebM video"
STRICT: Final = {"err_detect": "explode"}  # or a picture that was cut off would be filled with grey
BROKEN: Final = f"the file is broken or not whole: {ACCEPTED}"


class Asked(msgspec.Struct, frozen=True):
    file: str


class Format(msgspec.Struct, frozen=True):
    mime: str
    demuxer: str

    @property
    def kind(self) -> str:
        return self.mime.partition("/")[0]


PNG, JPEG = Format("image/png", "png_pipe"), Format("image/jpeg", "jpeg_pipe")
WEBP = Format("image/webp", "webp_pipe")
MP4, WEBM = Format("video/mp4", "mov"), Format("video/webm", "matroska")


def answer(asked: Asked) -> Look:
    return probe(Path(asked.file))


def probe(path: Path) -> Look:
    """Raises `BadInput` with a sentence that says what to send instead."""
    with path.open("rb") as file:
        head = file.read(64)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256")
    found = format_of(head)
    width, height, seconds = _measured(path, found)
    return Look(
        kind=found.kind,
        mime=found.mime,
        width=width,
        height=height,
        seconds=seconds,
        sha256=digest.hexdigest(),
        bytes=path.stat().st_size,
    )


def format_of(head: bytes) -> Format:
    """By the first 64 bytes."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] not in NO_VIDEO:
        return MP4
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return WEBM
    raise BadInput(f"this kind of file is not understood: {ACCEPTED}")


def _measured(path: Path, found: Format) -> tuple[int, int, float]:
    """Width, height and length of what is there, as it is decoded: what a file says of itself may be wrong."""
    try:
        with av.open(str(path), format=found.demuxer) as container:
            if not container.streams.video:
                raise BadInput(f"there is no picture in it: {ACCEPTED}")
            _check_size(container, found.kind)
            container.streams.video[0].codec_context.options = STRICT if found.kind == "image" else {}
            frame = next(container.decode(container.streams.video[0]))
            seconds = _length(container) if found.kind == "video" else 0.0
            turned = frame.rotation % 180 != 0
            return (frame.height, frame.width, seconds) if turned else (frame.width, frame.height, seconds)
    except (av.FFmpegError, StopIteration, MemoryError) as error:
        raise BadInput(BROKEN) from error


def _check_size(container: InputContainer, kind: str) -> None:
    """Before a frame is decoded."""
    stream = container.streams.video[0]
    context: Any = stream.codec_context
    if not context.width or not context.height:
        raise BadInput(BROKEN)
    most = IMAGE_PIXELS if kind == "image" else VIDEO_PIXELS
    if not SIDES[0] <= min(context.width, context.height) <= max(context.width, context.height) <= SIDES[1]:
        raise BadInput(f"each side has {SIDES[0]} to {SIDES[1]} pixels, not {context.width}x{context.height}")
    if context.width * context.height > most:
        raise BadInput(f"it has {context.width}x{context.height} pixels: send at most {most // 1_000_000} million")
    if kind == "video" and context.codec.canonical_name not in CODECS:
        raise BadInput("its pictures are encoded in a way that is not understood: send H.264, VP9 or AV1")
    if kind == "video" and float(stream.average_rate or 0) > FASTEST:
        raise BadInput(f"it has more than {FASTEST:.0f} pictures a second: send fewer")


def _length(container: InputContainer) -> float:
    """The end of the last packet; nothing is decoded."""
    stream = container.streams.video[0]
    container.seek(0)
    last = 0.0
    for packet in container.demux(stream):
        if packet.pts is not None and packet.time_base is not None:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if last > LONGEST:
            raise BadInput(f"it is longer than {LONGEST:.0f} seconds: cut it")
    return last
