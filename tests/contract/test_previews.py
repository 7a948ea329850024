"""What is remembered of previews, in PostgreSQL and in its twin."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands.ports import Previews
from domain.preview import Seen
from domain.recorded import Position
from infra import previews
from infra.postgres import Pool, fetch, open_pool
from tests.outside import Outside


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


def seen(digest: str, subject: str = "video_1", scope: str = "node", total: int = 1, reached: int = 7) -> Seen:
    positions = (Position("moderation", 1, 3), Position("video", 0, reached))
    return Seen(digest=digest, subject=subject, scope=scope, total=total, positions=positions)


async def test_a_preview_is_found_as_it_was_saved(kept: Previews) -> None:
    of_three = [seen("d1", scope="subtree", total=100_000), seen("d2"), seen("d3", "video_2", "subtree", 0)]
    for each in of_three:
        await kept.save(each)
    for each in of_three:
        assert await kept.find(each.digest, each.subject, each.scope) == each


async def test_it_is_of_one_subject_and_scope(kept: Previews) -> None:
    await kept.save(seen("d1", scope="subtree"))
    for other in (("d2", "video_1", "subtree"), ("d1", "video_2", "subtree"), ("d1", "video_1", "node")):
        assert await kept.find(*other) is None


async def test_the_same_preview_may_be_made_again(kept: Previews) -> None:
    for reached in (7, 9):
        await kept.save(seen("d1", reached=reached))
    assert await kept.find("d1", "video_1", "node") == seen("d1", reached=9)


async def test_after_a_day_it_is_forgotten(pool: Pool) -> None:
    kept = previews.Previews(pool)
    await kept.save(seen("d1"))
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '23 hours 59 minutes'")
    assert await kept.find("d1", "video_1", "node") == seen("d1")
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '1 minute'")
    assert await kept.find("d1", "video_1", "node") is None
    await kept.save(seen("d2"))
    assert await fetch(pool, "select digest from edge.previews") == [("d2",)]
    await kept.save(seen("d2"))


async def test_a_preview_that_is_made_again_counts_from_then(pool: Pool) -> None:
    kept = previews.Previews(pool)
    await kept.save(seen("d1"))
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '23 hours'")
    await kept.save(seen("d1"))
    await fetch(pool, "update edge.previews set saved_at = saved_at - interval '23 hours'")
    assert await kept.find("d1", "video_1", "node") == seen("d1")


async def test_a_list_of_ids_that_older_code_has_saved_is_looked_at_again(pool: Pool) -> None:
    old = "insert into edge.previews (digest, subject, scope, ids) values ('d1', 'video_1', 'node', '{video_1}')"
    await fetch(pool, old)
    kept = previews.Previews(pool)
    assert await kept.find("d1", "video_1", "node") is None
    await kept.save(seen("d1"))
    assert await kept.find("d1", "video_1", "node") == seen("d1")
