"""Likes as intervals, and how many likes each pair of accounts has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from domain.engagement import Liked, Unliked
from projections.db import Connection, columns
from projections.events import Event
from projections.leaderboard.boards import MOST_LIKED, TOP_CREATORS, YOUNG
from projections.leaderboard.touched import Touched

Pair = tuple[str, str]  # video, account


class Like(msgspec.Struct):
    """`is_new`: not a row yet."""

    video_id: str
    account_id: str
    owner_id: str
    at: datetime
    until: datetime | None
    young: bool
    not_served: bool
    shard: int
    position: int
    is_new: bool = True


def apply(conn: Connection, events: Sequence[Event], touched: Touched) -> None:
    changes = [event for event in events if isinstance(event.event, Liked | Unliked)]
    if changes:
        likes = _fold(changes, _standing(conn, changes))
        _write(conn, likes)
        touched.add(MOST_LIKED, ((like.video_id, like.at) for like in likes))
        touched.add(TOP_CREATORS, ((like.owner_id, like.at) for like in likes))
        _add_pairs(conn, likes)


def _standing(conn: Connection, changes: Sequence[Event]) -> dict[Pair, Like]:
    pairs = sorted({(event.event.account_id, event.event.video_id) for event in changes})
    found = [Like(*row) for row in conn.execute(_STANDING, columns(pairs, 2)).fetchall()]
    for like in found:
        like.is_new = False
    return {(like.video_id, like.account_id): like for like in found}


def _fold(changes: Sequence[Event], standing: dict[Pair, Like]) -> list[Like]:
    """Every like that began or ended."""
    changed: list[Like] = []
    for event in changes:
        pair = (event.event.video_id, event.event.account_id)
        if isinstance(event.event, Unliked) and pair in standing:
            like = standing.pop(pair)
            like.until = event.recorded.recorded_at
            if not like.is_new:
                changed.append(like)
        elif isinstance(event.event, Liked) and pair not in standing:
            standing[pair] = _like(event)
            changed.append(standing[pair])
    return changed


def _like(event: Event) -> Like:
    like, recorded = event.event, event.recorded
    return Like(
        video_id=like.video_id,
        account_id=like.account_id,
        owner_id=like.owner_id,
        at=recorded.recorded_at,
        until=None,
        young=recorded.recorded_at - like.account_opened_at < YOUNG,
        not_served=not like.served,
        shard=recorded.shard,
        position=recorded.position,
    )


def _write(conn: Connection, likes: Sequence[Like]) -> None:
    """A like that ended in the moment in which it began stood at no instant, and leaves no row."""
    known = [like for like in likes if not like.is_new]
    if known:
        conn.execute(_FORGET, columns(((like.video_id, like.at, like.account_id) for like in known), 3))
    rows = [msgspec.structs.astuple(like)[:-1] for like in likes if like.until != like.at]
    if rows:
        conn.execute(_INSERT, columns(sorted(rows, key=lambda row: (row[0], row[3], row[1])), 9))


def _add_pairs(conn: Connection, likes: Sequence[Like]) -> None:
    deltas: Counter[Pair] = Counter()
    for like in likes:
        if like.account_id != like.owner_id:
            deltas[like.account_id, like.owner_id] += like.is_new - (like.until is not None)
    rows = [(*pair, delta) for pair, delta in sorted(deltas.items()) if delta]
    if rows:
        gone = conn.execute(_ADD_PAIRS, columns(rows, 3)).fetchall()
        forget_pairs(conn, gone)


def forget_pairs(conn: Connection, gone: Sequence[tuple[str, ...]]) -> None:
    if gone:
        conn.execute(_FORGET_PAIRS, columns(gone, 2))


_STANDING: Final = """
    select video_id, account_id, owner_id, at, until, young, not_served, shard, position
    from likes join unnest(%s::text[], %s::text[]) as pair (account_id, video_id) using (account_id, video_id)
    where until is null
"""
_FORGET: Final = """
    delete from likes using unnest(%s::text[], %s::timestamptz[], %s::text[]) as old (video_id, at, account_id)
    where likes.video_id = old.video_id and likes.at = old.at and likes.account_id = old.account_id
"""
_INSERT: Final = """
    insert into likes (video_id, account_id, owner_id, at, until, young, not_served, shard, position)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bool[],
        %s::bool[], %s::int[], %s::bigint[])
"""
_ADD_PAIRS: Final = """
    with changed as (
        insert into pairs (liker, author, likes, likes_then)
        select liker, author, delta, 0 from unnest(%s::text[], %s::text[], %s::int[]) as pair (liker, author, delta)
        on conflict (liker, author) do update set likes = pairs.likes + excluded.likes
        returning liker, author, likes, likes_then
    )
    select liker, author from changed where likes = 0 and likes_then = 0
"""
_FORGET_PAIRS: Final = """
    delete from pairs using unnest(%s::text[], %s::text[]) as gone (liker, author)
    where pairs.liker = gone.liker and pairs.author = gone.author
"""
