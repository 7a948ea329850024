"""`GET /v1/feed/ranking`: the plain notice of how for-you is ranked, with the weights that count now, and of what
everybody can change about it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from commands.work import RANKER, fold
from domain import policy
from domain.policy import RankerParameters
from projections.feed import sources
from projections.feed.ranker import HALF_LIFE_HOURS, LIKED, PUBLISHED, REMIXED, TERMS
from projections.feed.ranker import RANKER as BUILT_IN
from projections.feed.sessions import KEPT


class NoticeTerm(msgspec.Struct, kw_only=True):
    term: str
    weight: float
    meaning: str


class NoticeSource(msgspec.Struct, kw_only=True):
    source: str
    meaning: str


class RankingNotice(msgspec.Struct, kw_only=True):
    """`terms` are those of the sum, the weightiest first. `reason` is what the operator says about the ranker; empty
    for the one that comes with the software."""

    object: Literal["feed.ranking"] = "feed.ranking"
    ranker: str
    version: int
    reason: str
    how: list[str]
    terms: list[NoticeTerm]
    sources: list[NoticeSource]
    choices: list[str]


CHOICES: Final = (
    "PUT /v1/account/preferences/personalised_feed with false: the feed then goes by what you have said only (whom you "
    "follow, your rules), and not by what you like or have seen.",
    "POST /v1/feed/wishes: say what you want more or less of; the rules that are made of it can be seen and undone.",
    "GET /v1/feed?cut=latest or cut=following: by time alone, with no ranking.",
    "Block or mute an account: nothing of it is shown to you.",
    f"GET /v1/feed/sessions/{{id}}: a ranking that you were shown, with the sum of every place. It is kept for "
    f"{KEPT.days} days.",
)


async def ranking(call: Call) -> Response:
    state, _ = await fold(call.deps.store, RANKER, policy.RANKER)
    weights = state.weights or BUILT_IN.weights
    heaviest = sorted(TERMS, key=lambda term: -abs(weights.get(term, 0.0)))
    notice = RankingNotice(
        ranker=state.ranker or BUILT_IN.ranker,
        version=state.version,
        reason=state.reason,
        how=_how(state.parameters),
        terms=[NoticeTerm(term=term, weight=weights.get(term, 0.0), meaning=TERMS[term]) for term in heaviest],
        sources=_sources(state.parameters),
        choices=list(CHOICES),
    )
    return reply(notice)


def _how(parameters: RankerParameters) -> list[str]:
    return [
        "Some hundred videos are drawn from the sources below, and the best "
        f"{parameters.size} of them are put in order, place by place: each goes to the "
        "video with the greatest sum of terms times weights.",
        f"A publication counts {PUBLISHED}, a like by somebody else {LIKED}, a remix by somebody else {REMIXED}; each "
        f"counts half as much for every {HALF_LIFE_HOURS:g} hours that have passed.",
        f"Each {parameters.protected_every}th place is kept for a video of the last {parameters.fresh_days} days that "
        f"fewer than {parameters.fresh_below} people were shown.",
        f"What you have seen does not come again for {sources.SEEN_FOR.days} days, what you were only shown for "
        f"{sources.SERVED_FOR.days} days, unless there is little else.",
        "Nobody can pay for a place, and no term knows who you are but by what is named here.",
    ]


def _sources(parameters: RankerParameters) -> list[NoticeSource]:
    limit = parameters.affinity_limit
    meanings = {
        "follow": f"The newest of those whom you follow, up to {parameters.follow_limit}.",
        "hot": f"The {parameters.hot_limit} with the highest `hot`.",
        "fresh": f"{parameters.fresh_limit} fresh ones, drawn by lot.",
        "affinity": f"For the characters and topics that most of your last {sources.LIKES_LOOKED_AT} likes went to, up "
        f"to {limit} each.",
        "steering": f"For what your rules want more of, up to {limit} each.",
        "again": "What you have seen before, when there is little else.",
    }
    return [NoticeSource(source=source, meaning=meaning) for source, meaning in meanings.items()]
