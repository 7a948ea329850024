"""The relay's cursors and its leadership, on one connection: who loses the connection can store nothing any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, Self

import psycopg

from domain.recorded import Position, Recorded
from infra.postgres import Connection, connect
from infra.queries import queries

logger = logging.getLogger(__name__)
SQL: Final = queries("relay_log")
# Any fixed number: the session that holds it is the active relay.
LOCK: Final = 0x52454C4159
STANDBY_SECONDS: Final = 0.5


class RelayLog:
    """Use with `async with`. Every method raises psycopg's `OperationalError` once the connection is lost."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Self:
        self._connection: Connection = await connect(self._url)
        await self._connection.execute(SQL["listen"])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()

    async def wait(self, seconds: float) -> None:
        """Until a `RelayBell` rings, or so long."""
        async for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass

    async def lead(self) -> None:
        """Asks again and again, as a session that waits inside the lock call would hold back the vacuum for days."""
        while not (await self._rows("lead", lock=LOCK))[0][0]:  # noqa: ASYNC110 - the event is in another process
            await asyncio.sleep(STANDBY_SECONDS)

    async def backlog(self) -> list[Position]:
        return [Position(*row) for row in await self._rows("backlog")]

    async def all(self) -> dict[tuple[str, int], int]:
        return {(category, shard): position for category, shard, position in await self._rows("cursors")}

    async def store(self, published: Sequence[Recorded]) -> None:
        await self._connection.execute(
            SQL["store"],
            {
                "category": [event.category for event in published],
                "shard": [event.shard for event in published],
                "position": [event.position for event in published],
                "event_id": [event.event_id for event in published],
            },
        )

    async def reset(self, category: str, shard: int) -> None:
        await self._connection.execute(SQL["reset"], {"category": category, "shard": shard})

    async def _rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        return await (await self._connection.execute(SQL[name], values)).fetchall()


class RelayBell:
    """Tells the relay that something was committed. Use with `async with`; `ring` is cheap, never blocks, and many
    rings at once become one notification, sent outside of any transaction that writes.

    A ring that is lost costs a moment: the relay looks by itself, too.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await self._rung.wait()
            try:
                async with await self._connected() as connection:
                    await self._notify(connection)
            except psycopg.OperationalError as error:
                logger.warning("the relay cannot be notified: %s", type(error).__name__)
                await asyncio.sleep(STANDBY_SECONDS)

    async def _connected(self) -> Connection:
        """An attempt that is cut short would leave a session behind, for which the server waits before it drops or
        renames a database: it is brought to its end, and then closed."""
        attempt = asyncio.ensure_future(connect(self._url))
        try:
            return await asyncio.shield(attempt)
        except asyncio.CancelledError:
            with suppress(psycopg.Error):
                await (await attempt).close()
            raise

    async def _notify(self, connection: Connection) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            await connection.execute(SQL["notify"])
