"""Event stores as processes have them, and a look from outside at what they do."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from domain.recorded import Answered, Append, Appended, Recorded
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Mapper
from infra.memory import MASTER
from infra.postgres import open_pool
from tests.given import OTHER, an_id, appending, liked

LOCK_LOGS = "select from log.logs for update"


@asynccontextmanager
async def open_store(url: str, **options: Any) -> AsyncIterator[PostgresEventStore]:
    """As one process has it: pool, writers and caches of its own."""
    async with open_pool(url, size=4) as pool:
        mapper = Mapper(Keyring(PostgresKeyTable(pool), MASTER))
        async with PostgresEventStore(url, pool, mapper, **options) as store:
            yield store


@asynccontextmanager
async def held_logs(url: str) -> AsyncIterator[None]:
    """While inside, no append can get past its first statement."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(LOCK_LOGS)
        yield


async def until(look: Callable[[], Any], within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not await look():
            await asyncio.sleep(0.01)


async def query(url: str, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement.encode(), parameters)
        return await cursor.fetchall() if cursor.description else []


async def waiting_for_a_lock(url: str, at_least: int = 1) -> bool:
    query_waiting = (
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    return int((await query(url, query_waiting))[0][0]) >= at_least


def like(n: int, by: str = OTHER) -> Append:
    return appending((f"like_{an_id('video', n)}_{by}", 0, liked()), key=f"like {n}", by=by)


async def everything(store: PostgresEventStore) -> list[Recorded]:
    logs = [await store.read(head.category, head.shard, 0, 100_000) for head in await store.heads()]
    return [recorded for log in logs for recorded in log]


async def assert_hole_free(store: PostgresEventStore) -> None:
    for head in await store.heads():
        log = await store.read(head.category, head.shard, 0, 100_000)
        assert [recorded.position for recorded in log] == list(range(1, head.position + 1))
        assert [recorded.recorded_at for recorded in log] == sorted(recorded.recorded_at for recorded in log)


def admin_of(url: str) -> tuple[str, str]:
    """(URL of another database on the same server, name of this one)"""
    server, name = url.rsplit("/", 1)
    return f"{server}/postgres", name


async def end_connections(url: str, database: str) -> int:
    statement = """
        select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()
    """
    return int((await query(url, statement, (database,)))[0][0])


async def write(store: PostgresEventStore, by: str, count: int) -> list[Appended | Answered]:
    async def client(first: int) -> list[Appended | Answered]:
        return [await store.append(like(n, by)) for n in range(first, count, 10)]

    return list(itertools.chain.from_iterable(await asyncio.gather(*(client(first) for first in range(10)))))
