"""Closed hours: once every log is past an hour's end, the places at that moment are kept.

What they are never depends on how the logs were merged: only on votes of before the end of an hour, when all of them
are known. An event that comes later than that (one that was parked) sends everything back to the hour before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.policy import HourClosed
from projections.db import Connection, columns
from projections.events import Event
from projections.leaderboard import history, live, snapshots
from projections.leaderboard.boards import CATEGORIES

Head = dict[tuple[str, int], int]


def last_counted(conn: Connection) -> datetime | None:
    """The end of the hour from which windows reach back."""
    return _one(conn, "select max(ended_at) from hours where counted")  # type: ignore[no-any-return]


def apply(conn: Connection, events: Sequence[Event], counted: datetime | None) -> None:
    """Counts every hour whose end all logs are past by now. What the events say of votes is counted already."""
    note(conn, events)
    earliest = min(event.recorded.recorded_at for event in events)
    if counted and earliest < counted:
        _again(conn, earliest)
        return
    while ended_at := next_hour(conn):
        live.shift(conn, counted, ended_at)
        snapshots.write(conn, ended_at, later=True)
        counted = _count(conn, ended_at)


def note(conn: Connection, events: Sequence[Event]) -> None:
    """The hours that the events close, and how far each log was followed."""
    hours = [(event.event.ended_at, _positions(event.event)) for event in events if isinstance(event.event, HourClosed)]
    if hours:
        conn.execute(_RECORD, columns(hours, 2))
    last: Head = {}
    for event in events:
        log = (event.recorded.category, event.recorded.shard)
        last[log] = max(event.recorded.position, last.get(log, 0))
    conn.execute(_MOVE_HEADS, columns(((*log, last[log]) for log in sorted(last)), 3))


def advance(conn: Connection, moment: str, counted: datetime | None) -> datetime | None:
    """Brings boards that hold nothing later than `moment` to the end of the next hour and counts it, if there is one
    that every log is past."""
    ended_at = next_hour(conn)
    if ended_at:
        history.bring(conn, moment, str(ended_at), counted)
        live.shift(conn, counted, ended_at, str(ended_at))
        snapshots.write(conn, ended_at, later=False)
        _count(conn, ended_at)
    return ended_at


def next_hour(conn: Connection) -> datetime | None:
    """The next hour to be counted, if every log is past it."""
    found = conn.execute(_NEXT).fetchone()
    if found is None:
        return None
    ended_at: datetime
    ended_at, positions = found
    heads: Head = {(category, shard): at for category, shard, at in conn.execute("select * from heads").fetchall()}
    reached = {f"{category}/{shard}": position for (category, shard), position in heads.items()}
    return ended_at if all(reached.get(log, 0) >= position for log, position in positions.items()) else None


def _again(conn: Connection, to: datetime) -> None:
    """All hours that ended later than that."""
    base: datetime | None = _one(conn, "select max(ended_at) from hours where counted and ended_at <= %s", to)
    moment = history.EVER if base is None else str(base)
    conn.execute("delete from snapshots where ended_at > %s::timestamptz", [moment])
    conn.execute("update hours set counted = false where ended_at > %s::timestamptz", [moment])
    history.empty(conn)
    if base:
        history.bring(conn, history.EVER, moment, base)
    while ended_at := advance(conn, moment, base):
        moment, base = str(ended_at), ended_at
    history.bring(conn, moment, live.FOREVER, base)


def _count(conn: Connection, ended_at: datetime) -> datetime:
    conn.execute("update hours set counted = true where ended_at = %s", [ended_at])
    return ended_at


def _positions(closed: HourClosed) -> str:
    of_ours = {f"{at.category}/{at.shard}": at.position for at in closed.positions if at.category in CATEGORIES}
    return msgspec.json.encode(of_ours).decode()


def _one(conn: Connection, query: str, *values: Any) -> Any:
    found = conn.execute(query.encode(), values).fetchone()
    return found[0] if found else None


_RECORD: Final = """
    insert into hours (ended_at, positions, counted)
    select ended_at, positions, false from unnest(%s::timestamptz[], %s::jsonb[]) as hour (ended_at, positions)
    on conflict do nothing
"""
_NEXT: Final = "select ended_at, positions from hours where not counted order by ended_at limit 1"
_MOVE_HEADS: Final = """
    insert into heads (category, shard, position) select * from unnest(%s::text[], %s::int[], %s::bigint[])
    on conflict (category, shard) do update set position = greatest(heads.position, excluded.position)
"""
