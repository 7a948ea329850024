"""The queue: which cases wait, the longest first; and what happened in one of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.paging import decode_cursor, encode_cursor
from projections.ports import Opener
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


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said or done in a case, its text opened. `outcome`: of a decision its action."""

    subject: str
    version: int
    event_id: str
    kind: str
    at: datetime
    by: str
    decision_id: str | None
    reason: str | None
    outcome: str | None
    added: list[str]
    removed: list[str]
    text: str | None


class HistoryPage(msgspec.Struct, frozen=True):
    items: list[Entry]
    next_cursor: str | None


class _Version(msgspec.Struct, frozen=True, array_like=True):
    version: int


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
_HISTORY: Final = statement(
    """
    select subject, version, event_id, kind, at, by, decision_id, reason, outcome, added, removed, text
    from {moderation}.history
    where subject = %(subject)s and version < %(before)s and kind = any(%(kinds)s)
    order by version desc limit %(limit)s
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


async def history(
    db: AsyncConnection,
    opener: Opener,
    *,
    key: bytes,
    subject: str,
    kinds: Collection[str],
    limit: int,
    cursor: str | None,
) -> HistoryPage:
    """Newest first, of the wanted kinds."""
    purpose = f"history {subject}"
    where = decode_cursor(key, purpose, cursor, _Version) if cursor else _Version(2**31 - 1)
    values = {"subject": subject, "kinds": sorted(kinds), "before": where.version, "limit": limit + 1}
    async with db.cursor(row_factory=class_row(Entry)) as rows:
        await rows.execute(_HISTORY, values)
        found = await rows.fetchall()
    items = found[:limit]
    following = _Version(items[-1].version) if len(found) > limit else None
    tokens = [entry.text for entry in items if entry.text is not None]
    clear = dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}
    opened = [
        msgspec.structs.replace(entry, text=clear[entry.text]) if entry.text is not None else entry for entry in items
    ]
    return HistoryPage(opened, encode_cursor(key, purpose, following) if following else None)


async def subjects(db: AsyncConnection, decisions: Collection[str]) -> dict[str, str]:
    """What each of the decisions is about."""
    cursor = await db.execute(_SUBJECTS, [sorted(decisions)])
    return dict(await cursor.fetchall())
