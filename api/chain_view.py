"""The chain of a video as it is told: which fact lies where, and what each reader may learn of it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from api.call import Call
from api.present import unix
from api.schemas import Author
from domain.catalog import entry_of
from domain.recorded import SYSTEM, Fact, Recorded
from domain.video import (
    Cancelled,
    Completed,
    Deleted,
    Failed,
    GenerationCompleted,
    InProgress,
    Queued,
    Video,
)

State = Literal["queued", "in_progress", "completed", "failed", "cancelled", "deleted"]
_DETAILS: Final = (
    "attempt", "worker", "engine", "code", "message", "cause", "visibility", "cause_id", "rule", "decision_id",
    "action", "scope", "policy", "outcome",
)  # fmt: skip


class Where(msgspec.Struct, kw_only=True):
    """Where an event lies: `position` counts without holes in its `log`, `version` in its stream."""

    log: str
    position: int
    version: int
    event_id: str
    at: int


class ChainFact(Where, kw_only=True, omit_defaults=True):
    """`by`, `command` and `story`, who and what caused it, are for the owner and for moderators; so is `message`.
    Which moderator it was, only moderators learn."""

    type: str
    by: str | None = None
    command: str | None = None
    story: str | None = None
    attempt: int | None = None
    worker: str | None = None
    engine: str | None = None
    code: str | None = None
    message: str | None = None
    cause: str | None = None
    cause_id: str | None = None
    rule: str | None = None
    visibility: str | None = None
    decision_id: str | None = None
    action: str | None = None
    scope: str | None = None
    policy: str | None = None
    outcome: str | None = None


class ChainParent(msgspec.Struct, kw_only=True):
    """`place` is that of the parent in this chain; `span` the part of it that is in the file, in seconds."""

    place: int
    id: str | None
    relation: str
    span: tuple[float, float] | None


class ChainUse(msgspec.Struct, kw_only=True):
    """`consent_version` is the one that the video relies on, `consent` its event, `in_force` the version that held when
    the video was queued. `allowed`: judged again by that version, as accounts, follows, decisions and prompts were
    then; null where words that count were erased since. `rule` decides it; of a rule about words and topics only the
    kind is told, but to the owner of the character and to moderators."""

    id: str
    handle: str | None
    consent_version: int
    in_force: int
    allowed: bool | None
    rule: str
    ruleset: str
    consent: Where | None


class ChainMade(msgspec.Struct, kw_only=True):
    """What made the files."""

    attempt: int
    worker: str
    engine: str
    model_digest: str
    seed: int
    mark_id: str | None


class ChainLink(msgspec.Struct, kw_only=True):
    """A video of the chain. `depth` counts steps up, by the shortest way. A hidden one has its place, its depth and its
    own parents' places, nothing else. `ruleset`: the version of the rules that all prompts of its chain passed.
    `prompt` may be a description in its place: then it is `described`. `decisions` are for its owner and moderators."""

    place: int
    depth: int
    hidden: bool
    parents: list[ChainParent]
    id: str | None = None
    owner: Author | None = None
    state: State | None = None
    model: str | None = None
    resolved_model: str | None = None
    prompt: str | None = None
    described: bool = False
    seconds: int | None = None
    size: str | None = None
    seed: int | None = None
    ruleset: str | None = None
    characters: list[ChainUse] = []
    made: ChainMade | None = None
    facts: list[ChainFact] = []
    decisions: list[ChainFact] = []


class ChainPage(msgspec.Struct, kw_only=True):
    """The video itself first, then what it comes from, nearest first. `count`: how many there are in all."""

    object: Literal["list"] = "list"
    id: str
    count: int
    data: list[ChainLink]
    has_more: bool
    next_cursor: str | None


def word_of(state: Video) -> State:
    match state:
        case Queued():
            return "queued"
        case InProgress():
            return "in_progress"
        case Completed():
            return "completed"
        case Failed():
            return "failed"
        case Cancelled():
            return "cancelled"
        case Deleted():
            return "deleted"
        case _:
            raise ValueError("of what was never said there is no state")


def made_of(event: GenerationCompleted) -> ChainMade:
    return ChainMade(
        attempt=event.attempt,
        worker=event.worker,
        engine=event.engine,
        model_digest=event.model_digest,
        seed=event.seed,
        mark_id=event.mark_id,
    )


def fact_of(call: Call, fact: Fact, inside: bool) -> ChainFact:
    """Which moderator it was, only moderators learn."""
    recorded, event = fact.recorded, fact.event
    by = recorded.actor if call.moderates or recorded.actor in (call.viewer, SYSTEM) else None
    details = {name: getattr(event, name) for name in _DETAILS if hasattr(event, name)}
    if not inside:
        details.pop("message", None)
    return ChainFact(
        **msgspec.structs.asdict(where_of(recorded)),
        type=entry_of(recorded.type).type.rpartition(".v")[0],
        by=by if inside else None,
        command=recorded.causation if inside else None,
        story=recorded.correlation if inside else None,
        **details,
    )


def where_of(recorded: Recorded) -> Where:
    return Where(
        log=f"{recorded.category}/{recorded.shard}",
        position=recorded.position,
        version=recorded.version,
        event_id=recorded.event_id,
        at=unix(recorded.recorded_at),
    )
