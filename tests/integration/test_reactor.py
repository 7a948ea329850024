"""The reactor on a real PostgreSQL: effects follow from facts, and its progress follows from the effects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.errors import Unavailable
from domain.video import VideoRemixed
from infra.edge import Edge
from infra.jobs import Jobs
from infra.objects import Objects
from infra.postgres import open_pool
from infra.timers import TimerTable
from projections import db
from streams.errors import HistoryDiffers
from streams.reactor import Reactor
from tests.given import OTHER, an_id, attempt_failed, completed, created, deleted, happened, published, remixed
from tests.integration.relaying import SHARDS, open_store

FIRST, SECOND, THIRD = (an_id("video", n) for n in (1, 2, 3))


class Platform:
    """`catch_up` hands the reactor everything that is in the logs, repeats included."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database = database
        self.objects = Objects(folder.as_uri())
        self.enqueued = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Platform]:
        async with open_store(self.database) as store, open_pool(self.database) as pool:
            self.store, self.jobs = store, Jobs(pool)
            self.timers = TimerTable(pool)
            self.reactor = Reactor(
                store,
                self.jobs,
                self.objects,
                self.timers,
                Edge(pool),
                partial(db.connect, self.database),
                store,
                enqueued=self._count,
            )
            await self.reactor.start()
            try:
                yield self
            finally:
                await self.reactor.stop()

    async def catch_up(self, skip: int = 0) -> None:
        for shard in range(SHARDS):
            batch = (await self.store.read("video", shard, 0, 1000))[skip:]
            if batch:
                await self.reactor.handle(batch, {("video", shard): 77})

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _count(self) -> None:
        self.enqueued += 1


@pytest.fixture
def platform(fresh_database: str, tmp_path: Path) -> Platform:
    return Platform(fresh_database, tmp_path / "objects")


def run(platform: Platform, story: Callable[[Platform], Awaitable[None]]) -> None:
    async def within() -> None:
        async with platform.running():
            await story(platform)

    asyncio.run(within())


def states(platform: Platform) -> list[tuple[Any, ...]]:
    return platform.query("select video_id, attempt, state, tier, account_id from jobs.jobs order by 1, 2")


