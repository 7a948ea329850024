"""A character that was looked for in a clip or a picture."""

from __future__ import annotations

import msgspec


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """`parameters` are those of the rig in `appearance.py`: `seen` names those that the picture shows plainly,
    `guessed` the others. `confidence` is 0 to 1; `is_sure`: more than a guess. `preview` is a WebP of what was seen
    beside what the parameters draw. It says what something looks like drawn, and never who anybody is."""

    rig: str
    description: str
    parameters: dict[str, float]
    confidence: float
    is_sure: bool
    seen: tuple[str, ...]
    guessed: tuple[str, ...]
    notes: tuple[str, ...]
    preview: bytes
