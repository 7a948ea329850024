"""Likes of one video in one hour are one notification, with their number, at the place of the latest that stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from domain.engagement import Liked, Unliked
from projections.db import Connection
from projections.events import Event, hour_of, switched
from projections.inbox.rows import run
from projections.inserting import Insert


def apply(conn: Connection, events: Sequence[Event]) -> set[str]:
    """Of likes given and taken back. Returns who is told."""
    of_others = [each for each in events if each.event.account_id != each.event.owner_id]
    if not of_others:
        return set()
    liked, unliked = switched(of_others, Liked, Unliked, lambda event: (event.video_id, event.account_id))
    owners = {each.event.video_id: each.event.owner_id for each in of_others}
    deltas: Counter[tuple[str, int]] = Counter()
    for video, hour in run(conn, _TAKE_BACK, sorted(unliked)):
        deltas[video, hour] -= 1
    added = [
        (*pair, hour_of(each.recorded), each.recorded.recorded_at, each.recorded.shard, each.recorded.position)
        for pair, each in sorted(liked.items())
    ]
    _LIKE(conn, added)
    deltas.update((video, hour) for video, _, hour, *_ in added)
    _count(conn, deltas, owners)
    return set(owners.values())


def _count(conn: Connection, deltas: Counter[tuple[str, int]], owners: dict[str, str]) -> None:
    """The latest like of an hour may be another one though their number is the same."""
    rows = [(video, hour, owners[video], delta) for (video, hour), delta in sorted(deltas.items())]
    hours = [(video, hour) for video, hour, _, _ in rows]
    run(conn, _COUNT, rows)
    run(conn, _EMPTY, hours)
    run(conn, _TELL, hours)


_TAKE_BACK: Final = """
    delete from likes using unnest(%s::text[], %s::text[]) as gone (video_id, account_id)
    where likes.video_id = gone.video_id and likes.account_id = gone.account_id returning likes.video_id, likes.hour
"""
_LIKE: Final = Insert(
    "likes", {"video_id": str, "account_id": str, "hour": int, "at": datetime, "shard": int, "position": int}
)
_COUNT: Final = """
    insert into like_hours (video_id, hour, owner_id, count)
    select * from unnest(%s::text[], %s::int[], %s::text[], %s::bigint[])
    on conflict (video_id, hour) do update set count = like_hours.count + excluded.count
"""
_EMPTY: Final = """
    with touched as (select * from unnest(%s::text[], %s::int[]) as t (video_id, hour)),
    empty as (
        delete from like_hours using touched where like_hours.video_id = touched.video_id
            and like_hours.hour = touched.hour and count = 0
        returning like_hours.video_id, like_hours.hour
    )
    delete from notifications using empty where id = 'liked_' || empty.video_id || '_' || empty.hour
"""
_TELL: Final = """
    insert into notifications
        (id, kind, recipient, excluded, video_id, subject, about, at, category, shard, position)
    select 'liked_' || video_id || '_' || hour, 'liked', owner_id, '{}', video_id, video_id,
        jsonb_build_object('count', count, 'hour', hour), latest.at, 'engagement', latest.shard, latest.position
    from unnest(%s::text[], %s::int[]) as touched (video_id, hour) join like_hours using (video_id, hour)
    cross join lateral (
        select at, shard, position from likes
        where likes.video_id = like_hours.video_id and likes.hour = like_hours.hour
        order by at desc, shard desc, position desc limit 1
    ) as latest
    on conflict (id) do update set about = excluded.about, at = excluded.at, shard = excluded.shard,
        position = excluded.position
"""
