"""Films that are made together: none depends on another one, nobody joins on the way, and memory that is short makes
them fewer, never endless."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference import batch
from inference.batch import Done, Work
from inference.batching import Batches
from inference.buckets import MOST_CHUNKS, Bucket, Ladder, Plan
from inference.engine import Engine
from inference.film import Stopwatch
from inference.pool import Pool
from inference.ports import BadInput, Cancelled, EngineCrash, Job, OutOfMemory, Result, Runner, Unwatched
from streams.worker_metrics import WorkerMetrics
from tests.batching import Tiny, a_job, bucket_of, check_rows_apart
from tests.scripted import run, until

JOBS = [
    a_job(seed=number, prompt=prompt) for number, prompt in enumerate(("cat", "dog", "a fox", "rain", "sea", "sun"))
]
STEPS = bucket_of(JOBS[0]).steps


def lower(bucket: Bucket) -> Bucket | None:
    return None if bucket.width <= 16 else Bucket(**{**_fields(bucket), "width": bucket.width // 2})


def _fields(bucket: Bucket) -> dict[str, Any]:
    return {name: getattr(bucket, name) for name in bucket.__struct_fields__}


# No film depends on another one.

rows_of_a_batch = st.permutations(range(len(JOBS))).flatmap(
    lambda order: st.tuples(
        st.just(order),
        st.lists(st.none() | st.integers(0, STEPS), min_size=len(JOBS), max_size=len(JOBS)),
    )
)


@settings(max_examples=60, deadline=None)
@given(rows_of_a_batch)
def test_a_film_is_the_same_in_any_company(rows: tuple[list[int], list[int | None]]) -> None:
    order, ends = rows
    check_rows_apart(Tiny(), bucket_of(JOBS[0]), JOBS, order, ends, tolerance=1e-12)


def test_the_check_finds_a_model_that_looks_at_other_rows() -> None:
    with pytest.raises(AssertionError, match="knows of the others"):
        check_rows_apart(Tiny(leaks=True), bucket_of(JOBS[0]), JOBS, range(6), [None] * 6, tolerance=1e-12)


def test_a_given_up_row_is_masked_from_the_next_step_on_and_the_batch_ends_when_all_are() -> None:
    asked: list[list[bool]] = []

    class Noting(Tiny):
        def start(self, bucket: Bucket, jobs: Sequence[Job]) -> Any:
            made = super().start(bucket, jobs)
            step = made.step

            def noted(alive: Sequence[bool]) -> None:
                asked.append(list(alive))
                step(alive)

            made.step = noted  # type: ignore[method-assign]
            return made

    def drafts(given_up: Callable[[int], bool]) -> list[int]:
        news: list[Any] = []
        work = Work(bucket_of(JOBS[0]), tuple(JOBS[:2]), (Path(), Path()), 1)
        batch.run(Noting(), work, news.append, given_up, Stopwatch())
        return [each.row for each in news if isinstance(each, batch.Draft)]

    assert drafts(lambda row: row == 0 and len(asked) >= 2) == [1]
    assert asked == [[True, True], [True, True], [False, True], [False, True]]
    asked.clear()
    assert drafts(lambda row: len(asked) >= 1) == []
    assert asked == [[True, True]]


# How it gets less.


@given(st.integers(1, 64), st.lists(st.integers(1, 64), max_size=40))
def test_the_way_down_ends_and_every_step_is_smaller(most: int, rows: list[int]) -> None:
    bucket, steps = bucket_of(a_job(width=64)), 0
    ladder = Ladder("tiny", most, lower, Unwatched())
    plan: Plan | None = ladder.plan(bucket)
    while plan is not None:
        found = ladder.down(bucket, plan, rows[steps] if steps < len(rows) else most)
        if found is not None:
            assert size(found) < size(plan)
            assert ladder.plan(bucket) == found
        plan, steps = found, steps + 1
    assert steps <= 7 + 3 * (1 + MOST_CHUNKS.bit_length())


def size(plan: Plan) -> tuple[int, int, int]:
    return plan.bucket.width, plan.rows, -plan.chunks


def test_the_steps_down_in_their_order() -> None:
    metrics = WorkerMetrics()
    ladder, bucket = Ladder("tiny", 4, lower, metrics), bucket_of(a_job(width=32))
    plans = [ladder.plan(bucket)]
    while (plan := ladder.down(bucket, plans[-1], 4)) is not None:
        plans.append(plan)
    assert [(plan.bucket.width, plan.rows, plan.chunks) for plan in plans] == [
        (32, 4, 1), (32, 2, 1), (32, 1, 1), (32, 1, 2), (32, 1, 4), (32, 1, 8),
        (16, 1, 1), (16, 1, 2), (16, 1, 4), (16, 1, 8),
    ]  # fmt: skip
    for how, times in (("fewer_rows", 2), ("chunked_decoder", 6), ("lower_bucket", 1), ("given_up", 1)):
        labels = {"engine": "tiny", "how": how}
        assert metrics.registry.get_sample_value("recut_memory_downgrades_total", labels) == times
    assert ladder.plan(bucket_of(a_job(width=64))) == Plan(bucket_of(a_job(width=64)), 4)


# The line, the batches and the encoders, with processes that are none.


class Maker(Engine):
    """Runs batches on a thread of this process. With `gate` it waits before the first step."""

    def __init__(self, model: Tiny, watch: WorkerMetrics) -> None:
        super().__init__("none", "tiny", rows=8, watch=watch)
        self.model = model
        self.works: list[Work] = []
        self.gate: asyncio.Event | None = None
        self.faults: list[Exception | None] = []

    async def start(self) -> None:
        """There is no process."""

    async def run(self, job: Any, folder: Path, progress: Callable[[Any], None]) -> Any:
        for row in range(8):
            self._cancelled[row] = False
        self.works.append(job)
        if self.gate:
            await self.gate.wait()
        fault = self.faults.pop(0) if self.faults else None
        if fault or any(one.prompt == "poison" for one in job.jobs):
            raise fault or BadInput("no")
        return batch.run(self.model, job, progress, lambda row: bool(self._cancelled[row]), Stopwatch())


class Writer(Engine):
    """An encoder that waits for its gate."""

    gate: asyncio.Event | None = None
    writing = 0

    async def start(self) -> None:
        """There is no process."""

    async def run(self, job: Any, folder: Path, progress: Callable[[Any], None]) -> Any:
        Writer.writing += 1
        try:
            if Writer.gate:
                await Writer.gate.wait()
        finally:
            Writer.writing -= 1
        return Result(
            assets=[], understood=[str(float(np.sum(job.draft)))], ignored=[], engine="tiny", model_digest="d", seed=0
        )


class Studio:
    def __init__(self, rows: int = 4, memory: float = float("inf"), wait_seconds: float = 0.01) -> None:
        self.metrics = WorkerMetrics()
        self.maker = Maker(Tiny(memory), self.metrics)
        self.runners: list[Runner] = []
        encoders = Pool("encoder", [""], 2, lambda: Writer(), self.metrics)
        self.batches = Batches(
            ["tiny"], rows, self.maker, encoders, bucket_of=bucket_of, lower=lower, watch=self.metrics,
            wait_seconds=wait_seconds,
        )  # fmt: skip

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        await self.batches.start()
        try:
            yield
        finally:
            await self.batches.stop()

    def film(self, job: Job) -> asyncio.Task[Result]:
        async def make() -> Result:
            async with self.batches.lend("tiny") as runner:
                self.runners.append(runner)
                return await runner.run(job, Path(), lambda share: None)

        return asyncio.create_task(make())

    async def films(self, *jobs: Job) -> list[Any]:
        return await asyncio.gather(*(self.film(job) for job in jobs), return_exceptions=True)

    @property
    def seeds(self) -> list[list[int]]:
        """Of each batch."""
        return [[job.seed for job in work.jobs] for work in self.maker.works]


@pytest.fixture(autouse=True)
def _open_gate() -> Any:
    Writer.gate, Writer.writing = None, 0
    yield
    Writer.gate = None


def test_a_full_batch_begins_at_once_and_a_part_of_one_after_a_moment() -> None:
    async def story() -> None:
        studio = Studio(rows=4, wait_seconds=3600.0)
        async with studio.open():
            assert len(await studio.films(*JOBS[:4])) == 4
            waiting = studio.film(JOBS[4])
            await asyncio.sleep(0.02)
            assert not waiting.done()
            await studio.films(*JOBS[1:4])
            await waiting
        assert studio.seeds == [[0, 1, 2, 3], [4, 1, 2, 3]]
        brief = Studio(rows=4)
        async with brief.open():
            await brief.films(*JOBS[:2])
        assert brief.seeds == [[0, 1]]

    run(story)


def test_only_films_of_one_bucket_are_made_together_the_oldest_first() -> None:
    wide = [a_job(seed=number, width=128) for number in (10, 11)]

    async def story() -> None:
        studio = Studio()
        async with studio.open():
            await studio.films(JOBS[0], wide[0], JOBS[1], wide[1])
        assert studio.seeds == [[0, 1], [10, 11]]

    run(story)


def test_nobody_joins_between_the_steps() -> None:
    async def story() -> None:
        studio = Studio()
        studio.maker.gate = asyncio.Event()
        async with studio.open():
            first = studio.film(JOBS[0])
            await until(lambda: studio.maker.works)
            second = studio.film(JOBS[1])
            await asyncio.sleep(0.03)
            studio.maker.gate.set()
            await asyncio.gather(first, second)
        assert studio.seeds == [[0], [1]]

    run(story)


def test_what_is_cancelled_in_the_line_in_the_batch_and_at_the_encoder_ends_there() -> None:
    async def story() -> None:
        studio = Studio(rows=2)
        studio.maker.gate, Writer.gate = asyncio.Event(), asyncio.Event()
        async with studio.open():
            films = [studio.film(job) for job in JOBS[:4]]
            await until(lambda: len(studio.runners) == 4 and studio.maker.works)
            studio.runners[3].cancel()
            studio.runners[0].cancel()
            await asyncio.wait({films[0], films[3]})
            studio.maker.gate.set()
            await until(lambda: Writer.writing == 2)
            films[1].cancel()
            Writer.gate.set()
            ends = await asyncio.gather(*films, return_exceptions=True)
            assert [type(end) for end in ends] == [Cancelled, asyncio.CancelledError, Result, Cancelled]
            # Nothing has kept the room of a draft for itself.
            assert all(isinstance(end, Result) for end in await studio.films(*JOBS, *JOBS))
        assert studio.seeds[:2] == [[0, 1], [2]]

    run(story)


def test_a_batch_waits_until_there_is_room_for_its_drafts() -> None:
    async def story() -> None:
        studio = Studio(rows=2)
        Writer.gate = asyncio.Event()
        async with studio.open():
            films = [studio.film(job) for job in JOBS]
            await until(lambda: Writer.writing == 2 and len(studio.maker.works) == 2)
            await asyncio.sleep(0.03)
            assert studio.seeds == [[0, 1], [2, 3]]
            Writer.gate.set()
            await asyncio.gather(*films)
        assert len(studio.seeds) == 3

    run(story)


def test_who_gives_up_while_it_waits_for_room_is_not_made() -> None:
    async def story() -> None:
        studio = Studio(rows=2)
        Writer.gate = asyncio.Event()
        async with studio.open():
            films = [studio.film(job) for job in JOBS]
            await until(lambda: Writer.writing == 2 and len(studio.maker.works) == 2)
            await asyncio.sleep(0.03)  # the third batch is put together, and waits
            studio.runners[4].cancel()
            Writer.gate.set()
            ends = await asyncio.gather(*films, return_exceptions=True)
            assert [type(end) for end in ends] == [Result] * 4 + [Cancelled, Result]
        assert studio.seeds == [[0, 1], [2, 3], [5]]

    run(story)


def test_too_many_rows_become_fewer_and_the_next_batch_knows() -> None:
    async def story() -> None:
        studio = Studio(rows=4, memory=128)  # two rows of 64 pixels
        async with studio.open():
            assert [type(film) for film in await studio.films(*JOBS[:4])] == [Result] * 4
            await studio.films(*JOBS[:4])
        assert studio.seeds == [[0, 1, 2, 3], [0, 1], [2, 3], [0, 1], [2, 3]]

    run(story)


def test_what_was_made_smaller_says_so() -> None:
    async def story() -> None:
        studio = Studio(rows=1, memory=32)
        async with studio.open():
            [film] = await studio.films(JOBS[0])
            assert film.ignored == ["made at 32x32 and enlarged: memory was short"]
            widths = [(work.bucket.width, work.chunks) for work in studio.maker.works]
            assert widths == [(64, 1), (64, 2), (64, 4), (64, 8), (32, 1)]

    run(story)


def test_what_fits_nowhere_is_given_up_with_the_cause() -> None:
    async def story() -> None:
        studio = Studio(rows=2, memory=1)
        async with studio.open():
            films = await studio.films(*JOBS[:2])
            assert [type(film) for film in films] == [OutOfMemory] * 2
            assert len(studio.maker.works) < 20

    run(story)


def test_a_film_that_breaks_its_batch_fails_alone() -> None:
    async def story() -> None:
        studio = Studio(rows=3)
        async with studio.open():
            films = await studio.films(JOBS[0], a_job(seed=9, prompt="poison"), JOBS[2])
            assert [type(film) for film in films] == [Result, BadInput, Result]
            studio.maker.faults = [EngineCrash("died"), None, None, EngineCrash("died again")]
            films = await studio.films(*JOBS[:3])
            assert [type(film) for film in films] == [Result, Result, EngineCrash]
        assert studio.seeds == [[0, 9, 2], [0], [9], [2], [0, 1, 2], [0], [1], [2]]

    run(story)


def test_how_full_batches_are_and_how_long_steps_take_is_told() -> None:
    async def story() -> None:
        studio = Studio(rows=4)
        async with studio.open():
            await studio.films(*JOBS[:3])
        labels = {"engine": "tiny", "bucket": bucket_of(JOBS[0]).name}
        value = studio.metrics.registry.get_sample_value
        assert value("recut_batch_fill_sum", labels) == 0.75
        assert value("recut_step_seconds_count", labels) == STEPS

    run(story)


def test_a_batch_that_forgets_a_film_is_a_crash_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        studio = Studio(rows=1)
        async with studio.open():
            monkeypatch.setattr(batch, "run", lambda *_: Done())
            [film] = await studio.films(JOBS[0])
            assert isinstance(film, EngineCrash)

    run(story)
