"""Several jobs at a time, how a worker leaves, and what it tells of itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from domain.jobs import Broken, Finished
from inference.engine import Engine
from inference.pool import Pool
from inference.ports import OutOfMemory
from streams.worker_metrics import WorkerMetrics
from tests.scripted import Platform, hurried, outcome_of, run, source, until


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    hurried(monkeypatch.setattr)
    return Platform()


def told(metrics: WorkerMetrics, name: str, **labels: str) -> float:
    value = metrics.registry.get_sample_value(name, labels)
    assert value is not None, f"{name} {labels} was never told"
    return value


def test_as_many_jobs_run_as_there_are_slots_and_the_next_one_stays_in_its_topic(platform: Platform) -> None:
    async def story() -> None:
        platform.seats.slots = 2
        platform.engine.gate = asyncio.Event()
        for n in (1, 2, 3):
            await platform.enqueue(video=f"video_{n}")
        async with platform.running():
            await until(lambda: len(platform.engine.jobs) == 2 and platform.tickets.paused)
            assert len(platform.tickets.waiting) == 1
            assert (await platform.jobs.seats())[0].idle == 0
            platform.engine.gate.set()
            await until(lambda: len(platform.reports.values) == 6)
        assert sum(isinstance(report, Finished) for report in platform.reported()) == 3

    run(story)


def test_a_shrunken_engine_is_told_and_takes_no_more(platform: Platform) -> None:
    async def story() -> None:
        platform.seats.slots = 3
        platform.engine.gate = asyncio.Event()
        async with platform.running():
            while [seat.idle for seat in await platform.jobs.seats()] != [3]:
                await asyncio.sleep(0.001)
            platform.seats.slots = 1
            for n in (1, 2):
                await platform.enqueue(video=f"video_{n}")
            await until(lambda: platform.tickets.paused)
            assert len(platform.engine.jobs) == 1
            await until(lambda: told(platform.metrics, "recut_worker_slots", engine="scripted") == 1)
            platform.engine.gate.set()
            await until(lambda: len(platform.reports.values) == 4)

    run(story)


def test_the_second_signal_gives_up_at_once(platform: Platform) -> None:
    async def story() -> None:
        hurry = asyncio.Event()
        platform.seats.slots = 2
        platform.engine.gate = asyncio.Event()
        for n in (1, 2):
            await platform.enqueue(video=f"video_{n}")
        async with platform.running(drain_seconds=3600.0, hurry=hurry) as stop:
            await until(lambda: len(platform.engine.jobs) == 2)
            stop.set()
            while await platform.jobs.live("m"):
                await asyncio.sleep(0.001)
            assert len(platform.reports.values) == 2  # both have begun, neither was given up yet
            hurry.set()
        given_up = [report for report in platform.reported() if isinstance(report, Broken)]
        assert [report.code for report in given_up] == ["lease_lost", "lease_lost"]

    run(story)


def test_a_stopping_worker_takes_no_new_ticket(platform: Platform) -> None:
    async def story() -> None:
        platform.seats.slots = 2
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running() as stop:
            await until(lambda: platform.engine.jobs)
            stop.set()
            await until(lambda: platform.tickets.paused)
            await platform.enqueue(video="video_2")
            platform.engine.gate.set()
        assert len(platform.engine.jobs) == 1
        assert await platform.jobs.claim("video_2", 1, "another")

    run(story)


def test_a_job_that_is_cancelled_before_its_film_begins_is_never_begun(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def slowly(key: str) -> bytes:
        reached.set()
        await go.wait()
        return b"scene"

    async def story() -> None:
        monkeypatch.setattr(platform.objects, "get", slowly)
        await platform.enqueue(verb="remix", parents=(source(scene="v/video_0/1/scene-00"),))
        async with platform.running():
            await reached.wait()
            await platform.jobs.cancel("video_1")
            await asyncio.sleep(0.02)  # ten beats
            go.set()
            await until(lambda: len(platform.reports.values) == 2)
        report = platform.reported()[1]
        assert isinstance(report, Broken)
        assert report.code == "cancelled"
        assert platform.engine.jobs == []

    run(story)


def test_a_job_that_is_cancelled_while_its_files_are_stored_stores_no_more(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[str] = []

    async def put(key: str, path: Path, mime: str) -> None:
        stored.append(key)
        await platform.jobs.cancel("video_1")
        await asyncio.sleep(0.02)

    async def story() -> None:
        monkeypatch.setattr(platform.objects, "put_file", put)
        await platform.enqueue()
        report = await outcome_of(platform)
        assert isinstance(report, Broken)
        assert report.code == "cancelled"
        assert len(stored) == 1
        assert told(platform.metrics, "recut_cancel_seconds_count", engine="scripted") == 1

    run(story)


def test_what_a_worker_does_is_counted_under_the_name_of_its_engine(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.stages = {"encode": 0.5, "a stage of tomorrow": 0.25}
        await platform.enqueue()
        assert isinstance(await outcome_of(platform), Finished)

    run(story)
    metrics, engine = platform.metrics, "scripted"
    assert told(metrics, "recut_job_wait_seconds_count", engine=engine, tier="free") == 1
    assert told(metrics, "recut_attempts_total", engine=engine, model="m", outcome="finished") == 1
    assert told(metrics, "recut_attempt_seconds_count", engine=engine, model="m") == 1
    assert told(metrics, "recut_stage_seconds_total", engine=engine, stage="encode") == 0.5
    assert told(metrics, "recut_stage_seconds_total", engine=engine, stage="other") == 0.25
    for stage in ("fetch", "store"):
        assert told(metrics, "recut_stage_seconds_total", engine=engine, stage=stage) >= 0


class Idle(Engine):
    """A process that is none."""

    async def start(self) -> None:
        self._watch.cold_start(self.name, 0.1)


def pool(slots: int) -> tuple[Pool, WorkerMetrics, list[Engine]]:
    metrics, made = WorkerMetrics(), list[Engine]()

    def make() -> Engine:
        made.append(Idle(watch=metrics))
        return made[-1]

    return Pool("sketch", ["m"], slots, make, metrics), metrics, made


async def fail(engines: Pool, error: Exception) -> None:
    with pytest.raises(type(error)):
        async with engines.lend("m"):
            raise error


async def succeed(engines: Pool) -> None:
    async with engines.lend("m"):
        pass


def test_a_process_is_started_when_it_is_needed_and_used_again() -> None:
    async def story() -> None:
        engines, metrics, made = pool(slots=3)
        await engines.start()
        async with engines.lend("m") as first:
            assert made == [first]
            async with engines.lend("m") as second:
                assert made == [first, second]
        async with engines.lend("m"), engines.lend("m"):
            assert len(made) == 2
        assert told(metrics, "recut_cold_start_seconds_count", engine="sketch") == 1

    run(story)


def test_films_that_run_out_of_memory_meet_fewer_others_until_it_goes_well_again() -> None:
    async def story() -> None:
        engines, metrics, _ = pool(slots=8)
        for slots in (4, 2, 1, 1):
            await fail(engines, OutOfMemory("killed"))
            assert engines.slots == slots
        assert told(metrics, "recut_memory_downgrades_total", engine="sketch", how="fewer_at_once") == 3
        await fail(engines, ValueError("something else"))
        assert engines.slots == 1
        grown = []
        for _ in range(1 + 2 + 3):
            await succeed(engines)
            grown.append(engines.slots)
        assert grown == [2, 2, 3, 3, 3, 4]
        for _ in range(100):
            await succeed(engines)
        assert engines.slots == 8

    run(story)
