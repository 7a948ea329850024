"""Threads that wait to write to one log are written together, by whichever of them came first.

There is no thread of its own and no artificial delay: while one batch is on its way, the next one gathers; then the
first of those who wait takes it.

Those whose batch was written are woken one by one, each by the one before it: woken all at once, hundreds of threads
would queue for the interpreter's lock, and the one that writes the next batch behind them.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Any, Final

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed

from domain.errors import Conflict
from infra.arrays import Array, Blobs, Integers, Moments, Texts, Uuids
from infra.batcher import BATCH
from infra.clock import new_ids, utc_now
from infra.writer import LOST_CLASSES, READ_ONLY, REPEAT_CLASSES

Pool = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]
Outcome = int | Exception  # the position of the save's last event
Row = tuple[str, int, str, bytes]  # an event: its stream, its version there, its type, its data
Streams = Mapping[str, int | None]  # those that a save writes, with the version at which each must be; None: at any

APPEND: Final = b"""
    select command, outcome, positions from log.append_batch(
        %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)
"""

MOVED: Final = Conflict("stream_moved", "Another command changed what this one relied on.")
INTERRUPTED: Final = psycopg.OperationalError(
    "The thread that wrote was interrupted: look whether the events are there."
)


class _Waiting:
    """A thread waits until `woken` is free: then there is an outcome, or it is this thread's turn to write."""

    __slots__ = ("asleep", "gone", "ids", "outcome", "rows", "streams", "woken")

    def __init__(self, rows: Sequence[Row], streams: Streams) -> None:
        self.rows = rows
        self.streams = streams
        self.ids: Sequence[bytes] = ()  # of its events, the same in every attempt to write them
        self.outcome: Outcome | None = None
        self.asleep: deque[_Waiting] = deque()  # those of its batch that are to be woken yet, shared by all of them
        self.gone = False  # it was interrupted, and will wake nobody
        self.woken = Lock()
        self.woken.acquire()


class GroupCommit:
    def __init__(self, pool: Pool, log: str, patience: float = 10.0) -> None:
        """`log`: a category with one shard, to which every save writes at least one event. `patience`: seconds
        after which a batch that could not be written is given up."""
        self._pool = pool
        self._log = log
        self._patience = patience
        self._mutex = Lock()
        self._queue: deque[_Waiting] = deque()
        self._busy = False
        self._heir: _Waiting | None = None  # whose turn it is, until it takes it

    def write(self, rows: Sequence[Row], streams: Streams) -> Outcome:
        """What became of the save, when that is known. All of its events are stored, or none."""
        waiting = _Waiting(rows, streams)
        try:
            self._queue_up(waiting)
            waiting.woken.acquire()
            if waiting.outcome is None:
                self._lead()
            _wake_next(waiting.asleep)
        except BaseException:
            self._withdraw(waiting)
            raise
        assert waiting.outcome is not None, "the leader's batch begins with its own save"
        return waiting.outcome

    def _queue_up(self, waiting: _Waiting) -> None:
        with self._mutex:
            self._queue.append(waiting)
            if not self._busy:
                self._busy = True
                self._promote()

    def _lead(self) -> None:
        batch: list[_Waiting] = []
        outcomes: Sequence[Outcome] = []
        try:
            batch = self._begin()
            outcomes = self._outcomes(batch)
        finally:
            # The next batch goes to the database while the threads of this one wake each other.
            self._hand_over()
            asleep = deque(batch[1:])  # the first is this thread
            for waiting, outcome in zip(batch, outcomes or [INTERRUPTED] * len(batch), strict=True):
                waiting.asleep = asleep
                waiting.outcome = outcome

    def _begin(self) -> list[_Waiting]:
        with self._mutex:
            self._heir = None
            batch = _take(self._queue)
        _name(batch)
        return batch

    def _hand_over(self) -> None:
        with self._mutex:
            self._busy = bool(self._queue)
            if self._busy:
                self._promote()

    def _promote(self) -> None:
        self._heir = self._queue[0]
        self._heir.woken.release()

    def _withdraw(self, waiting: _Waiting) -> None:
        """The thread was interrupted: nobody may wait for it."""
        with self._mutex:
            if waiting in self._queue:
                self._queue.remove(waiting)
            inherits = self._heir is waiting
        if inherits:
            self._hand_over()
        waiting.gone = True
        # Whoever wakes it looks at `gone` afterwards: one of the two sees the other and goes on.
        if waiting.outcome is not None:
            _wake_next(waiting.asleep)

    def _outcomes(self, batch: Sequence[_Waiting]) -> Sequence[Outcome]:
        """An outcome for each save, in order. After a lost connection the very same batch is sent again: saves that
        were committed are found by their ids, and the lock of the log waits for an attempt under way."""
        deadline = time.monotonic() + self._patience
        attempts = 0
        while True:
            try:
                return self._send(batch)
            except Exception as error:
                if not may_pass(error):
                    return self._isolate(batch, error)
                if time.monotonic() > deadline:
                    return [error] * len(batch)
            attempts += 1
            time.sleep(random.uniform(0, min(0.01 * 2**attempts, 0.5)))  # noqa: S311 - jitter

    def _send(self, batch: Sequence[_Waiting]) -> Sequence[Outcome]:
        with self._pool.connection() as connection:
            try:
                cursor = connection.execute(APPEND, _columns(self._log, batch), prepare=True, binary=True)
                return _in_order(cursor.fetchall(), len(batch))
            except psycopg.Error as error:
                if _state(error)[:2] in LOST_CLASSES or _state(error) == READ_ONLY:
                    connection.close()  # so that the pool makes a new one
                raise

    def _isolate(self, batch: Sequence[_Waiting], error: Exception) -> Sequence[Outcome]:
        """One save that the database cannot take must not fail its neighbours."""
        if len(batch) == 1:
            return [error]
        return [outcome for waiting in batch for outcome in self._outcomes([waiting])]


