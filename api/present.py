"""A video as its viewers see it. One video comes from its own stream and is always current; pages of them come from
cards of the read model. Both end in `video_of`."""

from __future__ import annotations

from datetime import datetime
from typing import Final, assert_never

import msgspec

from api.call import Call, note_reading
from api.media import VARIANTS, address
from api.schemas import (
    CastRef,
    ParentRef,
    PublicationInfo,
    QueuePlace,
    RestrictionInfo,
    Status,
    Urls,
    Video,
    VideoError,
)
from commands.work import LIKE, VIDEO, fold
from domain import video
from domain.engagement import Liking
from domain.ids import is_id, like_stream
from domain.queue import Progress
from domain.video import Cancelled, Completed, Existing, Failed, InProgress, Queued
from projections.videos.query import Card, Publication, Restriction

CANCELLED: Final = "The generation was cancelled."
WAITING: Final = ("queued", "dispatched")


class Seen(msgspec.Struct, frozen=True):
    """A video at a version of its stream, for eyes that may see it."""

    id: str
    state: Existing
    version: int


async def see(call: Call, video_id: str, viewer: str | None = None) -> Seen:
    """Raises `NotFound` for what does not exist, is gone, or is not for these eyes. Ids come from outside: only a
    well-formed one reaches a store."""
    require_id(video_id)
    state, version = await fold(call.deps.store, VIDEO, video_id)
    eyes = call.viewer if viewer is None else viewer
    if viewer is None and call.moderates and isinstance(state, Existing) and state.request.owner_id != eyes:
        note_reading(call, "video_read", video_id)
        return Seen(video_id, state, version)
    owner = video.to_follow(state, eyes)
    follows = owner is not None and bool(await call.edge.authors.followed(eyes, [owner]))
    seen = video.visible(video_id, state, eyes, follows=follows)
    if await call.edge.authors.apart(eyes, seen.request.owner_id):
        raise video.no_such_video(video_id)
    return Seen(video_id, seen, version)


def require_id(video_id: str) -> str:
    if not is_id(video_id, "video"):
        raise video.no_such_video(video_id[:80])
    return video_id


async def current(call: Call, video_id: str) -> Video:
    return await video_now(call, await see(call, video_id))


async def video_now(call: Call, seen: Seen) -> Video:
    """Numbers of likes and remixes come from the read model and may lag; nothing else does."""
    card = card_of(seen.id, seen.state)
    if _hides_prompt(call, card):
        assert card.publication
        card = msgspec.structs.replace(card, prompt=card.publication.description or "", understood=(), ignored=())
    if isinstance(seen.state, Completed):
        return video_of(call, await _with_counts(call, card))
    return video_of(call, card, await call.deps.jobs.progress(seen.id))


def _hides_prompt(call: Call, card: Card) -> bool:
    """Behind a description, from everyone but the owner and moderators."""
    described = card.publication is not None and card.publication.description is not None
    return described and card.owner_id != call.viewer and not call.moderates


async def with_progress(call: Call, card: Card) -> Video:
    """A card of a page; what is still running is asked for its place or its step."""
    running = card.state in ("queued", "in_progress")
    return video_of(call, card, await call.deps.jobs.progress(card.id) if running else None)


async def _with_counts(call: Call, card: Card) -> Card:
    found = (await call.deps.reads.cards([card.id], call.viewer)).get(card.id)
    like, _ = await fold(call.deps.store, LIKE, like_stream(card.id, call.viewer))
    return msgspec.structs.replace(
        card,
        likes=found.likes if found else 0,
        remixes=found.remixes if found else 0,
        liked_by_viewer=isinstance(like, Liking),
    )


def card_of(video_id: str, state: Existing) -> Card:
    request = state.request
    outcome = state.outcome if isinstance(state, Completed) else None
    failed = state if isinstance(state, Failed) else None
    return Card(
        id=video_id,
        owner_id=request.owner_id,
        state=_status(state),
        verb=request.parents[0].relation if request.parents else "create",
        model=request.model,
        resolved_model=request.resolved_model,
        prompt=request.prompt,
        seconds=request.seconds,
        size=request.size,
        seed=outcome.seed if outcome else request.seed,
        tier=request.tier,
        depth=request.depth,
        extensions=request.extensions,
        hold_id=request.hold_id,
        parents=request.parents,
        characters=request.characters,
        attempt=_attempt(state),
        created_at=state.created_at,
        completed_at=state.completed_at if isinstance(state, Completed) else None,
        failed_at=_ended_at(state),
        error_code="cancelled" if isinstance(state, Cancelled) else failed.code if failed else None,
        error_message=failed.message if failed else None,
        assets=outcome.assets if outcome else (),
        engine=outcome.engine if outcome else None,
        model_digest=outcome.model_digest if outcome else None,
        understood=outcome.understood if outcome else (),
        ignored=outcome.ignored if outcome else (),
        publication=_publication(state),
        restrictions=tuple(Restriction(each.cause_id, each.rule) for each in state.restrictions)
        if isinstance(state, Completed)
        else (),
        likes=0,
        remixes=0,
        liked_by_viewer=False,
    )


