"""What lies in a case and in a process until it is answered: who has reported, and whose consent ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.moderation import Acknowledged, AppealResolved, Decided, Reported, Reversed
from domain.process import ProcessFinished, ProcessStarted
from projections.db import Connection
from projections.events import Event
from projections.inbox.rows import Row, row, run, run_of


def apply(conn: Connection, events: Sequence[Event]) -> list[Row]:
    """Returns what is told."""
    _note_decisions(conn, events)
    _hide_comments(conn, events)
    return [*_reports(conn, events), *_revocations(conn, events)]


def _note_decisions(conn: Connection, events: Sequence[Event]) -> None:
    rows = sorted({(each.event.decision_id, each.event.subject) for each in events if isinstance(each.event, Decided)})
    run(conn, _DECIDED, rows)


def _hide_comments(conn: Connection, events: Sequence[Event]) -> None:
    last: dict[tuple[str, str], bool] = {}
    for each in events:
        match each.event:
            case Decided(subject=subject, decision_id=decision, action="hide"):
                last[subject, decision] = True
            case (
                Reversed(subject=subject, decision_id=decision)
                | AppealResolved(subject=subject, decision_id=decision, outcome="reversed")
            ):
                last[subject, decision] = False
    of_comments = {pair: holds for pair, holds in last.items() if pair[0].startswith("comment_")}
    run(conn, _HIDE, sorted(pair for pair, holds in of_comments.items() if holds))
    run(conn, _SHOW, sorted(pair for pair, holds in of_comments.items() if not holds))


def _reports(conn: Connection, events: Sequence[Event]) -> list[Row]:
    """A look of a moderator answers all reports so far."""
    of_reports = [each for each in events if isinstance(each.event, Reported | Acknowledged | Decided)]
    before = set(run_of(conn, _REPORTS, {each.event.subject for each in of_reports}))
    waiting, told = set(before), list[Row]()
    for each in of_reports:
        event = each.event
        if isinstance(event, Reported):
            waiting.add((event.subject, event.reporter_id, event.reason))
        else:
            answered = {report for report in waiting if report[0] == event.subject}
            told += _answers(each, sorted({reporter for _, reporter, _ in answered}))
            waiting -= answered
    run(conn, _ANSWERED, sorted(before - waiting))
    run(conn, _REPORTED, sorted(waiting - before))
    return told


def _answers(each: Event, reporters: Sequence[str]) -> Iterator[Row]:
    event = each.event
    about = {"outcome": event.action, "policy": event.policy} if isinstance(event, Decided) else {"outcome": "seen"}
    for reporter in reporters:
        id_ = f"report_{each.recorded.event_id}_{reporter}"
        yield row(each.recorded, id=id_, kind="report_answered", recipient=reporter, subject=event.subject, about=about)


def _revocations(conn: Connection, events: Sequence[Event]) -> list[Row]:
    """The receipt of a revocation is ready, for whose character it was."""
    started = [each.event for each in events if isinstance(each.event, ProcessStarted)]
    rows = [(e.process_id, e.subject, e.owner_id, e.policy) for e in started if e.kind == "revocation"]
    run(conn, _STARTED, sorted(rows))
    finished = {each.event.process_id: each for each in events if isinstance(each.event, ProcessFinished)}
    ended = run_of(conn, _FINISHED, finished)
    return [_receipt(finished[process], *rest) for process, *rest in sorted(ended)]


def _receipt(each: Event, character: str, owner: str, policy: str) -> Row:
    process = each.event.process_id
    about = {"process_id": process, "policy": policy, "total": each.event.total}
    id_ = f"receipt_{process}"
    return row(each.recorded, id=id_, kind="revocation_finished", recipient=owner, subject=character, about=about)


_DECIDED: Final = """
    insert into decisions (decision_id, subject) select * from unnest(%s::text[], %s::text[]) on conflict do nothing
"""
_HIDE: Final = "insert into hidden_comments select * from unnest(%s::text[], %s::text[]) on conflict do nothing"
_SHOW: Final = """
    delete from hidden_comments using unnest(%s::text[], %s::text[]) as shown (comment_id, decision_id)
    where hidden_comments.comment_id = shown.comment_id and hidden_comments.decision_id = shown.decision_id
"""
_REPORTS: Final = "select subject, reporter_id, reason from reports where subject = any(%s)"
_REPORTED: Final = "insert into reports select * from unnest(%s::text[], %s::text[], %s::text[])"
_ANSWERED: Final = """
    delete from reports using unnest(%s::text[], %s::text[], %s::text[]) as done (subject, reporter_id, reason)
    where (reports.subject, reports.reporter_id, reports.reason) = (done.subject, done.reporter_id, done.reason)
"""
_STARTED: Final = """
    insert into revocations (process_id, character_id, owner_id, policy)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[])
"""
_FINISHED: Final = """
    delete from revocations where process_id = any(%s) returning process_id, character_id, owner_id, policy
"""
