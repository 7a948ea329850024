"""Who reads the public history: the projector and the reactor, hosted side by side by `streams/app.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from domain.recorded import Recorded

Log = tuple[str, int]  # category, shard


class Progress(msgspec.Struct, frozen=True):
    """How far a consumer is in one log: the last position it has done, 0 for none. `offset` is where the next record
    was last seen in Kafka: a hint that is verified before use."""

    position: int
    offset: int | None = None


class Consumer(Protocol):
    """Its positions are its own business and lie beside its effects in PostgreSQL: it is handed repeats, and logs
    that begin behind or ahead of it, and must cope. It never sees a log's records out of order, repeats aside.
    """

    @property
    def name(self) -> str:
        """Unique in the app, stable for ever: part of the Kafka group's name."""
        ...

    @property
    def categories(self) -> Sequence[str]: ...

    async def start(self) -> None:
        """Called once, on the event loop that will call the rest."""
        ...

    async def progress(self) -> Mapping[Log, Progress]:
        """Where to go on, asked after every rebalance. A log that is missing is read from its beginning."""
        ...

    async def handle(self, batch: Sequence[Recorded], offsets: Mapping[Log, int]) -> None:
        """Does the batch and stores how far it got, durably. Only records of `categories`.

        `offsets` holds, per log of the batch, the Kafka offset behind its last record, to be kept as the hint of
        `Progress`. Must not block the event loop for long. An exception ends the process before anything is
        committed to Kafka: after the restart the batch comes again.
        """
        ...

    async def stop(self) -> None:
        """Releases connections. Not called when the process dies."""
        ...


def furthest_behind(log: Log, progress: Iterable[tuple[Sequence[str], Mapping[Log, Progress]]]) -> Progress:
    """The least progress among those who read the log's category; who has not begun is at zero."""
    found = [done.get(log, Progress(0)) for categories, done in progress if log[0] in categories]
    return min(found, key=lambda done: done.position)
