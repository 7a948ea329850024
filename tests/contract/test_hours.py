"""What closing an hour promises, on PostgreSQL and on its twin in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.policy import HourClosed
from infra.memory import MemoryEventStore
from tests.given import VIDEO_ID, attempt_failed, created, happened, registered
from tests.stores import open_store, query

HOUR = timedelta(hours=1)


class Clocked:
    """A store, and a way to move everything that it has recorded into the past."""

    def __init__(self, store: Any, url: str | None, clock: list[timedelta]) -> None:
        self.store = store
        self._url = url
        self._clock = clock

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self._clock[0]

    async def later(self, time: timedelta) -> None:
        if self._url is None:
            self._clock[0] += time
            return
        await query(self._url, "update log.events set recorded_at = recorded_at - %s", (time,))
        await query(self._url, "update log.logs set at = at - %s where position > 0", (time,))

    async def hours(self) -> list[HourClosed]:
        return [fact.event for fact in await self.store.load("hours")]


@pytest.fixture(params=["postgres", "memory"])
async def clocked(request: pytest.FixtureRequest) -> AsyncIterator[Clocked]:
    clock = [timedelta()]
    if request.param == "memory":
        yield Clocked(MemoryEventStore(now=lambda: datetime.now(UTC) + clock[0]), None, clock)
        return
    url = request.getfixturevalue("fresh_database")
    async with open_store(url) as store:
        yield Clocked(store, url, clock)


def ended(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


async def test_an_empty_log_has_no_hours(clocked: Clocked) -> None:
    assert await clocked.store.last_hour() is None


async def test_before_the_first_hour_is_closed_the_log_says_where_to_begin(clocked: Clocked) -> None:
    await happened(clocked.store, VIDEO_ID, created())
    [fact] = await clocked.store.load(VIDEO_ID)
    assert await clocked.store.last_hour() == ended(fact.recorded.recorded_at)


async def test_an_hour_that_has_not_ended_stays_open(clocked: Clocked) -> None:
    await happened(clocked.store, VIDEO_ID, created())
    assert not await clocked.store.close_hour(ended(clocked.now) + HOUR)
    assert await clocked.hours() == []


async def test_an_hour_is_closed_once_and_none_before_it(clocked: Clocked) -> None:
    await happened(clocked.store, VIDEO_ID, created())
    await clocked.later(2 * HOUR)
    end = ended(clocked.now)
    assert await clocked.store.close_hour(end)
    assert not await clocked.store.close_hour(end)
    assert not await clocked.store.close_hour(end - HOUR)
    assert [hour.ended_at for hour in await clocked.hours()] == [end]
    assert await clocked.store.last_hour() == end


async def test_an_hour_that_is_closed_late_holds_what_was_recorded_before_its_end(clocked: Clocked) -> None:
    """Three events, two hours apart; then all missed hours are closed one after another."""
    for number in (1, 2, 3):
        await happened(clocked.store, VIDEO_ID, created() if number == 1 else attempt_failed(attempt=number))
        await happened(clocked.store, "model_a", registered(rank=number))
        await clocked.later(2 * HOUR)
    end = await clocked.store.last_hour()
    while (end := end + HOUR) <= clocked.now:
        assert await clocked.store.close_hour(end)
    await happened(clocked.store, VIDEO_ID, attempt_failed(attempt=4))
    assert len(await clocked.hours()) >= 6
    await assert_exact(clocked.store)


async def test_an_event_in_the_very_moment_belongs_to_the_next_hour(clocked: Clocked) -> None:
    await happened(clocked.store, VIDEO_ID, created())
    await clocked.later(2 * HOUR)
    [fact] = await clocked.store.load(VIDEO_ID)
    assert await clocked.store.close_hour(fact.recorded.recorded_at)
    assert (await clocked.hours())[0].positions == ()


async def assert_exact(store: Any) -> None:
    """An event lies within the positions of an hour exactly if it was recorded before its end, and after the hour was
    closed nothing is recorded with an earlier stamp than that."""
    logs = {
        (head.category, head.shard): await store.read(head.category, head.shard, 0, 100_000)
        for head in await store.heads()
    }
    for hour in await store.load("hours"):
        positions = {(reach.category, reach.shard): reach.position for reach in hour.event.positions}
        for log, events in logs.items():
            before = [each.position for each in events if each.recorded_at < hour.event.ended_at]
            assert positions.get(log, 0) == max(before, default=0)
        assert hour.recorded.recorded_at >= hour.event.ended_at
