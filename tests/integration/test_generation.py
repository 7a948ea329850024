"""From a queued video to its files and back into the log: real PostgreSQL, real Kafka, workers as processes."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import av
import msgspec
import pytest

from domain.video import (
    CharacterUse,
    Completed,
    Failed,
    InProgress,
    Parent,
    Queued,
    VideoExtended,
    VideoStitched,
    cancel,
)
from infra.kafka import KafkaAdmin
from projections import db
from streams import topics
from tests.examples import CHARACTER_ID, character_created, extended
from tests.generating import Platform
from tests.given import OWNER, an_id, created, happened, remixed
from tests.integration.relaying import SHARDS
from tests.integration.working import LEASE

ROOT = Path(__file__).parent.parent.parent
FIRST, SECOND, THIRD = (an_id("video", number) for number in (1, 2, 3))
SMALL = {"size": "256x144", "seconds": 4}
FREE_AGAIN_SECONDS = 8.0  # two from a beat to the next one, the rest for a busy machine


@pytest.fixture
def platform(fresh_database: str, kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("streams.timers.PATIENCE_SECONDS", 0.0)
    platform = Platform(fresh_database, kafka, tmp_path / "objects")
    topics.ensure_topics(KafkaAdmin(kafka), platform.prefix, {"video": SHARDS}, replication=1)
    yield platform
    platform.end_workers()


def run(platform: Platform, story: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        async with platform.running():
            await story()

    asyncio.run(within())


def ended(state: Any) -> bool:
    return isinstance(state, Completed | Failed)


def test_a_queued_video_is_made_and_a_remix_starts_from_its_scene(platform: Platform) -> None:
    async def story() -> None:
        platform.start_worker()
        await happened(platform.store, FIRST, created(prompt="a red cat dances on the beach", **SMALL))
        first = await platform.until(ended)
        assert isinstance(first, Completed)
        assert await platform.events() == ["created", "generation_started", "generation_completed"]
        for asset in first.outcome.assets:
            assert asset.key.startswith(f"v/{FIRST}/1/{asset.role}-{asset.sha256}")
            assert (await platform.objects.head(asset.key)).size == asset.bytes
        edge = Parent(video_id=FIRST, relation="remix", owner_id=OWNER)
        await happened(platform.store, SECOND, remixed(prompt="make it night", parents=(edge,), **SMALL))
        second = await platform.until(ended, SECOND)
        assert isinstance(second, Completed)
        scenes = [await scene(platform, video) for video in (first, second)]
        assert scenes[0] != scenes[1]
        assert b"night" in scenes[1]
        await platform.until(lambda _: platform_is_idle(platform))

    run(platform, story)


async def scene(platform: Platform, video: Completed) -> bytes:
    return await file(platform, video, "scene")


async def file(platform: Platform, video: Completed, role: str) -> bytes:
    [asset] = [asset for asset in video.outcome.assets if asset.role == role]
    return await platform.objects.get(asset.key)


def test_an_extension_and_a_stitch_are_made_of_their_parents_files(platform: Platform, tmp_path: Path) -> None:
    async def story() -> None:
        platform.start_worker()
        await happened(platform.store, FIRST, created(prompt="a red cat dances on the beach", **SMALL))
        first = await platform.until(ended)
        assert isinstance(first, Completed)
        edge = Parent(video_id=FIRST, relation="extend", owner_id=OWNER, span=(0.0, 4.0))
        extended = msgspec.convert(
            {**msgspec.structs.asdict(first.request), "seconds": 8, "prompt": "it sleeps", "parents": (edge,)},
            VideoExtended,
        )
        await happened(platform.store, SECOND, extended)
        second = await platform.until(ended, SECOND)
        assert isinstance(second, Completed)
        edges = (
            Parent(video_id=SECOND, relation="stitch", owner_id=OWNER, span=(3.0, 5.0)),
            Parent(video_id=FIRST, relation="stitch", owner_id=OWNER, span=(0.0, 1.0)),
        )
        stitched = msgspec.convert(
            {**msgspec.structs.asdict(extended), "seconds": 3, "prompt": "", "parents": edges}, VideoStitched
        )
        await happened(platform.store, THIRD, stitched)
        third = await platform.until(ended, THIRD)
        assert isinstance(third, Completed)
        for video, frames in ((second, 240), (third, 90)):
            path = tmp_path / "made.mp4"
            path.write_bytes(await file(platform, video, "video"))
            with av.open(str(path)) as container:
                assert sum(1 for _ in container.decode(video=0)) == frames
        await platform.until(lambda _: platform_is_idle(platform))

    run(platform, story)


def platform_is_idle(platform: Platform) -> bool:
    """All bundles and keys are gone."""
    with db.connect(platform.database) as connection:
        rows = connection.execute("select state, bundle, key from jobs.jobs").fetchall()
    return set(rows) == {("closed", None, None)}


def test_a_character_goes_from_the_log_into_the_scene_and_on_into_the_next_shot(platform: Platform) -> None:
    async def story() -> None:
        platform.start_worker()
        await happened(platform.store, CHARACTER_ID, character_created())
        starring = (CharacterUse(character_id=CHARACTER_ID, consent_version=1),)
        words = 'Rex runs on the beach, a girl says "Hello."'
        await happened(platform.store, FIRST, created(prompt=words, characters=starring, **SMALL))
        await platform.until(ended)
        edge = Parent(video_id=FIRST, relation="extend", owner_id=OWNER, span=(0.0, 4.0))
        longer = extended(prompt="@rex jumps", parents=(edge,), characters=starring, size="256x144")
        await happened(platform.store, SECOND, longer)
        shots = [await platform.until(ended, video) for video in (FIRST, SECOND)]
        dogs = [await dog(platform, video) for video in shots]
        assert [dog["action"] for dog in dogs] == ["run", "jump"]
        assert dogs[0]["seed"] == dogs[1]["seed"]
        assert b"Hello." in await file(platform, shots[1], "captions")

    run(platform, story)


async def dog(platform: Platform, video: Completed) -> dict[str, Any]:
    actors = msgspec.json.decode(await scene(platform, video))["actors"]
    [found] = [actor for actor in actors if actor["subject"] == "dog"]
    return found


def test_a_cancelled_video_frees_its_worker_and_stays_cancelled(platform: Platform) -> None:
    async def story() -> None:
        platform.start_worker()
        await happened(platform.store, FIRST, created(**{**SMALL, "seconds": 20}))
        state = await platform.until(lambda state: isinstance(state, InProgress))
        await happened(platform.store, FIRST, *cancel(state, OWNER, "owner"))
        await happened(platform.store, SECOND, created(**SMALL))
        since = time.monotonic()
        await platform.until(lambda state: isinstance(state, InProgress), SECOND)
        assert time.monotonic() - since < FREE_AGAIN_SECONDS
        await platform.until(ended, SECOND)
        assert await platform.events() == ["created", "generation_started", "generation_cancelled"]
        assert platform.workers[0].poll() is None
        await platform.until(lambda _: platform_is_idle(platform))

    run(platform, story)


def test_a_killed_worker_costs_one_attempt(platform: Platform) -> None:
    async def story() -> None:
        worker = platform.start_worker()
        await happened(platform.store, FIRST, created(**{**SMALL, "seconds": 20}))
        await platform.until(lambda state: isinstance(state, InProgress))
        worker.send_signal(signal.SIGKILL)
        await platform.until(lambda state: isinstance(state, Queued) and state.attempt == 2)
        platform.start_worker()
        video = await platform.until(ended)
        assert isinstance(video, Completed)
        assert video.outcome.attempt == 2
        assert await platform.events() == [
            "created",
            "generation_started",
            "generation_attempt_failed",
            "generation_started",
            "generation_completed",
        ]

    run(platform, story)


def test_a_frozen_worker_that_comes_back_changes_nothing(platform: Platform) -> None:
    async def story() -> None:
        frozen = platform.start_worker()
        await happened(platform.store, FIRST, created(**{**SMALL, "seconds": 20}))
        await platform.until(lambda state: isinstance(state, InProgress))
        frozen.send_signal(signal.SIGSTOP)
        await platform.until(lambda state: isinstance(state, Queued) and state.attempt == 2)
        platform.start_worker()
        await platform.until(ended)
        frozen.send_signal(signal.SIGCONT)
        before = await platform.events()
        await asyncio.sleep(2 * LEASE.total_seconds())
        assert await platform.events() == before

    run(platform, story)


def test_a_stopped_worker_finishes_what_it_has_begun(platform: Platform) -> None:
    async def story() -> None:
        worker = platform.start_worker()
        await happened(platform.store, FIRST, created(**SMALL))
        await platform.until(lambda state: isinstance(state, InProgress))
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, 60) == 0
        video = await platform.until(ended)
        assert isinstance(video, Completed)
        assert video.outcome.attempt == 1
        assert not await platform.jobs.live("sketch-1")

    run(platform, story)


def test_two_workers_share_the_work(platform: Platform) -> None:
    async def story() -> None:
        platform.start_worker()
        platform.start_worker()
        await platform.until(lambda _: len(two_seats(platform)) == 2)
        videos = [an_id("video", n) for n in range(10, 16)]
        for n, video in enumerate(videos):
            await happened(platform.store, video, created(owner_id=an_id("acct", n), **SMALL))
        states = [await platform.until(ended, video) for video in videos]
        assert {type(state) for state in states} == {Completed}
        assert len({state.outcome.worker for state in states}) == 2

    run(platform, story)


def two_seats(platform: Platform) -> list[Any]:
    """Workers that read partitions of the free tier."""
    with db.connect(platform.database) as connection:
        query = "select worker from jobs.workers where cardinality(free_partitions) between 1 and 15"
        return connection.execute(query).fetchall()


def test_what_no_attempt_can_do_fails_at_once(platform: Platform) -> None:
    async def story() -> None:
        platform.start_worker()
        await happened(platform.store, FIRST, created(size="99x99", seconds=4))
        video = await platform.until(ended)
        assert isinstance(video, Failed)
        assert video.code == "unsupported"

    run(platform, story)
