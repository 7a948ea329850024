"""What a page of the feed is, and what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.ranker import Ranker


class Why(msgspec.Struct, frozen=True):
    """The sum of terms times weights is the item's score; the cuts by time have neither."""

    source: str
    terms: dict[str, float]
    weights: dict[str, float]
    ranker: str


class Item(msgspec.Struct, frozen=True):
    video_id: str
    author_id: str
    why: Why


class FeedPage(msgspec.Struct, frozen=True):
    items: list[Item]
    next_cursor: str | None


class Ask(msgspec.Struct, frozen=True):
    """One page, for somebody or (None) for anybody. `key` signs cursors."""

    key: bytes
    viewer: str | None
    limit: int
    cursor: str | None
    now: datetime
    ranker: Ranker


async def remember(db: AsyncConnection, ask: Ask, video_ids: Sequence[str], session: str = "") -> None:
    """That these were served. The first time counts as an impression, as long as impressions are few. Of an anonymous
    viewer nothing is remembered."""
    if ask.viewer is not None and video_ids:
        values = {
            "viewer": ask.viewer,
            "ids": sorted(video_ids),
            "at": ask.now,
            "session": session,
            "most": ask.ranker.fresh_below,
        }
        await db.execute(statements.SERVE, values)
