"""For-you: ranked once and frozen, so that pages never skip or repeat and reasons are the ones that ranked. What may
be seen is checked anew for every page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from projections.db import AsyncConnection
from projections.feed import memory, sessions, sources, statements
from projections.feed.items import Ask, FeedPage, Item, Why
from projections.feed.ranker import AGAIN, Candidate, Ranked, Ranker
from projections.feed.sessions import Part, Session
from projections.feed.sources import Viewer
from projections.paging import decode_cursor, encode_cursor

SESSION_LIFE: Final = timedelta(minutes=30)
AHEAD: Final = 3


class _Place(msgspec.Struct, frozen=True):
    session: str
    offset: int


async def page(db: AsyncConnection, ask: Ask, account_id: str) -> FeedPage:
    if ask.cursor:
        place = decode_cursor(ask.key, "for_you", ask.cursor, _Place)
        found = await sessions.part(db, place.session, account_id, ask.now, place.offset)
        return await _page(db, ask, account_id, place, found)
    session = await _drawn(db, ask, account_id, secrets.token_urlsafe(12))
    place, found = _Place(session.id, 0), Part(session.ranker, session.personalised, session.items)
    return await _page(db, ask, account_id, place, found, sessions.stored(session))


async def _page(
    db: AsyncConnection, ask: Ask, account_id: str, place: _Place, found: Part, new: Mapping[str, Any] | None = None
) -> FeedPage:
    """Some places may have become invisible: when the next ones are not enough, all are looked at. `new`: the session
    is, and is stored with its first page."""
    ahead = found.items[: AHEAD * ask.limit]
    visible = await _show(db, ask, account_id, place, ahead, new)
    if len(visible) <= ask.limit and len(ahead) < len(found.items):
        visible = await _show(db, ask, account_id, place, found.items)
    left = [(end, each) for end, each in enumerate(found.items, place.offset + 1) if each.video_id in visible]
    shown = left[: ask.limit]
    more = shown and len(left) > ask.limit
    following = encode_cursor(ask.key, "for_you", _Place(place.session, shown[-1][0])) if more else None
    items = [Item(each.video_id, each.author_id, why(each, found.ranker)) for _, each in shown]
    return FeedPage(items, following, place.session, found.personalised)


async def _show(
    db: AsyncConnection,
    ask: Ask,
    account_id: str,
    place: _Place,
    ranked: Sequence[Ranked],
    new: Mapping[str, Any] | None = None,
) -> set[str]:
    """What may be seen by what counts now: publication, restrictions, follows, blocks and mutes. The first of it are
    remembered as served."""
    ids = [each.video_id for each in ranked]
    told = {**sources.filters(ask.wishes), **memory.serving(ask, account_id, ids, place.session), "limit": ask.limit}
    cursor = await db.execute(statements.OPEN if new else statements.SHOW, {**told, **(new or {})})
    return {video_id for (video_id,) in await cursor.fetchall()}


def why(ranked: Ranked, ranker: Ranker) -> Why:
    weights = {name: ranker.weights.get(name, 0.0) for name in ranked.terms}
    return Why(ranked.source, ranked.terms, weights, ranker.ranker, ranker.version)


async def _drawn(db: AsyncConnection, ask: Ask, account_id: str, id_: str) -> Session:
    viewer, ranker = await sources.known(db, account_id, personalised=ask.personalised)
    return sessions.frozen(
        id_,
        account_id,
        ranker,
        await _candidates(db, ask, viewer, ranker, id_),
        ask.wishes.rules,
        personalised=ask.personalised,
        at=ask.now,
        life=SESSION_LIFE,
    )


async def _candidates(db: AsyncConnection, ask: Ask, viewer: Viewer, ranker: Ranker, id_: str) -> list[Candidate]:
    """What the viewer may see and has not seen lately. When that does not fill a page, what was seen comes behind it:
    better again than nothing."""
    new = await _draw(db, ask, viewer, ranker, id_)
    if len(new) >= ask.limit or not ask.personalised:
        return new
    known = {each.video_id for each in new}
    everything = await _draw(db, ask, viewer, ranker, id_, again=True)
    old = [msgspec.structs.replace(each, source=AGAIN) for each in everything if each.video_id not in known]
    return new + old


async def _draw(
    db: AsyncConnection, ask: Ask, viewer: Viewer, ranker: Ranker, id_: str, *, again: bool = False
) -> list[Candidate]:
    return await sources.candidates(
        db, viewer, ask.wishes, ranker.parameters, ask.now, id_, personalised=ask.personalised, again=again
    )
