"""The lines before the workers, counted at most twice a second: everyone who creates asks how long they are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol

from domain.queue import Standing

FRESH_SECONDS: Final = 0.5


class Table(Protocol):
    async def standing(self, model: str, tier: str) -> Standing: ...


class Lines:
    def __init__(self, table: Table, seconds: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._seconds = seconds
        self._known: dict[tuple[str, str], tuple[Standing, float]] = {}
        self._counting = asyncio.Lock()

    async def standing(self, model: str, tier: str) -> Standing:
        async with self._counting:
            known = self._known.get((model, tier))
            if known is None or self._seconds() - known[1] >= FRESH_SECONDS:
                known = (await self._table.standing(model, tier), self._seconds())
                self._known[model, tier] = known
        return known[0]
