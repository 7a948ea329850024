"""Votes as facts; the boards now and at the end of every closed hour, counted from them."""

from __future__ import annotations

from collections.abc import Sequence

from projections.db import Connection
from projections.events import Event, parted
from projections.leaderboard import closing, likes, live, people, shown, touched, videos


def apply(conn: Connection, events: Sequence[Event]) -> None:
    changed, counted = touched.nothing(), closing.last_counted(conn)
    of_likes, of_videos, of_shown, of_people = parted(events, likes.KINDS, videos.KINDS, shown.KINDS, people.KINDS)
    likes.apply(conn, of_likes, changed, counted)
    videos.apply(conn, of_videos, changed)
    shown.apply(conn, of_shown, changed)
    people.apply(conn, of_people, changed)
    live.recount(conn, changed, counted)
    closing.apply(conn, events, counted)
