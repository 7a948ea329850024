"""The event store as the auditor reads it: nothing is created, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

import psycopg
from psycopg import sql

from domain.errors import Unavailable
from domain.recorded import Position, Recorded
from infra.event_store import HEADS
from infra.log_reader import READ_EPOCHS, READ_LOG, Epochs, to_recorded
from infra.postgres import Pool, fetch
from infra.relay_log import SQL

HAS_CHECKPOINTS: Final = "select 1 from pg_tables where schemaname = %s and tablename = 'checkpoints'"
CHECKPOINTS: Final = "select category, shard, epoch, position from {}.checkpoints"


class AuditedStore:
    """Use with `async with`, on an open pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Self:
        self._epochs = Epochs(await self._rows(READ_EPOCHS))
        return self

    async def __aexit__(self, *_: object) -> None:
        """The pool is closed by whoever opened it."""

    async def checkpoints(self, schema: str) -> dict[tuple[str, int], tuple[str, int]]:
        """Epoch and position per log; nothing when the consumer has never run."""
        if not await self._rows(HAS_CHECKPOINTS, (schema,)):
            return {}
        rows = await self._rows(sql.SQL(CHECKPOINTS).format(sql.Identifier(schema)).as_string(None))
        return {(category, shard): (epoch, position) for category, shard, epoch, position in rows}

    async def cursors(self) -> dict[tuple[str, int], int]:
        """How far the relay has published each log that it has begun."""
        return {(category, shard): position for category, shard, position in await self._rows(SQL["cursors"])}

    async def heads(self) -> list[Position]:
        """The last position of every log, 0 for an empty one."""
        return [Position(*row) for row in await self._rows(HEADS)]

    async def epochs(self) -> list[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        rows = await self._rows(READ_EPOCHS)
        self._epochs = Epochs(rows)
        return [(epoch, Position(category, shard, first)) for category, shard, first, epoch in reversed(rows)]

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
        rows = await self._rows(READ_LOG, (category, shard, after, limit))
        return [to_recorded(row, self._epochs) for row in rows]

    async def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return await fetch(self._pool, query, parameters)
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
            message = "The database holds no event store: run `recut migrate`, or set another RECUT_DATABASE_URL"
            raise Unavailable("database_not_prepared", message) from error
