"""What operators watch, read from the tables at which everyone works anyway: nothing is counted twice, and what a
process did before it died is still told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from psycopg import sql

from domain.gauges import Health, Lag, Reading, Waiting
from infra.jobs import ALIVE
from infra.postgres import Pool, fetch
from infra.queries import queries

SQL: Final = queries("gauges")
Row = tuple[Any, ...]


class Gauges:
    """`consumers`: name -> (schema with its checkpoints, categories that it reads). Every method raises `Unavailable`
    when the database stays out of reach."""

    def __init__(
        self, pool: Pool, consumers: Mapping[str, tuple[str, Sequence[str]]], alive: timedelta = ALIVE
    ) -> None:
        self._pool = pool
        self._consumers = consumers
        self._alive = alive

    async def read(self) -> Reading:
        [(relay_events, relay_seconds)] = await self._rows(SQL["relay"])
        return Reading(
            lags=tuple(await self.lags()),
            consumers=tuple(await self.health()),
            relay_events=relay_events,
            relay_seconds=relay_seconds,
            heads=dict(await self._rows(SQL["heads"])),
            jobs=tuple(Waiting(*row) for row in await self._rows(SQL["jobs"])),
            workers=(await self._rows(SQL["workers"], {"alive": self._alive}))[0][0],
            parked_reactions=(await self._rows(SQL["parked"]))[0][0],
        )

    async def lags(self) -> list[Lag]:
        """Of everyone who has checkpoints, for each log that has events."""
        return [Lag(*row) for row in await self._of_each("lag")]

    async def health(self) -> list[Health]:
        return [Health(*row) for row in await self._of_each("health")]

    async def stopped(self) -> list[str]:
        """Consumers that take nothing any more."""
        return [each.consumer for each in await self.health() if each.stopped]

    async def _of_each(self, name: str) -> list[Row]:
        """One statement for all: a moment of the database, so that they can be compared."""
        wanted = {"schemas": [schema for schema, _ in self._consumers.values()]}
        there = {schema for (schema,) in await self._rows(SQL["schemas"], wanted)}
        parts = [
            sql.SQL(SQL[name]).format(
                consumer=sql.Literal(consumer),
                name=sql.Literal(schema),
                schema=sql.Identifier(schema),
                categories=sql.Literal(list(categories)),
            )
            for consumer, (schema, categories) in self._consumers.items()
            if schema in there
        ]
        together = sql.SQL(" union all ").join(parts)
        return await self._rows(together.as_string(None) + " order by 1, 2, 3") if parts else []

    async def _rows(self, query: str, parameters: Any = ()) -> list[Row]:
        return await fetch(self._pool, query, parameters)
