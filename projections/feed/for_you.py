"""For-you: ranked once and frozen, so that pages never skip or repeat and reasons are the ones that ranked. What may
be seen is checked anew for every page."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from projections.db import AsyncConnection
from projections.feed import rankers, sessions, sources, statements
from projections.feed.items import Ask, FeedPage, Item, Why
from projections.feed.memory import remember
from projections.feed.ranker import AGAIN, Candidate, Ranked, Ranker
from projections.feed.sessions import Part, Session
from projections.feed.sources import Viewer
from projections.paging import decode_cursor, encode_cursor

SESSION_LIFE: Final = timedelta(minutes=30)
AHEAD: Final = 3
WHOLE: Final = 1_000_000


class _Place(msgspec.Struct, frozen=True):
    session: str
    offset: int


async def page(db: AsyncConnection, ask: Ask, account_id: str) -> FeedPage:
    if ask.cursor:
        return await _go_on(db, ask, account_id, decode_cursor(ask.key, "for_you", ask.cursor, _Place))
    ranker = await rankers.newest(db)
    viewer = await sources.viewer_of(db, account_id, ask.wishes, ask.now, personalised=ask.personalised)
    place = _Place(secrets.token_urlsafe(12), 0)
    session = await _open_session(db, ask, viewer, ranker, place.session)

    async def places(count: int) -> Part:
        return Part(ranker, ask.personalised, session.items[:count])

    return await _page(db, ask, account_id, viewer.apart, place, places)


async def _go_on(db: AsyncConnection, ask: Ask, account_id: str, place: _Place) -> FeedPage:
    async def places(count: int) -> Part:
        return await sessions.part(db, place.session, account_id, ask.now, place.offset, count)

    apart = await sources.apart_from(db, account_id, ask.wishes)
    return await _page(db, ask, account_id, apart, place, places)


async def _page(
    db: AsyncConnection,
    ask: Ask,
    account_id: str,
    apart: Sequence[str],
    place: _Place,
    places: Callable[[int], Awaitable[Part]],
) -> FeedPage:
    """Some places may have become invisible: when the next ones are not enough, all are looked at."""
    count = AHEAD * ask.limit
    found = await places(count)
    visible = await _visible(db, ask, account_id, apart, found.items)
    if len(visible) <= ask.limit and len(found.items) == count:
        found = await places(WHOLE)
        visible = await _visible(db, ask, account_id, apart, found.items)
    return await _shown(db, ask, place, found, visible)


async def _shown(db: AsyncConnection, ask: Ask, place: _Place, found: Part, visible: Collection[str]) -> FeedPage:
    left = [(end, each) for end, each in enumerate(found.items, place.offset + 1) if each.video_id in visible]
    shown = left[: ask.limit]
    await remember(db, ask, [each.video_id for _, each in shown], found.ranker, place.session)
    more = shown and len(left) > ask.limit
    following = encode_cursor(ask.key, "for_you", _Place(place.session, shown[-1][0])) if more else None
    items = [Item(each.video_id, each.author_id, why(each, found.ranker)) for _, each in shown]
    return FeedPage(items, following, place.session, found.personalised)


def why(ranked: Ranked, ranker: Ranker) -> Why:
    weights = {name: ranker.weights.get(name, 0.0) for name in ranked.terms}
    return Why(ranked.source, ranked.terms, weights, ranker.ranker, ranker.version)


async def _open_session(db: AsyncConnection, ask: Ask, viewer: Viewer, ranker: Ranker, id_: str) -> Session:
    session = sessions.frozen(
        id_,
        viewer.account_id,
        ranker,
        await _candidates(db, ask, viewer, ranker, id_),
        ask.wishes.rules,
        personalised=ask.personalised,
        at=ask.now,
        life=SESSION_LIFE,
    )
    await sessions.freeze(db, session)
    return session


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


async def _visible(
    db: AsyncConnection, ask: Ask, account_id: str, apart: Sequence[str], ranked: Sequence[Ranked]
) -> set[str]:
    """By what counts now: publication, restrictions, follows, blocks and mutes."""
    ids = [each.video_id for each in ranked]
    values = {**sources.filters(apart, ask.wishes), "viewer": account_id, "ids": ids}
    return {video_id for (video_id,) in await (await db.execute(statements.VISIBLE, values)).fetchall()}
