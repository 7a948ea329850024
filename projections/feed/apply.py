"""Events to feed items, follows, and hourly counts; the score of an item is computed from its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.engagement import Followed, Liked, Unfollowed, Unliked
from domain.recorded import Recorded
from domain.video import (
    GenerationCancelled,
    GenerationFailed,
    Queueing,
    VideoDeleted,
    VideoPublished,
    VideoUnpublished,
)
from projections import restrictions
from projections.db import Connection, columns, load_rows, upsert, write_rows
from projections.events import Event, hour_of, switched
from projections.feed.ranker import ERA_HOUR, HALF_LIFE_HOURS, LIKED, PUBLISHED, REMIXED


class Item(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    author_id: str
    published_as: str | None
    visibility: str | None
    topics: Sequence[str]
    published_at: datetime
    hot: float


Bucket = tuple[str, int]  # video, hour
_GONE: Final = (GenerationFailed, GenerationCancelled, VideoDeleted)
_UPSERT: Final = upsert("items", Item, ("video_id",))


def apply(conn: Connection, events: Sequence[Event]) -> None:
    _apply_follows(conn, events)
    published = _apply_items(conn, events)
    buckets = _count(conn, _apply_likes(conn, events), _apply_remixes(conn, events))
    _score(conn, published | buckets)


def _apply_items(conn: Connection, events: Sequence[Event]) -> set[str]:
    kinds = (VideoPublished, VideoUnpublished, VideoDeleted)
    changes = [event for event in events if isinstance(event.event, kinds)]
    ids = _streams(changes) | restrictions.apply(conn, events)
    after = {row.video_id: row for row in load_rows(conn, "items", Item, "video_id", ids)}
    for change in changes:
        item = _evolve(after.get(change.recorded.stream), change.event, change.recorded)
        if item:
            after[item.video_id] = item
    hidden = restrictions.restricted(conn, after)
    write_rows(conn, _UPSERT, (_shown(item, item.video_id in hidden) for _, item in sorted(after.items())))
    return set(after)


def _shown(item: Item, hidden: bool) -> Item:
    return msgspec.structs.replace(item, visibility=None if hidden else item.published_as)


def _streams(events: Iterable[Event]) -> set[str]:
    return {event.recorded.stream for event in events}


def _evolve(item: Item | None, event: Any, recorded: Recorded) -> Item | None:
    """None: the video was never published, so that its withdrawal changes nothing."""
    if isinstance(event, VideoPublished):
        return Item(
            video_id=recorded.stream,
            author_id=event.owner_id,
            published_as=event.visibility,
            visibility=None,
            topics=event.topics,
            published_at=item.published_at if item else recorded.recorded_at,
            hot=0.0,
        )
    return msgspec.structs.replace(item, published_as=None, topics=()) if item else None


def _apply_likes(conn: Connection, events: Sequence[Event]) -> Counter[Bucket]:
    by_others = [event for event in events if not _is_own_like(event.event)]
    liked, unliked = switched(by_others, Liked, Unliked, lambda like: (like.video_id, like.account_id))
    deltas: Counter[Bucket] = Counter()
    if unliked:
        deltas.subtract(_pairs(conn, _UNLIKE, columns(sorted(unliked), 2)))
    if liked:
        rows = [(*pair, hour_of(event.recorded)) for pair, event in sorted(liked.items())]
        deltas.update(_pairs(conn, _LIKE, columns(rows, 3)))
    return deltas


def _is_own_like(event: Any) -> bool:
    return isinstance(event, Liked | Unliked) and event.account_id == event.owner_id


def _apply_remixes(conn: Connection, events: Sequence[Event]) -> Counter[Bucket]:
    rows = {event.recorded.stream: _remixes(event) for event in events if isinstance(event.event, Queueing)}
    gone = _streams(event for event in events if isinstance(event.event, _GONE))
    added = [row for child, parents in sorted(rows.items()) if child not in gone for row in parents]
    deltas: Counter[Bucket] = Counter()
    if gone:
        deltas.subtract(_pairs(conn, _UNREMIX, [sorted(gone)]))
    if added:
        deltas.update(_pairs(conn, _REMIX, columns(added, 3)))
    return deltas


def _remixes(event: Event) -> list[tuple[str, str, int]]:
    parents = {parent.video_id for parent in event.event.parents if parent.owner_id != event.event.owner_id}
    return [(event.recorded.stream, parent, hour_of(event.recorded)) for parent in sorted(parents)]


def _pairs(conn: Connection, query: str, values: Sequence[Any]) -> list[Bucket]:
    return [(video_id, hour) for video_id, hour in conn.execute(query.encode(), values)]


def _count(conn: Connection, likes: Counter[Bucket], remixes: Counter[Bucket]) -> set[str]:
    buckets = sorted(bucket for bucket in likes.keys() | remixes.keys() if likes[bucket] or remixes[bucket])
    if buckets:
        conn.execute(_COUNT, columns(((*bucket, likes[bucket], remixes[bucket]) for bucket in buckets), 4))
        conn.execute(_FORGET, [[video_id for video_id, _ in buckets]])
    return {video_id for video_id, _ in buckets}


def _score(conn: Connection, video_ids: set[str]) -> None:
    if video_ids:
        conn.execute(_SCORE, {"ids": sorted(video_ids), **_SCORING})


def _apply_follows(conn: Connection, events: Sequence[Event]) -> None:
    followed, unfollowed = switched(events, Followed, Unfollowed, lambda pair: (pair.follower_id, pair.followee_id))
    if unfollowed:
        conn.execute(_UNFOLLOW, columns(sorted(unfollowed), 2))
    if followed:
        rows = [(*pair, event.recorded.recorded_at) for pair, event in sorted(followed.items())]
        conn.execute(_FOLLOW, columns(rows, 3))


_LIKE: Final = """
    insert into likes (video_id, account_id, hour) select * from unnest(%s::text[], %s::text[], %s::int[])
    on conflict do nothing returning video_id, hour
