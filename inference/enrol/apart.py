"""A character out of a stranger's file, for `inference.sandbox`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from domain.enrolment import Enrolled
from inference.enrol.enrolment import SURE, from_clip
from inference.media import image_bytes
from inference.uploads.probe import probe


class Asked(msgspec.Struct, frozen=True):
    file: str


def answer(asked: Asked) -> Enrolled:
    """Raises `BadInput` where nothing can be read or nobody is seen."""
    path = Path(asked.file)
    probe(path)
    found = from_clip(path)
    return Enrolled(
        rig=found.rig,
        description=found.description,
        parameters=found.params,
        confidence=found.confidence,
        is_sure=found.confidence >= SURE,
        seen=found.seen,
        guessed=found.guessed,
        notes=found.notes,
        preview=image_bytes(found.preview, "libwebp"),
    )
