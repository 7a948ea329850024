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

READ_ONLY: Final = "25006"  # a server that became a replica
# Classes of SQLSTATE that end a connection, or that are best answered with a new one; "" = it ended without a word.
LOST_CLASSES: Final = frozenset({"", "08", "57", "58"})
# The same batch, sent again, may well succeed: lost connection, rollback, lack of resources, not now. 23505: another
# transaction has just committed one of our command ids.
REPEAT_CLASSES: Final = frozenset({"08", "40", "53", "55", "57", "58"})
REPEAT_STATES: Final = frozenset({"23505", READ_ONLY})


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
        attempts, unsure = 0, False
        while True:
            try:
                rows = await self._send(batch)
                return self._outcomes(batch, rows, unsure)
            except Exception as error:
                if not _may_pass(error):
                    return await self._isolate(batch, error)
                unsure = await self._recover(error) or unsure
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

    async def _recover(self, error: Exception) -> bool:
        """True when the connection was lost or given up, so that the batch may or may not have been committed; any
        other error has rolled it back."""
        state = _state(error)
        LOG.warning("append is sent again after %s %s", type(error).__name__, state)
        lost = state[:2] in LOST_CLASSES or state == READ_ONLY
        if lost and self._connection:
            await self._connection.close()
            self._connection = None
        return lost

    async def _isolate(self, batch: Sequence[Prepared], error: Exception) -> list[Outcome]:
        """One command that the database cannot take must not fail its neighbours."""
        if len(batch) == 1:
            return [error]
        return [outcome for command in batch for outcome in await self.write([command])]

    def _outcomes(self, batch: Sequence[Prepared], rows: list[tuple[Any, ...]], unsure: bool) -> list[Outcome]:
        """`unsure`: an earlier attempt may have been committed, so a command that was answered may be our own."""
        outcomes: dict[int, Outcome] = {}
        for ordinal, outcome, request_hash, answer, positions in rows:
            command = batch[ordinal - 1]
            ours = unsure and (request_hash, answer) == (command.origin.request_hash, command.answer)
            if outcome == "conflict":
                outcomes[ordinal] = Conflict("stream_moved", "Another command changed what this one relied on.")
            elif outcome == "appended" or ours:
                outcomes[ordinal] = Appended(self._epoch, to_positions(positions))
            else:
                outcomes[ordinal] = Answered(request_hash, answer, self._epoch, to_positions(positions))
        return [outcomes[ordinal] for ordinal in range(1, len(batch) + 1)]


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
