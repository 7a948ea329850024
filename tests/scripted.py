"""A worker with a scripted engine, over the job table's twin and an object store in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from domain.errors import Unavailable
from domain.jobs import Bundle, Report, Sealed, Source, Started, Ticket, prefix_of, report_of
from inference import attempt, worker
from inference.ports import Asset, Cancelled, Job, Result
from inference.worker import Worker
from infra.job_seal import seal, unseal
from infra.jobs_memory import MemoryJobs
from infra.objects import Objects
from streams.worker_metrics import WorkerMetrics

TOPICS = {"paid": "t.paid", "free": "t.free"}
CONTENT = {"video": b"film", "captions": b"WEBVTT", "thumbnail": b"still"}
MIMES = {"video": "video/mp4", "captions": "text/vtt", "thumbnail": "image/webp"}


class Record(msgspec.Struct):
    value: bytes
    topic: str = "t.free"
    partition: int = 4
    offset: int = 41


def source(**changes: Any) -> Source:
    fields = {"video_id": "video_0", "relation": "remix", "seconds": 4, "span": None, "scene": None, "video": None}
    return Source(**{**fields, **changes})


class Tickets:
    def __init__(self) -> None:
        self.waiting: list[Record] = []
        self.committed: list[tuple[str, int, int]] = []
        self.held: dict[str, tuple[int, ...]] = {"t.paid": (1,), "t.free": (4,)}
        self.paused = False

    async def poll(self, seconds: float) -> Record | None:
        await asyncio.sleep(0.001)
        return self.waiting.pop(0) if self.waiting and not self.paused else None

    async def commit(self, topic: str, partition: int, offset: int) -> None:
        self.committed.append((topic, partition, offset))

    async def pause(self) -> None:
        self.paused = True

    async def resume(self) -> None:
        self.paused = False

    def partitions(self) -> dict[str, tuple[int, ...]]:
        return self.held


class Reports:
    def __init__(self) -> None:
        self.values: list[bytes] = []
        self.failures = 0

    async def send(self, messages: Sequence[tuple[str, int | None, str, bytes, list[tuple[str, bytes]]]]) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable("kafka_unavailable", "down")
        for topic, partition, key, value, _ in messages:
            assert (topic, partition) == ("t.outcomes", None)
            assert key == msgspec.json.decode(value, type=Sealed).video_id
            self.values.append(value)


class Engine:
    """Does what the test says: `error` is raised; with `gate` it goes on only when that is set, or when cancelled."""

    name = "scripted"

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.gate: asyncio.Event | None = None
        self.jobs: list[Job] = []
        self.stages: dict[str, float] = {}
        self.seen: dict[str, bytes] = {}  # what lay in the folder
        self._cancelled = asyncio.Event()

    async def run(self, job: Job, folder: Path, progress: Callable[[float], None]) -> Result:
        self._cancelled.clear()
        self.jobs.append(job)
        self.seen = self._contents(folder)
        progress(0.5)
        if self.gate:
            waits = [asyncio.create_task(event.wait()) for event in (self.gate, self._cancelled)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        if self._cancelled.is_set():
            raise Cancelled("it was cancelled")
        if self.error:
            raise self.error
        return Result(
            assets=[self._asset(folder, role) for role in CONTENT],
            understood=["cat"],
            ignored=["hat"],
            engine=self.name,
            model_digest="d1",
            seed=job.seed,
            stages=self.stages,
        )

    def _contents(self, folder: Path) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    def _asset(self, folder: Path, role: str) -> Asset:
        file = folder / role
        file.write_bytes(CONTENT[role])
        return Asset(role=role, path=str(file), mime=MIMES[role], sha256=f"sha-{role}", bytes=len(CONTENT[role]))

    def cancel(self) -> None:
        self._cancelled.set()


class Seats:
    """`Engines` of one scripted engine, or of several that are all the same to a test."""

    name = "scripted"
    models = ("m",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.slots = 1
        self.lent = 0

    @asynccontextmanager
    async def lend(self, model: str) -> AsyncIterator[Engine]:
        assert model in self.models
        self.lent += 1
        assert self.lent <= self.slots
        try:
            yield self.engine
        finally:
            self.lent -= 1


class Platform:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.jobs = MemoryJobs(lambda: self.now)
        self.tickets = Tickets()
        self.reports = Reports()
        self.engine = Engine()
        self.seats = Seats(self.engine)
        self.metrics = WorkerMetrics()
        self.objects = Objects("memory:///")
        self.keys: dict[tuple[str, int], bytes] = {}

    def worker(self, drain_seconds: float = 5.0) -> Worker:
        return Worker(
            "w1",
            tickets=self.tickets,
            claims=self.jobs,
            objects=self.objects,
            reports=self.reports,
            engines=self.seats,
            watch=self.metrics,
            seal=seal,
            topics=TOPICS,
            outcomes="t.outcomes",
            drain_seconds=drain_seconds,
        )

    async def enqueue(self, attempt: int = 1, video: str = "video_1", **changes: Any) -> None:
        fields = {
            "video_id": video, "attempt": attempt, "model": "m", "verb": "create", "prompt": "a cat", "seed": 7,
            "seconds": 4, "size": "256x144", "prefix": prefix_of(video, attempt),
        }  # fmt: skip
        bundle = Bundle(**{**fields, **changes})
        await self.jobs.enqueue(account_id="acct_1", tier="free", bundle=bundle)
        key = await self.jobs.key(video, attempt)
        assert key
        self.keys[video, attempt] = key
        self.send(Ticket(video, attempt, bundle.model))

    def send(self, ticket: Ticket) -> None:
        self.tickets.waiting.append(Record(msgspec.json.encode(ticket)))

    @asynccontextmanager
    async def running(
        self, drain_seconds: float = 5.0, hurry: asyncio.Event | None = None
    ) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.worker(drain_seconds).run(stop, hurry))
        try:
            yield stop
        finally:
            stop.set()
            await task

    def reported(self) -> list[Report]:
        return [self._open(msgspec.json.decode(value, type=Sealed)) for value in self.reports.values]

    def _open(self, sealed: Sealed) -> Report:
        clear = unseal(
            self.keys[sealed.video_id, sealed.attempt], sealed.sealed, report_of(sealed.video_id, sealed.attempt)
        )
        report: Report = msgspec.json.decode(clear, type=Report)
        return report

    async def state(self) -> str:
        progress = await self.jobs.progress("video_1")
        assert progress
        return progress.state


def hurried(setattr: Callable[[object, str, float], None]) -> None:
    for module, name in ((attempt, "LOOK_SECONDS"), (attempt, "AGAIN_SECONDS"), (worker, "LOOK_SECONDS")):
        setattr(module, name, 0.001)
    setattr(attempt, "BEAT_SECONDS", 0.002)
    setattr(worker, "POLL_SECONDS", 0.001)


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        async with asyncio.timeout(10):
            await story()

    asyncio.run(within())


async def until(true: Callable[[], object]) -> None:
    while not true():
        await asyncio.sleep(0.001)


async def outcome_of(platform: Platform) -> Report:
    async with platform.running():
        await until(lambda: len(platform.reports.values) == 2)
    first, last = platform.reported()
    assert first == Started(worker="w1", engine="scripted")
    return last
