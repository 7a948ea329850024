"""`GET /v1/feed`: what to watch, and for each item why it stands where it stands."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh, standing
from api.present import video_of
from api.query import bounded, one_of
from api.schemas import FeedItem, Page
from projections.feed.query import CUTS

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 50


async def feed(call: Call) -> Response:
    cut = one_of(call, "cut", CUTS)
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    freshness = await fresh(call, "feed")
    return reply(
        await page(call, cut, limit, call.request.query_params.get("cursor") or None), headers=freshness.headers
    )


async def page(call: Call, cut: str, limit: int, cursor: str | None) -> Page[FeedItem]:
    """A video that was withdrawn since it was ranked is left out, and so are those of whoever blocks or is blocked: the
    page is then shorter than `limit`."""
    freshness = await standing(call, "feed")
    found = await call.deps.reads.feed(call.viewer, cut, limit=limit, cursor=cursor, now=call.deps.clock.now())
    cards = await call.deps.reads.cards([item.video_id for item in found.items], call.viewer)
    authors = await call.edge.authors.of(item.author_id for item in found.items)
    apart = await call.edge.authors.apart_from(call.viewer, authors)
    items = [
        FeedItem(video_of(call, cards[item.video_id]), authors[item.author_id], item.why)
        for item in found.items
        if item.video_id in cards and item.author_id not in apart
    ]
    return Page(
        data=items, has_more=found.next_cursor is not None, next_cursor=found.next_cursor, as_of=freshness.as_of
    )
