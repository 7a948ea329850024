"""Hunts the race that loses events: a transaction takes its number, others commit before it, and a reader that follows
the numbers passes it by.

`python -m tests.fault.race_hunter --seconds 60` lets writers and tailing readers loose on our store, and then, with the
same readers, on a table whose numbers come from a sequence. Every transaction dawdles between its number and its
commit. Ends with 1 if our readers missed anything, or if nothing was missed on the naive table: then the hunter is
blind.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import psycopg

from infra.event_store import PostgresEventStore
from tests.fault.scratch import database
from tests.given import OTHER, OWNER
from tests.stores import everything, like, open_store, query

READERS: Final = 2
DAWDLE: Final = 0.002  # seconds at most
# Between the last statement of a transaction and its commit.
DAWDLING: Final = f"""
    create function dawdle() returns trigger language plpgsql as $$
    begin perform pg_sleep(random() * {DAWDLE}); return null; end $$;
    create constraint trigger dawdle after insert on {{table}}
    deferrable initially deferred for each row execute function dawdle()
"""
NAIVE: Final = "create table naive (position bigserial primary key, data bytea not null)"
INSERT: Final = b"insert into naive (data) values ('an event')"
Log = tuple[str, int]
Seen = dict[Log, set[int]]
Read = Callable[[Log, int], Awaitable[list[int]]]


class Reader:
    """Reads each log from where it was last, as relays and projections do."""

    def __init__(self, read: Read, logs: list[Log]) -> None:
        self._read = read
        self._at = dict.fromkeys(logs, 0)
        self.seen: Seen = {log: set() for log in logs}

    async def follow(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.once()

    async def once(self) -> int:
        found = 0
        for log, after in self._at.items():
            positions = await self._read(log, after)
            self.seen[log].update(positions)
            self._at[log] = max([after, *positions])
            found += len(positions)
        return found

    async def to_the_end(self) -> None:
        while await self.once():
            continue


async def hunt_ours(url: str, seconds: float, writers: int) -> tuple[int, int]:
    """(events written, events that some reader missed)"""
    await query(url, DAWDLING.format(table="log.commands"))
    numbers = itertools.count()
    async with open_store(url) as one, open_store(url) as two, open_store(url) as log:

        async def read(of: Log, after: int) -> list[int]:
            return [each.position for each in await log.read(*of, after, 1_000)]

        logs = [(head.category, head.shard) for head in await log.heads()]
        readers = [Reader(read, logs) for _ in range(READERS)]
        halves = ((one, OWNER), (two, OTHER))
        writing = [_write_ours(store, by, numbers) for store, by in halves for _ in range(writers // 2)]
        await _hunt(readers, writing, seconds)
        there = {(each.category, each.shard, each.position) for each in await everything(log)}
    return len(there), _missed(readers, there)


async def _write_ours(store: PostgresEventStore, by: str, numbers: Iterator[int]) -> None:
    while True:
        await store.append(like(next(numbers), by))


async def hunt_naive(url: str, seconds: float, writers: int) -> tuple[int, int]:
    """As `hunt_ours`, on a table numbered by a sequence."""
    await query(url, NAIVE)
    await query(url, DAWDLING.format(table="naive"))
    connections = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(writers + READERS)]

    def reads(connection: psycopg.AsyncConnection[Any]) -> Read:
        async def read(of: Log, after: int) -> list[int]:
            del of
            statement = b"select position from naive where position > %s order by position limit 1000"
            return [row[0] for row in await (await connection.execute(statement, (after,))).fetchall()]

        return read

    readers = [Reader(reads(connection), [("naive", 0)]) for connection in connections[writers:]]
    await _hunt(readers, [_write_naive(connection) for connection in connections[:writers]], seconds)
    there = {("naive", 0, position) for (position,) in await query(url, "select position from naive")}
    for connection in connections:
        await connection.close()
    return len(there), _missed(readers, there)


async def _write_naive(connection: psycopg.AsyncConnection[Any]) -> None:
    while True:
        await connection.execute(INSERT)


async def _hunt(readers: list[Reader], writing: list[Any], seconds: float) -> None:
    """Writers for so long; readers until they have everything that they ever will."""
    stop = asyncio.Event()
    following = [asyncio.create_task(reader.follow(stop)) for reader in readers]
    writers = [asyncio.create_task(each) for each in writing]
    await asyncio.wait(writers, timeout=seconds)
    for writer in writers:
        writer.cancel()
    ends = await asyncio.gather(*writers, return_exceptions=True)
    for end in ends:
        if not isinstance(end, asyncio.CancelledError | psycopg.errors.QueryCanceled):
            raise RuntimeError("a writer ended by itself") from end if isinstance(end, BaseException) else None
    await asyncio.sleep(0.5)  # what was under way commits
    stop.set()
    await asyncio.gather(*following)
    for reader in readers:
        await reader.to_the_end()


def _missed(readers: list[Reader], there: set[tuple[str, int, int]]) -> int:
    seen = [
        {(*log, position) for log, positions in reader.seen.items() for position in positions} for reader in readers
    ]
    return sum(len(there - each) for each in seen)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--writers", type=int, default=16)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    ends = {}
    for name, hunt in (("our store", hunt_ours), ("bigserial", hunt_naive)):
        with database() as url:
            written, missed = asyncio.run(hunt(url, arguments.seconds, arguments.writers))
        where = f"{arguments.writers} writers, {READERS} readers, {arguments.seconds:.0f} s"
        print(f"{name:12} {written} events by {where}: {missed} missed")
        ends[name] = missed
    return 0 if ends["our store"] == 0 and ends["bigserial"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
