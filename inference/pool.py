"""Warm processes that each make one film at a time: for a model whose films are made on a core, not in a batch."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from inference.engine import Engine
from inference.ports import OutOfMemory, Runner, Watch

log = logging.getLogger(__name__)


class Pool:
    """`make` builds a process, `dress` wraps it for one film. The first one is started at once, the others when they
    are needed: so many films at a time may never be asked for.

    After a film that ran out of memory it takes half as many at once, and one more again whenever so many in a row went
    well. The film itself is reported, with the cause: its next attempt meets fewer others."""

    def __init__(
        self,
        name: str,
        models: Sequence[str],
        slots: int,
        make: Callable[[], Engine],
        watch: Watch,
        dress: Callable[[Engine], Runner] = lambda engine: engine,
    ) -> None:
        self.name = name
        self.models = models
        self.slots = slots
        self._most = slots
        self._make = make
        self._watch = watch
        self._dress = dress
        self._all: list[Engine] = []
        self._idle: list[Engine] = []
        self._well = 0

    async def start(self) -> None:
        """Returns once a film can begin without delay."""
        first = self._new()
        await first.start()
        self._idle.append(first)

    async def stop(self) -> None:
        for engine in self._all:
            await engine.stop()

    @asynccontextmanager
    async def lend(self, model: str) -> AsyncIterator[Runner]:
        del model
        engine = self._idle.pop() if self._idle else self._new()
        try:
            yield self._dress(engine)
        except OutOfMemory:
            self._shrink()
            raise
        else:
            self._grow()
        finally:
            self._idle.append(engine)

    def _new(self) -> Engine:
        engine = self._make()
        self._all.append(engine)
        return engine

    def _shrink(self) -> None:
        self._well = 0
        if self.slots > 1:
            self.slots //= 2
            self._watch.downgraded(self.name, "fewer_at_once")
            log.warning("out of memory: from now on %d at once", self.slots)

    def _grow(self) -> None:
        self._well += 1
        if self._well >= self.slots < self._most:
            self.slots, self._well = self.slots + 1, 0
