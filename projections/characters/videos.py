"""Events to the videos that star characters: whether others see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from domain.recorded import Recorded
from domain.video import (
    GenerationAttemptFailed,
    GenerationCancelled,
    GenerationCompleted,
    GenerationFailed,
    GenerationStarted,
    Queueing,
    RestrictionLifted,
    VideoDeleted,
    VideoPublished,
    VideoRestricted,
    VideoUnpublished,
)
from projections.db import Connection, load_rows, upsert, write_rows
from projections.events import Event


class Video(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    owner_id: str
    state: str = "queued"
    visibility: str | None = None
    restrictions: Sequence[str] = ()


_UPSERT: Final = upsert("videos", Video, ("id",))
STATES: Final[dict[type, str]] = {
    GenerationStarted: "in_progress",
    GenerationAttemptFailed: "queued",
    GenerationCompleted: "completed",
    GenerationFailed: "failed",
    GenerationCancelled: "cancelled",
}


KINDS: Final = (
    Queueing, VideoPublished, VideoUnpublished, VideoRestricted, RestrictionLifted, VideoDeleted, *STATES
)  # fmt: skip


def apply(conn: Connection, events: Sequence[Event]) -> None:
    """A video that stars nobody has no row: its first event says so."""
    ids = {event.recorded.stream for event in events}
    rows = {row.id: row for row in load_rows(conn, "videos", Video, "id", ids)}
    changed: dict[str, Video] = {}
    for event in events:
        row = _evolve(rows.get(event.recorded.stream), event.event, event.recorded)
        if row is not None:
            rows[row.id] = changed[row.id] = row
    write_rows(conn, _UPSERT, (row for _, row in sorted(changed.items())))


def _evolve(row: Video | None, event: Any, recorded: Recorded) -> Video | None:
    if isinstance(event, Queueing) and event.characters:
        return Video(id=recorded.stream, owner_id=event.owner_id)
    if row is None:
        return None
    match event:
        case VideoPublished(visibility=visibility):
            return msgspec.structs.replace(row, visibility=visibility)
        case VideoUnpublished():
            return msgspec.structs.replace(row, visibility=None)
        case VideoRestricted(cause_id=cause):
            return msgspec.structs.replace(row, restrictions=sorted({*row.restrictions, cause}))
        case RestrictionLifted(cause_id=cause):
            return msgspec.structs.replace(row, restrictions=[each for each in row.restrictions if each != cause])
        case VideoDeleted():
            return msgspec.structs.replace(row, state="deleted", visibility=None)
        case _:
            state = STATES.get(type(event))
            return msgspec.structs.replace(row, state=state) if state else None
