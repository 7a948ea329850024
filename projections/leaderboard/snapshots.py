"""The first places at the end of an hour, kept. They are those of now, but for what has changed since the hour ended:
that is counted back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from projections.db import Connection, columns
from projections.leaderboard import rings
from projections.leaderboard.boards import BOARDS, PLACES, WINDOWS
from projections.leaderboard.live import FOREVER
from projections.leaderboard.votes import NUMBERS, corrected, counts, pending, stands, votes


def write(conn: Connection, ended_at: datetime, *, later: bool) -> None:
    """Windows reach back from the end of this hour already. `later`: what came after the hour may be counted."""
    lows = {f"low_{span}": low(ended_at, hours) for span, hours in WINDOWS.items()}
    values: dict[str, Any] = {"now": str(ended_at), "moment": FOREVER, **lows}
    if later:
        broken, made = rings.look(conn, conn.execute(_PAIRS, values, prepare=False).fetchall(), values["now"])
        values |= dict(zip(("broken_author", "broken_voter"), columns(broken, 2), strict=True))
        values |= dict(zip(("made_author", "made_voter"), columns(made, 2), strict=True))
    for board in BOARDS:
        conn.execute((_BACK if later else _WRITE)[board].encode(), values, prepare=False)


def low(moment: datetime, hours: int | None) -> str:
    """Hours are counted in UTC: in the zone of a session a day may have 23."""
    return "-infinity" if hours is None else str(moment.astimezone(UTC) - timedelta(hours=hours))


_NOW: Final = "%(now)s::timestamptz"
_FOREVER: Final = f"'{FOREVER}'::timestamptz"
_RING: Final = "select voter from rings where author = {author}"
_RING_THEN: Final = f"""
    {_RING} and (author, voter) not in (select * from unnest(%(broken_author)s::text[], %(broken_voter)s::text[]))
    union all
    select voter from unnest(%(made_author)s::text[], %(made_voter)s::text[]) as made (author, voter)
    where made.author = {{author}}
"""  # noqa: S608 - constants
_PAIRS: Final = f"""
    select distinct account_id, owner_id from likes where account_id <> owner_id and (at >= {_NOW} or until >= {_NOW})
""".encode()  # noqa: S608 - constants
_NUMBERS: Final = [(span, name) for span in WINDOWS for name in NUMBERS]


def _numbers(span: str) -> str:
    first = list(WINDOWS).index(span) * len(NUMBERS) + 1
    return ", ".join(f"numbers[{first + at}] as {name}" for at, name in enumerate(NUMBERS))


def _as_now(board: str, span: str, condition: str = "") -> str:
    return f"""
        select id, {_numbers(span)}, reached_{span} as reached_at from standings
        where board = '{board}' and listed and counted_{span} is not null {condition}
        order by counted_{span} desc, reached_{span}, id limit {PLACES}
    """  # noqa: S608 - constants


def _as_then(board: str, span: str) -> str:
    return f"""
        select * from ({_as_now(board, span, "and id not in (select id from moved)")}) as others
        union all
        select * from (
            select id, {_numbers(span)}, null::timestamptz from moved where listed
        ) as counted where count > 0
    """  # noqa: S608 - constants


def _places(board: str, span: str, places: str, ring: str) -> str:
    numbers = ", ".join(f"place.{name}" for name in NUMBERS)
    pending_ = pending(board, _NOW, f"%(low_{span})s::timestamptz", ring)
    return f"""
        select '{span}' as span, coalesce(
            json_agg(
                json_build_array(
                    place.id, {numbers}, {pending_}, floor(extract(epoch from place.reached_at) * 1000000)::bigint
                ) order by place.counted desc, place.reached_at, place.id
            ), '[]'
        ) as rows
        from ({places}) as place
    """  # noqa: S608 - constants


def _writing(board: str, beginning: str, windows: list[str]) -> str:
    return f"""
        {beginning}
        insert into snapshots (board, span, ended_at, rows)
        select '{board}', places.span, {_NOW}, places.rows from ({" union all ".join(windows)}) as places
        where places.rows::text is distinct from (
            select rows::text from snapshots known
            where known.board = '{board}' and known.span = places.span and known.ended_at < {_NOW}
            order by known.ended_at desc limit 1
        )
    """  # noqa: S608 - constants


def _then(board: str, span: str) -> str:
    """With the time at which the moved ones have reached their count."""
    places = _as_then(board, span)
    return f"""
        select p.id, {", ".join(f"p.{name}" for name in NUMBERS)}, coalesce(
            p.reached_at, (
                select case when p.counted > 0 then last_counted else last_any end from moved where moved.id = p.id
            )
        ) as reached_at
        from ({places}) as p
        order by counted desc, reached_at, id limit {PLACES}
    """  # noqa: S608 - constants


_IS, _WAS = "(v.stands and v.at >= {low})::int", "(v.stood and v.at >= {low})::int"
_DIFFERENCE: Final = {
    "count": f"{_WAS} - {_IS}",
    "counted": f"{_WAS} * ({counts('v.was_corrected')})::int - {_IS} * ({counts('v.is_corrected')})::int",
    "own": f"({_WAS} - {_IS}) * v.own::int",
    "young": f"({_WAS} - {_IS}) * v.young::int",
    "not_served": f"({_WAS} - {_IS}) * v.not_served::int",
    "corrected": f"{_WAS} * v.was_corrected::int - {_IS} * v.is_corrected::int",
}


def _last(board: str, condition: str) -> str:
    return f"""(
        select v.at from {votes(board)} v where v.id = item.id and {stands(_NOW)} and {condition}
        order by v.at desc limit 1
    )"""  # noqa: S608 - constants


def _moved(board: str) -> str:
    """What may have been otherwise at the end of the hour, as it was then."""
    low = [f"%(low_{span})s::timestamptz" for span in WINDOWS]
    differences = ", ".join(f"sum({_DIFFERENCE[name].format(low=each)})" for each in low for name in NUMBERS)
    then = ", ".join(f"coalesce(s.numbers[{n}], 0) + coalesce(d.numbers[{n}], 0)" for n in range(1, len(_NUMBERS) + 1))
    return f"""
        with vote as materialized (
            select v.*, {corrected(_NOW)} as was_corrected, {corrected(_FOREVER)} as is_corrected,
                {stands(_NOW)} as stood, v.until is null as stands
            from {votes(board)} v
            where v.since >= {_NOW} or v.until >= {_NOW} or (v.until is null and v.voter = any(array(
                select account_id from corrections where made_at >= {_NOW} or undone_at >= {_NOW}
            )))
        ),
        difference as materialized (
            select v.id, array[{differences}]::bigint[] as numbers from vote v group by v.id
        ),
        moved as materialized (
            select item.id, array[{then}] as numbers,
                exists (select from shown v where v.id = item.id and {stands(_NOW)}) as listed,
                {_last(board, counts(corrected(_NOW)))} as last_counted, {_last(board, "true")} as last_any
            from (
                select id from difference
                union
                select v.id from shown v join standings known on known.board = '{board}' and known.id = v.id
                where v.since >= {_NOW} or v.until >= {_NOW}
            ) as item
            left join difference d on d.id = item.id
            left join standings s on s.board = '{board}' and s.id = item.id
        )
    """  # noqa: S608 - constants


_WRITE: Final = {
    board: _writing(board, "", [_places(board, span, _as_now(board, span), _RING) for span in WINDOWS])
    for board in BOARDS
}
_BACK: Final = {
    board: _writing(board, _moved(board), [_places(board, span, _then(board, span), _RING_THEN) for span in WINDOWS])
    for board in BOARDS
}
