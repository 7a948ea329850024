"""Reading events in the order of their log: shared by the event store and by whoever heals a gap from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import psycopg

from domain.recorded import Recorded

COLUMNS: Final = (
    "category, shard, position, event_id::text, stream, version, type, occurred_at, recorded_at, "
    "actor, causation, correlation, traceparent, data"
)
READ_LOG: Final = (
    f"select {COLUMNS} from log.events where category = %s and shard = %s and position > %s "  # noqa: S608 - constants
    "order by position limit %s"
)
READ_EPOCHS: Final = (
    "select category, shard, first_position, epoch::text from log.epochs order by started_at desc, first_position desc"
)


class Epochs:
    """Which epoch owns a position: the one that was started last of those that begin at or before it."""

    def __init__(self, rows: Iterable[tuple[str, int, int, str]]) -> None:
        """`rows`: category, shard, first position, epoch; the epoch that was started last comes first."""
        self._starts: dict[tuple[str, int], list[tuple[int, str]]] = {}
        self.current = ""
        for category, shard, first, epoch in rows:
            self.current = self.current or epoch
            self._starts.setdefault((category, shard), []).append((first, epoch))

    def owner(self, category: str, shard: int, position: int) -> str:
        return next(epoch for first, epoch in self._starts[category, shard] if first <= position)


def to_recorded(row: Sequence[Any], epochs: Epochs) -> Recorded:
    """`row` holds `COLUMNS`."""
    return Recorded(
        epoch=epochs.owner(row[0], row[1], row[2]),
        category=row[0],
        shard=row[1],
        position=row[2],
        event_id=row[3],
        stream=row[4],
        version=row[5],
        type=row[6],
        occurred_at=row[7],
        recorded_at=row[8],
        actor=row[9],
        causation=row[10],
        correlation=row[11],
        traceparent=row[12],
        data=row[13],
    )


def read_log(connection: psycopg.Connection[Any], category: str, shard: int, after: int, limit: int) -> list[Recorded]:
    """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
    epochs = Epochs(connection.execute(READ_EPOCHS.encode()).fetchall())
    rows = connection.execute(READ_LOG.encode(), (category, shard, after, limit), binary=True).fetchall()
    return [to_recorded(row, epochs) for row in rows]
