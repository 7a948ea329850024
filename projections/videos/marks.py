"""Which film an invisible mark is of. A mark is a random number: it tells nothing about anybody, and stays when its
film is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.video import GenerationCompleted
from projections.db import Connection, columns
from projections.events import Event


def apply(conn: Connection, events: Sequence[Event]) -> None:
    marks = {
        (event.event.mark_id, event.recorded.stream)
        for event in events
        if isinstance(event.event, GenerationCompleted) and event.event.mark_id
    }
    if marks:
        conn.execute(_ADD, columns(sorted(marks), 2))


_ADD: Final = "insert into marks (mark_id, video_id) select * from unnest(%s::text[], %s::text[])"
