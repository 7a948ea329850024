"""A receipt: which events a place was counted from, by log and position, and why some of them do not count."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from projections.consistency import Reached
from projections.db import AsyncConnection
from projections.leaderboard.boards import CORRECTED, NOT_SERVED, OWN, YOUNG_ACCOUNT, Definition
from projections.leaderboard.query import Ranking, Row, Vector, rank
from projections.leaderboard.statements import RECEIPT, TIED
from projections.paging import decode_cursor, encode_cursor

MOST_TIED: Final = 20
_REASONS: Final = (OWN, YOUNG_ACCOUNT, NOT_SERVED, CORRECTED)
_END: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Counted(msgspec.Struct, frozen=True):
    """One vote: the event that began it, named by its place in the log. It counts unless there is an `excluded`."""

    log: str
    position: int
    at: datetime
    excluded: list[str]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """`tied`: others with the same count, in order, at most twenty of them. `events`: the newest first."""

    board: str
    window: str
    since: datetime | None
    until: datetime | None
    closed_at: datetime | None
    row: Row
    ties: int
    of: int | None
    definition: Definition
    reached: Reached
    tied: list[str]
    events: list[Counted]
    next_cursor: str | None


class _Before(msgspec.Struct, frozen=True):
    """Where a page of events ended."""

    at: datetime
    shard: int
    position: int
    until: datetime | None


async def receipt(
    db: AsyncConnection,
    *,
    key: bytes,
    board: str,
    window: str,
    item: str,
    as_of: datetime | Vector | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Receipt:
    purpose = f"receipt {board} {window} {item}"
    before = decode_cursor(key, purpose, cursor, _Before) if cursor else None
    if before and before.until:
        as_of = before.until
    found = await rank(db, board=board, window=window, item=item, as_of=as_of)
    rows = await _events(db, found, before, limit + 1)
    return Receipt(
        **{name: getattr(found, name) for name in Ranking.__struct_fields__},
        tied=await _tied(db, found),
        events=[_counted(*row) for row in rows[:limit]],
        next_cursor=_next(key, purpose, found, rows, limit),
    )


async def _events(db: AsyncConnection, found: Ranking, before: _Before | None, limit: int) -> list[tuple[Any, ...]]:
    last = before or _Before(_END, 0, 0, None)
    values = {
        "id": found.row.id,
        "now": found.until or "infinity",
        "corrected_at": found.until or "infinity",
        "low": str(found.since) if found.since else "-infinity",
        "before": last.at,
        "shard": last.shard,
        "position": last.position,
        "limit": limit,
    }
    return await (await db.execute(RECEIPT[found.board], values)).fetchall()


async def _tied(db: AsyncConnection, found: Ranking) -> list[str]:
    """Of now; of a past hour they stand beside each other on the board."""
    if found.until or not found.ties:
        return []
    values = {"counted": found.row.counted, "limit": MOST_TIED + 1}
    rows = await (await db.execute(TIED[found.board, found.window], values)).fetchall()
    return [id_ for id_, *_ in rows if id_ != found.row.id][:MOST_TIED]


def _counted(at: datetime, category: str, shard: int, position: int, *facts: bool) -> Counted:
    reasons = [name for name, holds in zip(_REASONS, facts, strict=True) if holds]
    return Counted(f"{category}/{shard}", position, at.astimezone(UTC), reasons)


def _next(key: bytes, purpose: str, found: Ranking, rows: list[tuple[Any, ...]], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    at, _, shard, position, *_ = rows[limit - 1]
    return encode_cursor(key, purpose, _Before(at, shard, position, found.until))
