"""For-you: ranked once and frozen, so that pages never skip or repeat and reasons are the ones that ranked. What may
be seen is checked anew for every page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.items import Ask, FeedPage, Item, Why, remember
from projections.feed.ranker import Candidate, Ranked, digest, rank
from projections.paging import decode_cursor, encode_cursor, invalid_cursor

SESSION_LIFE: Final = timedelta(minutes=30)
SEEN_FOR: Final = timedelta(days=14)
SEEN_MOST: Final = 2_000


class _Place(msgspec.Struct, frozen=True):
    session: str
    offset: int


class _Session(msgspec.Struct, frozen=True):
    """The rest of a frozen ranking, from an offset on."""

    ranker: str
    weights: dict[str, float]
    rest: list[Ranked]


async def page(db: AsyncConnection, ask: Ask, viewer: str) -> FeedPage:
    if ask.cursor:
        place = decode_cursor(ask.key, "for_you", ask.cursor, _Place)
    else:
        place = _Place(await _open_session(db, ask, viewer), 0)
    session = await _session(db, ask, viewer, place)
    visible = await _visible(db, viewer, session.rest)
    rest = [(end, each) for end, each in enumerate(session.rest, place.offset + 1) if each.video_id in visible]
    shown = rest[: ask.limit]
    await remember(db, ask, [each.video_id for _, each in shown], place.session)
    more = shown and len(rest) > ask.limit
    following = encode_cursor(ask.key, "for_you", _Place(place.session, shown[-1][0])) if more else None
    return FeedPage([_item(each, session) for _, each in shown], following)


def _item(ranked: Ranked, session: _Session) -> Item:
    weights = {name: weight for name, weight in session.weights.items() if name in ranked.terms}
    return Item(ranked.video_id, ranked.author_id, Why(ranked.source, ranked.terms, weights, session.ranker))


async def _open_session(db: AsyncConnection, ask: Ask, viewer: str) -> str:
    """Ranks what the viewer may see and has not seen lately. When that does not fill a page, what was seen comes
    behind it: better again than nothing."""
    id_ = secrets.token_urlsafe(12)
    seen = await _seen(db, ask, viewer)
    ranked = rank(await _candidates(db, ask, viewer, seen, id_), ask.ranker, ask.now)
    if len(ranked) < ask.limit and seen:
        new = {each.video_id for each in ranked}
        old = [each for each in await _candidates(db, ask, viewer, [], id_) if each.video_id not in new]
        ranked += rank([msgspec.structs.replace(each, source="again") for each in old], ask.ranker, ask.now)
    await _freeze(db, ask, viewer, id_, ranked)
    return id_


async def _seen(db: AsyncConnection, ask: Ask, viewer: str) -> list[str]:
    cursor = await db.execute(statements.SEEN, {"viewer": viewer, "since": ask.now - SEEN_FOR, "limit": SEEN_MOST})
    return [video_id for (video_id,) in await cursor.fetchall()]


async def _candidates(db: AsyncConnection, ask: Ask, viewer: str, seen: Sequence[str], session: str) -> list[Candidate]:
    values = {
        "viewer": viewer,
        "seen": list(seen),
        "die": session,
        "fresh_below": ask.ranker.fresh_below,
        "follow_limit": ask.ranker.follow_limit,
        "hot_limit": ask.ranker.hot_limit,
        "fresh_limit": ask.ranker.fresh_limit,
    }
    async with db.cursor(row_factory=class_row(Candidate)) as cursor:
        await cursor.execute(statements.CANDIDATES, values)
        return await cursor.fetchall()


async def _freeze(db: AsyncConnection, ask: Ask, viewer: str, id_: str, ranked: Sequence[Ranked]) -> None:
    await db.execute(statements.FORGET_SESSIONS, [viewer, ask.now])
    items, weights = Jsonb(msgspec.to_builtins(ranked)), Jsonb(ask.ranker.weights)
    times = (ask.now, ask.now + SESSION_LIFE)
    await db.execute(statements.FREEZE, [id_, viewer, ask.ranker.version, weights, items, digest(ranked), *times])


async def _session(db: AsyncConnection, ask: Ask, viewer: str, place: _Place) -> _Session:
    values = {"id": place.session, "viewer": viewer, "now": ask.now, "offset": place.offset}
    cursor = await db.execute(statements.SESSION, values)
    found = await cursor.fetchone()
    if found is None:
        raise invalid_cursor()
    return msgspec.convert(dict(zip(("ranker", "weights", "rest"), found, strict=True)), _Session)


async def _visible(db: AsyncConnection, viewer: str, ranked: Sequence[Ranked]) -> set[str]:
    values = {"viewer": viewer, "ids": [each.video_id for each in ranked]}
    cursor = await db.execute(statements.VISIBLE, values)
    return {video_id for (video_id,) in await cursor.fetchall()}
