"""Files as strangers send them: pictures and videos of any kind, made on the spot."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from inference.enrol.sprite import drawn
from inference.media import image_bytes

Pixels = NDArray[np.uint8]


def a_landscape(width: int = 300, height: int = 500) -> Pixels:
    """Sky over a rough ground, with a horizon in the middle."""
    y = np.linspace(0, 1, height)[:, None, None]
    rough = np.random.default_rng(1).integers(-20, 20, (-(-height // 10), -(-width // 10), 1))
    rough = rough.repeat(10, 0).repeat(10, 1)[:height, :width]
    sky, ground = np.array([120, 170, 230]) - 40 * y, np.array([80, 130, 60]) + 30 * y + rough
    return np.where(y < 0.5, sky, ground).astype(np.uint8)


def a_jpeg(width: int = 300, height: int = 500) -> bytes:
    return image_bytes(a_landscape(width, height), "mjpeg")


def an_image_of(subject: str, look: dict[str, str]) -> bytes:
    """A JPEG of somebody as the scene engine draws it, before a plain place."""
    picture = np.full((180, 160, 3), (120, 180, 235), np.uint8)
    picture[110:] = (110, 160, 80)
    pixels, mask = drawn(subject, look)
    picture[60:156, 32:128][mask] = pixels[mask]
    return image_bytes(picture, "mjpeg")


def a_webp(width: int = 300, height: int = 500) -> bytes:
    return image_bytes(a_landscape(width, height), "libwebp")


def a_png(pixels: Pixels) -> bytes:
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return _png(width, height, zlib.compress(rows))


def a_bomb(width: int, height: int) -> bytes:
    """A small PNG that says to be large."""
    return _png(width, height, zlib.compress(b"\0" * 1000))


def _png(width: int, height: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def turned(jpeg: bytes, orientation: int) -> bytes:
    """With the note of a camera that was held on its side."""
    note = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + note
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def a_video(
    path: Path,
    seconds: float = 1.0,
    *,
    codec: str = "libx264",
    width: int = 144,
    height: int = 256,
    rate: int = 30,
    rise: int = 2,
) -> Path:
    """Grey that grows lighter: frame i has the values 60 + `rise` i. `path` says the container."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for i in range(round(seconds * rate)):
            grey = np.full((height, width, 3), min(60 + rise * i, 250), np.uint8)
            frame = VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
