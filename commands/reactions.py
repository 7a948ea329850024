"""Work that one fact causes elsewhere: pure, and the only place for it. A repeat of a fact repeats the same effects,
so each effect must be harmless twice; `streams/reactor.py` carries them out."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.recorded import Recorded
from domain.video import (
    GenerationAttemptFailed,
    GenerationCompleted,
    GenerationFailed,
    VideoCreated,
    VideoDeleted,
    VideoRemixed,
)


class Enqueue(msgspec.Struct, frozen=True):
    """Put this attempt into the job table."""

    video_id: str
    attempt: int


class CloseJobs(msgspec.Struct, frozen=True):
    """No attempt up to this one needs its row or its key any more."""

    video_id: str
    attempt: int


class DeleteFiles(msgspec.Struct, frozen=True):
    """Remove everything under this prefix of the object store."""

    prefix: str


Effect = Enqueue | CloseJobs | DeleteFiles
CATEGORIES: Final = ("video",)


def react(recorded: Recorded, event: object) -> list[Effect]:
    """`event` may be in its sealed form: no effect depends on a sealed field."""
    video_id = recorded.stream
    match event:
        case VideoCreated() | VideoRemixed():
            return [Enqueue(video_id, 1)]
        case GenerationAttemptFailed(attempt=attempt):
            return [CloseJobs(video_id, attempt), Enqueue(video_id, attempt + 1)]
        case GenerationCompleted(attempt=attempt) | GenerationFailed(attempt=attempt):
            return [CloseJobs(video_id, attempt)]
        case VideoDeleted():
            return [DeleteFiles(f"v/{video_id}/")]
        case _:
            return []
