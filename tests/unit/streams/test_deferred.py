"""The loop that gives commands when they are due: over the table's twin, and over a bus that does as it is told."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from commands.deferred import encode, name_of, subject_of
from commands.wallet import ExpireHold, SettleHold
from domain.errors import NotFound, Unavailable
from domain.recorded import Origin
from domain.timers import MOST_FAILURES, Timer, delay
from infra.jobs_memory import MemoryJobs
from infra.memory import MemoryEventStore
from infra.timers_memory import MemoryTimers
from streams.deferred import Deferred
from streams.timers import Timers
from tests.given import AT, OWNER, VIDEO_ID, an_id, created, happened

SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self) -> None:
        self.time = AT

    def now(self) -> datetime:
        return self.time


class Orders:
    """A bus. `fails` maps a video to what happens to commands about it, one after another; then they succeed."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.origins: list[Origin] = []
        self.fails: dict[str, list[BaseException]] = {}
        self.gates: dict[str, asyncio.Event] = {}

    async def dispatch(self, command: Any, origin: Origin, *, repeatable: bool = False) -> None:
        assert repeatable
        video = command.video_id
        if gate := self.gates.get(video):
            await gate.wait()
        if errors := self.fails.get(video):
            raise errors.pop(0)
        self.given.append(video)
        self.origins.append(origin)


class Platform:
    def __init__(self) -> None:
        self.clock = Clock()
        self.table = MemoryTimers(self.clock.now)
        self.orders = Orders()
        self.woken = 0
        self.deferred = Deferred(self.table, self.orders, self.clock, self._wake)  # type: ignore[arg-type]

    async def put(
        self, video: str, *, account: str = "", due_at: datetime = AT, at_once: bool = False, expires: bool = False
    ) -> Timer:
        timer = a_timer(video, account or f"acct of {video}", due_at, expires=expires)
        await self.table.put(timer, at_once=at_once)
        return timer

    async def until_idle(self) -> None:
        while started := await self.deferred.begin():
            await asyncio.wait(started)

    def _wake(self) -> None:
        self.woken += 1


def a_timer(video: str, account: str, due_at: datetime = AT, *, expires: bool = False) -> Timer:
    command: Any = SettleHold(account_id=account, video_id=video, cause="completed")
    if expires:
        command = ExpireHold(account_id=account, video_id=video)
    return Timer(
        key=f"key of {video}",
        command=name_of(command),
        payload=encode(command),
        subject=subject_of(command),
        due_at=due_at,
        event_id="event",
        correlation="story",
        traceparent="trace",
    )


@pytest.fixture
def platform() -> Platform:
    return Platform()


async def test_a_command_that_is_due_is_given_and_forgotten(platform: Platform) -> None:
    await platform.put("v1")
    await platform.put("v2", due_at=AT + SECOND)
    await platform.until_idle()
    assert platform.orders.given == ["v1"]
    [origin] = platform.orders.origins
    assert (origin.account, origin.key, origin.occurred_at) == ("system", "key of v1", AT)
    assert (origin.causation, origin.correlation, origin.traceparent) == ("event", "story", "trace")
    platform.clock.time += SECOND
    await platform.until_idle()
    assert platform.orders.given == ["v1", "v2"]
    assert await platform.table.due(AT + timedelta(days=1), 10) == []
    assert platform.woken == 2


async def test_several_are_given_at_a_time_but_those_of_one_subject_in_their_order(platform: Platform) -> None:
    platform.orders.gates = {"slow": asyncio.Event()}
    await platform.put("slow", account="a", due_at=AT - SECOND)
    await platform.put("behind", account="a")
    for number in range(20):
        await platform.put(f"v{number}")
    while started := await platform.deferred.begin():
        await asyncio.sleep(0)
        await asyncio.wait(started, return_when=asyncio.FIRST_COMPLETED)
    assert set(platform.orders.given) == {f"v{number}" for number in range(20)}
    platform.orders.gates["slow"].set()
    await asyncio.sleep(0)
    await platform.until_idle()
    assert platform.orders.given[-2:] == ["slow", "behind"]


async def test_a_refusal_is_an_answer_and_is_noted(platform: Platform) -> None:
    platform.orders.fails["v1"] = [NotFound("no_hold", "There is none.")]
    await platform.put("v1", expires=True)
    await platform.until_idle()
    assert await platform.table.due(AT + timedelta(days=1), 10) == []
    assert [(each.key, each.code) for each in await platform.table.refusals(10)] == [("key of v1", "no_hold")]


async def test_money_that_would_be_stuck_is_not_passed_over(platform: Platform) -> None:
    """Nor is a process that would stay half done: what must happen is parked when it is refused again and again."""
    platform.orders.fails["v1"] = [NotFound("no_hold", "There is none.")] * MOST_FAILURES
    await platform.put("v1")
    for _ in range(MOST_FAILURES):
        await platform.until_idle()
        platform.clock.time += timedelta(hours=1)
    assert await platform.table.refusals(10) == []
    assert await platform.table.parked() == 1


