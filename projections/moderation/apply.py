"""Events to cases and decisions. A case is one stream, so its events come in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from domain import moderation
from domain.moderation import (
    Acknowledged,
    Appealed,
    AppealResolved,
    Decided,
    Escalated,
    Labelled,
    Reported,
    Reversed,
)
from projections.db import Connection, load_rows, upsert, write_rows
from projections.events import Event
from projections.moderation import history


class Row(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    kind: str
    state: str
    since: datetime
    version: int
    last_at: datetime
    reports: Sequence[Sequence[str]] = ()
    appeals: Sequence[str] = ()
    standing: Sequence[str] = ()
    labels: Sequence[str] = ()
    last_decision: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    decision_id: str
    moderator_id: str
    automated: bool
    action: str
    scope: str
    ground: str
    policy: str
    affected: int
    at: datetime
    until: datetime | None
    ended_at: datetime | None = None


_CASES: Final = upsert("cases", Row, ("subject",))
_DECISIONS: Final = upsert("decisions", Decision, ("subject", "decision_id"))


def apply(conn: Connection, events: Sequence[Event]) -> None:
    of_cases = [event for event in events if isinstance(event.event, moderation.Event)]
    subjects = {event.event.subject for event in of_cases}
    _apply_cases(conn, of_cases, subjects)
    _apply_decisions(conn, of_cases, subjects)
    history.apply(conn, of_cases)


def _apply_decisions(conn: Connection, events: Sequence[Event], subjects: set[str]) -> None:
    known = load_rows(conn, "decisions", Decision, "subject", subjects)
    rows = {(row.subject, row.decision_id): row for row in known}
    for event in events:
        match event.event:
            case Decided(subject=subject, decision_id=decision):
                rows[subject, decision] = _decision(event.event, event.recorded.recorded_at)
            case (
                Reversed(subject=subject, decision_id=decision)
                | AppealResolved(subject=subject, decision_id=decision, outcome="reversed")
            ) if (subject, decision) in rows:
                ended = msgspec.structs.replace(rows[subject, decision], ended_at=event.recorded.recorded_at)
                rows[subject, decision] = ended
            case _:
                pass
    write_rows(conn, _DECISIONS, (row for _, row in sorted(rows.items())))


def _decision(decided: Decided, at: datetime) -> Decision:
    return Decision(
        subject=decided.subject,
        decision_id=decided.decision_id,
        moderator_id=decided.moderator_id,
        automated=decided.automated_decision,
        action=decided.action,
        scope=decided.scope,
        ground=decided.ground,
        policy=decided.policy,
        affected=decided.affected,
        at=at,
        until=decided.until,
    )


def _apply_cases(conn: Connection, events: Sequence[Event], subjects: set[str]) -> None:
    rows = {row.subject: row for row in load_rows(conn, "cases", Row, "subject", subjects)}
    for event in events:
        subject, at = event.event.subject, event.recorded.recorded_at
        row = rows.get(subject) or _new(subject, at)
        rows[subject] = _evolve(msgspec.structs.replace(row, version=event.recorded.version, last_at=at), event.event)
    write_rows(conn, _CASES, (row for _, row in sorted(rows.items())))


def _new(subject: str, at: datetime) -> Row:
    kind = moderation.SUBJECTS.get(subject.partition("_")[0], "")
    return Row(subject=subject, kind=kind, state="none", since=at, version=0, last_at=at)


def _evolve(row: Row, event: moderation.Event) -> Row:
    """As `domain.moderation.evolve`, on what the queue needs of a case."""
    match event:
        case Reported(reporter_id=reporter, reason=reason):
            return _waits(_with(row, reports=_put(row.reports, [reporter, reason])))
        case Acknowledged():
            return _answered(_with(row, reports=()))
        case Escalated():
            return _turn(row, "escalated")
        case Labelled():
            return _with(row, labels=sorted((set(row.labels) | set(event.add)) - set(event.remove)))
        case Decided(decision_id=decision):
            standing = _put(row.standing, decision) if event.action == "hide" else row.standing
            return _answered(_with(row, reports=(), standing=standing, last_decision=decision))
        case Reversed(decision_id=decision):
            return _settled(_without(row, decision, ends=True))
        case Appealed(decision_id=decision):
            return _waits(_with(row, appeals=_put(row.appeals, decision)))
        case AppealResolved(decision_id=decision):
            return _settled(_without(row, decision, ends=event.outcome == "reversed"))


def _with(row: Row, **changes: object) -> Row:
    return msgspec.structs.replace(row, **changes)


def _put(known: Sequence[object], new: object) -> list[object]:
    return sorted([*known, new]) if new not in known else list(known)  # type: ignore[type-var]


def _without(row: Row, decision: str, *, ends: bool) -> Row:
    standing = [each for each in row.standing if each != decision] if ends else row.standing
    return _with(row, appeals=[each for each in row.appeals if each != decision], standing=standing)


def _turn(row: Row, state: str) -> Row:
    return row if row.state == state else _with(row, state=state, since=row.last_at)


def _waits(row: Row) -> Row:
    return row if row.state == "escalated" else _turn(row, "open")


def _answered(row: Row) -> Row:
    return _turn(row, "open" if row.reports or row.appeals else "closed")


def _settled(row: Row) -> Row:
    return _answered(row) if row.state == "open" else row
