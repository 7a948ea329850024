"""Keeps read models: decodes each record once, then one transaction per model and batch, in a thread of its own.

A model of which most can no longer be applied is left alone until this process starts again; the others go on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from domain.recorded import Recorded
from projections.checkpoint import Ahead, Epochs, Gap, Result, begin
from projections.db import Connection
from projections.dead_letters import TooManyDead
from projections.events import Event, decode
from projections.model import ReadModel
from projections.writer import Writer
from streams.consumer import Log, Progress, furthest_behind
from streams.errors import HistoryDiffers
from streams.projector_ports import History, Watch

HEAL_BATCH: Final = 1_000
logger = logging.getLogger(__name__)


class Unwatched:
    """Nobody wants to know."""

    def applied(self, model: str, events: Sequence[Event], result: Result, seconds: float) -> None: ...
    def healed(self, model: str, events: int) -> None: ...


class Projector:
    """A consumer that hosts read models. `connect` opens a connection in autocommit mode for each of them."""

    def __init__(
        self,
        models: Sequence[ReadModel],
        connect: Callable[[], Connection],
        history: History,
        watch: Watch | None = None,
    ) -> None:
        self.name = "-".join(sorted(model.schema for model in models))
        self.categories = tuple(sorted({category for model in models for category in model.categories}))
        self.healed = 0
        self._models = models
        self._connect = connect
        self._history = history
        self._watch = watch or Unwatched()
        self._hosted: list[_Hosted] = []
        self._epochs = Epochs(())

    async def start(self) -> None:
        self._epochs = Epochs(await self._history.epochs())
        for model in self._models:
            hosted = _Hosted(Writer(await asyncio.to_thread(self._connect), model), self._watch)
            self._hosted.append(hosted)
            await hosted.check(self._epochs)

    async def stop(self) -> None:
        for hosted in self._hosted:
            await hosted.close()

    async def progress(self) -> dict[Log, Progress]:
        """Where the model is that is furthest behind, for each log. One that has stopped counts only where nobody
        else reads the log."""
        found = [(hosted, await hosted.progress()) for hosted in self._hosted]
        logs = {log for _, done in found for log in done}
        return {log: furthest_behind(log, _who_count(log, found)) for log in logs}

    async def handle(self, batch: Sequence[Recorded], offsets: Mapping[Log, int]) -> None:
        await self._know_epochs(batch)
        events = decode(batch)
        await asyncio.gather(*(self._project(hosted, events, offsets) for hosted in self._hosted))

    async def _know_epochs(self, batch: Sequence[Recorded]) -> None:
        unheard = {recorded.epoch for recorded in batch} - self._epochs.known
        if unheard:
            self._epochs = Epochs(await self._history.epochs())
        if lost := unheard - self._epochs.known:
            logger.warning("passed over records of %s epochs that the event store does not know", len(lost))

    async def _project(self, hosted: _Hosted, events: Sequence[Event], offsets: Mapping[Log, int]) -> None:
        wanted = [event for event in events if event.recorded.category in hosted.model.categories]
        while wanted and not hosted.stopped:
            try:
                return await hosted.write(wanted, self._epochs, offsets)
            except Gap as gap:
                if gap.index:
                    await hosted.write(wanted[: gap.index], self._epochs, {})
                await self._heal(hosted, gap)
                wanted = wanted[gap.index :]
            except Ahead as error:
                raise hosted.differs(error) from error
            except TooManyDead as error:
                await hosted.stop(wanted[-1], error)

    async def _heal(self, hosted: _Hosted, gap: Gap) -> None:
        """Kafka did not deliver them; the event store has them, or something is badly wrong."""
        logger.warning("%s: %s, healing from the event store", hosted.model.schema, gap)
        after = gap.after
        while after < gap.before - 1:
            limit = min(HEAL_BATCH, gap.before - 1 - after)
            missing = await self._history.read(gap.category, gap.shard, after, limit)
            if not missing:
                raise HistoryDiffers(f"{gap.category}/{gap.shard} {after + 1} is in neither Kafka nor the event store")
            await hosted.write(decode(missing), self._epochs, {})
            self.healed += len(missing)
            self._watch.healed(hosted.model.name, len(missing))
            after = missing[-1].position


def _who_count(
    log: Log, found: Sequence[tuple[_Hosted, Mapping[Log, Progress]]]
) -> list[tuple[Sequence[str], Mapping[Log, Progress]]]:
    readers = [(hosted, done) for hosted, done in found if log[0] in hosted.model.categories]
    going_on = [(hosted, done) for hosted, done in readers if not hosted.stopped]
    return [(hosted.model.categories, done) for hosted, done in going_on or readers]


class _Hosted:
    """A read model's writer, called from one thread at a time."""

    def __init__(self, writer: Writer, watch: Watch) -> None:
        self.model = writer.model
        self.stopped = False
        self._writer = writer
        self._watch = watch
        self._turn = asyncio.Lock()

    async def progress(self) -> dict[Log, Progress]:
        async with self._turn:
            found = await asyncio.to_thread(self._writer.progress)
        return {log: Progress(mine.position, mine.offset) for log, mine in found.items()}

    async def check(self, epochs: Epochs) -> None:
        """At the start, as a log in which nothing happens any more would never show that the model is ahead of it."""
        async with self._turn:
            found = await asyncio.to_thread(self._writer.progress)
        try:
            for log, mine in found.items():
                begin(log, mine, epochs)
        except Ahead as error:
            raise self.differs(error) from error

    def differs(self, error: Ahead) -> HistoryDiffers:
        advice = f"drop the schema {self.model.schema} and start again: it is filled anew"
        return HistoryDiffers(f"{self.model.schema}: {error}; {advice}")

    async def write(self, events: Sequence[Event], epochs: Epochs, offsets: Mapping[Log, int]) -> None:
        async with self._turn:
            began = time.perf_counter()
            result = await asyncio.to_thread(self._writer.write, events, epochs, offsets)
        self._watch.applied(self.model.name, events, result, time.perf_counter() - began)
        if result.parked:
            logger.error("%s: parked %s events as dead letters", self.model.schema, result.parked)

    async def stop(self, event: Event, error: TooManyDead) -> None:
        """Started again for ever, it would take nothing either, and keep the others from going on. `event` is one of
        those that were not taken."""
        self.stopped = True
        advice = "mend the code and start this process again; the other read models go on"
        logger.critical("%s has stopped: %s; %s", self.model.schema, error, advice)
        async with self._turn:
            await asyncio.to_thread(self._writer.note_stopped, event, str(error))

    async def close(self) -> None:
        async with self._turn:
            self._writer.close()
