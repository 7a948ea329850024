"""One transaction per batch: lock, see what is new, apply, move the checkpoint.

Delivery is at least once and may begin anywhere; what is stored beside the rows decides what is new. A second writer,
or one that was thought dead, waits for the lock and then finds that its work was done: repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from domain.recorded import Position, Recorded
from projections.db import Connection, columns
from projections.dead_letters import Recent, apply_or_park
from projections.events import Event
from projections.model import ReadModel, lock_of

Log = tuple[str, int]  # category, shard


class Checkpoint(msgspec.Struct, frozen=True):
    epoch: str
    position: int
    offset: int | None


class Gap(Exception):
    """The batch's event number `index` is not the next of its log: `after + 1 .. before - 1` were not delivered.
    Apply what comes before it, read the missing ones from the event store, then go on with it."""

    def __init__(self, recorded: Recorded, after: int, index: int) -> None:
        super().__init__(f"{recorded.category}/{recorded.shard} jumps from {after} to {recorded.position}")
        self.category = recorded.category
        self.shard = recorded.shard
        self.after = after
        self.before = recorded.position
        self.index = index


class Ahead(Exception):
    """The read model holds a future that the log has lost in a restore: rebuild it."""


class Epochs:
    """Who owns which positions. An epoch owns a log from its first position on, until a later one does."""

    def __init__(self, starts: Iterable[tuple[str, Position]]) -> None:
        """`starts` in the order in which the epochs began."""
        self._starts: dict[Log, list[tuple[int, str]]] = {}
        self._order: dict[str, int] = {}
        for epoch, first in starts:
            self._starts.setdefault((first.category, first.shard), []).append((first.position, epoch))
            self._order.setdefault(epoch, len(self._order))
        self.known = frozenset(self._order)

    def owner(self, category: str, shard: int, position: int) -> str | None:
        for first, epoch in reversed(self._starts.get((category, shard), ())):  # asked once for each event
            if first <= position:
                return epoch
        return None

    def count(self, recorded: Recorded) -> bool:
        """Whether the record is part of history: one from the future that a restore has lost is not."""
        return self.owner(recorded.category, recorded.shard, recorded.position) == recorded.epoch

    def is_reached(self, epoch: str, category: str, shard: int, position: int) -> bool:
        """Whether those who were at the position during the epoch had this history before them: its owner began no
        later."""
        owner = self.owner(category, shard, position)
        return owner is None or (epoch in self._order and self._order[owner] <= self._order[epoch])

    def has_lost(self, epoch: str, category: str, shard: int, position: int) -> bool:
        """Whether that place is in the future that a restore has lost, rather than in the history of someone else."""
        ended = self._order.get(epoch, len(self._order)) < len(self._order) - 1
        return ended and position > 0 and self.owner(category, shard, position) != epoch


class Result(msgspec.Struct, frozen=True):
    applied: int
    parked: int
    passed_over: int  # repeats, and records that no epoch owns
    failed: int = 0  # those of the parked that did not only wait behind another one


def run(
    conn: Connection,
    model: ReadModel,
    batch: Sequence[Event],
    epochs: Epochs,
    offsets: Mapping[Log, int] | None = None,
    *,
    schema: str = "",
    poison: bool = False,
    recent: Recent | None = None,
) -> Result:
    """Applies what is new of the batch, whose events are in order within each log.

    Raises `Gap` before anything was done, `Ahead`, and whatever means that the database cannot go on: the process must
    end then. A `schema` other than the model's own is filled beside it, under a lock of its own. `poison` parks the
    events untried.
    """
    with locked(conn, model, schema):
        mine = read(conn)
        fresh = _fresh(batch, mine, epochs)
        done = apply_or_park(conn, model.apply, fresh, recent=recent or Recent(), poison=poison)
        _move(conn, fresh, offsets or {})
    return Result(done.events - done.parked, done.parked, len(batch) - len(fresh), done.failed)


@contextmanager
def locked(conn: Connection, model: ReadModel, schema: str = "") -> Iterator[None]:
    """A transaction of the only writer of a schema."""
    with conn.transaction():
        # A statement of its own: what follows must see everything that the last holder of the lock has done.
        conn.execute("select pg_advisory_xact_lock(%s)", [lock_of(schema or model.schema)])
        conn.execute("select set_config('search_path', %s, true)", [schema or model.schema])
        yield


def read(conn: Connection) -> dict[Log, Checkpoint]:
    """All checkpoints of the model whose schema is in the search path."""
    rows = conn.execute("select category, shard, epoch, position, kafka_offset from checkpoints").fetchall()
    return {(category, shard): Checkpoint(*rest) for category, shard, *rest in rows}


def progress(conn: Connection, model: ReadModel, schema: str = "") -> dict[Log, Checkpoint]:
    """As `read`, for a connection that is not set to any model."""
    with conn.transaction():
        conn.execute("select set_config('search_path', %s, true)", [schema or model.schema])
        return read(conn)


def _fresh(batch: Sequence[Event], mine: Mapping[Log, Checkpoint], epochs: Epochs) -> list[Event]:
    fresh = []
    ends: dict[Log, int] = {}
    for index, event in enumerate(batch):
        recorded = event.recorded
        log = (recorded.category, recorded.shard)
        if log not in ends:
            ends[log] = begin(log, mine.get(log), epochs)
        if not epochs.count(recorded) or recorded.position <= ends[log]:
            continue
        if recorded.position > ends[log] + 1:
            raise Gap(recorded, ends[log], index)
        ends[log] = recorded.position
        fresh.append(event)
    return fresh


def begin(log: Log, mine: Checkpoint | None, epochs: Epochs) -> int:
    """The position after which the model goes on."""
    if mine is None:
        return 0
    if epochs.owner(*log, mine.position) != mine.epoch:
        raise Ahead(f"at {log[0]}/{log[1]} {mine.position} the read model followed another history than the log")
    return mine.position


def _move(conn: Connection, fresh: Sequence[Event], offsets: Mapping[Log, int]) -> None:
    last = {(event.recorded.category, event.recorded.shard): event.recorded for event in fresh}
    rows = [
        (*log, recorded.epoch, recorded.position, recorded.recorded_at, offsets.get(log))
        for log, recorded in sorted(last.items())
    ]
    if rows:
        conn.execute(_MOVE, columns(rows, 6))


_MOVE = """
    insert into checkpoints (category, shard, epoch, position, recorded_at, kafka_offset)
    select * from unnest(%s::text[], %s::int[], %s::text[], %s::bigint[], %s::timestamptz[], %s::bigint[])
    on conflict (category, shard) do update set epoch = excluded.epoch, position = excluded.position,
        recorded_at = excluded.recorded_at, kafka_offset = excluded.kafka_offset
"""
