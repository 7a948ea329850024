"""What the projector needs from the outside."""

from __future__ import annotations

from typing import Protocol

from domain.recorded import Position, Recorded


class History(Protocol):
    """The event store as the one who is sure to have every event."""

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
        ...

    async def epochs(self) -> list[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        ...
