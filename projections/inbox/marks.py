"""What an account has read: state, chosen by people. It is kept by places, so that a rebuild of the read model changes
nothing about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from projections.db import AsyncConnection, statement
from projections.registry import INBOX


async def mark_all(db: AsyncConnection, account_id: str) -> None:
    """Everything up to the newest that there is now."""
    await _mark(db, account_id, None)


async def mark_up_to(db: AsyncConnection, account_id: str, id_: str) -> None:
    """This one and all older ones. What is not there, or another's, changes nothing."""
    await _mark(db, account_id, id_)


async def _mark(db: AsyncConnection, account_id: str, id_: str | None) -> None:
    async with db.transaction():
        await db.execute(_MARK, {"account": account_id, "id": id_})
        await db.execute(_TIDY, [account_id])


async def mark_read(db: AsyncConnection, account_id: str, ids: Collection[str]) -> None:
    """These, as they are now: what is added to one of them later is unread."""
    await db.execute(_READ, {"account": account_id, "ids": sorted(ids)})


async def forget(db: AsyncConnection, account_id: str) -> None:
    """Nothing is known any more of what the account has read. Harmless when repeated."""
    await db.execute(_FORGET_MARK, [account_id])
    await db.execute(_FORGET_READS, [account_id])


_SCHEMAS: Final = {"inbox": INBOX.schema, "state": "inbox_state"}
_MARK: Final = statement(
    """
    insert into {state}.marks as m (account_id, at, category, shard, position)
    select recipient, at, category, shard, position from {inbox}.notifications
    where recipient = %(account)s and (%(id)s::text is null or id = %(id)s::text)
    order by at desc, category desc, shard desc, position desc, id desc limit 1
    on conflict (account_id) do update set at = excluded.at, category = excluded.category, shard = excluded.shard,
        position = excluded.position
        where (excluded.at, excluded.category, excluded.shard, excluded.position)
            > (m.at, m.category, m.shard, m.position)
    """,
    **_SCHEMAS,
)
_TIDY: Final = statement(
    """
    delete from {state}.reads r using {state}.marks m
    where r.account_id = %s and m.account_id = r.account_id
        and (r.at, r.category, r.shard, r.position) <= (m.at, m.category, m.shard, m.position)
    """,
    **_SCHEMAS,
)
_READ: Final = statement(
    """
    insert into {state}.reads (account_id, id, at, category, shard, position)
    select recipient, id, at, category, shard, position from {inbox}.notifications
    where recipient = %(account)s and id = any(%(ids)s)
    on conflict (account_id, id) do update set at = excluded.at, category = excluded.category,
        shard = excluded.shard, position = excluded.position
    """,
    **_SCHEMAS,
)
_FORGET_MARK: Final = statement("delete from {state}.marks where account_id = %s", state="inbox_state")
_FORGET_READS: Final = statement("delete from {state}.reads where account_id = %s", state="inbox_state")
