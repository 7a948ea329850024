"""The boards at a moment, which is 'infinity' for now: what stands then by the hour in which it came, summed for the
windows, and how many share a count.

New votes are added. Whatever else happens to votes has their buckets counted again from what stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from projections.db import Connection, columns
from projections.leaderboard.boards import BOARDS, DEFINITIONS, WINDOWS
from projections.leaderboard.touched import Touched, hour
from projections.leaderboard.votes import COUNTS, NUMBERS, SUMS, corrected, stands, votes

FOREVER: Final = "infinity"
_LONG_AGO: Final = -(2**31)
_MOMENT: Final = "%(moment)s::timestamptz"


def recount(conn: Connection, touched: Touched, counted: datetime | None, moment: str = FOREVER) -> None:
    """What was touched. `counted`: the end of the last counted hour, from which windows reach back."""
    for board in BOARDS:
        buckets = sorted(touched.buckets[board])
        if buckets:
            ids, hours = columns(buckets, 2)
            values = {"board": board, "ids": ids, "hours": hours, "moment": moment}
            conn.execute(_FORGET_BUCKETS, values)
            conn.execute(_COUNT[board].encode(), values)
            _sum(conn, board, sorted({id_ for id_, _ in buckets}), counted, moment)
        _list(conn, board, touched.flipped[DEFINITIONS[board].ranks], moment)


def shift(conn: Connection, before: datetime | None, now: datetime, moment: str = FOREVER) -> None:
    """Windows reach back from the end of another hour than before: some votes have left them."""
    lows, were = windows(now), windows(before, "was_")
    for board in BOARDS:
        rows = conn.execute(_SHIFT[board].encode(), {**lows, **were}, prepare=False).fetchall()
        add_ranks(conn, [(board, *change) for *change, lost in rows if lost is None])
        _sum(conn, board, sorted(lost for *_, lost in rows if lost is not None), now, moment)


def windows(counted: datetime | None, prefix: str = "") -> dict[str, int]:
    """The first hour of each window."""
    return {f"{prefix}{span}": first for span, first in zip(WINDOWS, first_hours(counted), strict=True)}


def first_hours(counted: datetime | None) -> list[int]:
    return [_LONG_AGO if counted is None or hours is None else hour(counted) - hours for hours in WINDOWS.values()]


def _sum(conn: Connection, board: str, ids: Sequence[str], counted: datetime | None, moment: str) -> None:
    if ids:
        values = {"board": board, "ids": ids, "moment": moment, **windows(counted)}
        changes = conn.execute(_FORGET_STANDINGS.encode(), values).fetchall()
        changes += conn.execute(_SUM.encode(), values).fetchall()
        add_ranks(conn, [(board, *change) for change in changes])


def _list(conn: Connection, board: str, ids: Collection[str], moment: str) -> None:
    """Whether they are listed may have changed, their votes have not."""
    if ids:
        values = {"board": board, "ids": sorted(ids), "moment": moment}
        add_ranks(conn, [(board, *change) for change in conn.execute(_LIST.encode(), values).fetchall()])


def add_ranks(conn: Connection, changes: Iterable[tuple[Any, ...]]) -> None:
    """Each (board, span, counted, by how many more or fewer items have it)."""
    summed: dict[tuple[Any, ...], int] = {}
    for *key, items in changes:
        summed[tuple(key)] = summed.get(tuple(key), 0) + items
    rows = [(*key, items) for key, items in sorted(summed.items()) if items]
    if rows:
        gone = conn.execute(_ADD_RANKS, columns(rows, 4)).fetchall()
        if gone:
            conn.execute(_FORGET_RANKS, columns(gone, 3))


def _place(number: int) -> tuple[int, int]:
    """Where the `count` and the `counted` of a window stand in `numbers`."""
    return number * len(NUMBERS) + 1, number * len(NUMBERS) + 2


_COLUMNS: Final = f"board, id, listed, numbers, {', '.join(f'counted_{s}, reached_{s}' for s in WINDOWS)}"
_LISTED: Final = f"exists (select from shown v where v.id = {{0}} and {stands(_MOMENT)})"


def _changed(was: str, now: str) -> str:
    """To be returned by what changes standings, for `_by_count`."""
    return ", ".join(f"{was}.counted_{s} as was_{s}, {now}.counted_{s} as is_{s}" for s in WINDOWS)


def _by_count(changed: str) -> str:
    """How many more or fewer of the listed rows have which count, in each window."""
    values = ", ".join(f"('{s}', was_{s}, -1), ('{s}', is_{s}, 1)" for s in WINDOWS)
    return f"""
        select s.span, s.counted, sum(s.items)::bigint
        from {changed} cross join lateral (values {values}) as s (span, counted, items)
        where listed and s.counted is not null
        group by s.span, s.counted having sum(s.items) <> 0
    """  # noqa: S608 - constants


def _each(term: str) -> str:
    """An array like `numbers` of a term for each of its places."""
    return f"array[{', '.join(term.format(at + 1) for at in range(len(WINDOWS) * len(NUMBERS)))}]"


def _in(span: str, summed: str, condition: str = "true") -> str:
    return f"{summed} filter (where hour >= %({span})s and {condition})"


def adding(board: str, new: str, as_: str) -> str:
    """Parts of a `with` which add the votes of the part `new` to a board; `as_`_ranks is what changes in its ranks.
    Votes have `corrected` beside what they are; parameters are `moment` and the windows."""
    counted = COUNTS.format(corrected="v.corrected")
    numbers = ", ".join(_in(span, f"sum({name})") for span in WINDOWS for name in NUMBERS)
    last = ", ".join(
        f"coalesce({_in(span, 'max(last_counted)')}, {_in(span, 'max(last)')}) as last_{span}" for span in WINDOWS
    )
    return f"""
        {as_}_added as materialized (
            select id, floor(date_part('epoch', at) / 3600)::int as hour, {SUMS},
                max(at) filter (where {counted}) as last_counted, max(at) as last
            from {new} v group by 1, 2
        ),
        {as_}_put as (
            insert into buckets as b (board, id, hour, {", ".join(NUMBERS)}, reached_at)
            select '{board}', id, hour, {", ".join(NUMBERS)}, reached_at from {as_}_added
            on conflict (board, id, hour) do update set
                {", ".join(f"{name} = b.{name} + excluded.{name}" for name in NUMBERS)},
                reached_at = {_later("b.counted", "excluded.counted", "reached_at", "b")}
        ),
        {as_}_summed as (
            select id, array[{numbers}]::bigint[] as numbers, {last} from {as_}_added group by id
        ),
        {as_}_changed as (
            insert into standings as b ({_COLUMNS})
            select '{board}', id, {_LISTED.format(f"{as_}_summed.id")},
                {_each("coalesce(numbers[{0}], 0)")},
                {", ".join(f"numbers[{_place(at)[1]}], last_{s}" for at, s in enumerate(WINDOWS))}
            from {as_}_summed
            on conflict (board, id) do update set
                numbers = {_each("b.numbers[{0}] + excluded.numbers[{0}]")},
                {", ".join(_grown(s) for s in WINDOWS)}
            returning new.listed, {_changed("old", "new")}
        ),
        {as_}_ranks as ({_by_count(f"{as_}_changed")})
    """  # noqa: S608 - constants


def _grown(span: str) -> str:
    counted = f"counted_{span}"
    return f"""
        {counted} = case
            when b.{counted} is null or excluded.{counted} is null then coalesce(b.{counted}, excluded.{counted})
            else b.{counted} + excluded.{counted} end,
        reached_{span} = {_later(f"b.{counted}", f"excluded.{counted}", f"reached_{span}", "b")}
    """


def _later(mine: str, more: str, reached: str, row: str) -> str:
    """When a sum was reached: at the last one counted of both parts, or the last one at all where nothing is."""
    return f"""case
        when coalesce({mine}, 0) > 0 and coalesce({more}, 0) = 0 then {row}.{reached}
        when coalesce({mine}, 0) = 0 and coalesce({more}, 0) > 0 then excluded.{reached}
        else greatest({row}.{reached}, excluded.{reached}) end"""


_FORGET_BUCKETS: Final = """
    delete from buckets
    where board = %(board)s and (id, hour) in (select * from unnest(%(ids)s::text[], %(hours)s::int[]))
