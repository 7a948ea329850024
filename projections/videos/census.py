"""How many videos of a list are what: for those who are about to decide on all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.rows import dict_row

from projections.db import AsyncConnection, statement
from projections.registry import VIDEOS

# The ids travel as one text: a family may have a hundred thousand, and an array is made item by item.
_COUNT: Final = statement(
    """
    select
        coalesce(sum(drafts), 0)::int as drafts,
        coalesce(sum(published), 0)::int as published,
        coalesce(sum(deleted), 0)::int as deleted,
        coalesce(sum(hidden), 0)::int as hidden,
        coalesce(sum(videos) filter (where owner_id <> %(owner)s), 0)::int as others,
        count(*)::int as authors
    from (
        select owner_id,
            count(*) as videos,
            count(*) filter (where state <> 'deleted' and visibility is null) as drafts,
            count(*) filter (where visibility is not null) as published,
            count(*) filter (where state = 'deleted') as deleted,
            count(*) filter (where restrictions <> '[]') as hidden
        from unnest(string_to_array(%(ids)s, ' ')) as wanted (id) join {videos}.videos using (id)
        group by owner_id
    ) as of_owners
    """,
    videos=VIDEOS.schema,
)


async def count(db: AsyncConnection, ids: Sequence[str], owner_id: str) -> dict[str, int]:
    """By `drafts`, `published`, `deleted`, `hidden`, `others` (that do not belong to the owner) and `authors`."""
    async with db.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_COUNT, {"owner": owner_id, "ids": " ".join(ids)})
        return await cursor.fetchone() or {}
