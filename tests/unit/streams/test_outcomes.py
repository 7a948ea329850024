"""Reports and lost leases as commands, over the real bus, the real decisions and the twins in memory."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from commands.bus import Bus
from commands.generation import job_for
from commands.work import VIDEO, fold
from domain.errors import Unavailable
from domain.jobs import Broken, Finished, Report, Sealed, Started, report_of
from domain.video import Completed, Failed, InProgress, Queued
from infra.clock import SystemClock
from infra.job_seal import seal, unseal
from infra.jobs_memory import MemoryJobs
from infra.memory import MemoryEventStore
from infra.timers_memory import MemoryTimers
from streams import timers
from streams.outcomes import MOST_UNREADABLE, Outcomes
from streams.timers import Timers
from tests.examples import cancelled, erased
from tests.given import OWNER, VIDEO_ID, created, happened, opened
from tests.outside import Outside

FINISHED = Finished(
    worker="w1", engine="sketch", model_digest="d", seed=7, assets=(), understood=("cat",), ignored=("hat",)
)


class Record(msgspec.Struct):
    value: bytes
    topic: str = "recut.generation.outcomes"
    partition: int = 0
    offset: int = 0
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


class NoRecords:
    async def poll(self, seconds: float) -> None:
        raise AssertionError("the tests hand the records in")

    async def commit(self, topic: str, partition: int, offset: int) -> None: ...


class Platform:
    """A video whose first attempt is claimed by worker w1."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.store = MemoryEventStore()
        self.jobs = MemoryJobs(lambda: self.now)
        self.bus = Bus(self.store, Outside().world())
        self.outcomes = Outcomes(NoRecords(), self.jobs, self.bus, unseal)
        clock = SystemClock()
        self.timers = Timers(self.jobs, MemoryTimers(clock.now), self.store, self.bus, clock)

    async def queue(self) -> None:
        await happened(self.store, VIDEO_ID, created())
        await self.claim(1)

    async def claim(self, attempt: int) -> bytes:
        job = await job_for(self.store, VIDEO_ID, attempt)
        assert job is not None
        await self.jobs.enqueue(account_id=job.account_id, tier=job.tier, bundle=job.bundle)
        claim = await self.jobs.claim(VIDEO_ID, attempt, "w1")
        assert claim is not None
        return claim.key

    async def report(self, report: Report, attempt: int = 1, key: bytes | None = None) -> None:
        key = key or await self.jobs.key(VIDEO_ID, attempt)
        assert key is not None
        sealed = seal(key, msgspec.json.encode(report), report_of(VIDEO_ID, attempt))
        await self.outcomes.handle(Record(msgspec.json.encode(Sealed(VIDEO_ID, attempt, sealed))))

    async def video(self) -> Any:
        state, _ = await fold(self.store, VIDEO, VIDEO_ID)
        return state

    async def version(self) -> int:
        return (await fold(self.store, VIDEO, VIDEO_ID))[1]


@pytest.fixture
def platform() -> Platform:
    return Platform()


