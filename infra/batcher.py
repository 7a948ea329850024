"""Commands that wait together are written together: one transaction, one flush to disk, up to 500 answers.

There is no artificial delay: a writer takes whatever has arrived while it was busy.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from domain.errors import Unavailable
from domain.recorded import Answered, Appended
from infra.prepared import Prepared

Outcome = Appended | Answered | Exception
Write = Callable[[list[Prepared]], Awaitable[Sequence[Outcome]]]

BATCH: Final = 500
SMALL: Final = 32  # a batch that is not worth sharing


@dataclass(eq=False, slots=True)
class _Waiting:
    command: Prepared
    done: asyncio.Future[Appended | Answered]


class Batcher:
    def __init__(self, writers: Sequence[Write], capacity: int) -> None:
        """Each of `writers` is busy with one batch at a time and returns an outcome for each of its commands."""
        self._writers = writers
        self._capacity = capacity
        self._queue: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._idle = 0
        self._open = False

    def start(self) -> None:
        self._open = True
        self._tasks = [asyncio.create_task(self._run(write)) for write in self._writers]

    async def stop(self) -> None:
        """Takes no more commands, and returns when those that wait have their outcomes."""
        self._open = False
        self._arrived.set()
        await asyncio.gather(*self._tasks)

    async def submit(self, command: Prepared) -> Appended | Answered:
        """The outcome, or the exception that is the outcome. A caller that gives up while its command waits takes
        it back; once it is being written, it will be written."""
        if not self._open:
            raise Unavailable("stopping", "The server is stopping: send the request again.", retry_after=1)
        if len(self._queue) >= self._capacity:
            raise Unavailable("overloaded", "Too many commands are waiting: try again soon.", retry_after=1)
        waiting = _Waiting(command, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        return await waiting.done

    async def _run(self, write: Write) -> None:
        while batch := await self._next():
            try:
                outcomes = await write([waiting.command for waiting in batch])
            except Exception as error:  # a command must never wait for ever
                outcomes = [error] * len(batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _settle(waiting.done, outcome)

    async def _next(self) -> list[_Waiting]:
        """At least one command; none when the batcher was stopped and nothing waits."""
        self._idle += 1
        try:
            while not (batch := take(self._queue, self._share())) and self._open:
                self._arrived.clear()
                await self._arrived.wait()
            return batch
        finally:
            self._idle -= 1

    def _share(self) -> int:
        """Idle writers share a long queue: while the database works for one of them, we work for another."""
        return min(BATCH, max(SMALL, ceil(len(self._queue) / self._idle)))


def take(queue: deque[_Waiting], limit: int = BATCH) -> list[_Waiting]:
    """Commands that can be written together. None names a stream that one before it writes, so each sees the streams
    as they were before the batch and the order of the queue is an order in which they could have happened.

    The others stay, in their order; the first in the queue always goes, so nobody starves.
    """
    batch: list[_Waiting] = []
    stay: list[_Waiting] = []
    ids: set[tuple[str, str]] = set()
    written: set[str] = set()
    while queue and len(batch) < limit and len(stay) < limit:
        waiting = queue.popleft()
        command = waiting.command
        if waiting.done.done():  # the caller has given up
            continue
        if command.id in ids or not written.isdisjoint(command.expected):
            stay.append(waiting)
            continue
        batch.append(waiting)
        ids.add(command.id)
        written.update(command.writes)
    queue.extendleft(reversed(stay))
    return batch


def _settle(done: asyncio.Future[Appended | Answered], outcome: Outcome) -> None:
    if done.done():  # the caller has given up
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
