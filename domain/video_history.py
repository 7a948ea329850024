"""What can happen to a video, and what it is after that. Which of it may happen, `video.py` decides.

Read top to bottom: events, situations, `evolve`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar, assert_never

import msgspec

from domain.fields import Id, OwnerText, OwnerWords, Word

IMPORT: Final = "import"  # the model of what was not made here


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """An edge of the remix graph, pointing up. `span` is the part of the parent that was used, in seconds."""

    video_id: Id
    relation: Word  # remix | edit | extend | stitch
    owner_id: Id
    span: tuple[float, float] | None = None


class CharacterUse(msgspec.Struct, frozen=True, kw_only=True):
    character_id: Id
    consent_version: int


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file: `role` as in the list of asset roles, `key` in the object store."""

    role: Word
    key: Word
    sha256: Word
    mime: Word
    bytes: int


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or a video from elsewhere that is the place of the clip. Its file lies with the video that it was given
    for, and goes with it: what was made of that one names the same file."""

    video_id: Id
    kind: Word  # image | video
    key: Word
    sha256: Word
    mime: Word
    bytes: int


class Queueing(msgspec.Struct, frozen=True, kw_only=True):
    """What every event that queues a generation carries. Durations are seconds, `size` is "WIDTHxHEIGHT". A `reference`
    is inherited: a child's is its parent's, a stitch's that of its first clip."""

    owner_id: Id
    model: Word
    resolved_model: Word
    prompt: OwnerText
    seconds: int
    size: Word
    seed: int
    tier: Word
    hold_id: Id | None
    depth: int
    ancestor_bound: int
    parents: tuple[Parent, ...] = ()
    characters: tuple[CharacterUse, ...] = ()
    extensions: int = 0  # how many extensions lie in the file, on its longest way up
    ruleset: Word = ""  # the version of the rules that the prompts of the whole chain passed
    reference: Reference | None = None


Q = TypeVar("Q", bound=Queueing)


class VideoCreated(Queueing, frozen=True, kw_only=True):
    """A new video was asked for, from words, or from words and a picture or video as its place."""


class VideoRemixed(Queueing, frozen=True, kw_only=True):
    """A new video was asked for as a patch of another one: `parents` has that one."""


class VideoEdited(Queueing, frozen=True, kw_only=True):
    """As a remix, of one's own video."""


class VideoExtended(Queueing, frozen=True, kw_only=True):
    """The parent and a next shot behind it, in one file: `seconds` is the length of the whole, the parent's `span` what
    it begins with."""


class VideoStitched(Queueing, frozen=True, kw_only=True):
    """Several clips in a row, in one file: `parents` are the clips in their order, each with the part that is used."""


class GenerationStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A worker took the attempt."""

    owner_id: Id
    attempt: int
    worker: Word
    engine: Word


class GenerationAttemptFailed(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt failed and the next one is queued."""

    owner_id: Id
    attempt: int
    code: Word
    message: OwnerText
    worker: Word


class GenerationCompleted(msgspec.Struct, frozen=True, kw_only=True):
    """The files exist. `understood` and `ignored` split the words of the prompt."""

    owner_id: Id
    attempt: int
    assets: tuple[Asset, ...]
    engine: Word
    model_digest: Word
    seed: int
    understood: OwnerWords
    ignored: OwnerWords
    mark_id: Word | None
    worker: Word


class GenerationFailed(msgspec.Struct, frozen=True, kw_only=True):
    """Terminal: no further attempt."""

    owner_id: Id
    attempt: int
    code: Word
    message: OwnerText
    worker: Word


class GenerationCancelled(msgspec.Struct, frozen=True, kw_only=True):
    """Terminal: nobody waits for it any more. `cause` is owner | consent_revoked | moderation | erasure."""

    owner_id: Id
    attempt: int
    cause: Word


class VideoPublished(msgspec.Struct, frozen=True, kw_only=True):
    """Others may see the video; also recorded when its publication changes. With a `description` others read that
    instead of the prompt."""

    owner_id: Id
    visibility: Word
    remixable: bool
    caption: OwnerText
    topics: tuple[Word, ...]
    description: OwnerText | None = None


class VideoUnpublished(msgspec.Struct, frozen=True, kw_only=True):
    """The video is a draft again; likes and remixes keep their place."""

    owner_id: Id


class VideoRestricted(msgspec.Struct, frozen=True, kw_only=True):
    """Hidden from everyone but its owner and moderators, by a decision or a process. A video may have several."""

    owner_id: Id
    cause_id: Id
    rule: Word


class RestrictionLifted(msgspec.Struct, frozen=True, kw_only=True):
    """The restriction of this cause does not hold any more; others stay."""

    owner_id: Id
    cause_id: Id


class VideoImported(msgspec.Struct, frozen=True, kw_only=True):
    """A file from elsewhere, whose uploader says that he may use it."""

    owner_id: Id
    assets: tuple[Asset, ...]
    seconds: int
    size: Word
    attestation: Word


class VideoDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """The tombstone: files go, the place in the remix graph stays."""

    owner_id: Id


Event = (
    VideoCreated
    | VideoRemixed
    | VideoEdited
    | VideoExtended
    | VideoStitched
    | VideoImported
    | GenerationStarted
    | GenerationAttemptFailed
    | GenerationCompleted
    | GenerationFailed
    | GenerationCancelled
    | VideoPublished
    | VideoUnpublished
    | VideoRestricted
    | RestrictionLifted
    | VideoDeleted
)


class Publication(msgspec.Struct, frozen=True):
    visibility: str
    remixable: bool
    caption: str
    topics: tuple[str, ...]
    at: datetime
    description: str | None = None


class Restriction(msgspec.Struct, frozen=True):
    cause_id: str
    rule: str


class Absent(msgspec.Struct, frozen=True):
    """Nothing was ever said about this id."""


class Queued(msgspec.Struct, frozen=True):
    request: Queueing
    created_at: datetime
    attempt: int


class InProgress(msgspec.Struct, frozen=True):
    request: Queueing
    created_at: datetime
    attempt: int
    worker: str


class Completed(msgspec.Struct, frozen=True):
    request: Queueing
    created_at: datetime
    completed_at: datetime
    outcome: GenerationCompleted
    publication: Publication | None
    restrictions: tuple[Restriction, ...] = ()


class Failed(msgspec.Struct, frozen=True):
    request: Queueing
    created_at: datetime
    failed_at: datetime
    attempt: int
    code: str
    message: str


class Cancelled(msgspec.Struct, frozen=True):
    request: Queueing
    created_at: datetime
    cancelled_at: datetime
    attempt: int
    cause: str


class Deleted(msgspec.Struct, frozen=True):
    request: Queueing


Video = Absent | Queued | InProgress | Completed | Failed | Cancelled | Deleted
Existing = Queued | InProgress | Completed | Failed | Cancelled


def evolve(state: Video, event: Event, at: datetime) -> Video:
    """The situation after `event`, recorded at `at`. Total: history was decided once and is never judged again."""
    match event:
        case VideoCreated() | VideoRemixed() | VideoEdited() | VideoExtended() | VideoStitched():
            return Queued(event, at, attempt=1)
        case VideoImported():
            return _import(event, at)
        case GenerationStarted():
            return InProgress(_request(state), _created_at(state), event.attempt, event.worker)
        case GenerationAttemptFailed():
            return Queued(_request(state), _created_at(state), event.attempt + 1)
        case GenerationCompleted():
            return Completed(_request(state), _created_at(state), at, event, publication=None)
        case GenerationFailed():
            return Failed(_request(state), _created_at(state), at, event.attempt, event.code, event.message)
        case GenerationCancelled():
            return Cancelled(_request(state), _created_at(state), at, event.attempt, event.cause)
        case VideoPublished():
            return _publish(
                state,
                Publication(event.visibility, event.remixable, event.caption, event.topics, at, event.description),
            )
        case VideoUnpublished():
            return _publish(state, None)
        case VideoRestricted():
            return _restrict(state, event.cause_id, Restriction(event.cause_id, event.rule))
        case RestrictionLifted():
            return _restrict(state, event.cause_id)
        case VideoDeleted():
            return Deleted(_request(state))
        case _:
            assert_never(event)


def _import(event: VideoImported, at: datetime) -> Completed:
    """As if it had been made: by nobody, of no words."""
    request = VideoCreated(
        owner_id=event.owner_id,
        model=IMPORT,
        resolved_model=IMPORT,
        prompt="",
        seconds=event.seconds,
        size=event.size,
        seed=0,
        tier="free",
        hold_id=None,
        depth=0,
        ancestor_bound=0,
    )
    outcome = GenerationCompleted(
        owner_id=event.owner_id,
        attempt=0,
        assets=event.assets,
        engine=IMPORT,
        model_digest="",
        seed=0,
        understood=(),
        ignored=(),
        mark_id=None,
        worker=IMPORT,
    )
    return Completed(request, at, at, outcome, publication=None)


def _restrict(state: Video, cause_id: str, *added: Restriction) -> Video:
    if not isinstance(state, Completed):
        raise ValueError("only a completed video is restricted")
    others = tuple(each for each in state.restrictions if each.cause_id != cause_id)
    return msgspec.structs.replace(state, restrictions=(*others, *added))


def _request(state: Video) -> Queueing:
    if isinstance(state, Absent):
        raise ValueError("the stream of a video starts with an event that queues it")
    return state.request


def _created_at(state: Video) -> datetime:
    if isinstance(state, Absent | Deleted):
        raise ValueError("no generation can follow the deletion of a video")
    return state.created_at


def _publish(state: Video, publication: Publication | None) -> Video:
    if not isinstance(state, Completed):
        raise ValueError("only a completed video is published")
    return msgspec.structs.replace(state, publication=publication)