def test_reports_become_what_happened_to_the_video(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        await platform.report(Started(worker="w1", engine="sketch"))
        assert isinstance(await platform.video(), InProgress)
        await platform.report(FINISHED)
        video = await platform.video()
        assert isinstance(video, Completed)
        assert (video.outcome.understood, video.outcome.ignored) == (("cat",), ("hat",))

    asyncio.run(run())


def test_what_a_report_tells_belongs_to_the_trace_of_its_job(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        key = await platform.jobs.key(VIDEO_ID, 1)
        assert key is not None
        sealed = seal(key, msgspec.json.encode(Started(worker="w1", engine="sketch")), report_of(VIDEO_ID, 1))
        await platform.outcomes.handle(Record(msgspec.json.encode(Sealed(VIDEO_ID, 1, sealed, "the job's trace"))))
        assert (await platform.store.load(VIDEO_ID))[-1].recorded.traceparent == "the job's trace"

    asyncio.run(run())


def test_a_report_that_comes_twice_counts_once(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        for _ in range(2):
            await platform.report(Started(worker="w1", engine="sketch"))
        for _ in range(3):
            await platform.report(FINISHED)
        assert await platform.version() == 3

    asyncio.run(run())


def test_a_report_in_other_words_is_the_same_report(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        await platform.report(Broken(worker="w1", code="engine_crash", message="one thing"))
        await platform.report(Broken(worker="w1", code="engine_crash", message="another thing"))
        video = await platform.video()
        assert (type(video), video.attempt) == (Queued, 2)

    asyncio.run(run())
    assert platform.outcomes.skipped == 0


def test_a_worker_that_gives_up_a_cancelled_video_changes_nothing(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        await happened(platform.store, VIDEO_ID, cancelled())
        await platform.jobs.cancel(VIDEO_ID)
        gives_up = Broken(worker="w1", code="cancelled", message="it was cancelled")
        await platform.report(gives_up)  # before the row is closed
        key = await platform.jobs.key(VIDEO_ID, 1)
        await platform.jobs.close(VIDEO_ID, 1)
        await platform.report(gives_up, key=key)
        assert (await platform.version(), platform.outcomes.skipped) == (2, 0)

    asyncio.run(run())


def test_a_report_of_a_closed_attempt_is_old_news(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        key = await platform.jobs.key(VIDEO_ID, 1)
        await platform.jobs.close(VIDEO_ID, 1)
        await platform.report(FINISHED, key=key)
        assert isinstance(await platform.video(), Queued)

    asyncio.run(run())
    assert platform.outcomes.skipped == 0


def test_a_terminal_failure_ends_the_video(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        await platform.report(Broken(worker="w1", code="unsupported", message="no such size"))
        video = await platform.video()
        assert isinstance(video, Failed)
        assert (video.code, video.message) == ("unsupported", "no such size")

    asyncio.run(run())


@pytest.mark.parametrize(
    "value",
    [
        b"not JSON",
        b'{"video_id": 7}',
    ],
)
def test_what_is_no_report_is_skipped(platform: Platform, value: bytes) -> None:
    asyncio.run(platform.outcomes.handle(Record(value)))

    assert platform.outcomes.skipped == 1


@pytest.mark.parametrize("which", ["another key", "another attempt", "no report"])
def test_a_report_that_nobody_can_read_is_skipped_and_its_attempt_is_lost(platform: Platform, which: str) -> None:
    async def run() -> None:
        await platform.queue()
        key = await platform.jobs.key(VIDEO_ID, 1)
        assert key is not None
        clear = b"?" if which == "no report" else msgspec.json.encode(FINISHED)
        about = report_of(VIDEO_ID, 2 if which == "another attempt" else 1)
        sealed = seal(bytes(32) if which == "another key" else key, clear, about)
        await platform.outcomes.handle(Record(msgspec.json.encode(Sealed(VIDEO_ID, 1, sealed))))
        await platform.jobs.reported(VIDEO_ID, 1, "w1")
        platform.now += timedelta(seconds=1)
        await platform.timers.tick()
        video = await platform.video()
        assert (type(video), video.attempt) == (Queued, 2)

    asyncio.run(run())
    assert platform.outcomes.skipped == 1


def test_when_no_report_can_be_read_any_more_the_process_ends(platform: Platform) -> None:
    async def run() -> None:
        for _ in range(MOST_UNREADABLE + 1):
            await platform.outcomes.handle(Record(b"not JSON"))

    with pytest.raises(RuntimeError, match="in a row"):
        asyncio.run(run())


def test_a_readable_report_ends_the_row(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        for _ in range(2):
            for _ in range(MOST_UNREADABLE):
                await platform.outcomes.handle(Record(b"not JSON"))
            await platform.report(FINISHED)

    asyncio.run(run())
    assert platform.outcomes.skipped == 2 * MOST_UNREADABLE


def test_an_event_store_out_of_reach_is_waited_for(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    append, failures = platform.store.append, [1, 2, 3]

    async def unwilling(what: Any) -> Any:
        if failures:
            failures.pop()
            raise Unavailable("database_unavailable", "away", retry_after=0)
        return await append(what)

    async def run() -> None:
        await platform.queue()
        monkeypatch.setattr(platform.store, "append", unwilling)
        await platform.report(FINISHED)
        assert isinstance(await platform.video(), Completed)

    asyncio.run(run())
    assert failures == []


def test_one_that_stays_away_ends_the_process_before_the_report_is_committed(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(what: Any) -> Any:
        raise Unavailable("database_unavailable", "away", retry_after=0)

    async def run() -> None:
        await platform.queue()
        monkeypatch.setattr(platform.store, "append", never)
        await platform.report(FINISHED)

    with pytest.raises(Unavailable):
        asyncio.run(run())


def test_a_silent_worker_loses_its_attempt_and_the_next_one_is_queued(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        key = await platform.jobs.key(VIDEO_ID, 1)
        await platform.timers.tick()
        assert await platform.version() == 1
        platform.now += timedelta(seconds=16)
        await platform.timers.tick()
        await platform.timers.tick()
        video = await platform.video()
        assert (type(video), video.attempt) == (Queued, 2)
        assert await platform.version() == 2
        assert await platform.jobs.beat(VIDEO_ID, 1, "w1", 0, 0) == "lost"
        await platform.report(FINISHED, key=key)  # the worker was only slow: too late
        assert isinstance(await platform.video(), Queued)

    asyncio.run(run())


def test_the_third_lost_attempt_is_the_last(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        for attempt in (1, 2, 3):
            if attempt > 1:
                await platform.claim(attempt)
            platform.now += timedelta(seconds=16)
            await platform.timers.tick()
        video = await platform.video()
        assert isinstance(video, Failed)
        assert video.code == "lease_lost"

    asyncio.run(run())


def test_a_lease_that_ran_out_after_the_report_changes_nothing(platform: Platform) -> None:
    async def run() -> None:
        await platform.queue()
        await platform.report(FINISHED)
        platform.now += timedelta(seconds=16)
        await platform.timers.tick()
        assert isinstance(await platform.video(), Completed)
        assert await platform.jobs.lost() == []

    asyncio.run(run())


def test_reports_for_an_erased_account_are_dropped(platform: Platform) -> None:
    """What they say can be sealed for nobody any more. Neither the report nor the attempt is tried again."""

    async def run() -> None:
        await platform.queue()
        await platform.report(Started(worker="w1", engine="sketch"))
        await happened(platform.store, OWNER, opened(), erased())
        before = await platform.version()
        for report in (FINISHED, FINISHED, Broken(worker="w1", code="engine_crash", message="a red cat")):
            await platform.report(report)
        platform.now += timedelta(seconds=16)
        await platform.timers.tick()
        assert await platform.version() == before
        assert await platform.jobs.key(VIDEO_ID, 1) is None, "the job is closed"
        assert await platform.jobs.lost() == []

    asyncio.run(run())
    assert platform.outcomes.skipped == 0


class Topic:
    """Hands its records out once, and remembers what was committed and how often it was asked."""

    def __init__(self, *records: Record) -> None:
        self.records = list(records)
        self.committed: list[tuple[str, int, int]] = []

    async def poll(self, seconds: float) -> Record | None:
        await asyncio.sleep(0)
        return self.records.pop(0) if self.records else None

    async def commit(self, topic: str, partition: int, offset: int) -> None:
        self.committed.append((topic, partition, offset))


def test_a_report_is_committed_after_it_was_told(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = Topic(Record(b"not JSON", offset=5))
    outcomes = Outcomes(topic, platform.jobs, platform.bus, unseal)

    async def run() -> None:
        running = asyncio.create_task(outcomes.run())
        async with asyncio.timeout(5):
            while not topic.committed:
                await asyncio.sleep(0)
        assert topic.committed == [("recut.generation.outcomes", 0, 6)]
        running.cancel()
        await asyncio.wait([running])

        async def away(video_id: str, attempt: int) -> None:
            raise Unavailable("database_unavailable", "away")

        await platform.queue()
        monkeypatch.setattr(platform.jobs, "key", away)
        topic.records.append(Record(msgspec.json.encode(Sealed(VIDEO_ID, 1, b"")), offset=6))
        with pytest.raises(Unavailable):
            await outcomes.run()
        assert len(topic.committed) == 1

    asyncio.run(run())


def test_a_worker_that_lost_a_lease_is_sent_nothing_until_it_says_hello_again(platform: Platform) -> None:
    async def hello(worker: str) -> None:
        both = {"paid": (0,), "free": (0,)}
        await platform.jobs.hello(worker, models=["sketch-1"], engine="sketch", slots=1, busy=0, partitions=both)

    async def seats() -> set[str]:
        return {seat.worker for seat in await platform.jobs.seats()}

    async def run() -> None:
        await platform.queue()
        platform.now += timedelta(seconds=16)
        for worker in ("w1", "w2"):
            await hello(worker)
        await platform.timers.tick()
        assert await seats() == {"w2"}
        await hello("w1")
        assert await seats() == {"w1", "w2"}

    asyncio.run(run())


def test_files_are_swept_ten_minutes_after_the_start_and_then_once_a_day(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[int] = []
    monkeypatch.setattr(timers, "FIRST_SWEEP", 2)
    monkeypatch.setattr(timers, "SWEEP_EVERY", 5)

    async def run() -> None:
        gate = asyncio.Event()

        async def sweep() -> None:
            swept.append(ticks)
            await gate.wait()

        clock = SystemClock()
        each = Timers(platform.jobs, MemoryTimers(clock.now), platform.store, platform.bus, clock, sweep)
        for ticks in range(15):
            if ticks == 9:
                gate.set()  # the first one takes longer than until the second was due
            await each.tick()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    asyncio.run(run())
    assert swept == [2, 12]
