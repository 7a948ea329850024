"""Gives the commands that reactions have asked for, when they are due: several at a time, those of one subject one
after another. A command's key makes it harmless twice, so a row is deleted only after its command was recorded."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from commands.bus import Bus
from commands.deferred import MUST, decode
from domain.errors import Rejected, Unavailable
from domain.recorded import SYSTEM, Origin
from domain.timers import MOST_FAILURES, Timer, delay
from streams.ports import Clock, TimerTable

logger = logging.getLogger(__name__)

AT_ONCE: Final = 8


class Deferred:
    """`wake` is called when a command has come to its end: the next of its subject may be due."""

    def __init__(self, table: TimerTable, bus: Bus, clock: Clock, wake: Callable[[], None]) -> None:
        self._table = table
        self._bus = bus
        self._clock = clock
        self._wake = wake
        self._running: dict[str, asyncio.Task[None]] = {}

    async def begin(self) -> list[asyncio.Task[None]]:
        """Begins to give what is due, as far as there is room. Raises what one that has ended raised."""
        self._reap()
        room = AT_ONCE - len(self._running)
        if room == 0:
            return []
        due = await self._table.due(self._clock.now(), AT_ONCE + len(self._running))
        fresh = [timer for timer in due if timer.key not in self._running][:room]
        for timer in fresh:
            self._running[timer.key] = self._start(self._give(timer))
        return [self._running[timer.key] for timer in fresh]

    async def stop(self) -> None:
        """What was under way comes again."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _start(self, giving: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(giving)
        task.add_done_callback(lambda _: self._wake())
        return task

    def _reap(self) -> None:
        for key in [key for key, task in self._running.items() if task.done()]:
            self._running.pop(key).result()

    async def _give(self, timer: Timer) -> None:
        try:
            await self._bus.dispatch(decode(timer.command, timer.payload), origin_of(timer), repeatable=True)
        except Rejected as refusal:
            if timer.command in MUST:
                await self._failed(timer, refusal)
                return
            logger.warning("%s of %s refused: %s", timer.command, timer.subject, refusal.code)
            await self._table.refuse(timer.key, refusal.code)
        except Unavailable as error:
            await self._again(timer, error.code, failed=False)
        except MemoryError:
            raise
        except Exception as error:
            await self._failed(timer, error)
        else:
            await self._table.done(timer.key)

    async def _failed(self, timer: Timer, error: Exception) -> None:
        """Its name only: the message may quote what nobody is to read."""
        name = type(error).__name__
        if timer.failures + 1 < MOST_FAILURES:
            logger.error("%s of %s failed with %s", timer.command, timer.subject, name)
            await self._again(timer, name, failed=True)
            return
        logger.critical(
            "%s of %s is parked after %d failures, the last with %s: see `recut reactions list`",
            timer.command,
            timer.subject,
            MOST_FAILURES,
            name,
        )
        await self._table.park(timer, name)

    async def _again(self, timer: Timer, code: str, *, failed: bool) -> None:
        until = self._clock.now() + delay(timer.attempts)
        await self._table.postpone(timer, code, until, failed=failed)


def origin_of(timer: Timer) -> Origin:
    return Origin(
        account=SYSTEM,
        key=timer.key,
        # The key says everything: a repeat may come from another version of the code, and is still the same command.
        request_hash=hashlib.sha256(timer.key.encode()).digest(),
        occurred_at=timer.due_at,
        causation=timer.event_id,
        correlation=timer.correlation,
        traceparent=timer.traceparent,
    )
