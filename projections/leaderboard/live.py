"""The boards now: buckets are counted again from what stands, standings are summed again from buckets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import TupleRow

from projections.db import Connection, columns
from projections.leaderboard.boards import BOARDS, DEFINITIONS, WINDOWS
from projections.leaderboard.touched import Bucket, Touched, hour
from projections.leaderboard.votes import NUMBERS, SUMS, corrected, votes

_LONG_AGO: Final = -(2**31)


def recount(conn: Connection, touched: Touched, before: datetime | None, now: datetime | None) -> None:
    """`before` and `now`: the end of the last closed hour, from which windows reach back."""
    for board in BOARDS:
        buckets = sorted(touched.buckets[board])
        if buckets:
            conn.execute(_FORGET_BUCKETS, [board, *columns(buckets, 2)])
            conn.execute(_COUNT[board].encode(), [*columns(buckets, 2)])
        _sum(conn, board, _ids(conn, board, buckets, touched, before, now), now)


def first_hours(now: datetime | None) -> list[int]:
    """The first hour of each window."""
    return [
        _LONG_AGO if now is None or hours is None else hour(now - timedelta(hours=hours)) for hours in WINDOWS.values()
    ]


def _ids(
    conn: Connection,
    board: str,
    buckets: Iterable[Bucket],
    touched: Touched,
    before: datetime | None,
    now: datetime | None,
) -> list[str]:
    ids = {id_ for id_, _ in buckets} | touched.flipped[DEFINITIONS[board].ranks]
    if now != before:
        left = [(was, is_) for was, is_ in zip(first_hours(before), first_hours(now), strict=True) if was != is_]
        ids |= {id_ for (id_,) in conn.execute(_LEFT, [*columns(left, 2), board])}
    return sorted(ids)


def _sum(conn: Connection, board: str, ids: Sequence[str], now: datetime | None) -> None:
    if not ids:
        return
    changes: defaultdict[tuple[str, int], int] = defaultdict(int)
    for span, counted, items in conn.execute(_FORGET_STANDINGS, [board, ids]):
        changes[span, counted] -= items
    values = {"board": board, "ids": ids, "spans": list(WINDOWS), "hours": first_hours(now)}
    for span, counted, items in conn.execute(_SUM.encode(), values):
        changes[span, counted] += items
    _add_ranks(conn, board, changes)


def _add_ranks(conn: Connection, board: str, changes: Mapping[tuple[str, int], int]) -> None:
    rows: list[TupleRow] = [(*key, items) for key, items in sorted(Counter(changes).items()) if items]
    if rows:
        gone = conn.execute(_ADD_RANKS, [board, *columns(rows, 3)]).fetchall()
        conn.execute(_FORGET_RANKS, [board, *columns(gone, 2)])


_FORGET_BUCKETS: Final = """
    delete from buckets where board = %s and (id, hour) in (select * from unnest(%s::text[], %s::int[]))
"""
_COUNT: Final = {
    board: f"""
        insert into buckets (board, id, hour, {", ".join(NUMBERS)}, reached_at)
        select '{board}', bucket.id, bucket.hour, n.* from unnest(%s::text[], %s::int[]) as bucket (id, hour)
        cross join lateral (
            select {SUMS} from (
                select v.*, {corrected("'infinity'")} as corrected from {votes(board)} v
                where v.id = bucket.id and v.until is null
                    and v.at >= to_timestamp(bucket.hour * 3600.0) and v.at < to_timestamp((bucket.hour + 1) * 3600.0)
            ) as v
        ) as n
        where n.count > 0
    """  # noqa: S608 - constants
    for board in BOARDS
}
# Those with something in the hours that a window has left behind.
_LEFT: Final = """
    select distinct id from unnest(%s::int[], %s::int[]) as gone (first, last)
    join buckets on board = %s and hour >= gone.first and hour < gone.last
"""
_FORGET_STANDINGS: Final = """
    with gone as (
        delete from standings where board = %s and id = any(%s) returning span, counted, listed
    )
    select span, counted, count(*) from gone where listed group by span, counted
"""
_SUM: Final = f"""
    with made as (
        insert into standings (board, span, id, {", ".join(NUMBERS)}, reached_at, listed)
        select %(board)s, n.span, item.id, {", ".join(f"n.{name}" for name in NUMBERS)}, n.reached_at,
            exists (select from shown where shown.id = item.id and shown.until is null)
        from unnest(%(ids)s::text[]) as item (id)
        cross join lateral (
            select s.span, {", ".join(f"sum({name}) as {name}" for name in NUMBERS)},
                coalesce(max(reached_at) filter (where counted > 0), max(reached_at)) as reached_at
            from buckets join unnest(%(spans)s::text[], %(hours)s::int[]) as s (span, first) on hour >= s.first
            where board = %(board)s and buckets.id = item.id
            group by s.span
        ) as n
        returning span, counted, listed
    )
    select span, counted, count(*) from made where listed group by span, counted
"""  # noqa: S608 - constants
_ADD_RANKS: Final = """
    with changed as (
        insert into ranks (board, span, counted, items)
        select %s, * from unnest(%s::text[], %s::bigint[], %s::bigint[])
        on conflict (board, span, counted) do update set items = ranks.items + excluded.items
        returning span, counted, items
    )
    select span, counted from changed where items = 0
"""
_FORGET_RANKS: Final = """
    delete from ranks where board = %s and (span, counted) in (select * from unnest(%s::text[], %s::bigint[]))
"""
