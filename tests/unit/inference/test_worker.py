"""The worker with a scripted engine, over the job table's twin and an object store in memory."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.errors import Unavailable
from domain.jobs import Broken, Bundle, Cast, Finished, Plate, Sealed, Ticket
from domain.video import RETRYABLE
from inference import attempt, worker
from inference.ports import BadInput, EngineCrash, Given, Job, OutOfMemory, Unsupported
from tests.scripted import CONTENT, MIMES, Platform, Record, hurried, outcome_of, run, source, until


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    hurried(monkeypatch.setattr)
    return Platform()


def test_a_ticket_becomes_stored_files_and_a_report(platform: Platform) -> None:
    async def story() -> None:
        await platform.enqueue()
        report = await outcome_of(platform)
        assert isinstance(report, Finished)
        assert (report.worker, report.engine, report.model_digest, report.seed) == ("w1", "scripted", "d1", 7)
        assert (report.understood, report.ignored) == (("cat",), ("hat",))
        assert {asset.role: asset.key for asset in report.assets} == {
            "video": "v/video_1/1/video-sha-video.mp4",
            "captions": "v/video_1/1/captions-sha-captions.vtt",
            "thumbnail": "v/video_1/1/thumbnail-sha-thumbnail.webp",
        }
        for asset in report.assets:
            assert await platform.objects.get(asset.key) == CONTENT[asset.role]
            assert (asset.mime, asset.bytes) == (MIMES[asset.role], len(CONTENT[asset.role]))
        assert await platform.state() == "reported"

    run(story)


def test_the_offset_is_stored_once_the_row_remembers_the_job(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running():
            await until(lambda: platform.engine.jobs)
            assert platform.tickets.committed == [("t.free", 4, 42)]
            assert platform.tickets.paused
            assert await platform.state() == "claimed"
            platform.engine.gate.set()
            await until(lambda: not platform.tickets.paused)

    run(story)


def test_the_engine_gets_what_the_bundle_says(platform: Platform, tmp_path: Path) -> None:
    scene = tmp_path / "scene.json"
    scene.write_bytes(b"the scene")

    async def story() -> None:
        await platform.objects.put_file("v/video_0/1/scene-00", scene, "application/json")
        await platform.enqueue(verb="remix", parents=(source(scene="v/video_0/1/scene-00"),))
        await outcome_of(platform)

    run(story)
    [job] = platform.engine.jobs
    assert (job.video_id, job.attempt, job.model, job.verb, job.prompt) == ("video_1", 1, "m", "remix", "a cat")
    assert (job.seed, job.seconds, job.width, job.height) == (7, 4, 256, 144)
    assert job.parents == (Given(seconds=4, video_id="video_0", scene=b"the scene"),)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unsupported("no such size"), "unsupported"),
        (BadInput("no words"), "bad_input"),
        (OutOfMemory("too big"), "out_of_memory"),
        (EngineCrash("broke"), "engine_crash"),
        (OSError(28, "No space left on device"), "store_unavailable"),
        (FileNotFoundError("a file of the model's own"), "store_unavailable"),
        (ValueError("a mistake"), "engine_crash"),
    ],
)
def test_what_goes_wrong_is_reported_under_its_code(platform: Platform, error: Exception, code: str) -> None:
    async def story() -> None:
        platform.engine.error = error
        await platform.enqueue()
        report = await outcome_of(platform)
        assert isinstance(report, Broken)
        assert report == Broken(worker="w1", code=code, message=str(error))

    run(story)


def test_what_is_joined_brings_its_files_each_fetched_once(platform: Platform, tmp_path: Path) -> None:
    keys = {"scene": "v/video_0/1/scene", "video": "v/video_0/1/video", "captions": "v/video_0/1/captions"}
    file = tmp_path / "file"
    spans = ((0.0, 1.0), (2.0, 4.0))

    async def story() -> None:
        for role, key in keys.items():
            file.write_bytes(role.encode())
            await platform.objects.put_file(key, file, "text/plain")
        clips = tuple(source(relation="stitch", span=span, **keys) for span in spans)
        await platform.enqueue(verb="stitch", prompt="", parents=clips)
        await outcome_of(platform)

    run(story)
    [job] = platform.engine.jobs
    assert [(given.span, given.scene, given.captions) for given in job.parents] == [
        (span, b"scene", "captions") for span in spans
    ]
    assert {given.video.name for given in job.parents if given.video} == {"parent-0.mp4"}
    assert platform.engine.seen == {"parent-0.mp4": b"video"}


def test_the_engine_gets_the_cast(platform: Platform) -> None:
    rex = Cast(character_id="char_1", name="Rex", handle="rex", description="a dog", rig="quadruped", parameters="{}")

    async def story() -> None:
        await platform.enqueue(characters=(rex,))
        await outcome_of(platform)

    run(story)
    assert platform.engine.jobs[0].characters == (rex,)


def test_the_trace_of_a_job_goes_through_the_engine_into_its_reports(platform: Platform) -> None:
    async def story() -> None:
        await platform.enqueue(traceparent="the job's trace")
        await outcome_of(platform)

    run(story)
    assert platform.engine.jobs[0].traceparent == "the job's trace"
    told = {msgspec.json.decode(value, type=Sealed).traceparent for value in platform.reports.values}
    assert told == {"the job's trace"}


def test_a_job_that_was_queued_before_bundles_had_parents_costs_an_attempt(platform: Platform) -> None:
    old = {
        "video_id": "video_1", "attempt": 1, "model": "m", "verb": "remix", "prompt": "a cat", "seed": 7, "seconds": 4,
        "size": "256x144", "prefix": "v/video_1/1/", "parent_scene": "v/video_0/1/scene-00",
    }  # fmt: skip

    async def story() -> None:
        await platform.enqueue(**msgspec.structs.asdict(msgspec.convert(old, Bundle)))
        report = await outcome_of(platform)
        assert isinstance(report, Broken)
        assert report.code in RETRYABLE

    run(story)
    assert platform.engine.jobs == []


@pytest.mark.parametrize(
    ("verb", "keys"),
    [
        ("remix", {}),
        ("edit", {"scene": "v/video_0/1/gone"}),
        ("extend", {"scene": "v/video_0/1/here"}),
        ("extend", {"scene": "v/video_0/1/here", "video": "v/video_0/1/gone"}),
        ("extend", {"video": "v/video_0/1/here"}),
        ("stitch", {"scene": "v/video_0/1/here"}),
        ("stitch", {"video": "v/video_0/1/gone"}),
    ],
)
def test_a_deleted_parent_is_reported_as_such(
    platform: Platform, tmp_path: Path, verb: str, keys: dict[str, str]
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")

    async def story() -> None:
        await platform.objects.put_file("v/video_0/1/here", file, "text/plain")
        await platform.enqueue(verb=verb, parents=(source(**keys),))
        report = await outcome_of(platform)
        assert isinstance(report, Broken)
        assert report.code == "parent_unavailable"

    run(story)
    assert platform.engine.jobs == []


@pytest.mark.parametrize(("mime", "kind"), [("image/webp", "image"), ("video/webm", "video")])
def test_a_place_that_was_given_is_fetched(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mime: str, kind: str
) -> None:
    key = "a/acct_1/video_1/reference-00"
    (tmp_path / "given").write_bytes(b"a picture")
    seen: list[bytes] = []
    make = platform.engine.run

    async def look(job: Job, *rest: Any) -> Any:
        assert job.reference
        seen.append(job.reference.path.read_bytes())
        return await make(job, *rest)

    async def story() -> None:
        monkeypatch.setattr(platform.engine, "run", look)
        await platform.objects.put_file(key, tmp_path / "given", mime)
        await platform.enqueue(plate=Plate(key, mime))
        assert isinstance(await outcome_of(platform), Finished)

    run(story)
    [job] = platform.engine.jobs
    assert job.reference
    assert (job.reference.kind, job.reference.mime, seen) == (kind, mime, [b"a picture"])


def test_a_place_that_was_deleted_is_told_and_not_tried_again(platform: Platform) -> None:
    async def story() -> None:
        await platform.enqueue(plate=Plate("a/acct_1/video_1/reference-00", "image/png"))
        report = await outcome_of(platform)
        assert isinstance(report, Broken)
        assert report.code not in RETRYABLE
        assert "deleted" in report.message

    run(story)
    assert platform.engine.jobs == []


def test_a_store_that_refuses_is_reported_as_such(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(key: str, path: Path, mime: str) -> None:
        raise OSError("the bucket is full")

    async def story() -> None:
        await platform.enqueue()
        report = await outcome_of(platform)
        assert isinstance(report, Broken)
        assert report.code == "store_unavailable"

    monkeypatch.setattr(platform.objects, "put_file", refuse)
    run(story)


@pytest.mark.parametrize("value", [b"not JSON", msgspec.json.encode(Ticket("video_1", 1, "another model"))])
def test_a_ticket_that_is_not_for_this_worker_is_passed_over(platform: Platform, value: bytes) -> None:
    async def story() -> None:
        await platform.enqueue()
        platform.tickets.waiting = [Record(value)]
        async with platform.running():
            await until(lambda: platform.tickets.committed)
        assert await platform.state() == "queued"

    run(story)


def test_a_ticket_that_comes_twice_is_worked_off_once(platform: Platform) -> None:
    async def story() -> None:
        await platform.enqueue()
        platform.send(Ticket("video_1", 1, "m"))
        async with platform.running():
            await until(lambda: len(platform.tickets.committed) == 2)

    run(story)
    assert len(platform.engine.jobs) == 1


def test_the_heartbeat_keeps_the_lease_and_tells_how_far_it_is(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running():
            await until(lambda: platform.engine.jobs)
            for _ in range(4):
                before, platform.now = platform.now, platform.now + timedelta(seconds=10)
                await until(lambda before=before: platform.jobs._rows["video_1", 1].lease_until > before)
                await asyncio.sleep(0.01)
            assert await platform.jobs.lost() == []
            progress = await platform.jobs.progress("video_1")
            assert progress
            assert (progress.step, progress.of) == (50, 100)
            platform.engine.gate.set()

    run(story)


def test_a_cancelled_job_ends_soon_and_says_so(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running():
            await until(lambda: platform.engine.jobs)
            await platform.jobs.cancel("video_1")
            await until(lambda: len(platform.reports.values) == 2)
        report = platform.reported()[1]
        assert isinstance(report, Broken)
        assert report.code == "cancelled"

    run(story)


def test_a_lost_attempt_ends_without_an_outcome_and_the_worker_goes_on(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running():
            await until(lambda: platform.engine.jobs)
            await platform.jobs.close("video_1", 1)
            await until(lambda: not platform.tickets.paused)
            assert len(platform.reports.values) == 1
            platform.engine.gate.set()
            await platform.enqueue(attempt=2)
            await until(lambda: len(platform.reports.values) == 3)
        assert isinstance(platform.reported()[2], Finished)

    run(story)


def test_a_database_out_of_reach_does_not_end_a_running_job(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats = []

    async def away(*_: Any, **__: Any) -> Any:
        beats.append(1)
        raise Unavailable("database_unavailable", "away")

    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running():
            await until(lambda: platform.engine.jobs)
            for name in ("beat", "hello", "reported"):
                monkeypatch.setattr(platform.jobs, name, away)
            await until(lambda: len(beats) > 3)
            assert platform.engine.gate
            platform.engine.gate.set()
            await until(lambda: len(platform.reports.values) == 2)
        assert isinstance(platform.reported()[1], Finished)

    run(story)


def test_a_database_out_of_reach_at_the_claim_leaves_the_ticket_to_be_sent_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> Any:
        raise Unavailable("database_unavailable", "away")

    async def story() -> None:
        await platform.enqueue()
        monkeypatch.setattr(platform.jobs, "claim", away)
        async with platform.running():
            await until(lambda: platform.tickets.committed)
            monkeypatch.undo()
            platform.send(Ticket("video_1", 1, "m"))
            await until(lambda: len(platform.reports.values) == 2)

    run(story)


def test_a_report_is_sent_until_kafka_has_it(platform: Platform) -> None:
    async def story() -> None:
        platform.reports.failures = 3
        await platform.enqueue()
        assert isinstance(await outcome_of(platform), Finished)

    run(story)


def test_a_stopping_worker_says_goodbye_and_finishes_the_job_at_hand(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running() as stop:
            await until(lambda: platform.engine.jobs)
            assert await platform.jobs.live("m")
            stop.set()
            while await platform.jobs.live("m"):
                await asyncio.sleep(0.001)
            assert len(platform.reports.values) == 1
            platform.engine.gate.set()
        assert isinstance(platform.reported()[1], Finished)

    run(story)


def test_a_job_that_does_not_end_in_time_is_given_up_and_may_be_tried_elsewhere_at_once(platform: Platform) -> None:
    async def story() -> None:
        platform.engine.gate = asyncio.Event()
        await platform.enqueue()
        async with platform.running(drain_seconds=0.05) as stop:
            await until(lambda: platform.engine.jobs)
            stop.set()
        report = platform.reported()[1]
        assert isinstance(report, Broken)
        assert report.code == "lease_lost"

    run(story)


def test_new_partitions_are_told_at_once(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "HELLO_SECONDS", 3600.0)

    async def story() -> None:
        platform.tickets.held = {}
        async with platform.running():
            while not await platform.jobs.live("m"):
                await asyncio.sleep(0.001)
            assert [seat.partitions for seat in await platform.jobs.seats()] == [{"paid": (), "free": ()}]
            platform.tickets.held = {"t.free": (7, 8)}
            while [seat.partitions["free"] for seat in await platform.jobs.seats()] != [(7, 8)]:
                await asyncio.sleep(0.001)

    run(story)


def test_a_leftover_of_a_dead_process_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(attempt, "_alive", lambda pid: pid == 1)
    for name in ("recut-job-1-abc", "recut-job-999-abc", "recut-other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x")
    attempt.sweep_scratch()

    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["recut-job-1-abc", "recut-other"]
