"""`GET /v1/feed`: what to watch, and for each item why it stands where it stands."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh, standing
from api.parsing import read_body, words
from api.present import video_of
from api.query import bounded, one_of
from api.rest import feed_notice
from api.rest.feed_session import FeedSession, session
from api.routing import CURSOR, Endpoint, Param, limit_param
from api.schemas import FeedAnswer, FeedItem, FeedSeen, FeedSeenBody
from commands.work import ACCOUNT, fold
from domain.account import Open, steered
from domain.errors import Invalid
from domain.ids import is_id
from domain.steering import Active
from projections.feed.query import CUTS

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 50
MOST_SEEN: Final = 100
PERSONALISED: Final = "personalised_feed"


async def feed(call: Call) -> Response:
    cut = one_of(call, "cut", CUTS)
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    character = _character(call) if cut == "character" else None
    freshness = await fresh(call, "feed")
    return reply(await page(call, cut, limit, cursor, character), headers=freshness.headers)


def _character(call: Call) -> str:
    given = call.request.query_params.get("character", "")
    if not is_id(given, "char"):
        raise Invalid("invalid_character", "`character` is the id of the character of this cut.", "character")
    return given


async def page(call: Call, cut: str, limit: int, cursor: str | None, character: str | None = None) -> FeedAnswer:
    """A video that was withdrawn at this very moment is left out: the page is then shorter than `limit`."""
    freshness = await standing(call, "feed")
    wishes, personalised = await _viewer(call)
    found = await call.deps.reads.feed(
        call.viewer,
        cut,
        limit=limit,
        cursor=cursor,
        now=call.deps.clock.now(),
        wishes=wishes,
        personalised=personalised,
        character=character,
    )
    cards = await call.deps.reads.cards([item.video_id for item in found.items], call.viewer)
    authors = await call.edge.authors.of(item.author_id for item in found.items)
    shown = [item for item in found.items if item.video_id in cards]
    return FeedAnswer(
        data=[FeedItem(video_of(call, cards[item.video_id]), authors[item.author_id], item.why) for item in shown],
        has_more=found.next_cursor is not None,
        next_cursor=found.next_cursor,
        as_of=freshness.as_of,
        personalised=found.personalised,
        session=found.session,
    )


async def seen(call: Call) -> Response:
    """Without a personalised feed nothing is noted."""
    account = call.require().account
    ids = words(await read_body(call.request), "video_ids")
    if not 1 <= len(ids) <= MOST_SEEN or not all(is_id(id_, "video") for id_ in ids):
        message = f"`video_ids` are 1 to {MOST_SEEN} ids of videos that the feed has shown."
        raise Invalid("invalid_video_ids", message, "video_ids")
    _, personalised = await _viewer(call)
    now = call.deps.clock.now()
    return reply(FeedSeen(noted=await call.deps.reads.feed_seen(account, ids, now=now) if personalised else 0))


async def _viewer(call: Call) -> tuple[Active, bool]:
    """What the viewer has said about its feed, and whether it may be ranked by what the viewer has done."""
    state, _ = await fold(call.deps.store, ACCOUNT, call.viewer) if call.viewer else (None, 0)
    if not isinstance(state, Open):
        return Active(), False
    now = call.deps.clock.now()
    kept = state.preferences.get(PERSONALISED)
    refused = kept is not None and kept.value == "false" and (kept.expires_at is None or kept.expires_at > now)
    return steered(state, now), not refused


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/feed",
        handler=feed,
        summary="What to watch, and why it stands where it stands",
        tag="social",
        access="open",
        params=(
            Param(
                name="cut",
                description="Which feed",
                schema={"type": "string", "enum": list(CUTS), "default": CUTS[0]},
            ),
            Param(name="character", description="Of the cut `character`: its id", schema={"type": "string"}),
            limit_param(DEFAULT_LIMIT, MAX_LIMIT),
            CURSOR,
        ),
        answer=FeedAnswer,
    ),
    Endpoint(
        method="POST",
        path="/v1/feed/seen",
        handler=seen,
        summary="Note which videos of the feed were seen: they do not come again for two weeks",
        tag="social",
        body=FeedSeenBody,
        answer=FeedSeen,
    ),
    Endpoint(
        method="GET",
        path="/v1/feed/sessions/{session_id}",
        handler=session,
        summary="A ranking that was shown to the caller, as it was frozen: all places, and why",
        tag="social",
        answer=FeedSession,
    ),
    Endpoint(
        method="GET",
        path="/v1/feed/ranking",
        handler=feed_notice.ranking,
        summary="How for-you is ranked, in words, with the weights that count now",
        tag="social",
        access="open",
        answer=feed_notice.RankingNotice,
    ),
)