def test_a_queued_video_becomes_a_job_and_its_end_closes_it(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        await happened(platform.store, FIRST, created(tier="paid"))
        await happened(platform.store, SECOND, created())
        await platform.catch_up()
        owner = created().owner_id
        assert states(platform) == [(FIRST, 1, "queued", "paid", owner), (SECOND, 1, "queued", "free", owner)]
        assert platform.enqueued == 2
        claim = await platform.jobs.claim(FIRST, 1, "w1")
        assert claim is not None
        assert claim.bundle.prompt == created().prompt
        await happened(platform.store, FIRST, completed())
        await platform.catch_up()
        assert [row[:3] for row in states(platform)] == [(FIRST, 1, "closed"), (SECOND, 1, "queued")]

    run(platform, story)


def test_a_failed_attempt_queues_the_next_one(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        await happened(platform.store, FIRST, created())
        await platform.catch_up()
        await happened(platform.store, FIRST, attempt_failed())
        await platform.catch_up()
        assert [row[1:3] for row in states(platform)] == [(1, "closed"), (2, "queued")]

    run(platform, story)


def test_history_that_is_over_makes_no_work(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        await happened(platform.store, FIRST, created())
        await happened(platform.store, FIRST, attempt_failed())
        await happened(platform.store, FIRST, completed(attempt=2))
        await platform.catch_up()
        assert states(platform) == []

    run(platform, story)


def test_a_remix_brings_its_parents_scene_along(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        scene = created_asset("scene")
        await happened(platform.store, FIRST, created(owner_id=OTHER))
        await happened(platform.store, FIRST, completed(owner_id=OTHER, assets=(scene,)))
        await happened(platform.store, FIRST, published(owner_id=OTHER))
        await happened(platform.store, SECOND, of(FIRST))
        await platform.catch_up()
        claim = await platform.jobs.claim(SECOND, 1, "w1")
        assert claim is not None
        assert (claim.bundle.verb, claim.bundle.parent_scene) == ("remix", scene.key)

    run(platform, story)


def of(parent: str) -> VideoRemixed:
    [edge] = remixed().parents
    return remixed(parents=(type(edge)(video_id=parent, relation="remix", owner_id=OTHER),))


def created_asset(role: str) -> Any:
    [asset] = completed().assets
    return type(asset)(role=role, key=f"v/1/{role}", sha256="00", mime="application/json", bytes=10)


def test_a_deleted_video_loses_its_files(platform: Platform, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")

    async def story(platform: Platform) -> None:
        for video in (FIRST, SECOND):
            await platform.objects.put_file(f"v/{video}/1/video-00", file, "video/mp4")
        await happened(platform.store, FIRST, created())
        await happened(platform.store, FIRST, completed())
        await happened(platform.store, FIRST, deleted())
        await platform.catch_up()
        with pytest.raises(FileNotFoundError):
            await platform.objects.head(f"v/{FIRST}/1/video-00")
        assert (await platform.objects.head(f"v/{SECOND}/1/video-00")).size == 1

    run(platform, story)


@pytest.mark.parametrize("circumstance", [OSError("the disk is full"), Unavailable("database_unavailable", "away")])
def test_a_circumstance_ends_the_process_and_the_batch_comes_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, circumstance: Exception
) -> None:
    async def story(platform: Platform) -> None:
        for video in (FIRST, SECOND, THIRD):
            await happened(platform.store, video, created())
        monkeypatch.setattr(platform.jobs, "enqueue", failing(platform.jobs.enqueue, SECOND, circumstance))
        with pytest.raises(ConnectionError):
            await platform.catch_up()
        monkeypatch.undo()
        await platform.catch_up()
        assert [row[0] for row in states(platform)] == [FIRST, SECOND, THIRD]
        assert platform.query("select count(*) from reactor_v1.dead_letters") == [(0,)]

    run(platform, story)


def failing(enqueue: Any, video: str, error: Exception) -> Any:
    async def sometimes(**job: Any) -> None:
        if job["bundle"].video_id == video:
            raise error
        await enqueue(**job)

    return sometimes


def test_a_poisonous_event_is_parked_with_what_follows_it_and_the_rest_flows(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(platform: Platform) -> None:
        for video in (FIRST, SECOND, THIRD):
            await happened(platform.store, video, created())
        poison = ValueError("a fox")
        monkeypatch.setattr(platform.jobs, "enqueue", failing(platform.jobs.enqueue, SECOND, poison))
        await platform.catch_up()
        await happened(platform.store, SECOND, attempt_failed())
        await platform.catch_up()
        assert [row[0] for row in states(platform)] == [FIRST, THIRD]
        parked = platform.query("select stream, behind, error from reactor_v1.dead_letters order by position")
        assert [row[0] for row in parked] == [SECOND, SECOND]
        assert [row[1] for row in parked] == [False, True]
        assert "fox" not in parked[0][2]

    run(platform, story)


def test_repeats_and_gaps_do_no_harm(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        for n in range(1, 21):
            await happened(platform.store, an_id("video", n), created())
        await platform.catch_up(skip=3)  # what is missing is read from the log
        await platform.catch_up()
        assert len(states(platform)) == 20
        assert platform.enqueued == 20
        done = {log: progress.position for log, progress in (await platform.reactor.progress()).items()}
        assert sum(done.values()) == 20

    run(platform, story)


def test_a_restarted_reactor_goes_on_where_it_was(platform: Platform) -> None:
    async def begin(platform: Platform) -> None:
        await happened(platform.store, FIRST, created())
        await platform.catch_up()

    async def go_on(platform: Platform) -> None:
        await happened(platform.store, SECOND, created())
        await platform.catch_up()
        assert platform.enqueued == 2

    run(platform, begin)
    run(platform, go_on)
    assert [row[0] for row in states(platform)] == [FIRST, SECOND]


def test_a_reactor_that_saw_a_future_that_was_lost_stops(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        await happened(platform.store, FIRST, created())
        await platform.catch_up()
        with psycopg.connect(platform.database, autocommit=True) as connection:
            connection.execute("update reactor_v1.checkpoints set epoch = 'another'")
        await happened(platform.store, FIRST, attempt_failed())
        with pytest.raises(HistoryDiffers):
            await platform.catch_up()

    run(platform, story)
