"""The queue: which cases wait, the longest first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.paging import decode_cursor, encode_cursor
from projections.registry import MODERATION

# `waiting` are those that somebody waits for.
STATES: Final = {
    "waiting": ("escalated", "open"),
    "open": ("open",),
    "escalated": ("escalated",),
    "closed": ("closed",),
    "none": ("none",),
}


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A case in the queue. `reports` and `appeals` count those that nobody has dealt with, `reasons` are theirs;
    `strikes` are decisions against the subject that hold."""

    subject: str
    kind: str
    state: str
    since: datetime
    version: int
    last_at: datetime
    reports: int
    reasons: list[str]
    appeals: int
    strikes: int
    labels: list[str]
    decision_id: str | None
    action: str | None
    policy: str | None
    decided_at: datetime | None


class Queue(msgspec.Struct, frozen=True):
    items: list[Waiting]
    next_cursor: str | None


class _Where(msgspec.Struct, frozen=True, array_like=True):
    since: datetime
    subject: str


_QUEUE: Final = statement(
    """
    select cases.subject, kind, state, since, version, last_at, jsonb_array_length(reports) as reports,
        array(select distinct report ->> 1 from jsonb_array_elements(reports) as report order by 1) as reasons,
        cardinality(appeals) as appeals, cardinality(standing) as strikes, labels,
        decision_id, action, policy, at as decided_at
    from {moderation}.cases
    left join {moderation}.decisions
        on decisions.subject = cases.subject and decisions.decision_id = cases.last_decision
    where state = any(%(states)s) and (since, cases.subject) > (%(since)s, %(subject)s)
    order by since, cases.subject
    limit %(limit)s
    """,
    moderation=MODERATION.schema,
)
_SUBJECTS: Final = statement(
    "select decision_id, subject from {moderation}.decisions where decision_id = any(%s)", moderation=MODERATION.schema
)
_BEGINNING: Final = _Where(datetime.fromisoformat("0001-01-01T00:00:00+00:00"), "")


async def queue(db: AsyncConnection, *, key: bytes, state: str, limit: int, cursor: str | None) -> Queue:
    """Cases in a state (of `STATES`), those first that have been in it the longest."""
    purpose = f"moderation {state}"
    where = decode_cursor(key, purpose, cursor, _Where) if cursor else _BEGINNING
    values: dict[str, Any] = {"states": list(STATES[state]), "since": where.since, "subject": where.subject}
    async with db.cursor(row_factory=class_row(Waiting)) as rows:
        await rows.execute(_QUEUE, {**values, "limit": limit + 1})
        found = await rows.fetchall()
    items = found[:limit]
    more = len(found) > limit
    last = _Where(items[-1].since, items[-1].subject) if more else None
    return Queue(items, encode_cursor(key, purpose, last) if last else None)


async def subjects(db: AsyncConnection, decisions: Collection[str]) -> dict[str, str]:
    """What each of the decisions is about."""
    cursor = await db.execute(_SUBJECTS, [sorted(decisions)])
    return dict(await cursor.fetchall())
