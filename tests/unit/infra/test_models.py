"""The installed models as the platform log tells."""

from __future__ import annotations

import pytest

from domain.recorded import Recorded
from infra import models
from infra.memory import MemoryEventStore
from infra.models import InstalledModels
from tests.given import a_model, happened, registered


class CountingStore(MemoryEventStore):
    reads = 0

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        self.reads += 1
        return await super().read(category, shard, after, limit)


async def test_the_last_registration_of_each_model_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(models, "PAGE", 2)
    store = MemoryEventStore()
    installed = InstalledModels(store)
    assert await installed.installed() == []
    await happened(store, "model_a", registered(model="a", rank=1), registered(model="a", rank=2))
    await happened(store, "model_b", registered(model="b"))
    assert await installed.installed() == [a_model(model="a", rank=2), a_model(model="b")]
    await happened(store, "model_a", registered(model="a", rank=3))
    assert await installed.installed() == [a_model(model="a", rank=3), a_model(model="b")]


async def test_the_log_is_not_asked_for_every_command() -> None:
    store = CountingStore()
    installed = InstalledModels(store)
    for _ in range(10):
        await installed.installed()
    assert store.reads == 1
