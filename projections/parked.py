"""What an operator does about dead letters: look, try again after a mend, or give an event up.

Everything happens under the model's lock, stream by stream and a few events at a time, so that others flow meanwhile.
As long as one event of a stream is parked, the live projector parks what comes behind it; so when the last one is taken
here, the next live one follows it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, LiteralString

import msgspec
from psycopg import sql

from projections.db import Connection
from projections.dead_letters import blames_event, describe, fingerprint, place, raise_unreadable
from projections.events import Event
from projections.model import ReadModel

logger = logging.getLogger(__name__)

AT_ONCE: Final = 100


class Parked(msgspec.Struct, frozen=True):
    """`behind`: nothing is known against it but that an earlier event of its stream is parked."""

    consumer: str
    category: str
    shard: int
    position: int
    stream: str
    event_id: str
    type: str
    recorded_at: datetime
    behind: bool
    error: str
    fingerprint: str


class Retried(msgspec.Struct, frozen=True):
    """`error`: why the first of those that are left could not be taken; empty when none was refused."""

    applied: int
    left: int
    error: str


class Skipped(msgspec.Struct, frozen=True):
    stream: str
    event_id: str


_COLUMNS: Final = (
    "select category, shard, position, stream, event_id, type, recorded_at, behind, error, fingerprint from {}"
)


def listed(conn: Connection, model: ReadModel, limit: int) -> list[Parked]:
    """In order of their streams, each stream's in its own order."""
    return _select(conn, model, " order by stream, category, shard, position limit %s", [limit])


def of_stream(conn: Connection, model: ReadModel, stream: str, limit: int = AT_ONCE) -> list[Parked]:
    return _select(conn, model, " where stream = %s order by category, shard, position limit %s", [stream, limit])


def find(conn: Connection, model: ReadModel, event_id: str) -> Parked | None:
    return next(iter(_select(conn, model, " where event_id = %s", [event_id])), None)


def streams(conn: Connection, model: ReadModel) -> list[str]:
    query = sql.SQL("select distinct stream from {} order by 1").format(_table(model))
    return [stream for (stream,) in conn.execute(query).fetchall()]


def retry(conn: Connection, model: ReadModel, events: Sequence[Event]) -> Retried:
    """Takes these events of one stream, the first one parked and the next ones behind it, up to the first that is
    refused again."""
    applied, error = 0, ""
    with _locked(conn, model):
        parked = _still_parked(conn, events)
        for event in events:
            if place(event) not in parked:
                continue  # another retry was quicker
            if error := _take(conn, model, event):
                break
            applied += 1
        left = _count(conn, events[0].recorded.stream)
    return Retried(applied, left, error)


def skip(conn: Connection, model: ReadModel, letter: Parked, reason: str) -> bool:
    """Gives the event up for good, and notes who did without. Those behind it are left for `retry`. False when it is
    not the first parked one of its stream any more."""
    with _locked(conn, model):
        first, at = of_stream(conn, model, letter.stream, 1), (letter.category, letter.shard, letter.position)
        if [each.event_id for each in first] != [letter.event_id]:
            return False
        conn.execute(
            "insert into streams.skipped (consumer, category, shard, position, event_id, stream, type, error, reason)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [model.schema, *at, letter.event_id, letter.stream, letter.type, letter.error, reason],
        )
        _forget(conn, at)
    logger.warning("%s: %s of %s is skipped: %s", model.schema, letter.event_id, letter.stream, reason)
    return True


@contextmanager
def _locked(conn: Connection, model: ReadModel) -> Iterator[None]:
    with conn.transaction():
        # A statement of its own: what follows must see everything that the last holder of the lock has done.
        conn.execute("select pg_advisory_xact_lock(%s)", [model.lock])
        conn.execute("select set_config('search_path', %s, true)", [model.schema])
        yield


def _take(conn: Connection, model: ReadModel, event: Event) -> str:
    """Why it was refused; empty when it was taken."""
    try:
        with conn.transaction():
            raise_unreadable([event])
            model.apply(conn, [event])
    except Exception as error:
        if not blames_event(error):
            raise
        conn.execute(
            "update dead_letters set behind = false, error = %s, fingerprint = %s"
            " where (category, shard, position) = (%s, %s, %s)",
            [describe(error), fingerprint(error), *place(event)],
        )
        return describe(error)
    _forget(conn, place(event))
    return ""


def _still_parked(conn: Connection, events: Sequence[Event]) -> set[tuple[str, int, int]]:
    stream = events[0].recorded.stream
    return set(
        conn.execute("select category, shard, position from dead_letters where stream = %s", [stream]).fetchall()
    )


def _forget(conn: Connection, at: tuple[str, int, int]) -> None:
    conn.execute("delete from dead_letters where (category, shard, position) = (%s, %s, %s)", at)


def _count(conn: Connection, stream: str) -> int:
    row = conn.execute("select count(*) from dead_letters where stream = %s", [stream]).fetchone()
    return row[0] if row else 0


def _select(conn: Connection, model: ReadModel, rest: LiteralString, values: list[object]) -> list[Parked]:
    query = sql.SQL(_COLUMNS).format(_table(model)) + sql.SQL(rest)
    return [Parked(model.name, *row) for row in conn.execute(query, values).fetchall()]


def _table(model: ReadModel) -> sql.Identifier:
    return sql.Identifier(model.schema, "dead_letters")
