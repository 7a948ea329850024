"""A consumer that can take next to nothing any more stops, and leaves a note that everyone can read."""

from __future__ import annotations

from projections.db import Connection
from projections.events import Event


def note(conn: Connection, consumer: str, event: Event, reason: str) -> None:
    """`event` is one that was not taken: once it is, the note counts for nothing."""
    at = event.recorded
    conn.execute(
        "insert into streams.stopped (consumer, category, shard, position, recorded_at, reason)"
        " values (%s, %s, %s, %s, %s, %s)"
        " on conflict (consumer, category, shard) do update set position = excluded.position,"
        " recorded_at = excluded.recorded_at, reason = excluded.reason, stopped_at = clock_timestamp()",
        [consumer, at.category, at.shard, at.position, at.recorded_at, reason],
    )