"""
_UNLIKE: Final = """
    delete from likes using unnest(%s::text[], %s::text[]) as taken (video_id, account_id)
    where likes.video_id = taken.video_id and likes.account_id = taken.account_id
    returning likes.video_id, likes.hour
"""
_REMIX: Final = """
    insert into remixes (child, parent, hour) select * from unnest(%s::text[], %s::text[], %s::int[])
    on conflict do nothing returning parent, hour
"""
_UNREMIX: Final = "delete from remixes where child = any(%s) returning parent, hour"
_COUNT: Final = """
    insert into hours (video_id, hour, likes, remixes)
    select * from unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[])
    on conflict (video_id, hour) do update
    set likes = hours.likes + excluded.likes, remixes = hours.remixes + excluded.remixes
"""
_FORGET: Final = "delete from hours where video_id = any(%s) and likes = 0 and remixes = 0"
_FOLLOW: Final = """
    insert into follows (follower_id, followee_id, since)
    select * from unnest(%s::text[], %s::text[], %s::timestamptz[]) on conflict do nothing
"""
_UNFOLLOW: Final = """
    delete from follows using unnest(%s::text[], %s::text[]) as left_ (follower_id, followee_id)
    where follows.follower_id = left_.follower_id and follows.followee_id = left_.followee_id
"""
# log2 of a sum of powers of two, without ever leaving the range of float8: relative to the greatest exponent. Summed
# in order of the hours, so that the last bit does not depend on how the rows came to lie.
_SCORE: Final = """
    with weights as (
        select video_id, hour, (likes * %(liked)s + remixes * %(remixed)s)::float8 as weight
        from hours where video_id = any(%(ids)s)
        union all
        select video_id, floor(extract(epoch from published_at) / 3600)::int, %(published)s::float8
        from items where video_id = any(%(ids)s)
    ),
    bits as (
        select video_id, hour, weight, (hour - %(era)s)::float8 / %(half_life)s::float8 as exponent,
            (max(hour) over (partition by video_id) - %(era)s)::float8 / %(half_life)s::float8 as greatest
        from weights
    ),
    scores as (
        select video_id, greatest
            + ln(sum(weight * power(2::float8, exponent - greatest) order by hour, weight)) / ln(2::float8) as hot
        from bits group by video_id, greatest
    )
    update items set hot = scores.hot from scores where items.video_id = scores.video_id
"""
_SCORING: Final = {
    "liked": LIKED,
    "remixed": REMIXED,
    "published": PUBLISHED,
    "era": ERA_HOUR,
    "half_life": HALF_LIFE_HOURS,
}
