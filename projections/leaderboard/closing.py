"""Closed hours: once every log is past an hour's end, the places at that moment are kept.

`closed` follows from hour to hour by what has changed in between. It never depends on how the logs were merged: only
on votes of before the end of an hour, when all of them are known. An event that comes later than that (one that was
parked) sends everything back to the hour before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from domain.policy import HourClosed
from projections.db import Connection, columns
from projections.events import Event
from projections.leaderboard import likes
from projections.leaderboard.boards import BOARDS, CATEGORIES, PLACES, WINDOWS
from projections.leaderboard.votes import NUMBERS, corrected, counts, pending, stands, votes

NEVER: Final = "-infinity"
Head = dict[tuple[str, int], int]


def record(conn: Connection, events: Sequence[Event]) -> tuple[datetime | None, datetime | None]:
    """The hours that the events close; the end of the last closed hour before them and after them."""
    before: datetime | None = _one(conn, "select max(ended_at) from hours")
    rows = [(event.event.ended_at, _positions(event.event)) for event in events if isinstance(event.event, HourClosed)]
    if not rows:
        return before, before
    conn.execute(_RECORD, columns(rows, 2))
    return before, _one(conn, "select max(ended_at) from hours")


def _positions(closed: HourClosed) -> str:
    of_ours = {f"{at.category}/{at.shard}": at.position for at in closed.positions if at.category in CATEGORIES}
    return msgspec.json.encode(of_ours).decode()


def count(conn: Connection, events: Sequence[Event]) -> None:
    """Every hour whose end all logs are past by now. The votes of these events are written."""
    heads = _move_heads(conn, events)
    counted: datetime | None = _one(conn, "select max(ended_at) from hours where counted")
    earliest = min(event.recorded.recorded_at for event in events)
    if counted and earliest < counted:
        counted = _go_back(conn, earliest)
    while ended_at := _next(conn, heads):
        _advance(conn, counted, ended_at)
        for board in BOARDS:
            conn.execute(_SNAPSHOT[board].encode(), _values(counted, ended_at))
        conn.execute("update hours set counted = true where ended_at = %s", [ended_at])
        counted = ended_at


def _move_heads(conn: Connection, events: Sequence[Event]) -> Head:
    last: Head = {}
    for event in events:
        log = (event.recorded.category, event.recorded.shard)
        last[log] = max(event.recorded.position, last.get(log, 0))
    conn.execute(_MOVE_HEADS, columns(((*log, last[log]) for log in sorted(last)), 3))
    return {(category, shard): position for category, shard, position in conn.execute("select * from heads").fetchall()}


def _next(conn: Connection, heads: Head) -> datetime | None:
    """The next hour to be counted, if every log is past it."""
    found = conn.execute(_NEXT).fetchone()
    if found is None:
        return None
    ended_at: datetime
    ended_at, positions = found
    reached = {f"{category}/{shard}": position for (category, shard), position in heads.items()}
    return ended_at if all(reached.get(log, 0) >= position for log, position in positions.items()) else None


def _go_back(conn: Connection, to: datetime) -> datetime | None:
    """To the last hour that ended at that moment or before it."""
    base: datetime | None = _one(conn, "select max(ended_at) from hours where counted and ended_at <= %s", to)
    after = NEVER if base is None else base
    conn.execute("delete from snapshots where ended_at > %s::timestamptz", [after])
    conn.execute("update hours set counted = false where ended_at > %s::timestamptz", [after])
    conn.execute("delete from closed")
    conn.execute("update pairs set likes_then = 0")
    conn.execute("delete from pairs where likes = 0")
    if base:
        _advance(conn, None, base)
    return base


def _advance(conn: Connection, before: datetime | None, now: datetime) -> None:
    values = _values(before, now)
    for board in BOARDS:
        emptied = conn.execute(_ADVANCE[board].encode(), values).fetchall()
        if emptied:
            conn.execute(_FORGET, [board, *columns(emptied, 2)])
    likes.forget_pairs(conn, conn.execute(_ADVANCE_PAIRS.encode(), values).fetchall())


def _values(before: datetime | None, now: datetime) -> dict[str, Any]:
    lows = [_low(now, hours) for hours in WINDOWS.values()]
    were = [_low(before, hours) for hours in WINDOWS.values()]
    bounds = {f"low_{span}": low for span, low in zip(WINDOWS, lows, strict=True)}
    bounds |= {f"was_{span}": was for span, was in zip(WINDOWS, were, strict=True)}
    named = {"before": NEVER if before is None else str(before), "now": str(now), "spans": list(WINDOWS)}
    return {**named, **bounds, "lows": lows, "were": were}


def _low(moment: datetime | None, hours: int | None) -> str:
    """Hours are counted in UTC: in the zone of a session a day may have 23."""
    return NEVER if moment is None or hours is None else str(moment.astimezone(UTC) - timedelta(hours=hours))


def _one(conn: Connection, query: str, *values: Any) -> Any:
    found = conn.execute(query.encode(), values).fetchone()
    return found[0] if found else None


_BEFORE, _NOW = "%(before)s::timestamptz", "%(now)s::timestamptz"
_ROLLING: Final = [span for span, hours in WINDOWS.items() if hours is not None]


def _between(column: str, low: str, high: str) -> str:
    return f"v.{column} >= %({low})s::timestamptz and v.{column} < %({high})s::timestamptz"


# What came, what ended, what a window leaves behind, and what was corrected in between. Nothing else has changed.
_CHANGED: Final = " or ".join(
    f"({each})"
    for each in (
        _between("since", "before", "now"),
        _between("until", "before", "now"),
        *(_between("at", f"was_{span}", f"low_{span}") for span in _ROLLING),
        f"""v.voter = any(array(
            select account_id from corrections
            where (made_at >= {_BEFORE} and made_at < {_NOW}) or (undone_at >= {_BEFORE} and undone_at < {_NOW})
        ))""",  # noqa: S608 - constants
    )
)
_IS, _WAS = "(v.stands and v.at >= s.low)::int", "(v.stood and v.at >= s.was)::int"
_IS_COUNTED = f"(v.stands and v.at >= s.low and {counts('v.is_corrected')})::int"
_WAS_COUNTED = f"(v.stood and v.at >= s.was and {counts('v.was_corrected')})::int"
_DELTAS: Final = {
    "count": f"{_IS} - {_WAS}",
    "counted": f"{_IS_COUNTED} - {_WAS_COUNTED}",
    "own": f"({_IS} - {_WAS}) * v.own::int",
    "young": f"({_IS} - {_WAS}) * v.young::int",
    "not_served": f"({_IS} - {_WAS}) * v.not_served::int",
    "corrected": f"{_IS} * v.is_corrected::int - {_WAS} * v.was_corrected::int",
}


def _reached(board: str) -> str:
    """When the count was reached. Looked up among all votes only where the last one was lost."""
    counted = _last(board, counts(corrected(_NOW)))
    return f"""case
        when changed.counted + coalesce(known.counted, 0) > 0 then case
            when coalesce(known.counted, 0) = 0 then changed.last_counted
            when changed.lost_counted >= known.reached_at then {counted}
            else greatest(known.reached_at, changed.last_counted) end
        when known.id is null then changed.last
        when known.counted > 0 or changed.lost >= known.reached_at then coalesce({_last(board, "true")}, 'epoch')
        else greatest(known.reached_at, changed.last) end"""


def _last(board: str, condition: str) -> str:
    """When the last vote came that stands now, in the window, and meets the condition."""
    return f"""(
        select v.at from {votes(board)} v
        where v.id = changed.id and {stands(_NOW)} and v.at >= changed.low and {condition}
        order by v.at desc limit 1
    )"""  # noqa: S608 - constants


_ADVANCE: Final = {
    board: f"""
        with changed as (
            select s.span, s.low, v.id, {", ".join(f"sum({delta}) as {name}" for name, delta in _DELTAS.items())},
                max(v.at) filter (where {_IS} = 1) as last, max(v.at) filter (where {_IS} < {_WAS}) as lost,
                max(v.at) filter (where {_IS_COUNTED} = 1) as last_counted,
                max(v.at) filter (where {_IS_COUNTED} < {_WAS_COUNTED}) as lost_counted
            from (
                select v.*, {stands(_NOW)} as stands, {stands(_BEFORE)} as stood,
                    {corrected(_NOW)} as is_corrected, {corrected(_BEFORE)} as was_corrected
                from {votes(board)} v where {_CHANGED} offset 0
            ) as v
            cross join unnest(%(spans)s::text[], %(lows)s::timestamptz[], %(were)s::timestamptz[]) as s (span, low, was)
            group by s.span, s.low, v.id
            having bool_or({_IS} <> {_WAS} or {_IS_COUNTED} <> {_WAS_COUNTED} or {_DELTAS["corrected"]} <> 0)
        ),
        written as (
            insert into closed (board, span, id, {", ".join(NUMBERS)}, reached_at)
            select '{board}', changed.span, changed.id, {", ".join(f"changed.{name}" for name in NUMBERS)},
                {_reached(board)}
            from changed
            left join closed known
                on known.board = '{board}' and known.span = changed.span and known.id = changed.id
            on conflict (board, span, id) do update set
                {", ".join(f"{name} = closed.{name} + excluded.{name}" for name in NUMBERS)},
                reached_at = excluded.reached_at
            returning span, id, count
        )
        select span, id from written where count = 0
    """  # noqa: S608 - constants
    for board in BOARDS
}
_SNAPSHOT: Final = {
    board: f"""
        insert into snapshots (board, span, ended_at, rows)
        select '{board}', s.span, {_NOW}, places.rows
        from unnest(%(spans)s::text[], %(lows)s::timestamptz[]) as s (span, low)
        cross join lateral (
            select coalesce(
                jsonb_agg(
                    jsonb_build_array(
                        place.id, {", ".join(f"place.{name}" for name in NUMBERS)},
                        {pending(board, "likes_then", _NOW, "s.low")},
                        floor(extract(epoch from place.reached_at) * 1000000)::bigint
                    ) order by place.counted desc, place.reached_at, place.id
                ), '[]'
            ) as rows
            from (
                select * from closed
                where board = '{board}' and span = s.span and exists (
                    select from shown v
                    where v.id = closed.id and {stands(_NOW)}
                )
                order by counted desc, reached_at, id limit {PLACES}
            ) as place
        ) as places
        where places.rows is distinct from (
            select rows from snapshots known
            where known.board = '{board}' and known.span = s.span and known.ended_at < {_NOW}
            order by known.ended_at desc limit 1
        )
    """  # noqa: S608 - constants
    for board in BOARDS
}
_ADVANCE_PAIRS: Final = f"""
    with written as (
        insert into pairs (liker, author, likes, likes_then)
        select v.account_id, v.owner_id, 0, sum({stands(_NOW)}::int - {stands(_BEFORE)}::int)
        from (select *, at as since from likes) v
        where v.account_id <> v.owner_id
            and (({_between("since", "before", "now")}) or ({_between("until", "before", "now")}))
        group by v.account_id, v.owner_id
        having sum({stands(_NOW)}::int - {stands(_BEFORE)}::int) <> 0
        on conflict (liker, author) do update set likes_then = pairs.likes_then + excluded.likes_then
        returning liker, author, likes, likes_then
    )
    select liker, author from written where likes = 0 and likes_then = 0
"""  # noqa: S608 - constants
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
_FORGET: Final = """
    delete from closed where board = %s and (span, id) in (select * from unnest(%s::text[], %s::text[]))
"""
