"""What the projector needs from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.recorded import Position, Recorded
from projections.checkpoint import Result
from projections.events import Event


class History(Protocol):
    """The event store as the one who is sure to have every event."""

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
        ...

    async def epochs(self) -> list[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        ...


class Watch(Protocol):
    """Who wants to know what was done. Called on the event loop; must not block."""

    def applied(self, model: str, events: Sequence[Event], result: Result, seconds: float) -> None:
        """A batch was committed; its transaction took so long."""
        ...

    def healed(self, model: str, events: int) -> None:
        """So many were not in Kafka and came from the event store."""
        ...
