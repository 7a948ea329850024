"""What is remembered of a stream is always brought up to date, and is never more than a shortcut."""

from __future__ import annotations

import asyncio

import pytest

from commands.folds import Folds, fold
from commands.work import ACCOUNT, CHARACTER, VIDEO, WALLET
from domain.ids import wallet_stream
from domain.recorded import Fact
from infra.memory import MemoryEventStore
from tests.examples import allowance_granted, held, purchased, settled
from tests.given import OWNER, happened

STREAM = wallet_stream(OWNER)


class Counting(MemoryEventStore):
    """Counts the events that were loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded = 0

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        facts = await super().load(stream, after)
        self.loaded += len(facts)
        return facts


async def test_only_what_is_new_is_loaded() -> None:
    store = Counting()
    folds = Folds(store)
    await happened(store, STREAM, allowance_granted(), held())
    store.loaded = 0
    assert await folds.of(WALLET, STREAM) == await fold(store, WALLET, STREAM)
    store.loaded = 0
    assert (await folds.of(WALLET, STREAM))[1] == 2
    assert store.loaded == 0
    await happened(store, STREAM, settled(), purchased())
    store.loaded = 0
    found = await folds.of(WALLET, STREAM)
    assert store.loaded == 2
    assert found == await fold(store, WALLET, STREAM)
    assert (found[0].paid, found[1]) == (100, 4)


async def test_of_many_streams_the_latest_are_remembered() -> None:
    store = Counting()
    folds = Folds(store, most=2)
    for name in "abc":
        await happened(store, f"wallet_{name}", allowance_granted())
        await folds.of(WALLET, f"wallet_{name}")
    store.loaded = 0
    await folds.of(WALLET, "wallet_c")
    await folds.of(WALLET, "wallet_b")
    assert store.loaded == 0
    await folds.of(WALLET, "wallet_a")
    assert store.loaded == 1


async def test_a_slower_fold_does_not_bring_an_older_situation_back() -> None:
    store = Counting()
    folds = Folds(store)
    folds._remember(STREAM, ("newer", 5))
    folds._remember(STREAM, ("older", 4))
    assert folds._known[STREAM] == ("newer", 5)


@pytest.mark.parametrize("kind", [VIDEO, ACCOUNT, CHARACTER])
def test_what_holds_texts_of_people_is_not_remembered(kind: object) -> None:
    assert not kind.remembered  # type: ignore[attr-defined]


async def test_at_the_same_time_it_is_the_same() -> None:
    store = Counting()
    folds = Folds(store)
    await happened(store, STREAM, allowance_granted(), purchased())
    found = await asyncio.gather(*(folds.of(WALLET, STREAM) for _ in range(5)))
    assert all(each == found[0] for each in found)
