"""How many of some videos feeds have shown to anybody: working data, no fact, and the nearest there is to views."""

from __future__ import annotations

from typing import Final

from projections.db import AsyncConnection, statement

# The ids travel as one text: a family may have a hundred thousand, and an array is made item by item.
_SERVED: Final = statement(
    """
    select count(*)::int from unnest(string_to_array(%(ids)s, ' ')) as wanted (id)
    join {state}.impressions on impressions.video_id = wanted.id where impressions.count > 0
    """,
    state="feed_state",
)


async def served_among(db: AsyncConnection, ids: str) -> int:
    """Of the ids, with a blank between two. Each counts once, however often it was served: of what is often served
    nobody counts how often."""
    found = await (await db.execute(_SERVED, {"ids": ids}, prepare=False)).fetchone()
    return int(found[0]) if found else 0
