"""Likes and remixes as facts, counted by hour and in total. Counts are recounted from the facts, never incremented."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from domain.engagement import Liked, Unliked
from domain.video import (
    GenerationCancelled,
    GenerationFailed,
    Queueing,
    VideoDeleted,
    VideoPublished,
    VideoUnpublished,
)
from projections import restrictions
from projections.db import Connection, columns
from projections.events import Event, hour_of, switched
from projections.leaderboard.boards import MOST_LIKED, MOST_REMIXED, YOUNG

Bucket = tuple[str, int]  # video, hour
_GONE: Final = (GenerationFailed, GenerationCancelled, VideoDeleted)


def apply(conn: Connection, events: Sequence[Event]) -> None:
    _apply_listed(conn, events)
    _recount(conn, MOST_LIKED, _COUNT_LIKES, _apply_likes(conn, events))
    _recount(conn, MOST_REMIXED, _COUNT_REMIXERS, _apply_remixes(conn, events))


def _apply_listed(conn: Connection, events: Sequence[Event]) -> None:
    listed: dict[str, bool] = {}
    for event in events:
        match event.event:
            case VideoPublished(visibility=visibility):
                listed[event.recorded.stream] = visibility == "public"
            case VideoUnpublished() | VideoDeleted():
                listed[event.recorded.stream] = False
    if listed:
        shown = sorted(id_ for id_, is_listed in listed.items() if is_listed)
        conn.execute("insert into listed select *, false from unnest(%s::text[]) on conflict do nothing", [shown])
        conn.execute("delete from listed where video_id = any(%s)", [sorted(listed.keys() - set(shown))])
    _hide(conn, listed.keys() | restrictions.apply(conn, events))


def _hide(conn: Connection, ids: Collection[str]) -> None:
    if ids:
        hidden = restrictions.restricted(conn, ids)
        conn.execute("update listed set hidden = (video_id = any(%s)) where video_id = any(%s)", [[*hidden], [*ids]])


def _apply_likes(conn: Connection, events: Sequence[Event]) -> set[Bucket]:
    liked, unliked = switched(events, Liked, Unliked, lambda like: (like.video_id, like.account_id))
    touched: set[Bucket] = set()
    if unliked:
        touched.update(_buckets(conn, _UNLIKE, columns(sorted(unliked), 2)))
    if liked:
        rows = [(*pair, *_facts(event)) for pair, event in sorted(liked.items())]
        touched.update(_buckets(conn, _LIKE, columns(rows, 7)))
    return touched


def _facts(event: Event) -> tuple[Any, ...]:
    like, at = event.event, event.recorded.recorded_at
    own = like.account_id == like.owner_id
    return hour_of(event.recorded), at, own, at - like.account_opened_at < YOUNG, not like.served


def _apply_remixes(conn: Connection, events: Sequence[Event]) -> set[Bucket]:
    gone = {event.recorded.stream for event in events if isinstance(event.event, _GONE)}
    queued = [event for event in events if isinstance(event.event, Queueing) and event.recorded.stream not in gone]
    pairs: set[tuple[str, str]] = set()
    if gone:
        pairs.update((parent, remixer) for parent, remixer in conn.execute(_UNREMIX, [sorted(gone)]))
    if rows := sorted({row for event in queued for row in _remixes(event)}):
        pairs.update((parent, remixer) for parent, remixer in conn.execute(_REMIX, columns(rows, 5)))
    return _first_remixes(conn, sorted(pairs)) if pairs else set()


def _remixes(event: Event) -> list[tuple[Any, ...]]:
    by = event.event.owner_id
    return [
        (event.recorded.stream, parent.video_id, by, event.recorded.recorded_at, parent.owner_id == by)
        for parent in event.event.parents
        if parent.relation == "remix"
    ]


def _first_remixes(conn: Connection, pairs: list[tuple[str, str]]) -> set[Bucket]:
    """The pairs' first remixes as they are now; returns the buckets of then and now."""
    left = _buckets(conn, _FORGET_FIRST, columns(pairs, 2))
    return left | _buckets(conn, _FIRST, columns(pairs, 2))


def _buckets(conn: Connection, query: str, values: Sequence[Any]) -> set[Bucket]:
    return {(video_id, hour) for video_id, hour in conn.execute(query.encode(), values)}


def _recount(conn: Connection, board: str, counting: str, touched: Iterable[Bucket]) -> None:
    buckets = sorted(touched)
    if buckets:
        conn.execute(_FORGET_BUCKETS, [board, *columns(buckets, 2)])
        conn.execute(counting.encode(), [board, *columns(buckets, 2)])
        ids = sorted({video_id for video_id, _ in buckets})
        conn.execute(_FORGET_TOTALS, [board, ids])
        conn.execute(_COUNT_TOTALS, [board, ids])


_LIKE: Final = """
    insert into likes (video_id, account_id, hour, at, own, young, not_served)
    select * from unnest(%s::text[], %s::text[], %s::int[], %s::timestamptz[], %s::bool[], %s::bool[], %s::bool[])
    on conflict do nothing returning video_id, hour
"""
_UNLIKE: Final = """
    delete from likes using unnest(%s::text[], %s::text[]) as taken (video_id, account_id)
    where likes.video_id = taken.video_id and likes.account_id = taken.account_id
    returning likes.video_id, likes.hour
"""
_REMIX: Final = """
    insert into remixes (child, parent, remixer, at, own)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::bool[])
    on conflict do nothing returning parent, remixer
"""
_UNREMIX: Final = "delete from remixes where child = any(%s) returning parent, remixer"
_FORGET_FIRST: Final = """
    delete from remixers using unnest(%s::text[], %s::text[]) as pair (parent, remixer)
    where remixers.parent = pair.parent and remixers.remixer = pair.remixer
    returning remixers.parent, remixers.hour
"""
_FIRST: Final = """
    insert into remixers (parent, remixer, hour, at, own)
    select parent, remixer, floor(extract(epoch from min(at)) / 3600)::int, min(at), bool_or(own)
    from remixes join unnest(%s::text[], %s::text[]) as pair (parent, remixer) using (parent, remixer)
    group by parent, remixer
    returning parent, hour
"""
_FORGET_BUCKETS: Final = """
    delete from buckets where board = %s
        and (id, hour) in (select * from unnest(%s::text[], %s::int[]))
"""
_COUNT_LIKES: Final = """
    insert into buckets (board, id, hour, count, counted, own, young, not_served, reached_at)
    select %s, video_id, hour, count(*), count(*) filter (where not own), count(*) filter (where own),
        count(*) filter (where young), count(*) filter (where not_served), max(at) filter (where not own)
    from likes join unnest(%s::text[], %s::int[]) as touched (video_id, hour) using (video_id, hour)
    group by video_id, hour
"""
_COUNT_REMIXERS: Final = """
    insert into buckets (board, id, hour, count, counted, own, young, not_served, reached_at)
    select %s, parent, hour, count(*), count(*) filter (where not own), count(*) filter (where own),
        0, 0, max(at) filter (where not own)
    from remixers join unnest(%s::text[], %s::int[]) as touched (parent, hour) using (parent, hour)
    group by parent, hour
"""
_FORGET_TOTALS: Final = "delete from totals where board = %s and id = any(%s)"
_COUNT_TOTALS: Final = """
    insert into totals (board, id, count, counted, own, young, not_served, reached_at)
    select board, id, sum(count), sum(counted), sum(own), sum(young), sum(not_served), max(reached_at)
    from buckets where board = %s and id = any(%s)
    group by board, id
"""