"""
_COUNT: Final = {
    board: f"""
        insert into buckets (board, id, hour, {", ".join(NUMBERS)}, reached_at)
        select '{board}', bucket.id, bucket.hour, n.*
        from unnest(%(ids)s::text[], %(hours)s::int[]) as bucket (id, hour)
        cross join lateral (
            select {SUMS} from (
                select v.*, {corrected(_MOMENT)} as corrected from {votes(board)} v
                where v.id = bucket.id and {stands(_MOMENT)}
                    and v.at >= to_timestamp(bucket.hour * 3600.0) and v.at < to_timestamp((bucket.hour + 1) * 3600.0)
            ) as v
        ) as n
        where n.count > 0
    """  # noqa: S608 - constants
    for board in BOARDS
}
_FORGET_STANDINGS: Final = f"""
    with changed as (
        delete from standings where board = %(board)s and id = any(%(ids)s)
        returning old.listed, {_changed("old", "new")}
    )
    {_by_count("changed")}
"""  # noqa: S608 - constants

_NUMBERS: Final = ", ".join(f"coalesce({_in(span, f'sum({name})')}, 0)" for span in WINDOWS for name in NUMBERS)
_PLACES: Final = ", ".join(
    f"{_in(span, 'sum(counted)')} as counted_{span},"
    f" coalesce({_in(span, 'max(reached_at)', 'counted > 0')}, {_in(span, 'max(reached_at)')}) as reached_{span}"
    for span in WINDOWS
)
_SUM: Final = f"""
    with changed as (
        insert into standings ({_COLUMNS})
        select %(board)s, item.id, {_LISTED.format("item.id")}, n.*
        from unnest(%(ids)s::text[]) as item (id)
        cross join lateral (
            select array[{_NUMBERS}]::bigint[], {_PLACES}
            from buckets where board = %(board)s and buckets.id = item.id
        ) as n
        where n.counted_all is not null
        returning new.listed, {_changed("old", "new")}
    )
    {_by_count("changed")}