async def test_while_something_is_away_it_is_tried_again_and_again(platform: Platform) -> None:
    platform.orders.fails["v1"] = [Unavailable("busy", "later")] * 20
    await platform.put("v1")
    waits = []
    while not platform.orders.given:
        begun = platform.clock.time
        await platform.until_idle()
        while not platform.orders.given and not await platform.table.due(platform.clock.time, 1):
            platform.clock.time += SECOND
        waits.append((platform.clock.time - begun) / SECOND)
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert await platform.table.parked() == 0


async def test_what_fails_for_no_good_reason_is_parked_and_said_loudly(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    platform.orders.fails["v1"] = [ValueError("a secret fox")] * 10
    await platform.put("v1", account="a")
    await platform.put("v2", account="a", due_at=AT + SECOND)
    for _ in range(MOST_FAILURES):
        assert await platform.table.parked() == 0
        await platform.until_idle()
        platform.clock.time += timedelta(minutes=2)
    assert [(each.state, each.last_error) for each in await platform.table.troubled(10)] == [("parked", "ValueError")]
    await platform.until_idle()
    assert platform.orders.given == ["v2"]
    assert [record.levelno for record in caplog.records].count(logging.CRITICAL) == 1
    assert "fox" not in caplog.text


async def test_a_command_that_this_version_does_not_know_is_parked(platform: Platform) -> None:
    await platform.table.put(
        Timer(
            key="k", command="fly", payload=b"{}", subject="s", due_at=AT, event_id="e", correlation="", traceparent=""
        ),
        at_once=True,
    )
    for _ in range(MOST_FAILURES):
        await platform.until_idle()
        platform.clock.time += timedelta(minutes=2)
    assert await platform.table.parked() == 1


async def test_a_lack_of_memory_ends_the_process(platform: Platform) -> None:
    platform.orders.fails["v1"] = [MemoryError()]
    await platform.put("v1")
    with pytest.raises(MemoryError):
        await platform.until_idle()


async def test_what_was_under_way_when_the_process_ended_comes_again(platform: Platform) -> None:
    platform.orders.gates = {"v1": asyncio.Event()}
    await platform.put("v1")
    await platform.deferred.begin()
    await asyncio.sleep(0)
    await platform.deferred.stop()
    assert [timer.key for timer in await platform.table.due(AT, 10)] == ["key of v1"]


def test_the_delay_grows_to_a_minute() -> None:
    assert [delay(attempts) / SECOND for attempts in (0, 1, 5, 6, 7, 1000)] == [1, 2, 32, 60, 60, 60]


class Clockwork(Platform):
    """The whole loop, over a store whose clock is ours."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryEventStore(now=self.clock.now)
        self.restart()

    def restart(self) -> None:
        jobs = MemoryJobs(self.clock.now)
        self.timers = Timers(jobs, self.table, self.store, self.orders, self.clock)  # type: ignore[arg-type]

    async def ends(self) -> list[datetime]:
        return [fact.event.ended_at for fact in await self.store.load("hours")]


async def test_the_end_that_comes_together_with_work_is_not_forgotten() -> None:
    platform = Clockwork()
    running = asyncio.create_task(platform.timers.run())
    for _ in range(10):
        await asyncio.sleep(0)
    platform.timers.wake()
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=1)
    running.cancel()
    assert ended == {running}


async def test_a_command_that_was_just_put_does_not_wait_for_the_next_look() -> None:
    platform = Clockwork()
    running = asyncio.create_task(platform.timers.run())
    for _ in range(10):
        await asyncio.sleep(0)
    async with asyncio.timeout(0.5):
        await platform.put("v1", at_once=True)
        platform.timers.wake()
        while not platform.orders.given:
            await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_an_hour_is_closed_when_it_has_ended_and_missed_ones_in_their_order() -> None:
    platform = Clockwork()
    await platform.timers.tick()
    assert await platform.ends() == []
    await happened(platform.store, VIDEO_ID, created())
    await platform.timers.tick()
    assert await platform.ends() == []
    platform.clock.time += timedelta(hours=1)
    await platform.timers.tick()
    await platform.timers.tick()
    noon = AT.replace(minute=0)
    assert await platform.ends() == [noon + timedelta(hours=1)]
    platform.clock.time += timedelta(hours=14)
    platform.restart()
    for _ in range(2):
        await platform.timers.tick()
    assert await platform.ends() == [noon + timedelta(hours=number) for number in range(1, 16)]


async def test_hours_that_another_process_has_closed_are_no_trouble() -> None:
    platform = Clockwork()
    await happened(platform.store, an_id("video", 7), created(), by=OWNER)
    await platform.timers.tick()
    platform.clock.time += timedelta(hours=2)
    assert await platform.store.close_hour(AT.replace(minute=0) + timedelta(hours=1))
    for _ in range(3):
        await platform.timers.tick()
    assert len(await platform.ends()) == 2
