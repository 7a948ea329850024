"""Pages of the feed: which videos, and why. Cards are the business of `projections/videos/query.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from domain.errors import Invalid
from domain.steering import Active
from projections.db import AsyncConnection
from projections.feed import for_you, rankers, sources, statements
from projections.feed.items import Ask, FeedPage, Item, Why
from projections.feed.memory import remember
from projections.feed.memory import was_served as was_served
from projections.feed.ranker import Ranker, bits_of
from projections.paging import decode_cursor, encode_cursor

CUTS: Final = ("for_you", "following", "latest", "character")
BY_TIME: Final = "by-time-1"


class Follows(msgspec.Struct, frozen=True):
    followers: int
    following: int
    followed_by_viewer: bool


async def page(
    db: AsyncConnection,
    *,
    key: bytes,
    viewer: str | None,
    cut: str,
    limit: int,
    cursor: str | None,
    now: datetime,
    wishes: Active | None = None,
    personalised: bool = True,
    character: str | None = None,
) -> FeedPage:
    """As in `Ask`. What was served to whom is remembered. An anonymous viewer follows nobody, and gets the for-you of
    all of them: by score, neither frozen nor remembered."""
    ask = Ask(key, viewer, limit, cursor, now, wishes or Active(), personalised, character)
    match cut:
        case "latest":
            return await _by_time(db, ask, cut, statements.LATEST)
        case "following":
            return await _by_time(db, ask, cut, statements.FOLLOWING)
        case "character" if character:
            return await _by_time(db, ask, f"character {character}", statements.BY_CHARACTER)
        case "for_you":
            return await (_for_all(db, ask) if viewer is None else for_you.page(db, ask, viewer))
    raise Invalid("invalid_cut", f"`cut` is one of {', '.join(CUTS)}.", "cut")


async def follows(db: AsyncConnection, account_id: str, viewer: str | None) -> Follows:
    async with db.cursor(row_factory=class_row(Follows)) as cursor:
        await cursor.execute(statements.FOLLOWS, {"account": account_id, "viewer": viewer})
        found = await cursor.fetchone()
    assert found is not None
    return found


async def followees_of(db: AsyncConnection, account_id: str, after: str, limit: int) -> list[str]:
    """Whom the account follows: ids in order, behind `after`."""
    cursor = await db.execute(statements.FOLLOWEES, {"account": account_id, "after": after, "limit": limit})
    return [followee for (followee,) in await cursor.fetchall()]


class _Place(msgspec.Struct, frozen=True):
    """An item, and what the order of its cut is by."""

    video_id: str
    author_id: str
    published_at: datetime
    hot: float


class _AtTime(msgspec.Struct, frozen=True):
    at: datetime
    id: str


class _AtScore(msgspec.Struct, frozen=True):
    hot: float
    id: str


async def _by_time(db: AsyncConnection, ask: Ask, purpose: str, query: bytes) -> FeedPage:
    after = decode_cursor(ask.key, purpose, ask.cursor, _AtTime) if ask.cursor else None
    values = {"at": after and after.at, "id": after and after.id, "character": ask.character}
    places, last = await _places(db, ask, query, {**values, **sources.filters(ask.wishes)})
    await remember(db, ask, [place.video_id for place in places])
    items = [Item(place.video_id, place.author_id, _why_there(purpose)) for place in places]
    return FeedPage(items, encode_cursor(ask.key, purpose, _AtTime(last.published_at, last.video_id)) if last else None)


def _why_there(purpose: str) -> Why:
    return Why(purpose.partition(" ")[0], {}, {}, BY_TIME)


async def _for_all(db: AsyncConnection, ask: Ask) -> FeedPage:
    after = decode_cursor(ask.key, "for_all", ask.cursor, _AtScore) if ask.cursor else None
    places, last = await _places(db, ask, statements.HOTTEST, {"hot": after and after.hot, "id": after and after.id})
    ranker = await rankers.newest(db)
    items = [Item(place.video_id, place.author_id, _why_hot(place, ask.now, ranker)) for place in places]
    return FeedPage(items, encode_cursor(ask.key, "for_all", _AtScore(last.hot, last.video_id)) if last else None)


def _why_hot(place: _Place, now: datetime, ranker: Ranker) -> Why:
    """Only this term differs between the videos of nobody in particular."""
    terms = {"hot": place.hot - bits_of(now)}
    return Why("hot", terms, {"hot": ranker.weights.get("hot", 0.0)}, ranker.ranker, ranker.version)


async def _places(
    db: AsyncConnection, ask: Ask, query: bytes, values: dict[str, Any]
) -> tuple[list[_Place], _Place | None]:
    """The page, and its last place if there is more behind it."""
    async with db.cursor(row_factory=class_row(_Place)) as cursor:
        await cursor.execute(query, {**values, "viewer": ask.viewer, "limit": ask.limit + 1})
        places = await cursor.fetchall()
    shown = places[: ask.limit]
    return shown, shown[-1] if shown and len(places) > ask.limit else None