def may_pass(error: Exception) -> bool:
    """True when the same statement, sent again, may well succeed."""
    state = _state(error)
    if not state:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not isinstance(
            error, PoolClosed
        )
    return state[:2] in REPEAT_CLASSES or state == READ_ONLY


def _wake_next(asleep: deque[_Waiting]) -> None:
    """The first who will wake the one after it."""
    while asleep:
        try:
            waiting = asleep.popleft()
        except IndexError:  # an interrupted thread was quicker
            return
        waiting.woken.release()
        if not waiting.gone:
            return


def _take(queue: deque[_Waiting]) -> list[_Waiting]:
    """Those who can be written together: none names a stream that one before it writes. The others stay, in their
    order; the first in the queue always goes."""
    batch: list[_Waiting] = []
    stay: list[_Waiting] = []
    written: set[str] = set()
    while queue and len(batch) < BATCH:
        waiting = queue.popleft()
        fits = written.isdisjoint(waiting.streams)
        (batch if fits else stay).append(waiting)
        written.update(waiting.streams)
    queue.extendleft(reversed(stay))
    return batch


def _name(batch: Sequence[_Waiting]) -> None:
    """Gives each event its id: here, as asking for random bytes lets other threads run, and once a batch is enough."""
    ids = iter(new_ids(sum([len(waiting.rows) for waiting in batch])))
    for waiting in batch:
        waiting.ids = list(islice(ids, len(waiting.rows)))


def _columns(log: str, batch: Sequence[_Waiting]) -> tuple[Array, ...]:
    """The arguments of `log.append_batch` for one log. A save's key is the id of its first event."""
    rows = [row for waiting in batch for row in waiting.rows]
    commands = [n for n, waiting in enumerate(batch, start=1) for _ in waiting.rows]
    expected = [
        (n, stream, version)
        for n, waiting in enumerate(batch, start=1)
        for stream, version in waiting.streams.items()
        if version is not None
    ]
    keys = [waiting.ids[0].hex() for waiting in batch]
    causes = Texts([keys[n - 1] for n in commands])
    nothing = Blobs([b""] * len(batch))
    return (
        Texts([log]),
        Integers([0]),
        Texts([log] * len(batch)),
        Texts(keys),
        nothing,
        nothing,
        Integers([n for n, _, _ in expected]),
        Texts([stream for _, stream, _ in expected]),
        Integers([version for _, _, version in expected]),
        Integers(commands),
        Integers([1] * len(rows)),
        Texts([stream for stream, _, _, _ in rows]),
        Integers([version for _, version, _, _ in rows]),
        Uuids([id_ for waiting in batch for id_ in waiting.ids]),
        Texts([type_ for _, _, type_, _ in rows]),
        Moments([utc_now()] * len(rows)),
        causes,
        causes,
        Texts([""] * len(rows)),
        Blobs([data for _, _, _, data in rows]),
    )


def _in_order(rows: Sequence[tuple[Any, ...]], count: int) -> Sequence[Outcome]:
    """Ids are never used twice, so a save that was "answered" is our own, from an earlier attempt."""
    outcomes: dict[int, Outcome] = {}
    for ordinal, outcome, positions in rows:
        outcomes[ordinal] = MOVED if outcome == "conflict" else int(positions.rpartition("/")[2])
    return [outcomes[ordinal] for ordinal in range(1, count + 1)]


def _state(error: Exception) -> str:
    """The SQLSTATE, empty when the server said nothing."""
    return (error.sqlstate or "") if isinstance(error, psycopg.Error) else ""
