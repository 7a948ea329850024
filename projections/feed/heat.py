"""How videos are doing: likes and remixes, whole numbers by the hour, and the score that is computed from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from domain.engagement import Liked, Unliked
from domain.video import GenerationCancelled, GenerationFailed, Queueing, VideoDeleted
from projections.db import Connection, columns
from projections.events import Event, hour_of, parted, switched
from projections.feed.ranker import ERA_HOUR, HALF_LIFE_HOURS, LIKED, PUBLISHED, REMIXED
from projections.inserting import Insert

Bucket = tuple[str, int]  # video, hour
_GONE: Final = (GenerationFailed, GenerationCancelled, VideoDeleted)
KINDS: Final = (Liked, Unliked, Queueing, *_GONE)


def apply(conn: Connection, events: Sequence[Event]) -> set[str]:
    """The videos whose counts have changed."""
    likes, remixes = parted(events, (Liked, Unliked), (Queueing, *_GONE))
    return _count(conn, _apply_likes(conn, likes), _apply_remixes(conn, remixes))


def score(conn: Connection, video_ids: set[str]) -> None:
    if video_ids:
        conn.execute(_SCORE, {"ids": sorted(video_ids), **_SCORING})


def _apply_likes(conn: Connection, events: Sequence[Event]) -> Counter[Bucket]:
    by_others = [event for event in events if event.event.account_id != event.event.owner_id]
    liked, unliked = switched(by_others, Liked, Unliked, lambda like: (like.video_id, like.account_id))
    rows = [(*pair, hour_of(event.recorded)) for pair, event in sorted(liked.items())]
    deltas = Counter((video_id, hour) for video_id, _, hour in rows)
    if unliked:
        deltas.subtract(_pairs(conn, _UNLIKE, columns(sorted(unliked), 2)))
    _LIKE(conn, rows)
    return deltas


def _apply_remixes(conn: Connection, events: Sequence[Event]) -> Counter[Bucket]:
    rows = {event.recorded.stream: _remixes(event) for event in events if isinstance(event.event, Queueing)}
    gone = {event.recorded.stream for event in events if isinstance(event.event, _GONE)}
    added = [row for child, parents in sorted(rows.items()) if child not in gone for row in parents]
    deltas = Counter((parent, hour) for _, parent, hour in added)
    if gone:
        deltas.subtract(_pairs(conn, _UNREMIX, [sorted(gone)]))
    _REMIX(conn, added)
    return deltas


def _remixes(event: Event) -> list[tuple[str, str, int]]:
    parents = {parent.video_id for parent in event.event.parents if parent.owner_id != event.event.owner_id}
    return [(event.recorded.stream, parent, hour_of(event.recorded)) for parent in sorted(parents)]


def _pairs(conn: Connection, query: str, values: Sequence[Any]) -> Iterable[Bucket]:
    return [(video_id, hour) for video_id, hour in conn.execute(query.encode(), values)]


def _count(conn: Connection, likes: Counter[Bucket], remixes: Counter[Bucket]) -> set[str]:
    buckets = sorted(bucket for bucket in likes.keys() | remixes.keys() if likes[bucket] or remixes[bucket])
    if buckets:
        conn.execute(_COUNT, columns(((*bucket, likes[bucket], remixes[bucket]) for bucket in buckets), 4))
        conn.execute(_FORGET, [[video_id for video_id, _ in buckets]])
    return {video_id for video_id, _ in buckets}


_LIKE: Final = Insert("likes", {"video_id": str, "account_id": str, "hour": int})
_UNLIKE: Final = """
    delete from likes using unnest(%s::text[], %s::text[]) as taken (video_id, account_id)
    where likes.video_id = taken.video_id and likes.account_id = taken.account_id
    returning likes.video_id, likes.hour
"""
_REMIX: Final = Insert("remixes", {"child": str, "parent": str, "hour": int})
_UNREMIX: Final = "delete from remixes where child = any(%s) returning parent, hour"
_COUNT: Final = """
    insert into hours (video_id, hour, likes, remixes)
    select * from unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[])
    on conflict (video_id, hour) do update
    set likes = hours.likes + excluded.likes, remixes = hours.remixes + excluded.remixes
"""
_FORGET: Final = "delete from hours where video_id = any(%s) and likes = 0 and remixes = 0"
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
