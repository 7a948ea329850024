"""What everybody may do about moderation: report, and, as the author, read why something was decided and appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.call import MODERATES, Call, reply
from api.parsing import read_body, text
from api.present import unix
from api.rest.videos import id_of
from api.routing import IDEMPOTENCY, Endpoint
from commands.moderation import AppealDecision, ReportSubject, author_of
from commands.work import CASE, fold
from domain import moderation
from domain.ids import case_stream
from domain.moderation import File, Ruling
from domain.video import RestrictionLifted, VideoRestricted


class ReportBody(msgspec.Struct, kw_only=True):
    """`subject` is the id of a video, a character, an account or a comment."""

    subject: str
    reason: str
    text: str = ""


class Received(msgspec.Struct, kw_only=True):
    subject: str
    object: str = "report"


class AppealBody(msgspec.Struct, kw_only=True):
    decision_id: str
    text: str


class SubjectAppealBody(msgspec.Struct, kw_only=True):
    subject: str
    decision_id: str
    text: str


class Appeal(msgspec.Struct, kw_only=True):
    """`outcome` is null until the appeal was heard."""

    text: str
    outcome: str | None
    reason: str | None


class Decision(msgspec.Struct, kw_only=True):
    """The statement of reasons. `facts` is what was found, `ground` whether that is against the law
    (illegal_content) or against the rules of this place (terms), `policy` which of them. `state` is standing |
    reversed. `territory` is empty for everywhere, `until` null for no end. Who decided, only moderators learn."""

    id: str
    subject: str
    action: str
    scope: str
    ground: str
    policy: str
    facts: str
    automated_detection: bool
    automated_decision: bool
    territory: list[str]
    until: int | None
    affected: int
    decided_at: int
    decided_by: str | None
    state: str
    reversal: str | None
    appeal: Appeal | None
    appeal_until: int
    object: str = "decision"


class DecisionList(msgspec.Struct, kw_only=True):
    data: list[Decision]
    object: str = "list"


class Appealed(msgspec.Struct, kw_only=True):
    subject: str
    decision_id: str
    object: str = "appeal"


async def report(call: Call) -> Response:
    body = await read_body(call.request)
    command = ReportSubject(
        subject=text(body, "subject") or "",
        reporter_id=call.require().account,
        reason=text(body, "reason") or "",
        text=text(body, "text") or "",
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(Received(subject=command.subject)), outcome)


async def of_video(call: Call) -> Response:
    """Those on the video itself, and those on another one, or on a character, that reach it."""
    video_id = id_of(call)
    await _require_author(call, video_id)
    shown = [_shown(call, ruling) for ruling in await _rulings(call, video_id)]
    causes = await _hidden_by(call, video_id)
    elsewhere = await call.deps.reads.decided_on(sorted(causes))
    for subject in sorted(set(elsewhere.values()) - {video_id}):
        rulings = await _rulings(call, subject)
        shown += [_shown_to_others(call, ruling) for ruling in rulings if ruling.event.decision_id in causes]
    return reply(DecisionList(data=shown))


async def of_subject(call: Call) -> Response:
    subject = call.path("subject")
    await _require_author(call, subject)
    return reply(DecisionList(data=[_shown(call, ruling) for ruling in await _rulings(call, subject)]))


async def _require_author(call: Call, subject: str) -> None:
    """To anybody else there is no such thing."""
    caller = call.require()
    author = await author_of(call.deps.store, subject)
    if author != caller.account and caller.role not in MODERATES:
        raise moderation.no_such_subject()


async def _rulings(call: Call, subject: str) -> list[Ruling]:
    case, _ = await fold(call.deps.store, CASE, case_stream(subject))
    return list(case.file.rulings)


async def _hidden_by(call: Call, video_id: str) -> set[str]:
    """The causes of the restrictions that the video has now."""
    causes: set[str] = set()
    for fact in await call.deps.store.load(video_id):
        if isinstance(fact.event, VideoRestricted):
            causes.add(fact.event.cause_id)
        elif isinstance(fact.event, RestrictionLifted):
            causes.discard(fact.event.cause_id)
    return causes


def _shown(call: Call, ruling: Ruling) -> Decision:
    return decision_of(ruling, names=call.require().role in MODERATES)


def _shown_to_others(call: Call, ruling: Ruling) -> Decision:
    """What its author has said in an appeal is for moderators."""
    hidden = ruling if call.require().role in MODERATES else msgspec.structs.replace(ruling, appeal=None)
    return _shown(call, hidden)


def decisions_of(file: File) -> list[Decision]:
    """For moderators."""
    return [decision_of(ruling, names=True) for ruling in file.rulings]


def decision_of(ruling: Ruling, *, names: bool) -> Decision:
    event = ruling.event
    return Decision(
        id=event.decision_id,
        subject=event.subject,
        action=event.action,
        scope=event.scope,
        ground=event.ground,
        policy=event.policy,
        facts=event.facts,
        automated_detection=event.automated_detection,
        automated_decision=event.automated_decision,
        territory=list(event.territory),
        until=_unix(event.until),
        affected=event.affected,
        decided_at=unix(ruling.at),
        decided_by=event.moderator_id if names else None,
        state="standing" if ruling.stands else "reversed",
        reversal=ruling.reversal.reason if ruling.reversal else None,
        appeal=_appeal(ruling),
        appeal_until=unix(ruling.at + timedelta(days=moderation.APPEAL_DAYS)),
    )


def _unix(at: datetime | None) -> int | None:
    return None if at is None else unix(at)


def _appeal(ruling: Ruling) -> Appeal | None:
    if ruling.appeal is None:
        return None
    heard = ruling.resolution
    return Appeal(
        text=ruling.appeal.text, outcome=heard.outcome if heard else None, reason=heard.reason if heard else None
    )


async def appeal_video(call: Call) -> Response:
    return await _appeal_on(call, id_of(call), await read_body(call.request))


async def appeal_subject(call: Call) -> Response:
    body = await read_body(call.request)
    return await _appeal_on(call, text(body, "subject") or "", body)


async def _appeal_on(call: Call, subject: str, body: dict[str, Any]) -> Response:
    command = AppealDecision(
        subject=subject,
        decision_id=text(body, "decision_id") or "",
        account_id=call.require().account,
        text=text(body, "text") or "",
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(Appealed(subject=subject, decision_id=command.decision_id)), outcome)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/reports",
        handler=report,
        summary="Ask moderators for a look at a video, a character, an account or a comment",
        tag="moderation",
        params=(IDEMPOTENCY,),
        body=ReportBody,
        answer=Received,
    ),
    Endpoint(
        method="GET",
        path="/v1/videos/{video_id}/decisions",
        handler=of_video,
        summary="Why moderators decided on a video: for its author, statements of reasons",
        tag="moderation",
        answer=DecisionList,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/appeal",
        handler=appeal_video,
        summary="Disagree with a decision on one's own video",
        tag="moderation",
        params=(IDEMPOTENCY,),
        body=AppealBody,
        answer=Appealed,
    ),
    Endpoint(
        method="GET",
        path="/v1/decisions/{subject}",
        handler=of_subject,
        summary="Why moderators decided on a character, an account, a comment or a video: for its author",
        tag="moderation",
        answer=DecisionList,
    ),
    Endpoint(
        method="POST",
        path="/v1/appeals",
        handler=appeal_subject,
        summary="Disagree with a decision on anything that is one's own",
        tag="moderation",
        params=(IDEMPOTENCY,),
        body=SubjectAppealBody,
        answer=Appealed,
    ),
)
