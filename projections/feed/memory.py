"""What the feed remembers of accounts: what was served to them, and what they say they have seen. State, not facts: no
log could give it back. It is forgotten when an account is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.items import Ask
from projections.feed.ranker import Ranker


async def remember(db: AsyncConnection, ask: Ask, video_ids: Sequence[str], ranker: Ranker, session: str = "") -> None:
    """That these were served. The first time counts as an impression, as long as impressions are few. Of an anonymous
    viewer nothing is remembered."""
    if ask.viewer is not None and video_ids:
        values = {
            "viewer": ask.viewer,
            "ids": sorted(video_ids),
            "at": ask.now,
            "session": session,
            "most": ranker.parameters.fresh_below,
        }
        await db.execute(statements.SERVE, values)


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
