from __future__ import annotations

import asyncio

from domain.policy import DEFAULT, SPIKE
from domain.queue import Standing
from infra import lines, policies
from infra.lines import Lines
from infra.memory import MemoryEventStore
from infra.policies import Policies
from tests.examples import spike_policy_changed
from tests.given import happened


def test_the_policy_is_read_again_after_a_second() -> None:
    clock = [100.0]

    async def run() -> None:
        store = MemoryEventStore()
        known = Policies(store, lambda: clock[0])
        assert await known.spike() == DEFAULT
        await happened(store, SPIKE, spike_policy_changed(version=1, paid_share=90))
        clock[0] += policies.FRESH_SECONDS / 2
        assert await known.spike() == DEFAULT
        clock[0] += policies.FRESH_SECONDS
        assert ((await known.spike()).version, (await known.spike()).paid_share) == (1, 90)

    asyncio.run(run())


class Table:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def standing(self, model: str, tier: str) -> Standing:
        self.asked.append((model, tier))
        return Standing(len(self.asked), 5.0, 1)


def test_a_line_is_counted_once_for_all_who_ask_at_a_time() -> None:
    clock = [100.0]

    async def run() -> None:
        table = Table()
        known = Lines(table, lambda: clock[0])
        first = await asyncio.gather(*(known.standing("m", "free") for _ in range(50)))
        assert {each.waiting for each in first} == {1}
        assert (await known.standing("m", "paid")).waiting == 2
        clock[0] += lines.FRESH_SECONDS
        assert (await known.standing("m", "free")).waiting == 3
        assert table.asked == [("m", "free"), ("m", "paid"), ("m", "free")]

    asyncio.run(run())
