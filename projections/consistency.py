"""How far a read model has come, and waiting until it has come far enough: reading one's own writes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

from domain.recorded import Position
from projections.checkpoint import Epochs
from projections.db import AsyncConnection
from projections.model import ReadModel

Pool = AsyncConnectionPool[AsyncConnection]
POLL_SECONDS: Final = 0.02
Log = tuple[str, int]


class Applied(msgspec.Struct, frozen=True):
    """A row of a model's checkpoints."""

    category: str
    shard: int
    epoch: str
    position: int
    recorded_at: datetime


class Reached(msgspec.Struct, frozen=True):
    """Which part of history a read model shows. `epoch` is that of the last event, `at` its time; nothing yet: ""."""

    epoch: str
    positions: tuple[Position, ...]
    at: datetime | None


def reached_from(applied: Sequence[Applied]) -> Reached:
    last = max(applied, key=lambda each: (each.recorded_at, each.epoch), default=None)
    positions = tuple(sorted(Position(each.category, each.shard, each.position) for each in applied))
    return Reached(last.epoch if last else "", positions, last.recorded_at if last else None)


async def reached(db: AsyncConnection, model: ReadModel) -> Reached:
    cursor = await db.execute(_applied([model]))
    return reached_from([Applied(*row[1:]) for row in await cursor.fetchall()])


async def has_taken(db: AsyncConnection, model: ReadModel, positions: Iterable[Position]) -> bool:
    """Whether the model shows everything up to these positions of its logs: read, and none of it set aside."""
    done = {(each.category, each.shard): each.position for each in (await reached(db, model)).positions}
    caught_up = all(done.get((each.category, each.shard), 0) >= each.position for each in positions)
    return caught_up and await stale_since(db, model) is None


async def stale_since(db: AsyncConnection, model: ReadModel) -> datetime | None:
    """The time of the oldest event that the model could not take: it waits as a dead letter, or the model has stopped
    at it. None when it shows everything that it has read."""
    cursor = await db.execute(_STALE.format(schema=sql.Identifier(model.schema)), [model.schema])
    found = await cursor.fetchone()
    return found[0] if found else None


_STALE: Final = sql.SQL("""
    select min(recorded_at) from (
        select recorded_at from {schema}.dead_letters
        union all
        select place.recorded_at from streams.stopped as place left join {schema}.checkpoints as mine
            using (category, shard)
        where place.consumer = %s and place.position > coalesce(mine.position, 0)
    ) as missing
""")


class _Wanted(msgspec.Struct, frozen=True):
    positions: tuple[Position, ...]

    def is_met(self, applied: Mapping[Log, Applied]) -> bool:
        return all(self._is_past(each, applied) for each in self.positions)

    def _is_past(self, each: Position, applied: Mapping[Log, Applied]) -> bool:
        done = applied.get((each.category, each.shard))
        return done is not None and done.position >= each.position


class Waiter:
    """All who wait in this process share one poll, and hold no connection between polls. Nobody waits: no polls. Use
    on one event loop."""

    def __init__(
        self, pool: Pool, models: Iterable[ReadModel], starts: Callable[[], Awaitable[Iterable[tuple[str, Position]]]]
    ) -> None:
        """`starts` gives the epochs as `Epochs` wants them. None begins while a process runs."""
        self._pool = pool
        self._starts = starts
        self._epochs: Epochs | None = None
        self._models = {model.name: model for model in models}
        self._query = _applied(self._models.values())
        # As last seen. Positions only grow, so that what was reached stays reached.
        self._applied: dict[str, dict[Log, Applied]] = {name: {} for name in self._models}
        self._late: dict[str, _Wanted] = {}
        self._poll: asyncio.Task[None] | None = None

    async def wait(self, model_name: str, epoch: str, positions: Sequence[Position], patience: float = 2.0) -> bool:
        """Whether the model has come so far, in the logs that it reads, at once or within `patience` seconds. As long
        as what another one has waited for in vain is still missing, the model is known to be late: False at once. So
        it is about what a restore has lost."""
        categories = self._models[model_name].categories
        wanted = _Wanted(tuple(each for each in positions if each.category in categories))
        if not await self._can_come(epoch, wanted.positions):
            return False
        deadline = time.monotonic() + patience
        while not wanted.is_met(self._applied[model_name]):
            if self._is_late(model_name):
                self._start_poll()
                return False
            if time.monotonic() >= deadline:
                self._late[model_name] = wanted
                return False
            await asyncio.shield(self._start_poll())
        return True

    async def _can_come(self, epoch: str, positions: Iterable[Position]) -> bool:
        if self._epochs is None:
            self._epochs = Epochs(await self._starts())
        epochs = self._epochs
        return all(epochs.is_reached(epoch, each.category, each.shard, each.position) for each in positions)

    def _is_late(self, model_name: str) -> bool:
        late = self._late.get(model_name)
        if late and late.is_met(self._applied[model_name]):
            del self._late[model_name]
        return model_name in self._late

    def _start_poll(self) -> asyncio.Task[None]:
        """The poll that is under way, or a new one."""
        if self._poll is None or self._poll.done():
            self._poll = asyncio.create_task(self._poll_once())
            # Whoever awaits it sees its error; nobody may.
            self._poll.add_done_callback(lambda poll: poll.cancelled() or poll.exception())
        return self._poll

    async def _poll_once(self) -> None:
        async with self._pool.connection() as db:
            cursor = await db.execute(self._query)
            rows = await cursor.fetchall()
        for model_name, *row in rows:
            applied = Applied(*row)
            self._applied[model_name][applied.category, applied.shard] = applied
        await asyncio.sleep(POLL_SECONDS)


def _applied(models: Iterable[ReadModel]) -> sql.Composed:
    one = "select {name} as model, category, shard, epoch, position, recorded_at from {schema}.checkpoints"
    parts = [sql.SQL(one).format(name=sql.Literal(model.name), schema=sql.Identifier(model.schema)) for model in models]
    return sql.SQL(" union all ").join(parts)
