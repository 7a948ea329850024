"""One connection that writes batches of commands, and does not give up when the connection does."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from domain.errors import Conflict
from domain.recorded import Answered, Appended, Position
from infra.arrays import register
from infra.batcher import Outcome
from infra.columns import APPEND, columns_of
from infra.postgres import Connection, connect, unreachable
from infra.prepared import Prepared
from infra.shards import Shards

LOG: Final = logging.getLogger(__name__)

# Classes of SQLSTATE after which the same batch, sent again, may well succeed: connection, rollback, resources, not
# now, operator, system. 23505: another transaction has just committed one of our command ids. 25006: a server that
# became a replica.
REPEAT_CLASSES: Final = frozenset({"08", "40", "53", "55", "57", "58"})
REPEAT_STATES: Final = frozenset({"23505", "25006"})


class Writer:
    def __init__(self, url: str, epoch: str, shards: Shards, patience: float) -> None:
        """`patience`: seconds after which a batch that could not be written is given up."""
        self._url = url
        self._epoch = epoch
        self._shards = shards
        self._patience = patience
        self._connection: Connection | None = None

    async def write(self, batch: Sequence[Prepared]) -> list[Outcome]:
        """An outcome for each command, in order. After a lost connection nobody knows whether the batch was
        committed, so the very same batch is sent again: its command ids make that safe, and the unique key waits
        for a first attempt that is still under way."""
        deadline = asyncio.get_running_loop().time() + self._patience
        attempts = 0
        while True:
            try:
                rows = await self._send(batch)
                return self._outcomes(batch, rows, again=attempts > 0)
            except Exception as error:
                if not _may_pass(error):
                    return await self._isolate(batch, error)
                await self._recover(error)
                if asyncio.get_running_loop().time() > deadline:
                    raise unreachable() from error
            attempts += 1
            await asyncio.sleep(random.uniform(0, min(0.01 * 2**attempts, 0.5)))  # noqa: S311 - jitter

    async def close(self) -> None:
        if self._connection:
            await self._connection.close()

    async def _send(self, batch: Sequence[Prepared]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = await connect(self._url)
            register(self._connection)
        cursor = await self._connection.execute(APPEND, columns_of(batch, self._shards), prepare=True, binary=True)
        return await cursor.fetchall()

    async def _recover(self, error: Exception) -> None:
        state = _state(error)
        LOG.warning("append is sent again after %s %s", type(error).__name__, state)
        if self._connection and (self._connection.broken or state[:2] in ("", "57", "58") or state == "25006"):
            await self._connection.close()
            self._connection = None

    async def _isolate(self, batch: Sequence[Prepared], error: Exception) -> list[Outcome]:
        """One command that the database cannot take must not fail its neighbours."""
        if len(batch) == 1:
            return [error]
        return [outcome for command in batch for outcome in await self.write([command])]

    def _outcomes(self, batch: Sequence[Prepared], rows: list[tuple[Any, ...]], *, again: bool) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        for ordinal, outcome, request_hash, answer, positions in rows:
            outcomes[ordinal] = self._outcome(batch[ordinal - 1], outcome, request_hash, answer, positions, again)
        return [outcomes[ordinal] for ordinal in range(1, len(batch) + 1)]

    def _outcome(
        self, command: Prepared, outcome: str, request_hash: bytes, answer: bytes, positions: str, again: bool
    ) -> Outcome:
        if outcome == "conflict":
            return Conflict("stream_moved", "Another command changed what this one relied on.")
        if outcome == "appended":
            return Appended(self._epoch, to_positions(positions))
        if again and (request_hash, answer) == (command.origin.request_hash, command.answer):
            return Appended(self._epoch, to_positions(positions))  # the first attempt had been committed
        return Answered(request_hash, answer, self._epoch, to_positions(positions))


def to_positions(text: str) -> tuple[Position, ...]:
    words = (word.split("/") for word in text.split())
    return tuple(Position(category, int(shard), int(position)) for category, shard, position in words)


def _may_pass(error: Exception) -> bool:
    state = _state(error)
    if not state:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return state[:2] in REPEAT_CLASSES or state in REPEAT_STATES


def _state(error: Exception) -> str:
    """The SQLSTATE, empty when the server said nothing."""
    return (error.sqlstate or "") if isinstance(error, psycopg.Error) else ""
