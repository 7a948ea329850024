"""What became of the videos of a past ranking."""

from __future__ import annotations

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.comparing import Later
from projections.feed.sessions import Session


async def later(db: AsyncConnection, session: Session) -> Later:
    """Likes are known by the hour: one of the hour of the session counts as later."""
    at = session.created_at
    values = {
        "account": session.account_id,
        "ids": [each.video_id for each in session.candidates],
        "at": at,
        "hour": int(at.timestamp()) // 3600,
    }
    liked = await (await db.execute(statements.LIKED_LATER, values)).fetchall()
    seen = await (await db.execute(statements.SEEN_LATER, values)).fetchall()
    return Later(frozenset(id_ for (id_,) in liked), frozenset(id_ for (id_,) in seen))
