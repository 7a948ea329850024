"""Hours that are closed while several processes write."""

from __future__ import annotations

import asyncio
from datetime import datetime

from infra.event_store import PostgresEventStore
from tests.contract.test_hours import assert_exact
from tests.given import an_id
from tests.stores import assert_hole_free, open_store, query, write

CLOCK = "select clock_timestamp()"


async def test_the_positions_are_exact_however_many_write(fresh_database: str) -> None:
    async with (
        open_store(fresh_database) as one,
        open_store(fresh_database) as two,
        open_store(fresh_database) as three,
    ):
        stop = asyncio.Event()
        writing = [
            asyncio.create_task(keep_writing(store, number, stop)) for number, store in enumerate((one, two, one, two))
        ]
        for _ in range(12):
            assert await close_now(three, fresh_database)
        stop.set()
        assert sum(await asyncio.gather(*writing)) > 50
        await assert_exact(three)
        await assert_hole_free(three)


async def keep_writing(store: PostgresEventStore, number: int, stop: asyncio.Event) -> int:
    """How many commands it has written by the time it is told to stop."""
    rounds = 0
    while not stop.is_set():
        await write(store, an_id("acct", 10 * rounds + number), 10)
        rounds += 1
    return 10 * rounds


async def close_now(store: PostgresEventStore, url: str) -> bool:
    """An hour that has ended in this very moment."""
    [[now]] = await query(url, CLOCK)
    assert isinstance(now, datetime)
    return await store.close_hour(now)


async def test_processes_that_close_the_same_hour_close_it_once(fresh_database: str) -> None:
    async with open_store(fresh_database) as one, open_store(fresh_database) as two:
        await write(one, an_id("acct", 1), 20)
        [[now]] = await query(fresh_database, CLOCK)
        closed = await asyncio.gather(*(store.close_hour(now) for store in (one, two, one, two)))
        assert sorted(closed) == [False, False, False, True]
        assert len(await one.load("hours")) == 1
