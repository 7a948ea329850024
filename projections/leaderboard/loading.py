"""Filling an empty schema: first the votes alone, then the boards hour after hour from them. The rows are those that
event after event would have left, without counting anything more than once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from projections.db import Connection
from projections.events import Event, parted
from projections.leaderboard import closing, history, likes, live, people, shown, touched, videos
from projections.model import Bulk


def is_begun(conn: Connection) -> bool:
    return conn.execute("select from loading").fetchone() is not None


def apply(conn: Connection, events: Sequence[Event]) -> None:
    if not is_begun(conn):
        conn.execute("insert into loading (counted_to) values (%s)", [history.EVER])
    of_likes, of_videos, of_shown, of_people = parted(events, likes.KINDS, videos.KINDS, shown.KINDS, people.KINDS)
    ignored = touched.nothing()
    likes.load(conn, of_likes)
    videos.apply(conn, of_videos, ignored)
    shown.apply(conn, of_shown, ignored)
    people.load(conn, of_people)
    closing.note(conn, events)


def finish(conn: Connection) -> bool:
    """One hour, or what came after the last one. Whether there is more to do."""
    found = conn.execute("select counted_to::text from loading").fetchone()
    if found is None:
        return False
    [moment], counted = found, closing.last_counted(conn)
    if ended_at := closing.advance(conn, moment, counted):
        conn.execute("update loading set counted_to = %s", [ended_at])
        _plan_anew(conn)
        return True
    history.bring(conn, moment, live.FOREVER, counted)
    conn.execute("delete from loading")
    return False


def _plan_anew(conn: Connection) -> None:
    """What grows from nothing is sampled again after 1, 2, 4, 8... hours."""
    row = conn.execute("select count(*) from hours where counted").fetchone()
    if row and row[0] & (row[0] - 1) == 0:
        conn.execute("analyze buckets, standings, ranks, rings")


BULK: Final = Bulk(apply, finish, is_begun)
