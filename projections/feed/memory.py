"""What the feed remembers of accounts: what was served to them, and what they say they have seen. State, not facts: no
log could give it back. It is forgotten when an account is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.items import Ask
from projections.feed.ranker import RANKER


def serving(ask: Ask, viewer: str, video_ids: Sequence[str], session: str = "") -> dict[str, Any]:
    """What the statements are told that remember what they show."""
    fresh_below = RANKER.parameters.fresh_below
    return {"viewer": viewer, "ids": video_ids, "now": ask.now, "session": session, "fresh_below": fresh_below}


async def remember(db: AsyncConnection, ask: Ask, video_ids: Sequence[str]) -> None:
    """That these were served. Of an anonymous viewer nothing is remembered."""
    if ask.viewer is not None and video_ids:
        await db.execute(statements.SERVE, serving(ask, ask.viewer, video_ids))


async def was_served(db: AsyncConnection, account_id: str, video_id: str) -> bool:
    """Whether a page of the feed with this video was served to the account."""
    cursor = await db.execute(statements.WAS_SERVED, [account_id, video_id])
    return await cursor.fetchone() is not None


async def see(db: AsyncConnection, account_id: str, video_ids: Sequence[str], now: datetime) -> int:
    """That the account has seen these. Only what was served to it counts: how many that are."""
    values = {"viewer": account_id, "ids": sorted(set(video_ids)), "at": now}
    return (await db.execute(statements.SEE, values)).rowcount


async def forget(db: AsyncConnection, account_id: str) -> None:
    """Everything. Harmless when repeated."""
    async with db.transaction():
        for statement in statements.FORGET:
            await db.execute(statement, [account_id])