def _ended_at(state: Existing) -> datetime | None:
    """When it ended without a result."""
    match state:
        case Failed():
            return state.failed_at
        case Cancelled():
            return state.cancelled_at
        case _:
            return None


def _status(state: Existing) -> Status:
    match state:
        case Queued():
            return "queued"
        case InProgress():
            return "in_progress"
        case Completed():
            return "completed"
        case Failed() | Cancelled():
            return "failed"
        case _:
            assert_never(state)


def _attempt(state: Existing) -> int:
    return state.outcome.attempt if isinstance(state, Completed) else state.attempt


def _publication(state: Existing) -> Publication | None:
    given = state.publication if isinstance(state, Completed) else None
    if given is None:
        return None
    return Publication(given.visibility, given.remixable, given.caption, given.topics, given.at, given.description)


def video_of(call: Call, card: Card, progress: Progress | None = None) -> Video:
    """`progress` is the row of the job table, if there is one and the video is not finished."""
    live = progress if progress and progress.attempt == card.attempt else None
    status = _live_status(card, live)
    remixed = next((parent.video_id for parent in card.parents if parent.relation == "remix"), None)
    return Video(
        id=card.id,
        model=card.model,
        status=status,
        progress=_percent(status, live),
        created_at=unix(card.created_at),
        completed_at=unix(card.completed_at) if card.completed_at else None,
        expires_at=None,  # files stay until the video is deleted
        prompt=card.prompt,
        size=card.size,
        seconds=str(card.seconds),
        remixed_from_video_id=remixed,
        error=_error(card),
        owner=card.owner_id,
        resolved_model=card.resolved_model,
        seed=card.seed,
        attempt=card.attempt,
        tier=card.tier,
        extensions=card.extensions,
        parents=tuple(ParentRef(parent.video_id, parent.relation, parent.span) for parent in card.parents),
        characters=tuple(CastRef(use.character_id, use.consent_version) for use in card.characters),
        understood=card.understood,
        ignored=card.ignored,
        publication=_published(card.publication),
        restrictions=tuple(RestrictionInfo(each.cause_id, each.rule) for each in card.restrictions),
        likes=card.likes,
        remixes=card.remixes,
        liked=card.liked_by_viewer,
        queue=QueuePlace(live.place, live.waiting) if live and live.state in WAITING else None,
        urls=_urls(call, card),
    )


def _error(card: Card) -> VideoError | None:
    if card.error_code is None:
        return None
    return VideoError(card.error_code, CANCELLED if card.error_code == "cancelled" else card.error_message or "")


def _live_status(card: Card, live: Progress | None) -> Status:
    """The worker's claim is known a moment before the event that tells of it."""
    if card.state == "queued" and live and live.state not in WAITING:
        return "in_progress"
    if card.state == "cancelled":  # no word of the Videos API
        return "failed"
    status: Status = msgspec.convert(card.state, Status)
    return status


def _percent(status: Status, live: Progress | None) -> int:
    if status == "completed":
        return 100
    return min(99, 100 * live.step // live.of) if status == "in_progress" and live and live.of else 0


def _published(given: Publication | None) -> PublicationInfo | None:
    if given is None:
        return None
    return PublicationInfo(
        visibility=given.visibility,
        remixable=given.remixable,
        caption=given.caption,
        topics=given.topics,
        published_at=unix(given.published_at),
        description=given.description,
    )


def _urls(call: Call, card: Card) -> Urls | None:
    roles = {asset.role for asset in card.assets}
    if "video" not in roles:
        return None
    now, base = call.deps.clock.now(), call.deps.public_url
    paths = {
        role: base + address(call.edge.signer, card.id, role, call.viewer, now) for role in VARIANTS if role in roles
    }
    return Urls(**paths)


def unix(at: datetime) -> int:
    return int(at.timestamp())
