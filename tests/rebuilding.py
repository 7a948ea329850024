"""A history that lies in memory as the event store, for fills in tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from datetime import datetime
from typing import Any

from domain import catalog
from domain.recorded import Position, Recorded
from projections.db import Connection
from recut.rebuilding import Tools
from tests.histories import World

Log = tuple[str, int]


class WorldHistory:
    """Everything up to `until` events of the world's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.until = len(world.history)

    def epochs(self) -> list[tuple[str, Position]]:
        return self._world.epochs()

    def heads(self) -> dict[Log, int]:
        return {(each.category, each.shard): each.position for each in self._world.history[: self.until]}

    def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        head = self.heads().get((category, shard), 0)
        return self._world.logs()[category, shard][after : min(head, after + limit)]

    def closed(self, ended_at: datetime) -> dict[Log, int] | None:
        for each in self._world.history:
            if each.stream == "hours" and (event := catalog.decode(each.type, each.data)).ended_at == ended_at:
                return {(reach.category, reach.shard): reach.position for reach in event.positions}
        return None

    def reached(self, moment: datetime) -> dict[Log, int]:
        return {(reach.category, reach.shard): reach.position for reach in self._world.reached(moment)}

    def has_passed(self, moment: datetime) -> bool:
        return moment <= self._world.now


class NoRecords:
    """A Kafka that holds nothing: all comes from the event store."""

    def edges(self, topics: Collection[str]) -> Mapping[tuple[str, int], tuple[int, int]]:
        return {}

    def follow(self, places: Mapping[tuple[str, int], tuple[int, int]]) -> Generator[list[Any], None, None]:
        yield from ()


def tools(connect: Callable[[], Connection], world: World, records: Any = None, prefix: str = "none") -> Tools:
    return Tools(connect, WorldHistory(world), records or NoRecords(), prefix)
