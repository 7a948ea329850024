"""What moderators do: answer reports, decide on what they have previewed, reverse, hear appeals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.auth import Caller, require_role
from api.call import MODERATES, Call, reply
from api.parsing import flag, read_body, text, words
from api.preconditions import IF_MATCH, etag, expected
from api.present import unix
from api.rest import cases, decisions
from api.rest.cases import CASE_PATH
from api.routing import IDEMPOTENCY, Endpoint
from commands import moderation as commands
from commands.moderation import (
    AcknowledgeReports,
    DecideCase,
    EscalateCase,
    LabelSubject,
    Preview,
    ResolveAppeal,
    ReverseDecision,
)
from commands.work import CASE, fold
from domain import moderation
from domain.errors import Invalid
from domain.ids import case_stream
from domain.preview import Census


class NoteBody(msgspec.Struct, kw_only=True):
    note: str = ""


class EscalateBody(msgspec.Struct, kw_only=True):
    note: str


class LabelBody(msgspec.Struct, kw_only=True):
    add: list[str] = []
    remove: list[str] = []


class PreviewBody(msgspec.Struct, kw_only=True):
    scope: str = "node"


class DecideBody(msgspec.Struct, kw_only=True):
    """`preview_digest` is the digest of a preview of the same scope; without a restriction (`action` none) it is not
    needed. `until` is an RFC 3339 time; `territory` lists countries by two letters, none for everywhere."""

    action: str
    ground: str
    policy: str
    facts: str
    scope: str = "node"
    preview_digest: str = ""
    automated_detection: bool = False
    territory: list[str] = []
    until: str | None = None


class ReverseBody(msgspec.Struct, kw_only=True):
    decision_id: str
    reason: str


class ResolveBody(msgspec.Struct, kw_only=True):
    decision_id: str
    outcome: str
    reason: str


class CaseState(msgspec.Struct, kw_only=True):
    """How the case stands after a command. `affected`: how many things a decision is about."""

    subject: str
    state: str
    version: int
    decision_id: str | None = None
    affected: int | None = None
    object: str = "case"


class AuthorShare(msgspec.Struct, kw_only=True):
    """How many of the videos one account has made."""

    account: str
    videos: int


class PreviewCounts(msgspec.Struct, kw_only=True):
    """Videos of a preview. `others`: not by the author of the subject; `hidden`: something hides them already.
    `kinds` counts by how they were made (create, import, remix, edit, extend, stitch), `distances` by the steps down
    from the subject, `top_authors` has the ten accounts with the most of them, of `authors` in all. `served`: a feed
    has shown them to somebody. This platform counts no views."""

    drafts: int
    published: int
    deleted: int
    hidden: int
    others: int
    authors: int
    kinds: dict[str, int]
    distances: dict[str, int]
    top_authors: list[AuthorShare]
    served: int


class PreviewInfo(msgspec.Struct, kw_only=True):
    """What a decision to hide would be about. A decision names the `digest`; it counts for a day, and as long as no
    more has been added than a little. `sample` has the first ids."""

    digest: str
    subject: str
    scope: str
    total: int
    counts: PreviewCounts
    sample: list[str]
    as_of: int
    object: str = "preview"


async def acknowledge(call: Call) -> Response:
    def command(caller: Caller, body: dict[str, Any]) -> AcknowledgeReports:
        return AcknowledgeReports(
            subject=call.path("subject"),
            moderator_id=caller.account,
            note=text(body, "note") or "",
            seen=expected(call, required=False),
        )

    return await _do(call, command)


async def escalate(call: Call) -> Response:
    def command(caller: Caller, body: dict[str, Any]) -> EscalateCase:
        return EscalateCase(
            subject=call.path("subject"),
            moderator_id=caller.account,
            note=text(body, "note") or "",
            seen=expected(call, required=False),
        )

    return await _do(call, command)


async def label(call: Call) -> Response:
    def command(caller: Caller, body: dict[str, Any]) -> LabelSubject:
        return LabelSubject(
            subject=call.path("subject"),
            moderator_id=caller.account,
            add=words(body, "add"),
            remove=words(body, "remove"),
            seen=expected(call, required=False),
        )

    return await _do(call, command)


async def preview(call: Call) -> Response:
    require_role(call, *MODERATES)
    scope = text(await read_body(call.request), "scope") or "node"
    return reply(_previewed(await commands.preview(call.deps.store, call.deps.world, call.path("subject"), scope)))


def _previewed(made: Preview) -> PreviewInfo:
    return PreviewInfo(
        digest=made.digest,
        subject=made.subject,
        scope=made.scope,
        total=made.total,
        counts=_counts(made.counts),
        sample=list(made.sample),
        as_of=unix(made.as_of),
    )


def _counts(found: Census) -> PreviewCounts:
    return PreviewCounts(
        drafts=found.drafts,
        published=found.published,
        deleted=found.deleted,
        hidden=found.hidden,
        others=found.others,
        authors=found.authors,
        kinds=dict(found.kinds),
        distances={str(distance): found.distances[distance] for distance in sorted(found.distances)},
        top_authors=[AuthorShare(account=share.account_id, videos=share.videos) for share in found.top_authors],
        served=found.served,
    )


async def decide(call: Call) -> Response:
    def command(caller: Caller, body: dict[str, Any]) -> DecideCase:
        return DecideCase(
            decision_id=call.deps.ids.new("decision"),
            subject=call.path("subject"),
            moderator_id=caller.account,
            action=text(body, "action") or "",
            scope=text(body, "scope") or "node",
            ground=text(body, "ground") or "",
            policy=text(body, "policy") or "",
            facts=text(body, "facts") or "",
            preview_digest=text(body, "preview_digest") or "",
            automated_detection=flag(body, "automated_detection", False),
            territory=words(body, "territory"),
            until=_moment(text(body, "until")),
            seen=expected(call),
        )

    return await _do(call, command)


def _moment(given: str | None) -> datetime | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("invalid_until", "`until` is a time with its zone, as in 2026-01-31T12:00:00Z.", "until")
    return moment


async def reverse(call: Call) -> Response:
    def command(caller: Caller, body: dict[str, Any]) -> ReverseDecision:
        return ReverseDecision(
            subject=call.path("subject"),
            decision_id=text(body, "decision_id") or "",
            moderator_id=caller.account,
            reason=text(body, "reason") or "",
            seen=expected(call),
        )

    return await _do(call, command)


async def resolve(call: Call) -> Response:
    def command(caller: Caller, body: dict[str, Any]) -> ResolveAppeal:
        return ResolveAppeal(
            subject=call.path("subject"),
            decision_id=text(body, "decision_id") or "",
            moderator_id=caller.account,
            outcome=text(body, "outcome") or "",
            reason=text(body, "reason") or "",
            seen=expected(call),
        )

    return await _do(call, command)


async def _do(call: Call, command: Callable[[Caller, dict[str, Any]], Any]) -> Response:
    """Answers with how the case stands now."""
    caller, subject = require_role(call, *MODERATES), call.path("subject")
    body = await read_body(call.request)
    outcome = await call.dispatch(command(caller, body), body)
    state, version = await fold(call.deps.store, CASE, case_stream(subject))
    now = CaseState(
        subject=subject,
        state=moderation.review(state),
        version=version,
        decision_id=outcome.answer.get("decision_id"),
        affected=outcome.answer.get("affected"),
    )
    return call.wrote(reply(now, headers={"ETag": etag(version)}), outcome)


def _post(
    path: str, handler: Callable[[Call], Awaitable[Response]], summary: str, body: type, answer: type = CaseState
) -> Endpoint:
    return Endpoint(
        method="POST",
        path=f"{CASE_PATH}/{path}",
        handler=handler,
        summary=f"{summary} (moderators)",
        tag="moderation",
        params=() if answer is PreviewInfo else (IDEMPOTENCY, IF_MATCH),
        body=body,
        answer=answer,
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *decisions.ENDPOINTS,
    *cases.ENDPOINTS,
    _post("acknowledge", acknowledge, "Answer the reports of a case: looked at, nothing to decide", NoteBody),
    _post("escalate", escalate, "Leave a case to somebody who can decide it", EscalateBody),
    _post("label", label, "Add labels, or remove some", LabelBody),
    _post("preview", preview, "What a decision to hide would be about", PreviewBody, PreviewInfo),
    _post("decide", decide, "Decide a case", DecideBody),
    _post("reverse", reverse, "Give back what one decision has taken", ReverseBody),
    _post("appeals/resolve", resolve, "Hear an appeal against another moderator's decision", ResolveBody),
)
