"""What moderators read: the queue, and whole cases."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.auth import require_role
from api.call import MODERATES, Call, note_reading, reply
from api.consistency import fresh
from api.preconditions import etag
from api.present import unix
from api.query import bounded, one_of
from api.rest import decisions
from api.rest.decisions import Decision
from api.routing import Endpoint, Param
from api.schemas import AsOf
from commands.moderation import author_of
from commands.work import CASE
from domain import catalog, moderation
from domain.ids import case_stream
from domain.recorded import Fact
from projections.moderation.history import KINDS
from projections.moderation.query import STATES, Entry, Waiting

CASE_PATH: Final = "/v1/moderation/cases/{subject}"
DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200


class CaseEvent(msgspec.Struct, kw_only=True):
    """`type` is that of the event without the version, `by` the account behind it. `text` is what it said: the
    report, the note, the facts, the appeal or the reason."""

    id: str
    type: str
    at: int
    by: str
    text: str | None
    reason: str | None
    decision_id: str | None
    outcome: str | None
    add: list[str]
    remove: list[str]


class Case(msgspec.Struct, kw_only=True):
    """`state` is none | open | escalated | closed, `reports` counts those that nobody has dealt with, `strikes` the
    decisions against the subject that stand."""

    subject: str
    kind: str
    author_id: str
    state: str
    version: int
    reports: int
    labels: list[str]
    strikes: int
    decisions: list[Decision]
    history: list[CaseEvent]
    object: str = "case"


class LastDecision(msgspec.Struct, kw_only=True):
    id: str
    action: str
    policy: str
    decided_at: int


class QueueItem(msgspec.Struct, kw_only=True):
    """`since` is when the case came into its state; `reasons` are those of the reports that wait."""

    subject: str
    kind: str
    state: str
    since: int
    last_at: int
    version: int
    reports: int
    reasons: list[str]
    appeals: int
    strikes: int
    labels: list[str]
    last_decision: LastDecision | None
    object: str = "case"


class CaseQueue(msgspec.Struct, kw_only=True):
    data: list[QueueItem]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf
    object: str = "list"


class CaseHistory(msgspec.Struct, kw_only=True):
    data: list[CaseEvent]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf
    object: str = "list"


async def queue(call: Call) -> Response:
    require_role(call, *MODERATES)
    state = one_of(call, "state", tuple(STATES))
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    freshness = await fresh(call, "moderation")
    found = await call.deps.reads.moderation_queue(state, limit=limit, cursor=cursor)
    body = CaseQueue(
        data=[_queued(each) for each in found.items],
        has_more=found.next_cursor is not None,
        next_cursor=found.next_cursor,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


def _queued(each: Waiting) -> QueueItem:
    return QueueItem(
        subject=each.subject,
        kind=each.kind,
        state=each.state,
        since=unix(each.since),
        last_at=unix(each.last_at),
        version=each.version,
        reports=each.reports,
        reasons=each.reasons,
        appeals=each.appeals,
        strikes=each.strikes,
        labels=each.labels,
        last_decision=_last(each),
    )


def _last(each: Waiting) -> LastDecision | None:
    if each.decision_id is None or each.action is None or each.policy is None or each.decided_at is None:
        return None
    return LastDecision(id=each.decision_id, action=each.action, policy=each.policy, decided_at=unix(each.decided_at))


async def case(call: Call) -> Response:
    """The whole story, texts included: that somebody has read it is noted."""
    require_role(call, *MODERATES)
    subject = call.path("subject")
    author = await author_of(call.deps.store, subject)
    facts = await call.deps.store.load(case_stream(subject))
    state: moderation.Case = CASE.initial
    for fact in facts:
        state = CASE.evolve(state, fact.event, fact.recorded.recorded_at)
    note_reading(call, "case_read", subject)
    body = Case(
        subject=subject,
        kind=moderation.kind_of(subject),
        author_id=author,
        state=moderation.review(state),
        version=len(facts),
        reports=len(state.file.reports),
        labels=sorted(state.file.labels),
        strikes=state.file.strikes,
        decisions=decisions.decisions_of(state.file),
        history=[_told(fact) for fact in facts],
    )
    return reply(body, headers={"ETag": etag(body.version)})


async def history(call: Call) -> Response:
    """From the read model, in pages: a case that many have reported is long. Its texts are in confidence, too: that
    somebody has read them is noted."""
    require_role(call, *MODERATES)
    subject = call.path("subject")
    await author_of(call.deps.store, subject)  # which must be there
    kind = one_of(call, "kind", ("all", *KINDS))
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    freshness = await fresh(call, "moderation")
    kinds = KINDS if kind == "all" else (kind,)
    found = await call.deps.reads.case_history(subject, kinds, limit=limit, cursor=cursor)
    note_reading(call, "case_history_read", subject)
    body = CaseHistory(
        data=[_entry(each) for each in found.items],
        has_more=found.next_cursor is not None,
        next_cursor=found.next_cursor,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


def _entry(each: Entry) -> CaseEvent:
    return CaseEvent(
        id=each.event_id,
        type=f"moderation.{each.kind}",
        at=unix(each.at),
        by=each.by,
        text=each.text,
        reason=each.reason,
        decision_id=each.decision_id,
        outcome=each.outcome,
        add=each.added,
        remove=each.removed,
    )


def _told(fact: Fact) -> CaseEvent:
    event, texts = fact.event, ("text", "note", "facts")
    reason = getattr(event, "reason", None)
    is_report = isinstance(event, moderation.Reported)
    said = next((getattr(event, name) for name in texts if hasattr(event, name)), None if is_report else reason)
    return CaseEvent(
        id=fact.recorded.event_id,
        type=catalog.entry_of(fact.recorded.type).type.rpartition(".v")[0],
        at=unix(fact.recorded.recorded_at),
        by=_by(event),
        text=said,
        reason=reason if is_report else None,
        decision_id=getattr(event, "decision_id", None),
        outcome=getattr(event, "outcome", None),
        add=list(getattr(event, "add", ())),
        remove=list(getattr(event, "remove", ())),
    )


def _by(event: moderation.Event) -> str:
    match event:
        case moderation.Reported():
            return event.reporter_id
        case moderation.Appealed():
            return event.account_id
        case _:
            return event.moderator_id


def _query(name: str, description: str, **schema: Any) -> Param:
    return Param(name=name, description=description, schema=schema)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/moderation/queue",
        handler=queue,
        summary="Cases by situation, the longest waiting first (moderators)",
        tag="moderation",
        params=(
            _query("state", "Which ones", type="string", enum=list(STATES), default="waiting"),
            _query("limit", "How many", type="integer", default=DEFAULT_LIMIT, minimum=1, maximum=MAX_LIMIT),
            _query("cursor", "`next_cursor` of the page before", type="string"),
            Param(
                name="Recut-Token",
                place="header",
                description="The token of a command: the answer has seen it, or says `Stale: true`",
                schema={"type": "string"},
            ),
        ),
        answer=CaseQueue,
    ),
    Endpoint(
        method="GET",
        path=CASE_PATH,
        handler=case,
        summary="A whole case (moderators; that it was read is noted)",
        tag="moderation",
        answer=Case,
    ),
    Endpoint(
        method="GET",
        path=f"{CASE_PATH}/history",
        handler=history,
        summary="What was said and done in a case, newest first (moderators; that it was read is noted)",
        tag="moderation",
        params=(
            _query("kind", "Only this", type="string", enum=["all", *KINDS], default="all"),
            _query("limit", "How many", type="integer", default=DEFAULT_LIMIT, minimum=1, maximum=MAX_LIMIT),
            _query("cursor", "`next_cursor` of the page before", type="string"),
        ),
        answer=CaseHistory,
    ),
)
