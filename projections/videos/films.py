"""Films by their ids and by their marks, for who asks where a file comes from. Nothing here tells what a film shows or
whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from psycopg.rows import dict_row

from domain.provenance import Known
from projections.db import AsyncConnection, statement
from projections.registry import VIDEOS


async def films(db: AsyncConnection, video_ids: Sequence[str], marks: Sequence[str]) -> list[Known]:
    """Those with these ids, and those with these marks; deleted ones too."""
    async with db.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_FILMS, {"ids": list(video_ids), "marks": list(marks)})
        return msgspec.convert(await cursor.fetchall(), list[Known])


_FILMS: Final = statement(
    """
    select v.id as video_id, m.mark_id, v.verb, v.resolved_model as model,
        coalesce(v.completed_at, v.created_at) as made_at,
        (select asset ->> 'sha256' from jsonb_array_elements(v.assets) asset
            where asset ->> 'role' = 'video' limit 1) as sha256,
        array(select distinct parent ->> 'video_id' from jsonb_array_elements(v.parents) parent) as parents,
        array(select who ->> 'character_id' from jsonb_array_elements(v.characters) who) as characters
    from {videos}.videos v
    left join {videos}.marks m on m.video_id = v.id
    where v.id = any(%(ids)s)
        or v.id in (select video_id from {videos}.marks where mark_id = any(%(marks)s))
    order by v.id
    """,
    videos=VIDEOS.schema,
)
