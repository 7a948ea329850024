"""The event store on PostgreSQL. Appends are gathered into batches; reads go through a pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Self

import psycopg

from domain.recorded import Answered, Append, Appended, Fact, Position, Recorded
from infra import hours
from infra.arrays import register
from infra.batcher import Batcher, Outcome
from infra.log_reader import COLUMNS, READ_EPOCHS, READ_LOG, Epochs, to_recorded
from infra.mapper import Mapper
from infra.migrate import ensure_logs
from infra.postgres import Pool, ask, connect, fetch, unreachable
from infra.prepared import Prepared, prepare
from infra.shards import Shards
from infra.writer import Writer, to_positions

LOAD: Final = f"select {COLUMNS} from log.events where stream = %s and version > %s order by version"  # noqa: S608 - constants
FIRST: Final = f"select {COLUMNS} from log.events where stream = any(%s) and version = 1"  # noqa: S608 - constants
HEADS: Final = "select category, shard, position from log.logs order by category, shard"
SHARDS: Final = "select category, count(*)::int from log.logs group by category"
ANSWERED: Final = "select request_hash, answer, positions from log.commands where account = %s and key = %s"
LAST: Final = """
    select positions from log.commands where account = %s and positions <> '' order by recorded_at desc limit 1
"""


class PostgresEventStore:
    """Use with `async with`. `wake` is called after each commit that wrote events; it must not block."""

    def __init__(
        self,
        url: str,
        pool: Pool,
        mapper: Mapper,
        *,
        shards: int = 16,
        writers: int = 2,
        capacity: int = 5_000,
        patience: float = 10.0,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`capacity`: commands that may wait. `patience`: seconds for which a lost database is waited for."""
        self._url = url
        self._pool = pool
        self._mapper = mapper
        self._shards = shards
        self._count = writers
        self._capacity = capacity
        self._patience = patience
        self._wake = wake

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(ensure_logs, self._url, self._shards)
        self._epochs = Epochs(await fetch(self._pool, READ_EPOCHS))
        self._logs = shards = Shards(dict(await fetch(self._pool, SHARDS)))
        self._writers = [Writer(self._url, self.epoch, shards, self._patience) for _ in range(self._count)]
        self._batcher = Batcher([self._writing(writer) for writer in self._writers], self._capacity)
        self._batcher.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._batcher.stop()
        for writer in self._writers:
            await writer.close()

    @property
    def epoch(self) -> str:
        return self._epochs.current

    async def append(self, append: Append) -> Appended | Answered:
        """As in `commands/ports.py`."""
        command = await prepare(append, self._mapper)
        try:
            return await self._batcher.submit(command)
        finally:
            for account in command.erases:
                self._mapper.drop(account)

    async def first(self, streams: Sequence[str]) -> dict[str, Fact]:
        """As in `commands/ports.py`."""
        rows = await fetch(self._pool, FIRST, (list(streams),)) if streams else []
        found = [to_recorded(row, self._epochs) for row in rows]
        return {each.stream: Fact(each, await self._mapper.open(each.type, each.data)) for each in found}

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        """The stream's events behind version `after` in order, opened."""
        recorded = [to_recorded(row, self._epochs) for row in await fetch(self._pool, LOAD, (stream, after))]
        return [Fact(each, await self._mapper.open(each.type, each.data)) for each in recorded]

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        """At most `limit` events of one log with a position above `after`, in order; data in sealed form."""
        rows = await fetch(self._pool, READ_LOG, (category, shard, after, limit))
        return [to_recorded(row, self._epochs) for row in rows]

    async def heads(self) -> list[Position]:
        """The last position of every log, 0 for an empty one."""
        return [Position(*row) for row in await fetch(self._pool, HEADS)]

    async def epochs(self) -> list[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        rows = reversed(await fetch(self._pool, READ_EPOCHS))
        return [(epoch, Position(category, shard, first)) for category, shard, first, epoch in rows]

    async def answered(self, account: str, key: str) -> Answered | None:
        rows = await fetch(self._pool, ANSWERED, (account, key))
        return self._answered(*rows[0]) if rows else None

    async def last_positions(self, account: str) -> tuple[Position, ...]:
        """Where the account's last command that changed something went to; empty when there is none."""
        rows = await fetch(self._pool, LAST, (account,))
        return to_positions(rows[0][0]) if rows else ()

    async def last_hour(self) -> datetime | None:
        """The end of the last hour that was closed; before the first, the beginning of the hour in which the log
        began; None for an empty log."""
        return await ask(self._pool, hours.last)

    async def close_hour(self, ended_at: datetime) -> bool:
        """Records which position of each log was its last one before `ended_at`. False when that was recorded before,
        or the hour has not ended by the clock of the database. Sent once: repeat it after an `Unavailable`."""
        try:
            async with await connect(self._url) as connection:
                register(connection)
                closed = await hours.close(connection, self._mapper, self._logs, ended_at)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise unreachable() from error
        if closed:
            self._wake()
        return closed

    def _answered(self, request_hash: bytes, answer: bytes, positions: str) -> Answered:
        return Answered(request_hash, answer, self.epoch, to_positions(positions))

    def _writing(self, writer: Writer) -> Any:
        async def write(batch: list[Prepared]) -> Sequence[Outcome]:
            outcomes = await writer.write(batch)
            if any(isinstance(outcome, Appended) and outcome.positions for outcome in outcomes):
                self._wake()
            return outcomes

        return write
