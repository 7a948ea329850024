"""The boards now: buckets are counted again from what stands, standings are summed again from buckets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
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
    return [_LONG_AGO if now is None or hours is None else hour(now) - hours for hours in WINDOWS.values()]


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
    hours = dict(zip(WINDOWS, first_hours(now), strict=True))
    for span, counted, items in conn.execute(_SUM.encode(), {"board": board, "ids": ids, **hours}):
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
# How many of the listed rows have which count, in each window.
_BY_COUNT: Final = f"""
    select s.span, s.counted, count(*)
    from changed cross join lateral (
        values {", ".join(f"('{span}', counted_{span})" for span in WINDOWS)}
    ) as s (span, counted)
    where changed.listed and s.counted is not null
    group by s.span, s.counted
"""  # noqa: S608 - constants
_COUNTED: Final = ", ".join(f"counted_{span}" for span in WINDOWS)
_FORGET_STANDINGS: Final = f"""
    with changed as (delete from standings where board = %s and id = any(%s) returning listed, {_COUNTED}) {_BY_COUNT}
"""  # noqa: S608 - constants


def _in(span: str, summed: str, condition: str = "true") -> str:
    return f"{summed} filter (where hour >= %({span})s and {condition})"


_NUMBERS: Final = ", ".join(_in(span, f"sum({name})") for span in WINDOWS for name in NUMBERS)
_PLACES: Final = ", ".join(
    f"{_in(span, 'sum(counted)')} as counted_{span},"
    f" coalesce({_in(span, 'max(reached_at)', 'counted > 0')}, {_in(span, 'max(reached_at)')}) as reached_{span}"
    for span in WINDOWS
)
_SUM: Final = f"""
    with changed as (
        insert into standings (board, id, listed, numbers, {", ".join(f"counted_{s}, reached_{s}" for s in WINDOWS)})
        select %(board)s, item.id,
            coalesce((select true from shown where shown.id = item.id and shown.until is null limit 1), false), n.*
        from unnest(%(ids)s::text[]) as item (id)
        cross join lateral (
            select array[{_NUMBERS}]::bigint[], {_PLACES}
            from buckets where board = %(board)s and buckets.id = item.id
        ) as n
        where n.counted_all is not null
        returning listed, {_COUNTED}
    )
    {_BY_COUNT}
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
