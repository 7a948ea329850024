"""`GET /v1/videos/{id}/chain`: everything that a video comes from, with the proof of each step: which fact, where in
which log, when; on which consent; made by what. Read from the streams themselves, so always current.

Who may not see a video of the chain sees its place in it. Moderators see all of it, deleted videos included, and that
they have read is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.call import Call, note_reading, reply
from api.chain_view import ChainFact, ChainLink, ChainPage, ChainParent, ChainUse, fact_of, made_of, where_of, word_of
from api.present import require_id
from api.query import bounded
from api.routing import CURSOR, Endpoint, limit_param
from api.schemas import Author
from commands.lineage import chain as prompts_of
from commands.retrospect import JudgedAgain, judge_again
from commands.work import CHARACTER, VIDEO, fold
from domain import character, moderation, video
from domain.errors import Invalid, NotFound
from domain.fields import ERASED
from domain.ids import case_stream
from domain.recorded import Fact
from domain.video import (
    Absent,
    Completed,
    GenerationCompleted,
    Parent,
    Queueing,
    RestrictionLifted,
    Video,
    VideoRestricted,
)

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 50
MOST: Final = 5_000  # places; more than any video can have ancestors
# What a decision's reader may know of it, as the author learns it.
STATED: Final = (moderation.Decided, moderation.Reversed, moderation.Appealed, moderation.AppealResolved)


class Step(msgspec.Struct, frozen=True):
    id: str
    depth: int
    parents: tuple[Parent, ...]


class Beginnings:
    """First events, which never change: each is read once."""

    def __init__(self, call: Call) -> None:
        self._store = call.deps.store
        self._known: dict[str, Any] = {}

    async def first(self, streams: Sequence[str]) -> dict[str, Any]:
        missing = [stream for stream in streams if stream not in self._known]
        if missing:
            found = await self._store.first(missing)
            self._known |= {stream: found[stream].event if stream in found else None for stream in missing}
        return {stream: self._known[stream] for stream in streams if self._known[stream] is not None}


class Seen(msgspec.Struct, frozen=True):
    """A video of the chain that the caller may see."""

    state: Video
    facts: list[Fact]


async def chain(call: Call) -> Response:
    video_id = require_id(call.path("video_id"))
    limit, start = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT), _start(call)
    beginnings = Beginnings(call)
    if video_id not in await _visible(call, [video_id]):
        raise video.no_such_video(video_id)
    steps = await walk(video_id, beginnings)
    page = steps[start : start + limit]
    end = start + len(page)
    body = ChainPage(
        id=video_id,
        count=len(steps),
        data=await _links(call, steps, page, start, beginnings),
        has_more=end < len(steps),
        next_cursor=str(end) if end < len(steps) else None,
    )
    return reply(body)


def _start(call: Call) -> int:
    cursor = call.request.query_params.get("cursor") or "0"
    if not (cursor.isascii() and cursor.isdigit() and int(cursor[:9]) < MOST):
        raise Invalid("invalid_cursor", "`cursor` is the `next_cursor` of the page before.", "cursor")
    return int(cursor)


async def walk(video_id: str, beginnings: Beginnings) -> list[Step]:
    """The video and all that it comes from, level by level, each once."""
    steps: list[Step] = []
    level, met, depth = [video_id], {video_id}, 0
    while level:
        found = await beginnings.first(level)
        above: dict[str, None] = {}
        for id_ in level:
            event = found.get(id_)
            parents = event.parents if isinstance(event, Queueing) else ()
            steps.append(Step(id_, depth, parents))
            above |= dict.fromkeys(parent.video_id for parent in parents if parent.video_id not in met)
        met |= above.keys()
        level, depth = list(above), depth + 1
    return steps


async def _links(
    call: Call, steps: Sequence[Step], page: Sequence[Step], start: int, beginnings: Beginnings
) -> list[ChainLink]:
    places = {step.id: place for place, step in enumerate(steps)}
    ids = [step.id for step in page]
    seen = await _visible(call, [*ids, *(parent.video_id for step in page for parent in step.parents)])
    owners = [_request(seen[id_].state).owner_id for id_ in ids if id_ in seen]
    authors = await call.edge.authors.of(owners)
    links = []
    for place, step in enumerate(page, start):
        link = ChainLink(
            place=place,
            depth=step.depth,
            hidden=step.id not in seen,
            parents=[_parent(parent, places, step.id in seen and parent.video_id in seen) for parent in step.parents],
        )
        if step.id in seen:
            link = await _told(call, link, step, seen[step.id], authors, beginnings)
        links.append(link)
    return links


def _parent(parent: Parent, places: dict[str, int], known: bool) -> ChainParent:
    """`known`: both ends of the edge are."""
    return ChainParent(
        place=places[parent.video_id],
        id=parent.video_id if known else None,
        relation=parent.relation,
        span=parent.span if known else None,
    )


async def _visible(call: Call, ids: Sequence[str]) -> dict[str, Seen]:
    """Those of the videos that the caller may see."""
    found = {id_: await _load(call, id_) for id_ in dict.fromkeys(ids)}
    known = {id_: each for id_, each in found.items() if not isinstance(each.state, Absent)}
    if call.moderates:
        return known
    to_follow = {id_: video.to_follow(each.state, call.viewer) for id_, each in known.items()}
    followed = await call.edge.authors.followed(call.viewer, filter(None, to_follow.values()))
    apart = await call.edge.authors.apart_from(call.viewer, (_request(each.state).owner_id for each in known.values()))
    return {
        id_: each
        for id_, each in known.items()
        if _request(each.state).owner_id not in apart
        and _may_see(id_, each.state, call.viewer, follows=to_follow[id_] in followed)
    }


def _may_see(video_id: str, state: Video, viewer: str, *, follows: bool) -> bool:
    try:
        video.visible(video_id, state, viewer, follows=follows)
    except NotFound:
        return False
    return True


async def _load(call: Call, video_id: str) -> Seen:
    facts = await call.deps.store.load(video_id)
    state = VIDEO.initial
    for fact in facts:
        state = VIDEO.evolve(state, fact.event, fact.recorded.recorded_at)
    return Seen(state, facts)


def _request(state: Video) -> Queueing:
    assert not isinstance(state, Absent)
    return state.request


async def _told(
    call: Call, link: ChainLink, step: Step, seen: Seen, authors: dict[str, Author], beginnings: Beginnings
) -> ChainLink:
    request = _request(seen.state)
    inside = call.moderates or request.owner_id == call.viewer
    if call.moderates and request.owner_id != call.viewer:
        note_reading(call, "chain_read", step.id)
    description = _description(seen.state)
    described = description is not None and not inside
    prompts = [*await prompts_of(beginnings, [request])] if request.characters else []
    uses = await judge_again(
        call.deps.store, call.deps.world.screener, request, seen.facts[0].recorded.recorded_at, prompts
    )
    return msgspec.structs.replace(
        link,
        id=step.id,
        owner=authors[request.owner_id],
        state=word_of(seen.state),
        model=request.model,
        resolved_model=request.resolved_model,
        prompt=description if described else request.prompt,
        described=described,
        seconds=request.seconds,
        size=request.size,
        seed=request.seed,
        ruleset=request.ruleset or None,
        characters=[await _use(call, use) for use in uses],
        made=next((made_of(fact.event) for fact in seen.facts if isinstance(fact.event, GenerationCompleted)), None),
        facts=[fact_of(call, fact, inside) for fact in seen.facts if inside or not _is_private(fact)],
        decisions=await _decisions(call, step.id) if inside else [],
    )


def _description(state: Video) -> str | None:
    publication = state.publication if isinstance(state, Completed) else None
    return publication.description if publication else None


def _is_private(fact: Fact) -> bool:
    """What moderators did about a video is between them and its owner."""
    return isinstance(fact.event, VideoRestricted | RestrictionLifted)


async def _decisions(call: Call, video_id: str) -> list[ChainFact]:
    """The whole case for moderators; for the owner what is stated to authors."""
    facts = await call.deps.store.load(case_stream(video_id))
    return [fact_of(call, fact, True) for fact in facts if call.moderates or isinstance(fact.event, STATED)]


async def _use(call: Call, use: JudgedAgain) -> ChainUse:
    state, _ = await fold(call.deps.store, CHARACTER, use.character_id)
    made = state.made if isinstance(state, character.Existing) else None
    inside = call.moderates or (made is not None and made.owner_id == call.viewer)
    return ChainUse(
        id=use.character_id,
        handle=made.handle if made and made.handle != ERASED else None,
        consent_version=use.version,
        in_force=use.in_force,
        allowed=use.allowed,
        rule=use.rule if inside or use.allowed else use.rule.partition(":")[0],
        ruleset=use.ruleset,
        consent=where_of(use.consent) if use.consent else None,
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/videos/{video_id}/chain",
        handler=chain,
        summary="All that a video comes from, with the facts that prove it",
        tag="social",
        access="open",
        params=(limit_param(DEFAULT_LIMIT, MAX_LIMIT), CURSOR),
        answer=ChainPage,
    ),
)
