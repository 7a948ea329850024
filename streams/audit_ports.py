"""What the auditor needs from the outside. It only reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Protocol

from domain.recorded import Position, Recorded
from streams.consumer import Log
from streams.ports import Headers

Place = tuple[str, int]  # topic, partition


class Truth(Protocol):
    """The event store, and what lies beside it about those who follow it."""

    async def checkpoints(self, schema: str) -> Mapping[Log, tuple[str, int]]:
        """Epoch and position per log; nothing when the consumer has never run."""
        ...

    async def cursors(self) -> Mapping[Log, int]:
        """How far the relay has published each log that it has begun."""
        ...

    async def heads(self) -> Sequence[Position]:
        """The last position of every log, 0 for an empty one."""
        ...

    async def epochs(self) -> Sequence[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        ...

    async def read(self, category: str, shard: int, after: int, limit: int) -> Sequence[Recorded]:
        """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
        ...


class Copy(Protocol):
    """A record as it lies in Kafka."""

    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Copies(Protocol):
    """The topics, read apart from any consumer group."""

    async def bounds(self, topics: Collection[str]) -> Mapping[Place, tuple[int, int]]:
        """The first offset of every partition of those topics that exist, and the one behind the last."""
        ...

    def read(self, place: Place, begin: int, end: int) -> AsyncGenerator[Sequence[Copy], None]:
        """All records from `begin` up to, not including, `end`, in batches of bounded size."""
        ...
