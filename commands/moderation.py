"""Commands on cases and their handlers, and the dry run of a decision.

Who is a moderator, the edge knows. `seen` is the version of the case that the moderator has looked at: with another one
the command is refused, so nobody decides on what he has not read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from commands.ports import EventStore
from commands.video import follows_owner
from commands.work import ACCOUNT, CASE, COMMENT, VIDEO, Handler, Work, World
from domain import account, engagement, moderation, video
from domain.account import AccountOpened
from domain.engagement import Commented
from domain.errors import IllegalState, NotFound, Outdated
from domain.ids import case_stream
from domain.moderation import AUTOMATED
from domain.preview import Census, Recount, Seen, digest_of, still_fits


class ReportSubject(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    reporter_id: str
    reason: str
    text: str = ""


class AcknowledgeReports(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    moderator_id: str
    note: str = ""
    seen: int | None = None


class EscalateCase(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    moderator_id: str
    note: str
    seen: int | None = None


class LabelSubject(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    moderator_id: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    seen: int | None = None


class DecideCase(msgspec.Struct, frozen=True, kw_only=True):
    """`preview_digest` is that of the preview that the moderator was shown; a decision that restricts nothing needs
    none. With `moderator_id` "system" it is an automated decision."""

    decision_id: str
    subject: str
    moderator_id: str
    action: str
    scope: str
    ground: str
    policy: str
    facts: str
    preview_digest: str = ""
    automated_detection: bool = False
    territory: tuple[str, ...] = ()
    until: datetime | None = None
    seen: int | None = None


class ReverseDecision(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    decision_id: str
    moderator_id: str
    reason: str
    seen: int | None = None


class EndDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The time for which a decision was made is over. Nothing happens when it does not stand any more."""

    subject: str
    decision_id: str


