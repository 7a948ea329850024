"""Why a video is hidden, or would be: restrictions of its own, and what it has inherited."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.registry import REMIX_GRAPH


class Taint(msgspec.Struct, frozen=True):
    """Inherited from a decision about the source, a video above or a character. `late`: the video came after the
    decision, so the taint itself hides it. `restricted`: a restriction of the same decision hides it, too."""

    decision_id: str
    source_id: str
    rule: str
    at: datetime
    late: bool
    restricted: bool


async def taints(db: AsyncConnection, video_id: str) -> list[Taint]:
    """Of decisions that stand, oldest first."""
    async with db.cursor(row_factory=class_row(Taint)) as cursor:
        await cursor.execute(_TAINTS, {"id": video_id})
        return await cursor.fetchall()


_TAINTS: Final = statement(
    """
    select t.decision_id, t.source_id, t.rule, t.at, t.late, exists (
        select from {graph}.restrictions r
        where r.video_id = t.video_id and r.cause_id = t.decision_id and r.until_position is null
    ) as restricted
    from {graph}.taints t where t.video_id = %(id)s order by t.at, t.decision_id, t.source_id
    """,
    graph=REMIX_GRAPH.schema,
)
