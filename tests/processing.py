"""Drives reactions and processes over the event store's twin, as the streams do, but in any order a test wants.

platform = Processing()
await platform.has(VIDEO_ID, created(characters=...), completed())
await platform.has(CHARACTER_ID, consent_revoked())
await platform.run()
receipt = await platform.receipt("revocation")
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from commands.bus import Bus
from commands.deferred import decode
from commands.process import StartProcess
from commands.reactions import After, Effect, react
from commands.work import PROCESS, VIDEO, fold
from domain import catalog
from domain.errors import Rejected
from domain.process import Absent, Finished, Process, Receipt, receipt
from domain.recorded import Recorded
from domain.timers import Timer
from domain.video import Video
from infra.memory import MemoryEventStore
from streams.deferred import origin_of
from streams.reactor import timer_of
from tests.given import happened
from tests.outside import Outside


class Processing:
    def __init__(self) -> None:
        self.outside = Outside()
        self.store = MemoryEventStore(now=self.outside.now)
        self.bus = Bus(self.store, self.outside.world())
        self.done: set[str] = set()
        self._read: dict[tuple[str, int], int] = {}
        self._effects: list[tuple[Recorded, Effect]] = []

    async def has(self, stream: str, *events: Any) -> str:
        await happened(self.store, stream, *events)
        return stream

    async def effects(self) -> list[tuple[Recorded, Effect]]:
        """All that follows from everything that was recorded, with its events."""
        for recorded in await self._news():
            event = catalog.decode(recorded.type, recorded.data)
            self._effects += [(recorded, effect) for effect in react(recorded, event)]
        return self._effects

    async def _news(self) -> list[Recorded]:
        found = []
        for head in await self.store.heads():
            log = (head.category, head.shard)
            found += await self.store.read(*log, self._read.get(log, 0), 100_000)
            self._read[log] = head.position
        return found

    async def timers(self) -> list[Timer]:
        """Of the commands that are due at once."""
        return [
            timer_of(recorded, effect)
            for recorded, effect in await self.effects()
            if isinstance(effect, After) and effect.at is None
        ]

    async def steps(self) -> list[Timer]:
        """Of the commands on processes that were not given yet."""
        commands = ("start_process", "advance_process")
        return [timer for timer in await self.timers() if timer.command in commands and timer.key not in self.done]

    async def give(self, timer: Timer) -> None:
        with suppress(Rejected):
            await self.bus.dispatch(decode(timer.command, timer.payload), origin_of(timer), repeatable=True)
        self.done.add(timer.key)

    async def run(self) -> None:
        """Until nothing more follows."""
        while new := [timer for timer in await self.timers() if timer.key not in self.done]:
            for timer in new:
                await self.give(timer)

    async def processes(self, kind: str) -> list[Process]:
        starts = [
            effect.command
            for _, effect in await self.effects()
            if isinstance(effect, After) and isinstance(effect.command, StartProcess)
        ]
        states = [(await fold(self.store, PROCESS, start.process_id))[0] for start in starts if start.kind == kind]
        return [state for state in states if not isinstance(state, Absent)]

    async def receipt(self, kind: str) -> Receipt:
        """Of the one finished process of this kind."""
        [state] = await self.processes(kind)
        assert isinstance(state, Finished)
        return receipt(state)

    async def actions(self, kind: str) -> dict[str, tuple[str, str]]:
        return {item.id: (item.was, item.action) for item in (await self.receipt(kind)).items}

    async def video(self, video_id: str) -> Video:
        return (await fold(self.store, VIDEO, video_id))[0]
