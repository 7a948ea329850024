"""One worker for two models: the second one's processes start with its first film."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from inference.ports import EngineCrash
from inference.several import Several


class One:
    def __init__(self, model: str, slots: int, breaks: int = 0) -> None:
        self.name, self.models, self.slots = f"engine of {model}", [model], slots
        self.started, self.stopped, self.breaks = 0, 0, breaks

    async def start(self) -> None:
        if self.breaks:
            self.breaks -= 1
            raise EngineCrash("no")
        self.started += 1

    async def stop(self) -> None:
        self.stopped += 1

    @asynccontextmanager
    async def lend(self, model: str) -> AsyncIterator[Any]:
        yield model


def test_each_film_goes_where_its_model_is_and_nothing_starts_before_it_is_needed() -> None:
    drawn, learned = One("a", 2), One("b", 16)
    both = Several([drawn, learned])
    assert (both.models, both.slots, both.name) == (["a", "b"], 2, "engine of a and engine of b")

    async def lent(model: str) -> Any:
        async with both.lend(model) as runner:
            return runner

    async def story() -> None:
        await both.start()
        assert await lent("a") == "a"
        assert (drawn.started, learned.started) == (1, 0)
        assert await asyncio.gather(lent("b"), lent("b")) == ["b", "b"]
        assert (drawn.started, learned.started) == (1, 1)
        await both.stop()

    asyncio.run(story())
    assert (drawn.stopped, learned.stopped) == (1, 1)


def test_what_did_not_start_is_tried_again_with_the_next_film() -> None:
    learned = One("b", 1, breaks=1)
    both = Several([One("a", 1), learned])

    async def lent() -> Any:
        async with both.lend("b") as runner:
            return runner

    async def story() -> None:
        await both.start()
        with pytest.raises(EngineCrash):
            await lent()
        assert await lent() == "b"

    asyncio.run(story())
    assert learned.started == 1
