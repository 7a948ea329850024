"""Events that a read model cannot take are parked, so that all other streams flow on.

A failing batch is halved until the one event is found. Later events of its stream are parked behind it: a stream is
never applied with a hole. What the database itself refuses to do is no fault of an event and ends the process.
"""

from __future__ import annotations

import hashlib
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import psycopg

from projections.db import Connection
from projections.events import Event, Unreadable

# More events than this failing on their own, and most of the last ones parked: the code is wrong, not the events.
MOST_PARKED: Final = 10
# How many events those are, at least.
RECENT: Final = 100
# So often may a process die at one event before it is parked untried.
MOST_CRASHES: Final = 3

Apply = Callable[[Connection, Sequence[Event]], None]


class TooManyDead(Exception):
    """Most events cannot be applied: the code is wrong, or older than they are. Nothing of the batch was parked."""


class Parkings(NamedTuple):
    """`failed`: those of the parked that failed on their own, and did not only wait behind another one."""

    events: int
    parked: int
    failed: int


class Recent:
    """What became of the last batches: few events at a time would never look like many."""

    def __init__(self) -> None:
        self._batches: deque[Parkings] = deque()

    def add(self, batch: Parkings) -> None:
        self._batches.append(batch)
        while sum(each.events for each in self._batches) - self._batches[0].events >= RECENT:
            self._batches.popleft()

    def check(self, batch: Parkings) -> None:
        """Raises `TooManyDead` if this batch would be too much."""
        events, parked, failed = map(sum, zip(*self._batches, batch, strict=True))
        if failed > MOST_PARKED and parked * 2 > events:
            raise TooManyDead(f"{parked} of the last {events} events cannot be applied")


def apply_or_park(
    conn: Connection, apply: Apply, events: Sequence[Event], *, recent: Recent, poison: bool = False
) -> Parkings:
    """Applies the events and says how many had to be parked. Runs inside the transaction of the batch."""
    if not events:
        return Parkings(0, 0, 0)
    parking = _Parking(conn, apply, _dead_streams(conn, events))
    if poison:
        for event in events:
            parking.park(event, "the process died", "crash")
    else:
        parking.apply(events)
    found = Parkings(len(events), parking.parked, parking.failed)
    if not poison:
        recent.check(found)
    return found


class _Parking:
    def __init__(self, conn: Connection, apply: Apply, dead: set[str]) -> None:
        self._conn = conn
        self._apply = apply
        self._dead = dead
        self.failed = 0
        self.parked = 0

    def apply(self, events: Sequence[Event]) -> None:
        live = [event for event in events if not self._is_behind(event)]
        if not live:
            return
        try:
            with self._conn.transaction():
                raise_unreadable(live)
                self._apply(self._conn, live)
        except Exception as error:
            if not blames_event(error):
                raise
            self._halve(live, error)

    def _halve(self, events: Sequence[Event], error: Exception) -> None:
        if len(events) == 1:
            self.park(events[0], describe(error), fingerprint(error))
            return
        middle = len(events) // 2
        self.apply(events[:middle])
        self.apply(events[middle:])

    def _is_behind(self, event: Event) -> bool:
        if event.recorded.stream not in self._dead:
            return False
        self._insert(event, behind=True, error="an earlier event of the stream is parked", mark="behind")
        return True

    def park(self, event: Event, error: str, mark: str) -> None:
        self.failed += 1
        self._dead.add(event.recorded.stream)
        self._insert(event, behind=False, error=error, mark=mark)

    def _insert(self, event: Event, *, behind: bool, error: str, mark: str) -> None:
        at = event.recorded
        self.parked += 1
        self._conn.execute(
            "insert into dead_letters (category, shard, position, stream, event_id, type, recorded_at, behind, error,"
            " fingerprint) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [at.category, at.shard, at.position, at.stream, at.event_id, at.type, at.recorded_at, behind, error, mark],
        )


def raise_unreadable(events: Sequence[Event]) -> None:
    if any(isinstance(event.event, Unreadable) for event in events):
        raise ValueError("the bytes of an event are not what its type says")


def _dead_streams(conn: Connection, events: Sequence[Event]) -> set[str]:
    if conn.execute("select from dead_letters limit 1").fetchone() is None:
        return set()  # as it should be: a question about each stream costs more than many models' rows
    streams = list({event.recorded.stream for event in events})
    rows = conn.execute("select distinct stream from dead_letters where stream = any(%s)", [streams]).fetchall()
    return {stream for (stream,) in rows}


def blames_event(error: Exception) -> bool:
    """A refused value, or a mistake in Python; not a lost connection, a full disk, a missing table, no memory."""
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.DataError | psycopg.IntegrityError)
    return not isinstance(error, MemoryError | OSError)


def describe(error: Exception) -> str:
    """The kind of error and where it was raised, without its message: that may quote the event."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    code = error.sqlstate if isinstance(error, psycopg.Error) else None
    return " ".join(filter(None, [type(error).__name__, code, f"in {frame.name}"]))


def fingerprint(error: Exception) -> str:
    """The same for the same fault, whatever the event."""
    calls = [frame.name for frame in traceback.extract_tb(error.__traceback__) if "projections" in frame.filename]
    return hashlib.sha256("/".join([type(error).__name__, *calls]).encode()).hexdigest()[:12]


Place = tuple[str, int, int]  # category, shard, position


def place(event: Event) -> Place:
    at = event.recorded
    return at.category, at.shard, at.position


def note_attempt(conn: Connection, event: Event) -> None:
    """Before an attempt that may kill the process, in a transaction of its own."""
    conn.execute(
        "insert into attempts (category, shard, position, crashes) values (%s, %s, %s, 1)"
        " on conflict (category, shard, position) do update set crashes = attempts.crashes + 1",
        place(event),
    )


def forget_attempt(conn: Connection, event: Event) -> None:
    conn.execute("delete from attempts where (category, shard, position) = (%s, %s, %s)", place(event))


def crashes(conn: Connection) -> dict[Place, int]:
    """Of events that nobody has got past since."""
    rows = conn.execute(
        "select category, shard, attempts.position, crashes from attempts"
        " left join checkpoints using (category, shard) where attempts.position > coalesce(checkpoints.position, 0)"
    ).fetchall()
    return {(category, shard, position): count for category, shard, position, count in rows}
