"""The only clock loop: what must happen because time has passed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from commands.bus import Bus
from commands.video import FailGeneration
from domain.queue import Lost
from streams.deferred import Deferred
from streams.ports import Clock, Hours, Jobs, TimerTable
from streams.system import tell

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 1.0
# After a start, and so after any failure that ended the process, workers first get the time of a lease to be heard.
PATIENCE_SECONDS: Final = 15.0
FORGET_EVERY: Final = 3_600  # ticks
SWEEP_EVERY: Final = 86_400  # ticks
FIRST_SWEEP: Final = 600  # not while everything starts
HOUR: Final = timedelta(hours=1)
# Missed hours that are closed in one tick: each holds up all writers for a moment.
HOURS_AT_ONCE: Final = 10


async def _nothing() -> None:
    """There are no files to look after."""


class Timers:
    """`sweep` may take minutes: it runs beside the rest, and once at a time."""

    def __init__(
        self,
        jobs: Jobs,
        table: TimerTable,
        hours: Hours,
        bus: Bus,
        clock: Clock,
        sweep: Callable[[], Coroutine[Any, Any, None]] = _nothing,
    ) -> None:
        self._jobs = jobs
        self._table = table
        self._hours = hours
        self._bus = bus
        self._clock = clock
        self._sweep = sweep
        self._sweeping: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._ticks = 0
        self._closed: datetime | None = None
        self.deferred = Deferred(table, bus, clock, self.wake)

    def wake(self) -> None:
        """A command is due: do not wait for the next look."""
        self._woken.set()

    async def run(self) -> NoReturn:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        began, next_tick = loop.time(), loop.time()
        try:
            while True:
                self._woken.clear()
                await self.deferred.begin()
                if loop.time() >= next_tick:
                    await self.tick(leases=loop.time() >= began + PATIENCE_SECONDS)
                    next_tick = loop.time() + TICK_SECONDS
                # Not `wait_for`: woken and cancelled at once, it forgets that it was cancelled (Python 3.11).
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(next_tick):
                        await self._woken.wait()
        finally:
            if self._sweeping:
                self._sweeping.cancel()
            await self.deferred.stop()

    async def tick(self, *, leases: bool = True) -> None:
        if leases:
            for lost in await self._jobs.lost():
                await self._fail(lost)
        await self._close_hours()
        if self._ticks % FORGET_EVERY == 0:
            await self._jobs.forget()
            await self._table.forget()
        if self._ticks % SWEEP_EVERY == FIRST_SWEEP and (self._sweeping is None or self._sweeping.done()):
            self._sweeping = asyncio.create_task(self._sweep())
        self._ticks += 1

    async def _fail(self, lost: Lost) -> None:
        logger.warning("worker %s lost %s, attempt %d", lost.worker, lost.video_id, lost.attempt)
        command = FailGeneration(
            video_id=lost.video_id,
            attempt=lost.attempt,
            code="lease_lost",
            message="The worker stopped answering.",
            worker=lost.worker,
        )
        key = f"{lost.video_id}:{lost.attempt}:lease_lost"
        await tell(self._bus, command, key=key, subject=lost.video_id, at=self._clock.now())
        # Whatever the video made of it, the attempt is over: its worker must hear so, and its row must not come again.
        await self._jobs.close(lost.video_id, lost.attempt)
        # Nothing is sent to a worker that is most likely dead; one that is not will say hello again.
        await self._jobs.goodbye(lost.worker)

    async def _close_hours(self) -> None:
        """In their order, those first that ended while nobody was here to close them."""
        for _ in range(HOURS_AT_ONCE):
            self._closed = self._closed or await self._hours.last_hour()
            if self._closed is None or self._clock.now() < self._closed + HOUR:
                return
            end = self._closed + HOUR
            if not await self._hours.close_hour(end):
                self._closed = None  # another one was quicker, or the database's clock is behind ours
                return
            self._closed = end
