"""The registered models, read from the platform log."""

from __future__ import annotations

import asyncio
import time
from typing import Final, Protocol

from domain import catalog
from domain.model import Model, ModelRegistered
from domain.recorded import Recorded

CATEGORY: Final = "platform"
SHARD: Final = 0
PAGE: Final = 500
FRESH_SECONDS: Final = 1.0
REGISTERED: Final = catalog.BY_KIND[ModelRegistered].type


class Log(Protocol):
    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]: ...


class InstalledModels:
    """Follows the log, at most once a second, from where it was last."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._position = 0
        self._models: dict[str, Model] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def installed(self) -> list[Model]:
        async with self._reading:
            if time.monotonic() - self._read_at >= FRESH_SECONDS:
                await self._catch_up()
                self._read_at = time.monotonic()
        return list(self._models.values())

    async def _catch_up(self) -> None:
        while page := await self._log.read(CATEGORY, SHARD, self._position, PAGE):
            for recorded in page:
                self._apply(recorded)

    def _apply(self, recorded: Recorded) -> None:
        self._position = recorded.position
        if recorded.type == REGISTERED:
            model = catalog.decode(recorded.type, recorded.data).model
            self._models[model.model] = model
