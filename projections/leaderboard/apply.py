"""Votes as facts; the boards now and at the end of every closed hour, counted again from them, never incremented by an
event."""

from __future__ import annotations

from collections.abc import Sequence

from projections.db import Connection
from projections.events import Event
from projections.leaderboard import closing, likes, live, people, shown, touched, videos


def apply(conn: Connection, events: Sequence[Event]) -> None:
    changed = touched.nothing()
    likes.apply(conn, events, changed)
    videos.apply(conn, events, changed)
    shown.apply(conn, events, changed)
    people.apply(conn, events, changed)
    before, now = closing.record(conn, events)
    live.recount(conn, changed, before, now)
    closing.count(conn, events)
