"""Commands into the event store, as many at a time as it lets wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, Protocol

import msgspec

from domain.recorded import Answered, Append, Appended, Origin
from recut.generator.story import Round
from recut.generator.world import Step

WAITING: Final = 4_000  # of the 5,000 that a store takes
ANSWER: Final = msgspec.json.encode({"ok": {}})


class Store(Protocol):
    async def append(self, append: Append) -> Appended | Answered: ...


class Written(msgspec.Struct):
    """`known`: commands that an earlier run had written."""

    commands: int = 0
    events: int = 0
    known: int = 0
    seconds: float = 0.0


class Writing:
    def __init__(self, store: Store, name: str, clock: Callable[[], datetime]) -> None:
        """`name` tells histories apart. The commands of one history have the same ids each time, so that an
        interrupted one is gone on with by writing it again."""
        self._store = store
        self._name = name
        self._clock = clock
        self._gate = asyncio.Semaphore(WAITING)
        self._number = 0
        self.total = Written()

    async def write(self, rounds: Iterable[Round], told: Callable[[str, Written], None]) -> None:
        """One round after the other; `told` hears of each."""
        for name, steps in rounds:
            before, began = msgspec.structs.replace(self.total), time.perf_counter()
            try:
                await self._round(steps)
            except BaseExceptionGroup as failed:
                raise failed.exceptions[0] from None
            took = time.perf_counter() - began
            self.total.seconds += took
            told(name, Written(self.total.commands - before.commands, self.total.events - before.events,
                               self.total.known - before.known, took))  # fmt: skip

    async def _round(self, steps: Iterable[Step]) -> None:
        lanes: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            for step in steps:
                self._number += 1
                if not step.changes:
                    continue
                await self._gate.acquire()
                task = group.create_task(self._append(step, self._number, lanes.get(step.lane)))
                if step.lane:
                    lanes[step.lane] = task

    async def _append(self, step: Step, number: int, after: asyncio.Task[None] | None) -> None:
        try:
            if after:
                await after
            answer = await self._store.append(Append(self._origin(step, number), step.changes, (), ANSWER))
            self.total.commands += 1
            self.total.events += sum(len(change.events) for change in step.changes)
            self.total.known += isinstance(answer, Answered)
        finally:
            self._gate.release()

    def _origin(self, step: Step, number: int) -> Origin:
        key = f"{self._name}:{number}"
        return Origin(
            account=step.actor,
            key=key,
            request_hash=b"",
            occurred_at=self._clock(),
            causation=key,
            correlation=self._name,
        )
