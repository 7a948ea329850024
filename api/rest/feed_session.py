"""`GET /v1/feed/sessions/{id}`: a ranking as it was frozen. Nothing is computed anew: what it says is what ranked."""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.present import unix
from domain.policy import RankerParameters
from domain.steering import Rule
from projections.feed.for_you import why
from projections.feed.items import Why
from projections.feed.sessions import Session, no_such_session


class FeedPlace(msgspec.Struct, kw_only=True):
    place: int
    video_id: str
    author_id: str
    why: Why


class FeedSession(msgspec.Struct, kw_only=True):
    """`rules` are the caller's, as they counted then; `candidates` says of how many videos `data` are the best. With
    `digest` an operator can prove that they were ranked so."""

    object: Literal["feed.session"] = "feed.session"
    id: str
    created_at: int
    personalised: bool
    ranker: str
    version: int
    weights: dict[str, float]
    parameters: RankerParameters
    rules: list[Rule]
    candidates: int
    digest: str
    data: list[FeedPlace]


async def session(call: Call) -> Response:
    """One's own: that of others is not there."""
    account, id_ = call.require().account, call.path("session_id")[:80]
    found = await call.deps.reads.feed_session(id_)
    if found.account_id != account:
        raise no_such_session(id_)
    return reply(_shown(found))


def _shown(found: Session) -> FeedSession:
    return FeedSession(
        id=found.id,
        created_at=unix(found.created_at),
        personalised=found.personalised,
        ranker=found.ranker.ranker,
        version=found.ranker.version,
        weights=found.ranker.weights,
        parameters=found.ranker.parameters,
        rules=found.rules,
        candidates=len(found.candidates),
        digest=found.digest,
        data=[
            FeedPlace(place=place, video_id=each.video_id, author_id=each.author_id, why=why(each, found.ranker))
            for place, each in enumerate(found.items, 1)
        ],
    )
