"""Likes as intervals. Those that are new are added to their boards by the statement that writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.engagement import Liked, Unliked
from projections.db import Connection, columns
from projections.events import Event
from projections.leaderboard import live, rings
from projections.leaderboard.boards import MOST_LIKED, TOP_CREATORS, YOUNG
from projections.leaderboard.touched import Touched
from projections.leaderboard.votes import corrected

KINDS: Final = (Liked, Unliked)

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


def apply(conn: Connection, events: Sequence[Event], touched: Touched, counted: datetime | None) -> None:
    likes = _changed(conn, events)
    if not likes:
        return
    ended = _forget(conn, likes)
    touched.add(MOST_LIKED, ((like.video_id, like.at) for like in ended))
    touched.add(TOP_CREATORS, ((like.owner_id, like.at) for like in ended))
    if rows := _rows(likes):
        values = {"rows": _text(rows), "moment": live.FOREVER, **live.windows(counted)}
        live.add_ranks(conn, conn.execute(_ADD.encode(), values).fetchall())
    rings.follow(conn, {(like.account_id, like.owner_id) for like in likes}, live.FOREVER)


def load(conn: Connection, events: Sequence[Event]) -> None:
    """The likes alone."""
    likes = _changed(conn, events)
    _forget(conn, likes)
    if rows := _rows(likes):
        conn.execute(_INSERT.encode(), {"rows": _text(rows)})


def _changed(conn: Connection, events: Sequence[Event]) -> list[Like]:
    return _fold(events, _standing(conn, events)) if events else []


def _standing(conn: Connection, changes: Sequence[Event]) -> dict[Pair, Like]:
    found = [Like(*row) for row in conn.execute(_STANDING, [_text([event.event for event in changes])]).fetchall()]
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


def _forget(conn: Connection, likes: Sequence[Like]) -> list[Like]:
    """The rows of those that have ended; they are written anew."""
    known = [like for like in likes if not like.is_new]
    if known:
        keys = [(like.account_id, like.owner_id, like.video_id, like.at) for like in known]
        conn.execute(_FORGET, columns(sorted(keys), 4))
    return known


def _rows(likes: Sequence[Like]) -> list[Like]:
    """A like that ended in the moment in which it began stood at no instant, and leaves no row."""
    return [like for like in likes if like.until != like.at]


def _text(rows: Sequence[Any]) -> str:
    """Arrays are made item by item: many rows are faster as one text."""
    return msgspec.json.encode(rows).decode()


_STANDING: Final = """
    select video_id, account_id, owner_id, at, until, young, not_served, shard, position
    from likes join json_to_recordset(%s::json) as pair (account_id text, owner_id text, video_id text)
        using (account_id, owner_id, video_id)
    where until is null
"""
_FORGET: Final = """
    delete from likes using unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) as old (by, owner, video, at)
    where likes.account_id = old.by and likes.owner_id = old.owner and likes.video_id = old.video and likes.at = old.at
"""
_INSERT: Final = """
    insert into likes (video_id, account_id, owner_id, at, until, young, not_served, shard, position)
    select video_id, account_id, owner_id, at, until, young, not_served, shard, position
    from json_populate_recordset(null::likes, %(rows)s::json)
"""
_ADD: Final = f"""
    with written as ({_INSERT} returning *),
    vote as materialized (
        select v.*, {corrected("'infinity'")} as corrected
        from (select *, account_id as voter, account_id = owner_id as own from written where until is null) v
    ),
    {MOST_LIKED}_new as (select video_id as id, * from vote),
    {TOP_CREATORS}_new as (select owner_id as id, * from vote),
    {live.adding(MOST_LIKED, f"{MOST_LIKED}_new", MOST_LIKED)},
    {live.adding(TOP_CREATORS, f"{TOP_CREATORS}_new", TOP_CREATORS)}
    select '{MOST_LIKED}', * from {MOST_LIKED}_ranks union all select '{TOP_CREATORS}', * from {TOP_CREATORS}_ranks
"""  # noqa: S608 - constants
