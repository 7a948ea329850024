"""Closing an hour: which position of each log was the last one before the hour ended.

The locks of all logs are held while that is looked up: nobody is about to commit an event with an earlier stamp, and
whoever waits gets a later one. So an event lies within the positions exactly if it was recorded before the end of the
hour, however late the hour is closed. The event that says so is itself one of the platform's log, behind the position
that it names.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from domain.policy import HourClosed, Reach
from domain.recorded import SYSTEM, Append, Change, Origin
from infra.columns import APPEND, columns_of
from infra.mapper import Mapper
from infra.postgres import Connection
from infra.prepared import prepare
from infra.shards import Shards

STREAM: Final = "hours"
HOUR: Final = timedelta(hours=1)
ANSWER: Final = msgspec.json.encode({"ok": {}})

LOCK_ALL: Final = "select category, shard, position from log.logs order by category, shard for update"
LAST: Final = "select version, data from log.events where stream = 'hours' order by version desc limit 1"
HAS_ENDED: Final = "select clock_timestamp() >= %s"
REACHED: Final = """
    select category, shard, log.reach(category, shard, position, %s) from log.logs where position > 0
    order by category, shard
"""
# The event is to be later than everything before it, and nothing that follows it earlier, in whichever log.
LATEST: Final = "update log.logs set at = (select max(at) from log.logs) where category = 'platform'"
NOT_EARLIER: Final = "update log.logs set at = (select max(at) from log.logs where category = 'platform')"
BEGINNING: Final = """
    select min(recorded_at) from log.logs join log.events using (category, shard) where events.position = 1
"""


async def close(connection: Connection, mapper: Mapper, shards: Shards, ended_at: datetime) -> bool:
    """False when the hour, or a later one, was closed before, or has not ended by the clock of the database."""
    async with connection.transaction():
        await connection.execute(LOCK_ALL)
        version, before = await _last(connection)
        ended = (await _rows(connection, HAS_ENDED, ended_at))[0][0]
        if not ended or (before and before >= ended_at):
            return False
        await connection.execute(LATEST)
        event = HourClosed(ended_at=ended_at, positions=await _reached(connection, ended_at))
        command = await prepare(closing(event, version), mapper)
        rows = await (await connection.execute(APPEND, columns_of([command], shards), binary=True)).fetchall()
        if [row[1] for row in rows] != ["appended"]:
            raise RuntimeError(f"the hour that ended at {ended_at} was closed, but its event is not there")
        await connection.execute(NOT_EARLIER)
    return True


async def last(connection: Connection) -> datetime | None:
    """The end of the last hour that was closed; before the first, the beginning of the hour in which the log began."""
    _, ended_at = await _last(connection)
    if ended_at:
        return ended_at
    began = (await _rows(connection, BEGINNING))[0][0]
    return whole_hour(began) if began else None


def whole_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def closing(event: HourClosed, version: int) -> Append:
    key = f"hour:{event.ended_at.isoformat()}"
    origin = Origin(
        account=SYSTEM,
        key=key,
        request_hash=b"",
        occurred_at=event.ended_at,
        causation=key,
        correlation=STREAM,
    )
    return Append(origin, (Change(STREAM, version, (event,)),), (), ANSWER)


async def _last(connection: Connection) -> tuple[int, datetime | None]:
    rows = await _rows(connection, LAST)
    return (rows[0][0], msgspec.json.decode(rows[0][1], type=HourClosed).ended_at) if rows else (0, None)


async def _reached(connection: Connection, ended_at: datetime) -> tuple[Reach, ...]:
    rows = await _rows(connection, REACHED, ended_at)
    return tuple(Reach(category=row[0], shard=row[1], position=row[2]) for row in rows if row[2])


async def _rows(connection: Connection, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return await (await connection.execute(query.encode(), parameters)).fetchall()
