"""A board now: the first places of a window, with what was counted and what was left out, and up to where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString

import msgspec
from psycopg import sql

from domain.errors import Invalid, NotFound
from projections.consistency import Applied, Reached, reached_from
from projections.db import AsyncConnection, statement
from projections.leaderboard.boards import DEFINITIONS, WINDOWS, Definition
from projections.registry import LEADERBOARD


class Row(msgspec.Struct, frozen=True):
    """`count` is everybody, `counted` is what the place depends on. `excluded`: how many of the `count` were what; the
    definition says which of these are left out of `counted` and which are only told."""

    rank: int
    id: str
    count: int
    counted: int
    excluded: dict[str, int]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """`since`: the beginning of the window, None for all time. `reached`: the part of history that was counted."""

    board: str
    window: str
    since: datetime | None
    rows: list[Row]
    definition: Definition
    reached: Reached


class _Sum(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    count: int
    counted: int
    own: int
    young: int
    not_served: int


class _Answer(msgspec.Struct, frozen=True):
    sums: list[_Sum]
    applied: list[Applied]


async def page(db: AsyncConnection, *, board: str, window: str, now: datetime, limit: int = 100) -> Board:
    """Only videos that are published for everyone are listed, and only with something counted."""
    definition = _definition(board)
    since = _since(window, now)
    values = {"board": board, "hour": since and int(since.timestamp()) // 3600, "limit": limit}
    cursor = await db.execute((_TOTALS if since is None else _SUMS) + _ANSWER, values)
    found = await cursor.fetchone()
    assert found is not None
    answer = msgspec.convert({"sums": found[0], "applied": found[1]}, _Answer)
    return Board(
        board=board,
        window=window,
        since=since,
        rows=_rows(answer.sums, definition),
        definition=definition,
        reached=reached_from(answer.applied),
    )


def _definition(board: str) -> Definition:
    if board not in DEFINITIONS:
        raise NotFound("board_not_found", f"There is no board {board!r}; known are {', '.join(DEFINITIONS)}.", "board")
    return DEFINITIONS[board]


def _since(window: str, now: datetime) -> datetime | None:
    """The unfinished hour and the whole hours before it."""
    if window not in WINDOWS:
        raise Invalid("invalid_window", f"`window` is one of {', '.join(WINDOWS)}.", "window")
    hours = WINDOWS[window]
    if hours is None:
        return None
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)


def _rows(sums: list[_Sum], definition: Definition) -> list[Row]:
    """Competition ranks: 1, 2, 2, 4. Right because the list starts with the first place."""
    rows: list[Row] = []
    for place, each in enumerate(sums, 1):
        rank = rows[-1].rank if rows and rows[-1].counted == each.counted else place
        excluded = {name: getattr(each, name) for name in definition.reports}
        rows.append(Row(rank, each.id, each.count, each.counted, excluded))
    return rows


def _bind(text: LiteralString) -> sql.Composed:
    return statement(text, board=LEADERBOARD.schema)


# Places and how far the model has come, in one statement: both are of the same moment.
_ANSWER: Final = _bind("""
    select coalesce((select jsonb_agg(to_jsonb(ranked) order by counted desc, reached_at, id) from ranked), '[]'),
        coalesce((select jsonb_agg(to_jsonb(done)) from {board}.checkpoints done), '[]')
""")
_TOTALS: Final = _bind("""
    with ranked as (
        select id, count, counted, own, young, not_served, reached_at from {board}.totals
        where board = %(board)s and counted > 0
            and exists (select from {board}.listed where video_id = totals.id and not hidden)
        order by counted desc, reached_at, id limit %(limit)s
    )
""")
# Summed and sorted first, so that only the first places are looked up among what is listed.
_SUMS: Final = _bind("""
    with ranked as (
        select * from (
            select id, sum(count)::bigint as count, sum(counted)::bigint as counted, sum(own)::bigint as own,
                sum(young)::bigint as young, sum(not_served)::bigint as not_served, max(reached_at) as reached_at
            from {board}.buckets
            where board = %(board)s and hour >= %(hour)s
            group by id having sum(counted) > 0
            order by counted desc, reached_at, id offset 0
        ) as summed
        where exists (select from {board}.listed where video_id = summed.id and not hidden)
        order by counted desc, reached_at, id limit %(limit)s
    )
""")
