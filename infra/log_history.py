"""The event store for who reads a lot of it in one thread, with nothing but a connection: fills and replays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from domain.policy import HourClosed
from domain.recorded import Position, Recorded
from infra import log_ranges
from infra.log_reader import READ_EPOCHS, READ_LOG, Epochs, to_recorded

Log = tuple[str, int]  # category, shard
HOUR: Final = """
    select data from log.events
    where stream = 'hours' and (convert_from(data, 'UTF8')::jsonb ->> 'ended_at')::timestamptz = %s
"""


class LogHistory:
    """For one thread at a time. `connection` is in autocommit mode."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._epochs = Epochs(connection.execute(READ_EPOCHS).fetchall())

    def epochs(self) -> list[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        rows = self._connection.execute(READ_EPOCHS).fetchall()
        return [(epoch, Position(category, shard, first)) for category, shard, first, epoch in reversed(rows)]

    def heads(self) -> dict[Log, int]:
        """The last position of every log that has one."""
        return log_ranges.heads(self._connection)

    def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
        rows = self._connection.execute(READ_LOG.encode(), (category, shard, after, limit), binary=True).fetchall()
        return [to_recorded(row, self._epochs) for row in rows]

    def closed(self, ended_at: datetime) -> Mapping[Log, int] | None:
        """How far each log had come at the end of an hour that was closed; None for any other moment."""
        row = self._connection.execute(HOUR, [ended_at]).fetchone()
        if row is None:
            return None
        hour = msgspec.json.decode(row[0], type=HourClosed)
        return {(each.category, each.shard): each.position for each in hour.positions}

    def reached(self, moment: datetime) -> Mapping[Log, int]:
        """The last position of each log that was recorded before the moment."""
        found = log_ranges.reached(self._connection, self.heads(), moment)
        return {log: position for log, position in found.items() if position}

    def has_passed(self, moment: datetime) -> bool:
        """Afterwards nothing can be recorded before the moment any more."""
        return log_ranges.has_passed(self._connection, moment)
