"""A board now, or at the end of a closed hour: places of a window, with what was counted and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import msgspec

from domain.errors import Invalid, NotFound
from domain.recorded import Position
from projections.consistency import Applied, Reached, reached_from
from projections.db import AsyncConnection
from projections.leaderboard.boards import DEFINITIONS, PLACES, WINDOWS, Definition
from projections.leaderboard.places import Place, ranked
from projections.leaderboard.statements import CLOSED_AT, CLOSED_WITHIN, EPOCH, NOW, RANK, RECOUNTED, SNAPSHOT
from projections.paging import decode_cursor, encode_cursor, invalid_cursor

Vector = Mapping[str, int]  # "category/shard" to position


class Row(msgspec.Struct, frozen=True):
    """`count` is everybody, `counted` is what the place depends on. `excluded`: how many of the `count` were what; one
    may be several. `pending`: how many of the `counted` the definition calls so; None where it was not counted."""

    rank: int
    id: str
    count: int
    counted: int
    excluded: dict[str, int]
    pending: int | None = 0


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """`since`: the beginning of the window, None for all time. `until`: its end, None when it goes on. `closed_at`: the
    end of the last closed hour, to which the window is aligned. `of`: how many are on the board, None where only the
    first places are kept. `corrected`: under the corrections of today. `reached`: the part of history that was counted.
    """

    board: str
    window: str
    since: datetime | None
    rows: list[Row]
    definition: Definition
    reached: Reached
    until: datetime | None = None
    closed_at: datetime | None = None
    of: int | None = None
    corrected: bool = False
    next_cursor: str | None = None


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """The place of one. `ties`: how many others have the same count. The rest as in `Board`."""

    board: str
    window: str
    since: datetime | None
    row: Row
    ties: int
    of: int | None
    definition: Definition
    reached: Reached
    until: datetime | None = None
    closed_at: datetime | None = None


class Hour(msgspec.Struct, frozen=True):
    """A closed hour that was counted, and where each log was at its end."""

    ended_at: datetime
    positions: dict[str, int]


class _After(msgspec.Struct, frozen=True):
    """The last place of a page of now."""

    counted: int
    reached_at: datetime
    id: str


class _Behind(msgspec.Struct, frozen=True):
    """So many places of a past hour have been read."""

    ended_at: datetime
    places: int


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    closed_at: datetime | None
    places: list[Place]
    above: int
    ties: dict[int, int]
    of: int
    applied: list[Applied]


async def page(
    db: AsyncConnection, *, key: bytes, board: str, window: str, limit: int = 100, cursor: str | None = None
) -> Board:
    """Now. Only what is published for everyone is listed; also what has nothing counted, behind the others."""
    definition = require(board, window)
    after = decode_cursor(key, _purpose(board, window), cursor, _After) if cursor else None
    answer = await _ask(db, NOW[board, window, after is not None], {"limit": limit + 1, **_keyset(after)})
    shown = answer.places[:limit]
    rows = [_row(rank, place, definition) for rank, place in ranked(shown, answer.above, answer.ties)]
    return Board(
        board=board,
        window=window,
        since=since(window, answer.closed_at),
        closed_at=answer.closed_at,
        rows=rows,
        definition=definition,
        of=answer.of,
        reached=reached_from(answer.applied),
        next_cursor=_next(key, board, window, answer.places, limit),
    )


async def past(
    db: AsyncConnection,
    *,
    key: bytes,
    board: str,
    window: str,
    as_of: datetime | Vector,
    limit: int = 100,
    cursor: str | None = None,
    corrected: bool = False,
) -> Board:
    """At the end of the last closed hour of that moment: what stood then and could be listed then. `corrected`: under
    the corrections of today instead of those of then, counted on the spot."""
    definition = require(board, window)
    hour = await closed_hour(db, as_of)
    start = _start(key, board, window, cursor, hour)
    places = await _places(db, board, window, hour, corrected)
    wanted = islice(ranked(places, 0, _ties(places)), start, start + limit)
    return Board(
        board=board,
        window=window,
        since=since(window, hour.ended_at),
        until=hour.ended_at,
        closed_at=hour.ended_at,
        rows=[_row(rank, place, definition) for rank, place in wanted],
        definition=definition,
        of=_of(places),
        reached=await _reached(db, hour),
        corrected=corrected,
        next_cursor=encode_cursor(key, _purpose(board, window), _Behind(hour.ended_at, start + limit))
        if len(places) > start + limit
        else None,
    )


async def rank(
    db: AsyncConnection, *, board: str, window: str, item: str, as_of: datetime | Vector | None = None
) -> Ranking:
    definition = require(board, window)
    if as_of is not None:
        return await _past_rank(db, definition, window, item, as_of)
    answer = await _ask(db, RANK[board, window], {"id": item[:100]})
    if not answer.places:
        raise not_listed(definition, item)
    place = answer.places[0]
    return Ranking(
        board=board,
        window=window,
        since=since(window, answer.closed_at),
        closed_at=answer.closed_at,
        row=_row(answer.above + 1, place, definition),
        ties=answer.ties[place.counted] - 1,
        of=answer.of,
        definition=definition,
        reached=reached_from(answer.applied),
    )


async def _past_rank(
    db: AsyncConnection, definition: Definition, window: str, item: str, as_of: datetime | Vector
) -> Ranking:
    hour = await closed_hour(db, as_of)
    places = await _places(db, definition.board, window, hour, corrected=False)
    ties = _ties(places)
    found = next((each for each in ranked(places, 0, ties) if each[1].id == item), None)
    if found is None:
        raise not_listed(definition, item)
    return Ranking(
        board=definition.board,
        window=window,
        since=since(window, hour.ended_at),
        until=hour.ended_at,
        closed_at=hour.ended_at,
        row=_row(*found, definition),
        ties=ties[found[1].counted] - 1,
        of=_of(places),
        definition=definition,
        reached=await _reached(db, hour),
    )


async def closed_hour(db: AsyncConnection, as_of: datetime | Vector) -> Hour:
    """The last one that ended at that moment or before it, or that lies within those positions."""
    if isinstance(as_of, datetime):
        cursor = await db.execute(CLOSED_AT, [as_of])
    else:
        cursor = await db.execute(CLOSED_WITHIN, [msgspec.json.encode(as_of).decode()])
    found = await cursor.fetchone()
    if found is None:
        raise NotFound(
            "no_closed_hour", "No hour was closed and counted by then: leave `as_of` out, or name a later one.", "as_of"
        )
    return Hour(found[0].astimezone(UTC), found[1])


def require(board: str, window: str) -> Definition:
    if board not in DEFINITIONS:
        raise NotFound("board_not_found", f"There is no board {board!r}; known are {', '.join(DEFINITIONS)}.", "board")
    if window not in WINDOWS:
        raise Invalid("invalid_window", f"`window` is one of {', '.join(WINDOWS)}.", "window")
    return DEFINITIONS[board]


def since(window: str, closed_at: datetime | None) -> datetime | None:
    hours = WINDOWS[window]
    return closed_at - timedelta(hours=hours) if closed_at and hours is not None else None


def not_listed(definition: Definition, item: str) -> NotFound:
    detail = f"{item[:100]!r} is not on this board in this window, or not among the first {PLACES} places of that hour."
    return NotFound("not_on_board", detail, definition.ranks)


async def _ask(db: AsyncConnection, query: bytes, values: Mapping[str, Any]) -> _Answer:
    found = await (await db.execute(query, values)).fetchone()
    assert found is not None
    closed_at, *rest = found
    names = ("places", "above", "ties", "of", "applied")
    told = {"closed_at": closed_at and closed_at.astimezone(UTC), **dict(zip(names, rest, strict=True))}
    return msgspec.convert(told, _Answer, strict=False)


async def _places(db: AsyncConnection, board: str, window: str, hour: Hour, corrected: bool) -> list[Place]:
    if corrected:
        low = since(window, hour.ended_at)
        values = {"now": hour.ended_at, "low": str(low) if low else "-infinity"}
        cursor = await db.execute(RECOUNTED[board], values)
    else:
        cursor = await db.execute(SNAPSHOT, [board, window, hour.ended_at])
    found = await cursor.fetchone()
    return msgspec.json.decode(found[0], type=list[Place]) if found else []


async def _reached(db: AsyncConnection, hour: Hour) -> Reached:
    """What was known at the end of the hour, in the epoch of now."""
    cursor = await db.execute(EPOCH)
    found = await cursor.fetchone()
    positions = tuple(sorted(_position(log, position) for log, position in hour.positions.items()))
    return Reached(found[0] if found else "", positions, hour.ended_at)


def _position(log: str, position: int) -> Position:
    category, _, shard = log.partition("/")
    return Position(category, int(shard), position)


def _row(rank: int, place: Place, definition: Definition) -> Row:
    excluded = {name: getattr(place, name) for name in definition.excludes}
    return Row(rank, place.id, place.count, place.counted, excluded, place.pending)


def _ties(places: Sequence[Place]) -> dict[int, int]:
    ties: dict[int, int] = {}
    for place in places:
        ties[place.counted] = ties.get(place.counted, 0) + 1
    return ties


def _of(places: Sequence[Place]) -> int | None:
    return len(places) if len(places) < PLACES else None


def _keyset(after: _After | None) -> dict[str, Any]:
    return msgspec.structs.asdict(after) if after else {}


def _next(key: bytes, board: str, window: str, places: Sequence[Place], limit: int) -> str | None:
    if len(places) <= limit:
        return None
    last = places[limit - 1]
    return encode_cursor(key, _purpose(board, window), _After(last.counted, last.reached(), last.id))


def _start(key: bytes, board: str, window: str, cursor: str | None, hour: Hour) -> int:
    if not cursor:
        return 0
    behind = decode_cursor(key, _purpose(board, window), cursor, _Behind)
    if behind.ended_at != hour.ended_at:
        raise invalid_cursor()
    return behind.places


def _purpose(board: str, window: str) -> str:
    return f"board {board} {window}"
