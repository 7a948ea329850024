"""A notification, as it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec

from domain.recorded import Recorded
from projections.db import Connection, columns, upsert

# What an account can be told of, and so what it can mute.
KINDS: Final = (
    "liked", "remixed", "commented", "replied", "followed", "generation_completed", "generation_failed",
    "generation_cancelled", "video_hidden", "video_restored", "character_used", "consent_changed", "consent_revoked",
    "revocation_finished", "report_answered", "decided", "decision_reversed", "appeal_resolved", "credits_added",
    "export_ready",
)  # fmt: skip


class Row(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    recipient: str | None = None
    owner_of: str | None = None
    excluded: Sequence[str] = ()
    listed_by: str | None = None
    actor: str | None = None
    video_id: str | None = None
    comment_id: str | None = None
    subject: str
    cause: str | None = None
    about: dict[str, Any] = {}
    text: str | None = None
    at: datetime
    category: str
    shard: int
    position: int


UPSERT: Final = upsert("notifications", Row, ("id",))


def row(recorded: Recorded, **fields: Any) -> Row:
    """At the place of the event."""
    return Row(
        **fields,
        at=recorded.recorded_at,
        category=recorded.category,
        shard=recorded.shard,
        position=recorded.position,
    )


def run(conn: Connection, statement: LiteralString, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """With rows as columns; what it returns, if anything. Nothing to do for no rows."""
    listed = list(rows)
    if not listed:
        return []
    cursor = conn.execute(statement, columns(listed, len(listed[0])))
    return cursor.fetchall() if cursor.description else []


def run_of(conn: Connection, statement: LiteralString, ids: Iterable[str]) -> list[tuple[Any, ...]]:
    """About these, in order; see `run`."""
    listed = sorted(ids)
    if not listed:
        return []
    cursor = conn.execute(statement, [listed])
    return cursor.fetchall() if cursor.description else []
