"""A wallet's statement, and what it had at any moment of its past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from domain.errors import Invalid
from domain.recorded import Position
from projections.db import AsyncConnection, statement
from projections.paging import decode_cursor, encode_cursor
from projections.registry import WALLET


class Line(msgspec.Struct, frozen=True, array_like=True):
    """`amount` came into `account` from `counter_account`; `balance` is what it had then."""

    account: str
    counter_account: str | None
    amount: int
    balance: int


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """`free`, `paid` and `held` are what there was after it."""

    account_id: str
    version: int
    event_id: str
    kind: str
    at: datetime
    shard: int
    position: int
    cause: str
    caused_by: str
    hold_id: str | None
    video_id: str | None
    tier: str | None
    price: int | None
    factor_percent: int | None
    policy_version: int | None
    provider: str | None
    payment: str | None
    free: int
    paid: int
    held: int
    lines: list[Line]


class StatementPage(msgspec.Struct, frozen=True):
    """`version` is that of the wallet's newest booking, on whichever page it stands; 0 without any."""

    items: list[Booking]
    next_cursor: str | None
    version: int


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    hold_id: str
    video_id: str
    tier: str
    price: int
    at: datetime


class Balances(msgspec.Struct, frozen=True, kw_only=True):
    """After booking number `version`. `day`, `resets_at` and `allowance` are those of the last allowance so far."""

    version: int
    at: datetime | None
    free: int
    paid: int
    held: int
    day: str
    resets_at: datetime | None
    allowance: int
    holds: list[Hold]


class _Where(msgspec.Struct, frozen=True, array_like=True):
    version: int


NOTHING: Final = Balances(version=0, at=None, free=0, paid=0, held=0, day="", resets_at=None, allowance=0, holds=[])
_LATEST: Final = 2**31 - 1


async def bookings(
    db: AsyncConnection, *, key: bytes, account_id: str, limit: int, cursor: str | None
) -> StatementPage:
    """Newest first. A booking never changes, so pages fit together whatever comes meanwhile."""
    purpose = f"statement {account_id}"
    where = decode_cursor(key, purpose, cursor, _Where) if cursor else _Where(_LATEST)
    rows = await db.execute(_BOOKINGS, {"account": account_id, "before": where.version, "limit": limit + 1})
    found = [msgspec.convert({**fields, "lines": lines}, Booking) for fields, lines in await rows.fetchall()]
    items = found[:limit]
    following = _Where(items[-1].version) if len(found) > limit else None
    newest = await (await db.execute(_NEWEST, [account_id])).fetchone()
    return StatementPage(
        items, encode_cursor(key, purpose, following) if following else None, newest[0] if newest else 0
    )


async def at_moment(db: AsyncConnection, account_id: str, moment: datetime) -> Balances:
    """What there was when the moment ended."""
    return await _balances(db, _AT_MOMENT, {"account": account_id, "moment": moment})


async def at_positions(
    db: AsyncConnection, account_id: str, positions: Sequence[Position], *, partial: bool = False
) -> Balances:
    """What there was when the logs had come so far. A log that is missing had nothing yet; in `partial` positions it
    is not known, and if it is the wallet's own, there is no answer."""
    reached = {at.shard: at.position for at in positions if at.category == "account"}
    if partial:
        found = await (await db.execute(_SHARD, [account_id])).fetchone()
        if found and found[0] not in reached:
            message = (
                "`as_of` says nothing about the log of this wallet: use the token of a wallet's answer, or a time."
            )
            raise Invalid("invalid_as_of", message, "as_of")
    values = {"account": account_id, "shards": list(reached), "positions": list(reached.values())}
    return await _balances(db, _AT_POSITIONS, values)


async def _balances(db: AsyncConnection, query: Any, values: dict[str, Any]) -> Balances:
    found = await (await db.execute(query, values)).fetchone()
    if found is None:
        return NOTHING
    version, at, free, paid, held, day, resets_at, allowance = found
    async with db.cursor(row_factory=class_row(Hold)) as rows:
        await rows.execute(_HOLDS, {"account": values["account"], "version": version})
        holds = await rows.fetchall()
    return Balances(
        version=version, at=at, free=free, paid=paid, held=held, day=day or "", resets_at=resets_at,
        allowance=allowance or 0, holds=holds,
    )  # fmt: skip


_BOOKINGS: Final = statement(
    """
    select to_jsonb(b) as fields, (
        select coalesce(jsonb_agg(jsonb_build_array(account, counter_account, amount, balance) order by line), '[]')
        from {wallet}.lines l where l.account_id = b.account_id and l.version = b.version
    ) as lines
    from {wallet}.bookings b
    where account_id = %(account)s and version < %(before)s
    order by version desc limit %(limit)s
    """,
    wallet=WALLET.schema,
)
_NEWEST: Final = statement(
    "select coalesce(max(version), 0) from {wallet}.bookings where account_id = %s", wallet=WALLET.schema
)
_SHARD: Final = statement(
    "select shard from {wallet}.bookings where account_id = %s and version = 1", wallet=WALLET.schema
)
_LAST: Final = """
    select b.version, b.at, b.free, b.paid, b.held, g.day, g.resets_at, g.allowance
    from {wallet}.bookings b
    left join lateral (
        select day, resets_at, allowance from {wallet}.bookings g
        where g.account_id = b.account_id and g.version <= b.version and g.kind = 'granted'
        order by g.version desc limit 1
    ) g on true
"""
_AT_MOMENT: Final = statement(
    _LAST + "where b.account_id = %(account)s and b.at <= %(moment)s order by b.at desc, b.version desc limit 1",
    wallet=WALLET.schema,
)
_AT_POSITIONS: Final = statement(
    _LAST
    + """
    join unnest(%(shards)s::int[], %(positions)s::bigint[]) as reached (shard, position)
        on reached.shard = b.shard and b.position <= reached.position
    where b.account_id = %(account)s order by b.version desc limit 1
    """,
    wallet=WALLET.schema,
)
_HOLDS: Final = statement(
    """
    select hold_id, video_id, tier, price, at from {wallet}.holds
    where account_id = %(account)s and version <= %(version)s
        and (ended_version is null or ended_version > %(version)s)
    order by version
    """,
    wallet=WALLET.schema,
)
