"""One connection that writes batches of commands, and does not give up when the connection does."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import psycopg

from domain.errors import Conflict
from domain.recorded import Answered, Appended, Position
from infra.batcher import Outcome
from infra.postgres import Connection, connect, unreachable
from infra.prepared import Prepared

LOG: Final = logging.getLogger(__name__)

APPEND: Final = b"""
    select command, outcome, request_hash, answer, positions from log.append_batch(
        %b::text[], %b::int[], %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::int[], %b::text[], %b::int[],
        %b::int[], %b::text[], %b::int[], %b::text[], %b::int[], %b::uuid[], %b::text[],
        %b::timestamptz[], %b::text[], %b::text[], %b::text[], %b::bytea[])
"""
# Classes of SQLSTATE after which the same batch, sent again, may well succeed: connection, rollback, resources, not
# now, operator, system. 23505: another transaction has just committed one of our command ids. 25006: a server that
# became a replica.
REPEAT_CLASSES: Final = frozenset({"08", "40", "53", "55", "57", "58"})
REPEAT_STATES: Final = frozenset({"23505", "25006"})


class Writer:
    def __init__(self, url: str, epoch: str, patience: float) -> None:
        """`patience`: seconds after which a batch that could not be written is given up."""
        self._url = url
        self._epoch = epoch
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
            except psycopg.Error as error:
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
        cursor = await self._connection.execute(APPEND, _columns(batch), prepare=True, binary=True)
        return await cursor.fetchall()

    async def _recover(self, error: psycopg.Error) -> None:
        LOG.warning("append is sent again after %s %s", type(error).__name__, error.sqlstate or "")
        state = error.sqlstate or ""
        if self._connection and (self._connection.broken or state[:2] in ("", "57", "58") or state == "25006"):
            await self._connection.close()
            self._connection = None

    async def _isolate(self, batch: Sequence[Prepared], error: psycopg.Error) -> list[Outcome]:
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


def _may_pass(error: psycopg.Error) -> bool:
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return state[:2] in REPEAT_CLASSES or state in REPEAT_STATES


def _columns(batch: Sequence[Prepared]) -> tuple[list[Any], ...]:
    """The arguments of `log.append_batch`; commands are numbered from 1."""
    numbered = list(enumerate(batch, start=1))
    logs = sorted(set(chain.from_iterable(command.logs for command in batch)))
    origins = [command.origin for command in batch]
    expected = [(n, stream, version) for n, command in numbered for stream, version in command.expected.items()]
    events = [(n, command.origin, event) for n, command in numbered for event in command.events]
    return (
        [category for category, _ in logs],
        [shard for _, shard in logs],
        [origin.account for origin in origins],
        [origin.key for origin in origins],
        [origin.request_hash for origin in origins],
        [command.answer for command in batch],
        [n for n, _, _ in expected],
        [stream for _, stream, _ in expected],
        [version for _, _, version in expected],
        [n for n, _, _ in events],
        [event.log[0] for _, _, event in events],
        [event.log[1] for _, _, event in events],
        [event.stream for _, _, event in events],
        [event.version for _, _, event in events],
        [event.id for _, _, event in events],
        [event.type for _, _, event in events],
        [origin.occurred_at for _, origin, _ in events],
        [origin.causation for _, origin, _ in events],
        [origin.correlation for _, origin, _ in events],
        [origin.traceparent for _, origin, _ in events],
        [event.data for _, _, event in events],
    )