"""  # noqa: S608 - constants
_LIST: Final = f"""
    with item as materialized (
        select id, {_LISTED.format("item.id")} as listed from unnest(%(ids)s::text[]) as item (id)
    ),
    changed as (
        update standings set listed = item.listed from item
        where board = %(board)s and standings.id = item.id and standings.listed <> item.listed
        returning new.*
    )
    select s.span, s.counted, sum(case when listed then 1 else -1 end)
    from changed cross join lateral (values {", ".join(f"('{s}', counted_{s})" for s in WINDOWS)}) as s (span, counted)
    where s.counted is not null group by s.span, s.counted
"""  # noqa: S608 - constants
# `lost`: those in which all that was counted has left a window, and something else is in it still. When that was
# reached is looked up; all other sums follow from what has left.
_ROLLING: Final = [span for span, hours in WINDOWS.items() if hours is not None]


def _left(span: str) -> str:
    return f"(hour >= %(was_{span})s and hour < %({span})s)"


def _shrunk(number: int, span: str) -> str:
    count, counted = (f"standings.numbers[{at}] - gone.numbers[{at}]" for at in _place(number))
    return f"""
        counted_{span} = case when {count} > 0 then {counted} end,
        reached_{span} = case
            when {count} = 0 or (standings.counted_{span} > 0 and {counted} = 0) then null
            else standings.reached_{span} end
    """


_GONE: Final = ", ".join(
    f"coalesce(sum({name}) filter (where {_left(span)}), 0)" if span in _ROLLING else "0"
    for span in WINDOWS
    for name in NUMBERS
)
_SHIFT: Final = {
    board: f"""
        with gone as (
            select id, array[{_GONE}]::bigint[] as numbers
            from buckets where board = '{board}' and ({" or ".join(map(_left, _ROLLING))}) group by id
        ),
        changed as (
            update standings set
                numbers = {_each("standings.numbers[{0}] - gone.numbers[{0}]")},
                {", ".join(_shrunk(at, span) for at, span in enumerate(WINDOWS) if span in _ROLLING)}
            from gone where board = '{board}' and standings.id = gone.id
            returning standings.id, new.listed, {_changed("old", "new")},
                {" or ".join(f"(new.counted_{s} is not null and new.reached_{s} is null)" for s in _ROLLING)} as is_lost
        )
        select *, null from ({_by_count("changed")}) as ranks
        union all select null, null, null, id from changed where is_lost
    """  # noqa: S608 - constants
    for board in BOARDS
}
_ADD_RANKS: Final = """
    with changed as (
        insert into ranks (board, span, counted, items)
        select * from unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[])
        on conflict (board, span, counted) do update set items = ranks.items + excluded.items
        returning board, span, counted, items
    )
    select board, span, counted from changed where items = 0
"""
_FORGET_RANKS: Final = """
    delete from ranks where (board, span, counted) in (select * from unnest(%s::text[], %s::text[], %s::bigint[]))
"""
