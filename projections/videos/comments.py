"""Comments, and what moderators have hidden of them; shares, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from domain.engagement import CommentDeleted, Commented, Shared
from domain.moderation import AppealResolved, Decided, Reversed
from projections.db import Connection, add_counts, columns
from projections.events import Event, parted
from projections.inserting import Insert

KINDS: Final = (Commented, CommentDeleted, Shared, Decided, Reversed, AppealResolved)


def apply(conn: Connection, events: Sequence[Event]) -> None:
    said, deleted, shared, decided = parted(
        events, Commented, CommentDeleted, Shared, (Decided, Reversed, AppealResolved)
    )
    _say(conn, said)
    _delete(conn, deleted)
    _hide(conn, decided)
    add_counts(conn, "share_counts", Counter(each.event.video_id for each in shared))


def _say(conn: Connection, events: Sequence[Event]) -> None:
    rows = [
        (
            event.event.comment_id,
            event.event.video_id,
            event.event.account_id,
            event.event.parent_id,
            event.event.text,
            event.recorded.recorded_at,
        )
        for event in events
    ]
    _SAY(conn, rows)


def _delete(conn: Connection, events: Sequence[Event]) -> None:
    """A comment is deleted in its own stream, so its row is there."""
    if events:
        conn.execute(_DELETE, columns(((event.event.comment_id, event.event.by) for event in events), 2))


def _hide(conn: Connection, events: Sequence[Event]) -> None:
    last: dict[tuple[str, str], bool] = {}
    for event in events:
        match event.event:
            case Decided(subject=subject, decision_id=decision, action="hide") if _is_comment(subject):
                last[subject, decision] = True
            case Reversed(subject=subject, decision_id=decision) if _is_comment(subject):
                last[subject, decision] = False
            case AppealResolved(subject=subject, decision_id=decision, outcome="reversed") if _is_comment(subject):
                last[subject, decision] = False
    hidden = sorted(pair for pair, holds in last.items() if holds)
    shown = sorted(pair for pair, holds in last.items() if not holds)
    if hidden:
        conn.execute(_HIDE, columns(hidden, 2))
    if shown:
        conn.execute(_SHOW, columns(shown, 2))


def _is_comment(subject: str) -> bool:
    return subject.startswith("comment_")


_SAY: Final = Insert(
    "comments",
    {"id": str, "video_id": str, "account_id": str, "parent_id": str | None, "text": str | None, "at": datetime},
)
_DELETE: Final = """
    update comments set text = null, deleted_by = gone.by
    from unnest(%s::text[], %s::text[]) as gone (id, by) where comments.id = gone.id
"""
_HIDE: Final = "insert into hidden_comments select * from unnest(%s::text[], %s::text[]) on conflict do nothing"
_SHOW: Final = """
    delete from hidden_comments using unnest(%s::text[], %s::text[]) as shown (comment_id, decision_id)
    where hidden_comments.comment_id = shown.comment_id and hidden_comments.decision_id = shown.decision_id
"""
