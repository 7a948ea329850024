"""What is remembered of previews, in PostgreSQL and in its twin."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands.ports import Previews
from infra import previews
from infra.postgres import Pool, fetch, open_pool
from tests.outside import Outside

LONG = [f"video_{number:026}" for number in range(20_000)]


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    async with open_pool(fresh_database) as opened:
        yield opened


@pytest.fixture(params=["postgres", "memory"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Previews]:
    if request.param == "memory":
        yield Outside()
        return
    async with open_pool(request.getfixturevalue("fresh_database")) as pool:
        yield previews.Previews(pool)


async def test_a_preview_is_found_as_it_was_saved(kept: Previews) -> None:
    await kept.save("d1", "video_1", "subtree", LONG)
    await kept.save("d2", "video_1", "node", ["video_1"])
    await kept.save("d3", "video_2", "subtree", [])
    assert await kept.find("d1", "video_1", "subtree") == LONG
    assert await kept.find("d2", "video_1", "node") == ["video_1"]
    assert await kept.find("d3", "video_2", "subtree") == []


async def test_it_is_of_one_subject_and_scope(kept: Previews) -> None:
    await kept.save("d1", "video_1", "subtree", ["video_1"])
    for other in (("d2", "video_1", "subtree"), ("d1", "video_2", "subtree"), ("d1", "video_1", "node")):
        assert await kept.find(*other) is None


async def test_the_same_preview_may_be_made_again(kept: Previews) -> None:
    for _ in range(2):
        await kept.save("d1", "video_1", "node", ["video_1"])
    assert await kept.find("d1", "video_1", "node") == ["video_1"]


async def test_after_a_day_it_is_forgotten(pool: Pool) -> None:
    kept = previews.Previews(pool)
    await kept.save("d1", "video_1", "node", ["video_1"])
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '23 hours 59 minutes'")
    assert await kept.find("d1", "video_1", "node") == ["video_1"]
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '1 minute'")
    assert await kept.find("d1", "video_1", "node") is None
    await kept.save("d2", "video_1", "node", ["video_1"])
    assert await fetch(pool, "select digest from edge.previews") == [("d2",)]
    await kept.save("d2", "video_1", "node", ["video_1"])


async def test_a_preview_that_is_made_again_counts_from_then(pool: Pool) -> None:
    kept = previews.Previews(pool)
    await kept.save("d1", "video_1", "node", ["video_1"])
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '23 hours'")
    await kept.save("d1", "video_1", "node", ["video_1"])
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '23 hours'")
    assert await kept.find("d1", "video_1", "node") == ["video_1"]
