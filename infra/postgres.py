"""Connections to PostgreSQL, and the one way to read that survives a connection that was cut."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool

from domain.errors import Unavailable

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Pool = AsyncConnectionPool[Connection]
T = TypeVar("T")

# Seconds for which a reader goes on after connections broke: a restart of the server takes less.
PATIENCE: Final = 5.0
# A peer that vanished without a word is noticed by the kernel, not after the hours of TCP's own default.
SESSION: Final[dict[str, Any]] = {
    "application_name": "recut",
    "options": "-c timezone=UTC",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def open_pool(url: str, *, size: int = 8) -> Pool:
    """To be entered with `async with`. Connections are in autocommit: one statement is one transaction."""
    return AsyncConnectionPool(
        url, kwargs={**SESSION, "autocommit": True}, min_size=1, max_size=size, timeout=PATIENCE, open=False
    )


async def connect(url: str) -> Connection:
    return await psycopg.AsyncConnection.connect(url, autocommit=True, **SESSION)


async def ask(pool: Pool, question: Callable[[Connection], Awaitable[T]]) -> T:
    """The answer to a question that is harmless to repeat: it is asked again when a connection broke."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            async with pool.connection() as connection:
                return await question(connection)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise unreachable() from error
            await asyncio.sleep(0.02)


async def fetch(pool: Pool, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows, if any, of a statement that is harmless to repeat."""

    async def rows(connection: Connection) -> list[tuple[Any, ...]]:
        cursor = await connection.execute(query.encode(), parameters, binary=True)
        return await cursor.fetchall() if cursor.description else []

    return await ask(pool, rows)


def unreachable() -> Unavailable:
    return Unavailable("database_unavailable", "The database cannot be reached: try again.", retry_after=2)
