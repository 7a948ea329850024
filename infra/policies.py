"""The spike policy that counts now, for those who ask often; commands read the stream itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

from domain.policy import DEFAULT, SPIKE, SpikePolicy, evolve
from domain.recorded import Fact

FRESH_SECONDS: Final = 1.0


class Store(Protocol):
    async def load(self, stream: str) -> list[Fact]: ...


class Policies:
    def __init__(self, store: Store, seconds: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._seconds = seconds
        self._spike = DEFAULT
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def spike(self) -> SpikePolicy:
        async with self._reading:
            if self._seconds() - self._read_at >= FRESH_SECONDS:
                state = DEFAULT
                for fact in await self._store.load(SPIKE):
                    state = evolve(state, fact.event, fact.recorded.recorded_at)
                self._spike, self._read_at = state, self._seconds()
        return self._spike
