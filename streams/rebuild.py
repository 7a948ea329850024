"""Filling a schema of a read model as fast as it goes: from Kafka by a batch consumer, the rest from the event store.

The same `apply` as live, over big batches. Every batch moves the checkpoints of the schema that is filled, so that a
fill that was killed goes on where it was. Nothing but rows comes of it: side effects live elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Final, Protocol

import msgspec

from domain.recorded import Position, Recorded
from projections import checkpoint, install, schemas
from projections.checkpoint import Ahead, Epochs, Gap
from projections.db import Connection
from projections.events import Event, decode
from projections.model import ReadModel
from streams import topics
from streams.bulk import Batch, Records, Vector, ahead, apart, gathered, packed, unpack
from streams.consumer import Log
from streams.errors import HistoryDiffers

BATCH: Final = 30_000
FROM_STORE: Final = 5_000
APART: Final = 100_000  # events that are worth a process that reads them
# Tables that grow from nothing are planned anew when they are so many events old.
ANALYZE_AT: Final = (20_000, 200_000, 2_000_000, 20_000_000)


class History(Protocol):
    """The event store, read by one thread at a time."""

    def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]: ...
    def epochs(self) -> list[tuple[str, Position]]: ...
    def heads(self) -> Mapping[Log, int]: ...


class Fill:
    """Of one schema. `conn` is in autocommit mode; `tell` is called with the events that each batch has brought."""

    def __init__(
        self,
        conn: Connection,
        model: ReadModel,
        schema: str,
        history: History,
        tell: Callable[[int], None] = lambda count: None,
        *,
        batch: int = BATCH,
    ) -> None:
        self.conn = conn
        self.model = model
        self.schema = schema
        self.history = history
        self.epochs = Epochs(history.epochs())
        self.healed = 0
        self.parked = 0
        self._tell = tell
        self._batch = batch
        self._written = 0

    def heads(self) -> dict[Log, int]:
        """Of the logs that the model reads."""
        return {log: head for log, head in self.history.heads().items() if log[0] in self.model.categories}

    def done(self) -> dict[Log, int]:
        """Raises `HistoryDiffers` when it was filled with a future that a restore has lost."""
        try:
            found = checkpoint.progress(self.conn, self.model, self.schema)
            return {log: checkpoint.begin(log, mine, self.epochs) for log, mine in found.items()}
        except Ahead as error:
            raise HistoryDiffers(f"{self.schema}: {error}; fill it anew, without --resume") from error

    def left(self, until: Vector) -> int:
        done = self.done()
        return sum(max(0, position - done.get(log, 0)) for log, position in until.items())

    def from_kafka(self, records: Records, prefix: str, until: Vector) -> None:
        """What Kafka has of it. What it lacks in between is read from the event store."""
        categories = {topics.history(prefix, category): category for category in self.model.categories}
        places = self._places(records.edges(list(categories)), categories, until)

        reading = (records, places, categories, until)
        long = self.left(until) > APART

        def batches() -> Generator[Batch, None, None]:
            with closing(apart(packed, *reading) if long else packed(*reading)) as parcels:
                yield from gathered(map(unpack, parcels), self._batch)

        with self._in_bulk():
            for batch in ahead(batches()):
                self.write(batch.events, batch.offsets)

    def from_store(self, until: Vector) -> None:
        """Log by log: the rows are the same for any merge."""
        done = self.done()

        def batches() -> Generator[Batch, None, None]:
            yield from gathered(self._stored(done, until), self._batch)

        with self._in_bulk():
            for batch in ahead(batches()):
                self.write(batch.events, {})

    def finish(self) -> None:
        """For queries. A schema that was created without their indexes has them now."""
        install.index(self.conn, self.model, self.schema)
        schemas.settle(self.conn, self.schema)

    def write(self, events: Sequence[Event], offsets: Mapping[Log, int]) -> None:
        while events:
            try:
                self._run(events, offsets)
                return
            except Gap as gap:
                if gap.index:
                    self._run(events[: gap.index], {})
                self._heal(gap)
                events = events[gap.index :]

    @contextmanager
    def _in_bulk(self) -> Iterator[None]:
        """What is filled beside the live schema from nothing, or goes on with that, is filled in the faster way of the
        model, if it has one."""
        bulk, own = self.model.bulk, self.model
        if not bulk or self.schema == own.schema or not (self._ask(bulk.is_begun) or not self.done()):
            yield
            return
        self.model = msgspec.structs.replace(own, apply=bulk.apply)
        try:
            yield
        finally:
            self.model = own
        schemas.settle(self.conn, self.schema, "analyze")
        while self._ask(bulk.finish):
            pass

    def _ask(self, question: Callable[[Connection], bool]) -> bool:
        with checkpoint.locked(self.conn, self.model, self.schema):
            return question(self.conn)

    def _run(self, events: Sequence[Event], offsets: Mapping[Log, int]) -> None:
        result = checkpoint.run(self.conn, self.model, events, self.epochs, offsets, schema=self.schema)
        self.parked += result.parked
        before, self._written = self._written, self._written + result.applied + result.parked
        self._tell(self._written - before)
        if any(before < size <= self._written for size in ANALYZE_AT):
            schemas.sketch(self.conn, self.schema)

    def _heal(self, gap: Gap) -> None:
        after = gap.after
        while after < gap.before - 1:
            missing = self.history.read(gap.category, gap.shard, after, min(FROM_STORE, gap.before - 1 - after))
            if not missing:
                raise HistoryDiffers(f"{gap.category}/{gap.shard} {after + 1} is in neither Kafka nor the event store")
            self._run(decode(missing), {})
            self.healed += len(missing)
            after = missing[-1].position

    def _stored(self, done: Vector, until: Vector) -> Generator[Batch, None, None]:
        for (category, shard), end in sorted(until.items()):
            after = done.get((category, shard), 0)
            while after < end:
                found = self.history.read(category, shard, after, min(FROM_STORE, end - after))
                if not found:
                    raise HistoryDiffers(
                        f"{category}/{shard} {after + 1} is not in the event store: it must reach {end}"
                    )
                yield Batch(decode(found), {})
                after = found[-1].position

    def _places(
        self, edges: Mapping[tuple[str, int], tuple[int, int]], categories: Mapping[str, str], until: Vector
    ) -> dict[tuple[str, int], tuple[int, int]]:
        """Where the records lie that are not done. A wrong hint costs time and nothing else: too early brings repeats,
        too late a gap."""
        mine = checkpoint.progress(self.conn, self.model, self.schema)
        places = {}
        for (topic, partition), (low, high) in edges.items():
            log = (categories[topic], partition)
            at = mine.get(log)
            if until.get(log, 0) > (at.position if at else 0):
                hint = at.offset if at and at.offset is not None else 0
                places[topic, partition] = (min(max(low, hint), high), high)
        return places
