"""One worker for several models, on a machine that has no GPU to keep for one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from inference.ports import Engines, Runner


class Started(Engines, Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Several:
    """An `inference.ports.Engines`. The first one starts with the worker and says how many films are made at once; the
    processes of each other one start with its first film, which waits for them."""

    def __init__(self, engines: Sequence[Started]) -> None:
        self._engines = engines
        self._running: list[Started] = []
        self._starting = asyncio.Lock()
        self.name = " and ".join(dict.fromkeys(each.name for each in engines))
        self.models = [model for each in engines for model in each.models]

    @property
    def slots(self) -> int:
        return self._engines[0].slots

    async def start(self) -> None:
        await self._started(self._engines[0])

    async def stop(self) -> None:
        for each in self._engines:
            await each.stop()

    @asynccontextmanager
    async def lend(self, model: str) -> AsyncIterator[Runner]:
        engines = next(each for each in self._engines if model in each.models)
        await self._started(engines)
        async with engines.lend(model) as runner:
            yield runner

    async def _started(self, engines: Started) -> None:
        async with self._starting:
            if engines not in self._running:
                await engines.start()
                self._running.append(engines)
