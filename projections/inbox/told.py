"""What one event tells whom: pure. Each notification belongs to one stream, so its events come in order; None takes it
back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from domain.account import ExportRequested
from domain.engagement import CommentDeleted, Commented, Followed, Unfollowed
from domain.moderation import AppealResolved, Decided, Reversed
from domain.recorded import Recorded
from domain.video import (
    GenerationCancelled,
    GenerationCompleted,
    GenerationFailed,
    RestrictionLifted,
    VideoRestricted,
)
from domain.wallet import Purchased
from projections.events import Event
from projections.inbox.rows import Row, row

Told = Iterator[tuple[str, Row | None]]
# The kinds of events that tell anybody anything.
TELLING: Final = frozenset(
    {
        Followed, Unfollowed, Commented, CommentDeleted, GenerationCompleted, GenerationFailed, GenerationCancelled,
        VideoRestricted, RestrictionLifted, Decided, Reversed, AppealResolved, Purchased, ExportRequested,
    }
)  # fmt: skip


def told(each: Event) -> Told:
    event, recorded = each.event, each.recorded
    match event:
        case Followed() | Unfollowed():
            yield _followed(event, recorded)
        case Commented():
            yield from _commented(event, recorded)
        case CommentDeleted():
            yield f"commented_{event.comment_id}", None
            yield f"replied_{event.comment_id}", None
        case GenerationCompleted() | GenerationFailed() | GenerationCancelled():
            yield from _generated(event, recorded)
        case VideoRestricted() | RestrictionLifted():
            yield from _restricted(event, recorded)
        case Decided() | Reversed() | AppealResolved():
            yield from _decided(event, recorded)
        case Purchased():
            yield _to(event.account_id, recorded, f"credits_{recorded.event_id}", "credits_added", event.account_id,
                      about={"credits": event.credits, "cause": event.cause})  # fmt: skip
        case ExportRequested():
            yield _to(event.account_id, recorded, event.export_id, "export_ready", event.account_id,
                      about={"export_id": event.export_id})  # fmt: skip
        case _:
            pass


def _to(account: str, recorded: Recorded, id_: str, kind: str, subject: str, **fields: Any) -> tuple[str, Row]:
    return id_, row(recorded, id=id_, kind=kind, recipient=account, subject=subject, **fields)


def _followed(event: Followed | Unfollowed, recorded: Recorded) -> tuple[str, Row | None]:
    id_ = f"followed_{event.follower_id}_{event.followee_id}"
    if isinstance(event, Unfollowed):
        return id_, None
    return _to(event.followee_id, recorded, id_, "followed", event.follower_id, actor=event.follower_id)


def _commented(event: Commented, recorded: Recorded) -> Told:
    """To the owner of the video; and to whoever is answered, unless that is the owner, who is told once."""
    shared: dict[str, Any] = {
        "actor": event.account_id,
        "video_id": event.video_id,
        "comment_id": event.comment_id,
        "subject": event.video_id,
        "text": event.text,
    }
    if event.account_id != event.owner_id:
        id_ = f"commented_{event.comment_id}"
        yield id_, row(recorded, id=id_, kind="commented", recipient=event.owner_id, **shared)
    if event.parent_id is not None:
        id_ = f"replied_{event.comment_id}"
        excluded = sorted({event.account_id, event.owner_id})
        yield id_, row(recorded, id=id_, kind="replied", owner_of=event.parent_id, excluded=excluded, **shared)


def _generated(event: GenerationCompleted | GenerationFailed | GenerationCancelled, recorded: Recorded) -> Told:
    """What its owner has cancelled is no news to him."""
    video, about = recorded.stream, {}
    match event:
        case GenerationCompleted():
            kind = "generation_completed"
        case GenerationFailed():
            kind, about = "generation_failed", {"code": event.code}
        case GenerationCancelled():
            if event.cause == "owner":
                return
            kind, about = "generation_cancelled", {"cause": event.cause}
    yield _to(event.owner_id, recorded, f"generated_{video}", kind, video, video_id=video, about=about)


def _restricted(event: VideoRestricted | RestrictionLifted, recorded: Recorded) -> Told:
    """One takes the place of the other."""
    video = recorded.stream
    hidden, shown = f"hidden_{video}_{event.cause_id}", f"restored_{video}_{event.cause_id}"
    if isinstance(event, VideoRestricted):
        yield shown, None
        yield _to(event.owner_id, recorded, hidden, "video_hidden", video, video_id=video, cause=event.cause_id,
                  about={"rule": event.rule})  # fmt: skip
    else:
        yield hidden, None
        yield _to(event.owner_id, recorded, shown, "video_restored", video, video_id=video, cause=event.cause_id)


def _decided(event: Decided | Reversed | AppealResolved, recorded: Recorded) -> Told:
    """To whom the subject belongs: with the reasons, where there is something to state."""
    about: dict[str, Any] = {"decision_id": event.decision_id}
    match event:
        case Decided(action="hide"):
            kind, text = "decided", event.facts
            about |= {
                "action": event.action, "scope": event.scope, "ground": event.ground, "policy": event.policy,
                "automated": event.automated_decision, "until": event.until.isoformat() if event.until else None,
            }  # fmt: skip
        case Reversed():
            kind, text = "decision_reversed", event.reason
        case AppealResolved():
            kind, text = "appeal_resolved", event.reason
            about |= {"outcome": event.outcome}
        case _:
            return
    to = {"recipient": event.subject} if event.subject.startswith("acct_") else {"owner_of": event.subject}
    id_ = f"{kind}_{event.decision_id}"
    yield id_, row(recorded, id=id_, kind=kind, subject=event.subject, about=about, text=text, **to)
