"""The only clock loop: what must happen because time has passed."""

from __future__ import annotations

import asyncio
import logging
from itertools import count
from typing import Final, NoReturn

from commands.bus import Bus
from commands.video import FailGeneration
from domain.queue import Lost
from streams.ports import Clock, Jobs
from streams.system import tell

logger = logging.getLogger(__name__)

TICK_SECONDS: Final = 1.0
# After a start, and so after any failure that ended the process, workers first get the time of a lease to be heard.
PATIENCE_SECONDS: Final = 15.0
FORGET_EVERY: Final = 3_600  # ticks


class Timers:
    def __init__(self, jobs: Jobs, bus: Bus, clock: Clock) -> None:
        self._jobs = jobs
        self._bus = bus
        self._clock = clock

    async def run(self) -> NoReturn:
        """Until cancelled."""
        await asyncio.sleep(PATIENCE_SECONDS)
        for tick in count():
            await self.tick()
            if tick % FORGET_EVERY == 0:
                await self._jobs.forget()
            await asyncio.sleep(TICK_SECONDS)
        raise AssertionError("there is always a next tick")

    async def tick(self) -> None:
        for lost in await self._jobs.lost():
            await self._fail(lost)

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
