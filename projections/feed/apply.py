"""Events to feed items with their labels, whom accounts follow and block, hourly counts, and versions of the ranker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.account import AccountBlocked, AccountErased, AccountUnblocked
from domain.engagement import Followed, Unfollowed
from domain.policy import RankerChanged
from domain.recorded import Recorded
from domain.video import RestrictionLifted, VideoDeleted, VideoPublished, VideoRestricted, VideoUnpublished
from projections import restrictions
from projections.db import Connection, columns, load_rows, upsert, write_rows
from projections.events import Event, parted, switched
from projections.feed import heat, origins
from projections.feed.origins import Origin
from projections.inserting import Insert, insert_of


class Item(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    author_id: str
    published_as: str | None
    visibility: str | None
    topics: Sequence[str]
    characters: Sequence[str]
    styles: Sequence[str]
    family: str
    published_at: datetime
    day: int
    die: int
    hot: float


_UPSERT: Final = upsert("items", Item, ("video_id",))
_INSERT: Final = insert_of("items", Item)
_OF_BLOCKS: Final = (AccountBlocked, AccountUnblocked, AccountErased)
_PUBLICATION: Final = (VideoPublished, VideoUnpublished, VideoDeleted)
_OF_ITEMS: Final = (*_PUBLICATION, VideoRestricted, RestrictionLifted)
DAY_SECONDS: Final = 86_400


def apply(conn: Connection, events: Sequence[Event]) -> None:
    follows, blocks, rankers, made, shown, heating = parted(
        events, (Followed, Unfollowed), _OF_BLOCKS, RankerChanged, origins.KINDS, _OF_ITEMS, heat.KINDS
    )
    _apply_follows(conn, follows)
    _apply_blocks(conn, blocks)
    _apply_rankers(conn, rankers)
    origins.apply(conn, made)
    changed = _apply_items(conn, shown)
    heat.score(conn, changed | heat.apply(conn, heating))


def _apply_items(conn: Connection, events: Sequence[Event]) -> set[str]:
    changes, restricted = parted(events, _PUBLICATION, (VideoRestricted, RestrictionLifted))
    ids = {event.recorded.stream for event in changes} | restrictions.apply(conn, restricted)
    before = {row.video_id: row for row in load_rows(conn, "items", Item, "video_id", ids)}
    after = dict(before)
    known = {row.video_id: row for row in origins.load(conn, _published(changes))}
    for change in changes:
        id_ = change.recorded.stream
        item = _evolve(after.get(id_), change.event, change.recorded, known.get(id_))
        if item:
            after[item.video_id] = item
    hidden = restrictions.restricted(conn, after)
    rows = [_shown(item, item.video_id in hidden) for _, item in sorted(after.items())]
    _INSERT(conn, (row for row in rows if row.video_id not in before))
    write_rows(conn, _UPSERT, (row for row in rows if row.video_id in before))
    _label(conn, after)
    return set(after)


def _published(changes: Iterable[Event]) -> set[str]:
    return {change.recorded.stream for change in changes if isinstance(change.event, VideoPublished)}


def _shown(item: Item, hidden: bool) -> Item:
    return msgspec.structs.replace(item, visibility=None if hidden else item.published_as)


def _evolve(item: Item | None, event: Any, recorded: Recorded, origin: Origin | None) -> Item | None:
    """None: the video was never published, so that its withdrawal changes nothing."""
    if isinstance(event, VideoPublished):
        return _publish(event, recorded.stream, item.published_at if item else recorded.recorded_at, origin)
    return msgspec.structs.replace(item, published_as=None, topics=()) if item else None


def _publish(event: VideoPublished, video_id: str, at: datetime, origin: Origin | None) -> Item:
    return Item(
        video_id=video_id,
        author_id=event.owner_id,
        published_as=event.visibility,
        visibility=None,
        topics=event.topics,
        characters=origin.characters if origin else (),
        styles=origin.styles if origin else (),
        family=origin.family if origin else video_id,
        published_at=at,
        day=day_of(at),
        die=die_of(video_id),
        hot=0.0,
    )


def day_of(at: datetime) -> int:
    return int(at.timestamp()) // DAY_SECONDS


def die_of(id_: str) -> int:
    """A number that fits an `int` and says nothing."""
    return int.from_bytes(hashlib.sha256(id_.encode()).digest()[:4], signed=True)


def _label(conn: Connection, video_ids: Iterable[str]) -> None:
    ids = sorted(video_ids)
    if ids:
        conn.execute(_UNLABEL, [ids])
        conn.execute(_LABEL, [ids])


def _apply_follows(conn: Connection, events: Sequence[Event]) -> None:
    followed, unfollowed = switched(events, Followed, Unfollowed, lambda pair: (pair.follower_id, pair.followee_id))
    if unfollowed:
        conn.execute(_UNFOLLOW, columns(sorted(unfollowed), 2))
    _FOLLOW(conn, ((*pair, event.recorded.recorded_at) for pair, event in sorted(followed.items())))


def _apply_blocks(conn: Connection, events: Sequence[Event]) -> None:
    blocked, unblocked = switched(
        events, AccountBlocked, AccountUnblocked, lambda pair: (pair.account_id, pair.blocked_id)
    )
    erased = [event.event.account_id for event in events if isinstance(event.event, AccountErased)]
    if unblocked:
        conn.execute(_UNBLOCK, columns(sorted(unblocked), 2))
    if blocked:
        conn.execute(_BLOCK, columns(sorted(blocked), 2))
    if erased:
        conn.execute(_FORGET_BLOCKS, [sorted(erased)])


def _apply_rankers(conn: Connection, events: Sequence[Event]) -> None:
    """The stream of the ranker holds nothing else: its version is the ranker's."""
    for each in events:
        if isinstance(each.event, RankerChanged):
            ranker, recorded = each.event, each.recorded
            weights, parameters = map(_json, (ranker.weights, ranker.parameters))
            conn.execute(_RANK, [recorded.version, ranker.ranker, weights, parameters, recorded.recorded_at])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_UNLABEL: Final = "delete from labels where video_id = any(%s)"
_LABEL: Final = """
    insert into labels (video_id, label, published_at)
    select items.video_id, mark.label, items.published_at
    from items
    cross join lateral (
        select unnest(items.characters) as label union select 'topic:' || unnest(items.topics)
    ) as mark
    where items.video_id = any(%s) and items.visibility = 'public'
"""
_FOLLOW: Final = Insert("follows", {"follower_id": str, "followee_id": str, "since": datetime})
_UNFOLLOW: Final = """
    delete from follows using unnest(%s::text[], %s::text[]) as left_ (follower_id, followee_id)
    where follows.follower_id = left_.follower_id and follows.followee_id = left_.followee_id
"""
_BLOCK: Final = """
    insert into blocks (account_id, blocked_id) select * from unnest(%s::text[], %s::text[]) on conflict do nothing
"""
_UNBLOCK: Final = """
    delete from blocks using unnest(%s::text[], %s::text[]) as taken (account_id, blocked_id)
    where blocks.account_id = taken.account_id and blocks.blocked_id = taken.blocked_id
"""
_FORGET_BLOCKS: Final = "delete from blocks where account_id = any(%s)"
_RANK: Final = """
    insert into rankers (version, ranker, weights, parameters, since) values (%s, %s, %s::jsonb, %s::jsonb, %s)
    on conflict do nothing
"""
