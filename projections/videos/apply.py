"""Events to rows of cards. A video's own events come in order, so its row is a fold; likes and children are counted
by the id of the video they belong to, whether or not its row is there yet. Comments: `comments.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.engagement import Liked, Unliked
from domain.recorded import Recorded
from domain.video import (
    GenerationAttemptFailed,
    GenerationCancelled,
    GenerationCompleted,
    GenerationFailed,
    GenerationStarted,
    Queueing,
    RestrictionLifted,
    VideoDeleted,
    VideoImported,
    VideoPublished,
    VideoRestricted,
    VideoUnpublished,
)
from projections.db import Connection, add_counts, columns, load_rows, upsert, write_rows
from projections.events import Event, parted, switched
from projections.inserting import Insert, insert_of
from projections.videos import comments, marks


class Row(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    owner_id: str
    state: str
    verb: str
    model: str
    resolved_model: str
    prompt: str | None
    seconds: int
    size: str
    seed: int
    tier: str
    depth: int
    extensions: int
    hold_id: str | None
    parents: Any
    characters: Any
    attempt: int
    created_at: datetime
    created_position: int
    completed_at: datetime | None = None
    failed_at: datetime | None = None
    error_code: str | None = None
    error_message: str | None = None
    assets: Any = ()
    engine: str | None = None
    model_digest: str | None = None
    understood: Sequence[str] = ()
    ignored: Sequence[str] = ()
    visibility: str | None = None
    remixable: bool = False
    caption: str | None = None
    description: str | None = None
    topics: Sequence[str] = ()
    published_at: datetime | None = None
    restrictions: Any = ()


Rows = dict[str, Row]
_OF_CARDS: Final = (
    Queueing, GenerationStarted, GenerationAttemptFailed, GenerationCompleted, GenerationFailed, GenerationCancelled,
    VideoImported, VideoPublished, VideoUnpublished, VideoRestricted, RestrictionLifted, VideoDeleted,
)  # fmt: skip
_UPSERT: Final = upsert("videos", Row, ("id",))
_INSERT: Final = insert_of("videos", Row)


def apply(conn: Connection, events: Sequence[Event]) -> None:
    of_videos, likes, said = parted(events, _OF_CARDS, (Liked, Unliked), comments.KINDS)
    ids = {event.recorded.stream for event in of_videos}
    before = {row.id: row for row in load_rows(conn, "videos", Row, "id", ids)}
    after = fold(before, of_videos)
    changed = [row for id_, row in sorted(after.items()) if row != before.get(id_)]
    _INSERT(conn, (row for row in changed if row.id not in before))
    write_rows(conn, _UPSERT, (row for row in changed if row.id in before))
    add_counts(conn, "remix_counts", _children(before, after))
    _apply_likes(conn, likes)
    comments.apply(conn, said)
    marks.apply(conn, of_videos)


def fold(before: Rows, events: Iterable[Event]) -> Rows:
    rows = dict(before)
    for event in events:
        row = _evolve(rows.get(event.recorded.stream), event.event, event.recorded)
        if row is not None:
            rows[row.id] = row
    return rows


def _evolve(row: Row | None, event: Any, recorded: Recorded) -> Row | None:
    """None: not an event that a card shows. The row exists except before the first event of the stream."""
    at = recorded.recorded_at
    match event:
        case Queueing():
            return _new(event, recorded)
        case GenerationStarted():
            return _change(row, state="in_progress", attempt=event.attempt)
        case GenerationAttemptFailed():
            return _change(row, state="queued", attempt=event.attempt + 1)
        case GenerationCompleted():
            return _complete(row, event, at)
        case GenerationFailed():
            return _change(row, state="failed", failed_at=at, error_code=event.code, error_message=event.message)
        case GenerationCancelled():
            return _change(row, state="cancelled", failed_at=at, error_code="cancelled", error_message=None)
        case VideoImported():
            return _import(event, recorded)
        case VideoPublished():
            return _publish(row, event, at)
        case VideoUnpublished():
            return _change(row, visibility=None, remixable=False, caption=None, description=None, topics=())
        case VideoRestricted():
            return _restrict(row, event.cause_id, {"cause_id": event.cause_id, "rule": event.rule})
        case RestrictionLifted():
            return _restrict(row, event.cause_id)
        case VideoDeleted():
            return _delete(row)
        case _:
            return None


def _new(event: Queueing, recorded: Recorded) -> Row:
    return Row(
        id=recorded.stream,
        owner_id=event.owner_id,
        state="queued",
        verb=event.parents[0].relation if event.parents else "create",
        model=event.model,
        resolved_model=event.resolved_model,
        prompt=event.prompt,
        seconds=event.seconds,
        size=event.size,
        seed=event.seed,
        tier=event.tier,
        depth=event.depth,
        extensions=event.extensions,
        hold_id=event.hold_id,
        parents=msgspec.to_builtins(event.parents),
        characters=msgspec.to_builtins(event.characters),
        attempt=1,
        created_at=recorded.recorded_at,
        created_position=recorded.position,
    )


def _import(event: VideoImported, recorded: Recorded) -> Row:
    return Row(
        id=recorded.stream,
        owner_id=event.owner_id,
        state="completed",
        verb="import",
        model="import",
        resolved_model="import",
        prompt=None,
        seconds=event.seconds,
        size=event.size,
        seed=0,
        tier="free",
        depth=0,
        extensions=0,
        hold_id=None,
        parents=(),
        characters=(),
        attempt=0,
        created_at=recorded.recorded_at,
        created_position=recorded.position,
        completed_at=recorded.recorded_at,
        assets=msgspec.to_builtins(event.assets),
    )


def _restrict(row: Row | None, cause_id: str, *added: dict[str, str]) -> Row:
    others = [each for each in (row.restrictions if row else ()) if each["cause_id"] != cause_id]
    return _change(row, restrictions=[*others, *added])


def _change(row: Row | None, **changes: Any) -> Row:
    if row is None:
        raise LookupError("the stream of a video starts with the event that queues it")
    return msgspec.structs.replace(row, **changes)


def _complete(row: Row | None, event: GenerationCompleted, at: datetime) -> Row:
    return _change(
        row,
        state="completed",
        attempt=event.attempt,
        completed_at=at,
        assets=msgspec.to_builtins(event.assets),
        engine=event.engine,
        model_digest=event.model_digest,
        seed=event.seed,
        understood=event.understood,
        ignored=event.ignored,
    )


def _publish(row: Row | None, event: VideoPublished, at: datetime) -> Row:
    return _change(
        row,
        visibility=event.visibility,
        remixable=event.remixable,
        caption=event.caption,
        description=event.description,
        topics=event.topics,
        published_at=row.published_at or at if row else at,
    )


def _delete(row: Row | None) -> Row:
    return _change(
        row,
        state="deleted",
        prompt=None,
        error_message=None,
        assets=(),
        understood=(),
        ignored=(),
        visibility=None,
        remixable=False,
        caption=None,
        description=None,
        topics=(),
    )


def _children(before: Rows, after: Rows) -> Counter[str]:
    """By how much the number of children of each parent changes."""
    deltas: Counter[str] = Counter()
    for id_, row in after.items():
        deltas.update(_parents_of(row))
        deltas.subtract(_parents_of(before.get(id_)))
    return deltas


def _parents_of(row: Row | None) -> set[str]:
    return {parent["video_id"] for parent in row.parents} if row and row.state != "deleted" else set()


def _apply_likes(conn: Connection, events: Sequence[Event]) -> None:
    liked, unliked = switched(events, Liked, Unliked, lambda like: (like.video_id, like.account_id))
    if not liked and not unliked:
        return
    deltas = Counter(video_id for video_id, _ in liked)
    if unliked:
        deltas.subtract(video_id for (video_id,) in conn.execute(_UNLIKE, columns(sorted(unliked), 2)))
    _LIKE(conn, sorted(liked))
    add_counts(conn, "like_counts", deltas)


_LIKE: Final = Insert("likes", {"video_id": str, "account_id": str})
_UNLIKE: Final = """
    delete from likes using unnest(%s::text[], %s::text[]) as taken (video_id, account_id)
    where likes.video_id = taken.video_id and likes.account_id = taken.account_id returning likes.video_id
"""
