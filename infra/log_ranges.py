"""A part of every log: from one position to another, read day by day in the order of files. Positions are the exact
form of a time: times never fall along a log, so a moment is one position in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import psycopg

from infra.log_reader import READ_EPOCHS, Epochs

Connection = psycopg.Connection[tuple[Any, ...]]
Log = tuple[str, int]  # category, shard
Vector = Mapping[Log, int]  # the last position of each log; a log that is missing has nothing
Row = tuple[Any, ...]  # the columns of `READ`

READ: Final = """
    select type, category, shard, position, event_id::text, stream, version, occurred_at, recorded_at, actor,
        causation, correlation, traceparent, data
    from unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[]) as part (of_category, of_shard, after, until)
    join log.events on category = of_category and shard = of_shard and position > after and position <= until
    order by type, category, shard, position
"""
HEADS: Final = "select category, shard, position from log.logs where position > 0 order by category, shard"
REACHED: Final = """
    select category, shard, log.reach(category, shard, head, %s)
    from unnest(%s::text[], %s::int[], %s::bigint[]) as known (category, shard, head)
"""
DAYS: Final = """
    select min(first.recorded_at), max(last.recorded_at)
    from unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[]) as part (category, shard, after, until)
    join log.events first on (first.category, first.shard, first.position) = (part.category, part.shard, after + 1)
    join log.events last on (last.category, last.shard, last.position) = (part.category, part.shard, until)
    where until > after
"""
# Writers hold these locks from before their stamp until after their commit.
LOCK_ALL: Final = "select from log.logs order by category, shard for share"
HAS_PASSED: Final = "select clock_timestamp() >= %s"
ROWS_AT_ONCE: Final = 5_000


def heads(connection: Connection) -> dict[Log, int]:
    return {(category, shard): position for category, shard, position in connection.execute(HEADS)}


def reached(connection: Connection, until: Vector, moment: datetime) -> dict[Log, int]:
    """The last position of each log that was recorded before the moment, at most that of `until`."""
    logs = sorted(until)
    columns = [[category for category, _ in logs], [shard for _, shard in logs], [until[log] for log in logs]]
    return {
        (category, shard): position for category, shard, position in connection.execute(REACHED, [moment, *columns])
    }


def has_passed(connection: Connection, moment: datetime) -> bool:
    """By the clock that stamps what is recorded. Waits for those who are writing: afterwards nothing can be recorded
    before the moment any more. A transaction of its own; what follows must see what was waited for."""
    with connection.transaction():
        connection.execute(LOCK_ALL)
        return bool(_one(connection, HAS_PASSED, [moment])[0])


def epochs(connection: Connection) -> Epochs:
    return Epochs(connection.execute(READ_EPOCHS).fetchall())


def days(connection: Connection, after: Vector, until: Vector) -> Iterator[tuple[date, Vector, Vector]]:
    """Each day (UTC) on which anything of the part was recorded, with its own part of the logs."""
    first, last = _one(connection, DAYS, _parts(after, until))
    if first is None:
        return
    day, begin = first.date(), after
    while day <= last.date():
        end = reached(connection, until, datetime.combine(day + timedelta(days=1), datetime.min.time(), first.tzinfo))
        end = {log: max(position, begin.get(log, 0)) for log, position in end.items()}
        if any(position > begin.get(log, 0) for log, position in end.items()):
            yield day, begin, end
        day, begin = day + timedelta(days=1), end


def read(connection: Connection, after: Vector, until: Vector) -> Iterator[list[Row]]:
    """Some rows at a time, sorted by type, then log and position. Sorted by the server, so that a part of any size
    fits into memory here."""
    with connection.cursor(name="log_ranges", binary=True) as cursor:
        cursor.execute(READ, _parts(after, until))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


def _parts(after: Vector, until: Vector) -> list[list[Any]]:
    logs = sorted(until)
    return [
        [category for category, _ in logs],
        [shard for _, shard in logs],
        [after.get(log, 0) for log in logs],
        [until[log] for log in logs],
    ]


def _one(connection: Connection, query: Any, parameters: list[Any]) -> tuple[Any, ...]:
    found = connection.execute(query, parameters).fetchone()
    assert found is not None
    return found
