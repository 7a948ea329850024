"""Batches in processes of their own: one makes the steps, others write the files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from inference.batching import Batches
from inference.engine import Engine
from inference.pool import Pool
from inference.ports import Cancelled, Job, Result, Runner
from streams.worker_metrics import WorkerMetrics
from tests.batching import Array, Tiny, a_job, bucket_of, made
from tests.scripted import until
from tests.tiny_maker import SLOWLY


@asynccontextmanager
async def batches(metrics: WorkerMetrics) -> AsyncIterator[Batches]:
    maker = Engine("tests.tiny_maker", "tiny", rows=4, watch=metrics)
    encoders = Pool("encoder", [""], 2, lambda: Engine("tests.tiny_writer", "encoder", watch=metrics), metrics)
    both = Batches(["tiny"], 4, maker, encoders, bucket_of=bucket_of, lower=lambda bucket: None, watch=metrics)
    try:
        await both.start()
        yield both
    finally:
        await both.stop()


def alone(job: Job) -> Array:
    batch = Tiny().start(bucket_of(job), [job])
    film: Array = made(batch, [[True]] * batch.steps)[0]
    return film


async def film(both: Batches, job: Job, folder: Path, runners: list[Runner] | None = None) -> Result:
    async with both.lend(job.model) as runner:
        if runners is not None:
            runners.append(runner)
        return await runner.run(job, folder, lambda share: None)


def test_films_that_were_made_together_are_those_that_are_made_alone(tmp_path: Path) -> None:
    """And four rows were too many: they were made two by two."""
    jobs, metrics = [a_job(seed=number, prompt=f"cat {number}") for number in range(4)], WorkerMetrics()
    for number in range(4):
        (tmp_path / str(number)).mkdir()

    async def story() -> list[Result]:
        async with asyncio.timeout(60), batches(metrics) as both:
            return await asyncio.gather(*(film(both, job, tmp_path / str(job.seed)) for job in jobs))

    results = asyncio.run(story())
    for job, result in zip(jobs, results, strict=True):
        assert result.seed == job.seed
        assert result.stages["encode"] > 0
        np.testing.assert_allclose(np.load(result.assets[0].path), alone(job), rtol=0, atol=1e-12)
    value = metrics.registry.get_sample_value
    assert value("recut_memory_downgrades_total", {"engine": "tiny", "how": "fewer_rows"}) == 1
    assert value("recut_cold_start_seconds_count", {"engine": "tiny"}) == 1
    assert value("recut_stage_seconds_total", {"engine": "tiny", "stage": "denoise"}) > 0


def test_a_row_is_cancelled_in_the_process_and_the_batch_goes_on(tmp_path: Path) -> None:
    jobs, metrics = [a_job(seed=1, prompt=SLOWLY), a_job(seed=2, prompt="cat")], WorkerMetrics()
    for job in jobs:
        (tmp_path / str(job.seed)).mkdir()

    async def story() -> Result:
        runners: list[Runner] = []
        async with asyncio.timeout(60), batches(metrics) as both:
            films = [asyncio.create_task(film(both, job, tmp_path / str(job.seed), runners)) for job in jobs]
            steps = {"engine": "tiny", "bucket": bucket_of(jobs[0]).name}
            # It waits after its first step for somebody to give up.
            await until(lambda: metrics.registry.get_sample_value("recut_step_seconds_count", steps))
            runners[0].cancel()
            with pytest.raises(Cancelled):
                await films[0]
            return await films[1]

    np.testing.assert_allclose(np.load(asyncio.run(story()).assets[0].path), alone(jobs[1]), rtol=0, atol=1e-12)
