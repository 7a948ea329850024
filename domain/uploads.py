"""Files that people send in to be the place of a clip: what is accepted, and how it is kept."""

from __future__ import annotations

from typing import Final

import msgspec

KINDS: Final = ("image", "video")
IMAGE_BYTES: Final = 20 << 20
SUFFIXES: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is. `kind`: image | video; `seconds` of a picture are 0."""

    kind: str
    mime: str
    width: int
    height: int
    seconds: float
    sha256: str
    bytes: int
