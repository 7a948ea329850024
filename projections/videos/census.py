"""How many videos of a list are what: for those who are about to decide on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.rows import dict_row

from projections.db import AsyncConnection, statement
from projections.registry import VIDEOS

_COUNT: Final = statement(
    """
    select
        count(*) filter (where state <> 'deleted' and visibility is null)::int as drafts,
        count(*) filter (where visibility is not null)::int as published,
        count(*) filter (where state = 'deleted')::int as deleted,
        count(*) filter (where restrictions <> '[]')::int as hidden,
        count(*) filter (where owner_id <> %(owner)s)::int as others,
        count(distinct owner_id)::int as authors
    from {videos}.videos where id = any(%(ids)s)
    """,
    videos=VIDEOS.schema,
)


async def count(db: AsyncConnection, ids: Sequence[str], owner_id: str) -> dict[str, int]:
    """By `drafts`, `published`, `deleted`, `hidden`, `others` (that do not belong to the owner) and `authors`."""
    async with db.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_COUNT, {"owner": owner_id, "ids": list(ids)})
        return await cursor.fetchone() or {}