class AppealDecision(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    decision_id: str
    account_id: str
    text: str


class ResolveAppeal(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    decision_id: str
    moderator_id: str
    outcome: str
    reason: str
    seen: int | None = None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision to hide would be about, as of a moment. `sample` has the first ids of it."""

    digest: str
    subject: str
    scope: str
    total: int
    counts: Census
    sample: tuple[str, ...]
    as_of: datetime


async def preview(store: EventStore, world: World, subject: str, scope: str) -> Preview:
    """The dry run of a decision to hide. It is remembered: the decision has to name its digest."""
    moderation.require_scope(subject, scope)
    found = await world.lists.survey(subject, scope, await author_of(store, subject))
    seen = Seen(digest=found.digest, subject=subject, scope=scope, total=found.total, positions=found.positions)
    await world.previews.save(seen)
    return Preview(
        digest=found.digest,
        subject=subject,
        scope=scope,
        total=found.total,
        counts=found.census,
        sample=tuple(found.sample),
        as_of=world.clock.now(),
    )


async def author_of(store: EventStore, subject: str) -> str:
    """Whom a decision on the subject would be against. Raises `NotFound` for what was never there."""
    moderation.kind_of(subject)
    first = (await store.first([subject])).get(subject)
    if first is None:
        raise moderation.no_such_subject()
    return _author(first.event)


async def report_subject(command: ReportSubject, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.reporter_id), command.reporter_id)
    author_id = await _author_of(command.subject, work)
    await _require_known(command.subject, command.reporter_id, work)
    reported = moderation.Reported(
        subject=command.subject, reporter_id=command.reporter_id, reason=command.reason, text=command.text
    )
    case = await _case(command.subject, work)
    work.change(case_stream(command.subject), moderation.report(case, reported, author_id))
    work.answer = {"subject": command.subject}


async def _author_of(subject: str, work: Work) -> str:
    """As `author_of`."""
    moderation.kind_of(subject)
    first = (await work.first([subject])).get(subject)
    if first is None:
        raise moderation.no_such_subject()
    return _author(first)


def _author(first: Any) -> str:
    """By the first event of a video, a character, an account or a comment."""
    author: str = first.account_id if isinstance(first, AccountOpened | Commented) else first.owner_id
    return author


async def _require_known(subject: str, reporter_id: str, work: Work) -> None:
    """A report must not be a way to learn of what one may not see."""
    match moderation.kind_of(subject):
        case "video":
            await _require_visible(subject, reporter_id, work)
        case "comment":
            _require_said(subject, await work.read(COMMENT, subject))
        case "account":
            account.require_open(await work.read(ACCOUNT, subject), subject)


def _require_said(subject: str, state: engagement.CommentState) -> None:
    if not isinstance(state, engagement.Comment):
        raise moderation.no_such_subject()


async def _require_visible(video_id: str, reporter_id: str, work: Work) -> None:
    """Whoever owns a character in it may also see, and report, a draft."""
    state = await work.read(VIDEO, video_id)
    try:
        follows = await follows_owner(state, reporter_id, work)
        video.visible(video_id, state, reporter_id, follows=follows)
    except NotFound:
        if isinstance(state, video.Absent) or reporter_id not in await _cast_by(state, work):
            raise moderation.no_such_subject() from None


async def _cast_by(state: video.Video, work: Work) -> set[str]:
    """The owners of the characters in a video."""
    if isinstance(state, video.Absent | video.Deleted):
        return set()
    characters = getattr(state.request, "characters", ())
    return {first.owner_id for first in (await work.first([use.character_id for use in characters])).values()}


async def acknowledge_reports(command: AcknowledgeReports, work: Work) -> None:
    author_id = await _author_of(command.subject, work)
    seen = moderation.Acknowledged(subject=command.subject, moderator_id=command.moderator_id, note=command.note)
    case = await _case(command.subject, work, command.seen)
    work.change(case_stream(command.subject), moderation.acknowledge(case, seen, author_id))
    work.answer = {"subject": command.subject}


async def escalate_case(command: EscalateCase, work: Work) -> None:
    await _author_of(command.subject, work)
    escalated = moderation.Escalated(subject=command.subject, moderator_id=command.moderator_id, note=command.note)
    case = await _case(command.subject, work, command.seen)
    work.change(case_stream(command.subject), moderation.escalate(case, escalated))
    work.answer = {"subject": command.subject}


async def label_subject(command: LabelSubject, work: Work) -> None:
    author_id = await _author_of(command.subject, work)
    case = await _case(command.subject, work, command.seen)
    events = moderation.label(case, command.subject, command.moderator_id, command.add, command.remove, author_id)
    work.change(case_stream(command.subject), events)
    work.answer = {"subject": command.subject}


async def decide_case(command: DecideCase, work: Work) -> None:
    author_id = await _author_of(command.subject, work)
    case = await _case(command.subject, work, command.seen)
    moderation.require_scope(command.subject, command.scope, command.action)
    decided = moderation.Decided(
        decision_id=command.decision_id,
        subject=command.subject,
        moderator_id=command.moderator_id,
        action=command.action,
        scope=command.scope,
        ground=command.ground,
        policy=command.policy,
        facts=command.facts,
        automated_detection=command.automated_detection or command.moderator_id == AUTOMATED,
        automated_decision=command.moderator_id == AUTOMATED,
        territory=command.territory,
        until=command.until,
        preview_digest=command.preview_digest,
        affected=await _count_affected(command, work),
    )
    work.change(case_stream(command.subject), moderation.decide(case, decided, author_id, work.now))
    work.answer = {"subject": command.subject, "decision_id": command.decision_id, "affected": decided.affected}


async def _count_affected(command: DecideCase, work: Work) -> int:
    """Lists again what the moderator was shown: more than a little growth makes it another decision."""
    if command.action != "hide":
        return 0
    seen = await work.world.previews.find(command.preview_digest, command.subject, command.scope)
    if seen is None:
        raise _outdated()
    now = await _recount(command, seen, work)
    if not still_fits(seen, now):
        raise _outdated()
    return now.total


async def _recount(command: DecideCase, seen: Seen, work: Work) -> Recount:
    """One thing stays what it is; nobody need be asked."""
    if command.scope == "node":
        return Recount(digest_of(command.subject, command.scope, [command.subject]), 1)
    return await work.world.lists.recount(command.subject, command.scope, seen.positions)


def _outdated() -> IllegalState:
    message = "What this decision would be about has changed, or was not looked at today: make a new preview."
    return IllegalState("preview_outdated", message, "preview_digest")


async def reverse_decision(command: ReverseDecision, work: Work) -> None:
    author_id = await _author_of(command.subject, work)
    case = await _case(command.subject, work, command.seen)
    reversed_ = moderation.Reversed(
        decision_id=command.decision_id,
        subject=command.subject,
        moderator_id=command.moderator_id,
        reason=command.reason,
    )
    work.change(case_stream(command.subject), moderation.reverse(case, reversed_, author_id))
    work.answer = {"subject": command.subject, "decision_id": command.decision_id}


async def end_decision(command: EndDecision, work: Work) -> None:
    case = await _case(command.subject, work)
    if case.file.ruling(command.decision_id).stands:
        await reverse_decision(
            ReverseDecision(
                subject=command.subject,
                decision_id=command.decision_id,
                moderator_id=AUTOMATED,
                reason="The time for which it was made is over.",
            ),
            work,
        )


async def appeal_decision(command: AppealDecision, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    author_id = await _author_of(command.subject, work)
    case = await _case(command.subject, work)
    appealed = moderation.Appealed(
        decision_id=command.decision_id, subject=command.subject, account_id=command.account_id, text=command.text
    )
    work.change(case_stream(command.subject), moderation.appeal(case, appealed, author_id, work.now))
    work.answer = {"subject": command.subject, "decision_id": command.decision_id}


async def resolve_appeal(command: ResolveAppeal, work: Work) -> None:
    author_id = await _author_of(command.subject, work)
    case = await _case(command.subject, work, command.seen)
    resolved = moderation.AppealResolved(
        decision_id=command.decision_id,
        subject=command.subject,
        moderator_id=command.moderator_id,
        outcome=command.outcome,
        reason=command.reason,
    )
    work.change(case_stream(command.subject), moderation.resolve(case, resolved, author_id))
    work.answer = {"subject": command.subject, "decision_id": command.decision_id, "outcome": command.outcome}


async def _case(subject: str, work: Work, seen: int | None = None) -> moderation.Case:
    stream = case_stream(subject)
    case = await work.read(CASE, stream)
    if seen is not None and work.version(stream) != seen:
        raise Outdated("case_changed", "The case has changed since you read it: read it again, then decide.")
    return case


HANDLERS: Final[dict[type, Handler]] = {
    ReportSubject: report_subject,
    AcknowledgeReports: acknowledge_reports,
    EscalateCase: escalate_case,
    LabelSubject: label_subject,
    DecideCase: decide_case,
    ReverseDecision: reverse_decision,
    EndDecision: end_decision,
    AppealDecision: appeal_decision,
    ResolveAppeal: resolve_appeal,
}
