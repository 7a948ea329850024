"""Reading one's own writes: who waits, how long, and what is not waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from domain.recorded import Position
from projections.consistency import Reached, Waiter, reached
from projections.db import Connection
from projections.registry import MODELS, REMIX_GRAPH, VIDEOS
from tests.histories import EPOCH, START


@pytest.fixture
def conn(read_models: Connection) -> Connection:
    return read_models


@pytest.fixture
async def pool(read_models_url: str) -> AsyncIterator[Any]:
    async with AsyncConnectionPool(read_models_url, min_size=1, max_size=1, open=False) as pool:
        yield pool


LATER, LOST = "after the restore", "the future of another restore"


async def starts() -> list[tuple[str, Position]]:
    """The log was set back to position 6, twice."""
    first = [(EPOCH, Position(category, 0, 1)) for category in ("video", "engagement")]
    return [*first, (LOST, Position("video", 0, 7)), (LATER, Position("video", 0, 7))]


@pytest.fixture
def waiter(pool: Any) -> Waiter:
    return Waiter(pool, MODELS, starts)


def reach(conn: Connection, position: int, *, epoch: str = EPOCH, category: str = "video", schema: str = "") -> None:
    conn.execute(
        f"insert into {schema or VIDEOS.schema}.checkpoints values (%s, 0, %s, %s, %s, null)"
        " on conflict (category, shard) do update set position = excluded.position, epoch = excluded.epoch".encode(),
        [category, epoch, position, START],
    )


def at(position: int, category: str = "video") -> list[Position]:
    return [Position(category, 0, position)]


async def test_what_is_there_is_not_waited_for(conn: Connection, waiter: Waiter) -> None:
    reach(conn, 5)
    assert await waiter.wait("videos", EPOCH, at(5))
    assert await waiter.wait("videos", EPOCH, [])


async def test_waits_until_the_model_has_come_so_far(conn: Connection, waiter: Waiter) -> None:
    waiting = asyncio.create_task(waiter.wait("videos", EPOCH, at(5), 10))
    reach(conn, 4)
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    assert not done
    reach(conn, 5)
    assert await waiting


async def test_only_logs_that_the_model_reads_count(conn: Connection, waiter: Waiter) -> None:
    reach(conn, 5, schema=REMIX_GRAPH.schema)
    positions = at(5) + at(9, "engagement")
    assert await waiter.wait("remix_graph", EPOCH, positions, 0.05)
    assert not await waiter.wait("videos", EPOCH, positions, 0.05)


async def test_a_late_model_is_not_waited_for_again_until_it_has_caught_up(conn: Connection, waiter: Waiter) -> None:
    assert not await waiter.wait("videos", EPOCH, at(5), 0.05)
    begun = time.monotonic()
    assert not await waiter.wait("videos", EPOCH, at(6), 60)
    assert time.monotonic() - begun < 10
    reach(conn, 5)
    async with asyncio.timeout(10):
        while not await waiter.wait("videos", EPOCH, at(5), 60):
            await asyncio.sleep(0.01)
    waiting = asyncio.create_task(waiter.wait("videos", EPOCH, at(6), 10))
    reach(conn, 6)
    assert await waiting


@pytest.mark.parametrize("epoch", [EPOCH, LOST, "another installation's"])
async def test_a_write_that_a_restore_has_lost_is_not_waited_for(conn: Connection, waiter: Waiter, epoch: str) -> None:
    reach(conn, 9, epoch=LATER)
    begun = time.monotonic()
    assert not await waiter.wait("videos", epoch, at(7), 60)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(("standing", "epoch"), [(EPOCH, LATER), (LATER, EPOCH), (LATER, LOST)])
async def test_what_was_written_before_the_backup_is_there_whenever_it_is_asked_for(
    conn: Connection, waiter: Waiter, standing: str, epoch: str
) -> None:
    """Logs in which nothing has happened since the restore still stand in the epoch before it."""
    reach(conn, 6 if standing == EPOCH else 9, epoch=standing)
    reach(conn, 3, category="engagement")
    assert await waiter.wait("videos", epoch, at(6) + at(3, "engagement"), 10)


async def test_many_who_wait_share_one_connection(conn: Connection, waiter: Waiter) -> None:
    waiting = [asyncio.create_task(waiter.wait("videos", EPOCH, at(n % 5 + 1), 10)) for n in range(200)]
    await asyncio.sleep(0)
    reach(conn, 5)
    assert all(await asyncio.gather(*waiting))


async def test_an_error_reaches_whoever_waits_and_the_next_one_may_succeed(conn: Connection, waiter: Waiter) -> None:
    conn.execute(f"alter table {VIDEOS.schema}.checkpoints rename to elsewhere".encode())
    with pytest.raises(psycopg.errors.UndefinedTable):
        await waiter.wait("videos", EPOCH, at(1))
    conn.execute(f"alter table {VIDEOS.schema}.elsewhere rename to checkpoints".encode())
    reach(conn, 1)
    assert await waiter.wait("videos", EPOCH, at(1))


async def test_how_far_a_model_has_come(conn: Connection, pool: Any) -> None:
    async with pool.connection() as db:
        assert await reached(db, VIDEOS) == Reached("", (), None)
        reach(conn, 3)
        reach(conn, 8, category="engagement")
        assert await reached(db, VIDEOS) == Reached(EPOCH, (*at(8, "engagement"), *at(3)), START)
