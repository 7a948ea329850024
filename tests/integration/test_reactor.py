"""The reactor on a real PostgreSQL: effects follow from facts, and its progress follows from the effects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from commands.reactions import CATEGORIES
from domain.errors import Unavailable
from domain.ids import process_of, wallet_stream
from domain.video import VideoRemixed
from infra.accounts import Accounts
from infra.api_keys import ApiKeys
from infra.clock import SystemIds
from infra.edge import Edge
from infra.jobs import Jobs
from infra.keys import Hmac
from infra.memory import MASTER
from infra.objects import Objects
from infra.postgres import open_pool
from infra.timers import TimerTable
from projections import db
from streams.errors import HistoryDiffers
from streams.reactor import Reactor
from tests.examples import CHARACTER_ID, cancelled, consent_revoked, erased, held
from tests.given import OTHER, OWNER, an_id, attempt_failed, completed, created, deleted, happened, published, remixed
from tests.integration.relaying import SHARDS, open_store

FIRST, SECOND, THIRD = (an_id("video", n) for n in (1, 2, 3))


class Platform:
    """`catch_up` hands the reactor everything that is in the logs, repeats included."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database = database
        self.objects = Objects(folder.as_uri())
        self.enqueued = 0
        self.deferred = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Platform]:
        async with open_store(self.database) as store, open_pool(self.database) as pool:
            self.store, self.jobs = store, Jobs(pool)
            self.pool, self.timers = pool, TimerTable(pool)
            self.reactor = Reactor(
                store,
                self.jobs,
                self.objects,
                self.timers,
                Edge(pool),
                partial(db.connect, self.database),
                store,
                enqueued=self._count,
                deferred=self._count_deferred,
            )
            await self.reactor.start()
            try:
                yield self
            finally:
                await self.reactor.stop()

    async def catch_up(self, skip: int = 0, categories: Sequence[str] = CATEGORIES) -> None:
        for category in categories:
            for shard in range(SHARDS):
                batch = (await self.store.read(category, shard, 0, 1000))[skip:]
                if batch:
                    await self.reactor.handle(batch, {(category, shard): 77})

    async def due(self, at: datetime | None = None) -> list[tuple[str, str]]:
        """Commands and what they are about."""
        found = await self.timers.due(at or datetime.now(UTC) + timedelta(minutes=1), 100)
        return sorted((timer.command, timer.subject) for timer in found)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _count(self) -> None:
        self.enqueued += 1

    def _count_deferred(self) -> None:
        self.deferred += 1


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
        assert claim.bundle.traceparent == (await platform.store.load(FIRST))[0].recorded.traceparent != ""
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
        [source] = claim.bundle.parents
        assert (claim.bundle.verb, source.video_id, source.scene) == ("remix", FIRST, scene.key)

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


def test_what_is_cancelled_stops_and_its_credits_are_given_back(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        await happened(platform.store, FIRST, created())
        await platform.catch_up()
        await platform.jobs.claim(FIRST, 1, "w1")
        await happened(platform.store, FIRST, cancelled())
        await platform.catch_up()
        assert [row[:3] for row in states(platform)] == [(FIRST, 1, "closed")]
        assert platform.query("select cancel from jobs.jobs") == [(True,)]
        assert await platform.jobs.beat(FIRST, 1, "w1", 1, 2) == "cancel"
        assert await platform.due() == [("release_hold", OWNER)]

    run(platform, story)


def test_a_command_waits_for_its_time_and_is_put_once(platform: Platform) -> None:
    async def story(platform: Platform) -> None:
        await happened(platform.store, wallet_stream(OWNER), held())
        await happened(platform.store, FIRST, created())
        await happened(platform.store, FIRST, completed())
        for _ in range(2):
            await platform.catch_up()
        assert await platform.due() == [("settle_hold", OWNER)]
        assert platform.deferred == 1
        [settle] = await platform.timers.due(datetime.now(UTC), 10)
        [_, done] = await platform.store.load(FIRST)
        assert settle.key == f"{done.recorded.event_id}:settle_hold:0"
        assert (settle.event_id, settle.correlation) == (done.recorded.event_id, done.recorded.correlation)
        await platform.timers.done(settle.key)
        assert await platform.due() == []
        assert await platform.due(datetime.now(UTC) + timedelta(days=7, minutes=1)) == [("expire_hold", OWNER)]

    run(platform, story)


def test_a_reactor_that_begins_to_read_more_reads_it_from_its_beginning(platform: Platform) -> None:
    """As an installation that had read videos only. What it had done is not done again."""

    async def before(platform: Platform) -> None:
        await happened(platform.store, FIRST, created())
        await happened(platform.store, CHARACTER_ID, consent_revoked())
        await platform.catch_up(categories=["video"])

    async def after(platform: Platform) -> None:
        assert {log[0] for log in await platform.reactor.progress()} == {"video"}
        await platform.catch_up()
        assert {log[0] for log in await platform.reactor.progress()} == {"video", "character"}
        assert platform.enqueued == 1
        [fact] = await platform.store.load(CHARACTER_ID)
        assert await platform.due() == [("start_process", process_of(fact.recorded.event_id))]

    run(platform, before)
    run(platform, after)


def test_an_erased_account_is_noted_outside_and_forgotten_at_the_edge(platform: Platform, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")

    async def story(platform: Platform) -> None:
        keys, accounts = ApiKeys(platform.pool), Accounts(platform.pool, Hmac(MASTER), SystemIds())
        owner, other = await accounts.account_id_for("ada"), await accounts.account_id_for("bob")
        owners, others = [await keys.create(account, "creator", "laptop") for account in (owner, other)]
        await platform.objects.put_file(f"a/{owner}/upload", file, "image/png")
        await happened(platform.store, owner, erased(account_id=owner, by=owner), by=owner)
        for _ in range(2):
            await platform.catch_up()
        [fact] = await platform.store.load(owner)
        at = fact.recorded
        note = msgspec.json.decode(await platform.objects.get(f"ledger/erasures/{owner}.json"))
        assert (note["account_id"], note["event_id"]) == (owner, at.event_id)
        assert datetime.fromisoformat(note["erased_at"]) == at.recorded_at
        with pytest.raises(FileNotFoundError):
            await platform.objects.head(f"a/{owner}/upload")
        assert await keys.find(owners) is None
        assert await keys.find(others) == (other, "creator")
        assert await accounts.account_id_for("bob") == other
        assert await accounts.account_id_for("ada") != owner
        assert platform.query("select count(*) from edge.api_keys where name <> ''") == [(1,)]

    run(platform, story)
