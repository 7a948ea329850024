"""Events of cases to the rows of their histories."""

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
from domain.recorded import Recorded
from projections.db import Connection, upsert, write_rows
from projections.events import Event

KINDS: Final = (
    "reported", "acknowledged", "escalated", "labelled", "decided", "reversed", "appealed", "appeal_resolved",
)  # fmt: skip


class Row(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    version: int
    event_id: str
    kind: str
    at: datetime
    by: str
    decision_id: str | None = None
    reason: str | None = None
    outcome: str | None = None
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    text: str | None = None
    shard: int
    position: int


_ROWS: Final = upsert("history", Row, ("subject", "version"))


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of event says besides where and when."""

    kind: str
    by: str
    decision_id: str | None = None
    reason: str | None = None
    outcome: str | None = None
    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    text: str | None = None


def apply(conn: Connection, events: Sequence[Event]) -> None:
    write_rows(conn, _ROWS, [row(each.event, each.recorded) for each in events])


def row(event: moderation.Event, recorded: Recorded) -> Row:
    return Row(
        **msgspec.structs.asdict(_said(event)),
        subject=event.subject,
        version=recorded.version,
        event_id=recorded.event_id,
        at=recorded.recorded_at,
        shard=recorded.shard,
        position=recorded.position,
    )


def _said(event: moderation.Event) -> _Said:
    match event:
        case Reported(reporter_id=by, reason=reason, text=text):
            return _Said(kind="reported", by=by, reason=reason, text=text)
        case Acknowledged(moderator_id=by, note=text):
            return _Said(kind="acknowledged", by=by, text=text)
        case Escalated(moderator_id=by, note=text):
            return _Said(kind="escalated", by=by, text=text)
        case Labelled(moderator_id=by, add=added, remove=removed):
            return _Said(kind="labelled", by=by, added=added, removed=removed)
        case Decided(moderator_id=by, decision_id=decision, action=action, facts=text):
            return _Said(kind="decided", by=by, decision_id=decision, outcome=action, text=text)
        case Reversed(moderator_id=by, decision_id=decision, reason=text):
            return _Said(kind="reversed", by=by, decision_id=decision, text=text)
        case Appealed(account_id=by, decision_id=decision, text=text):
            return _Said(kind="appealed", by=by, decision_id=decision, text=text)
        case AppealResolved(moderator_id=by, decision_id=decision, outcome=outcome, reason=text):
            return _Said(kind="appeal_resolved", by=by, decision_id=decision, outcome=outcome, text=text)
