"""The engine's child process: warm, and expendable."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from inference.engine import Engine
from inference.pool import Pool
from inference.ports import BadInput, Cancelled, EngineCrash, Job, OutOfMemory, Result, Unwatched
from tests.runtime import eventually

ROOT = Path(__file__).parent.parent.parent


def job(seconds: float = 1.0, prompt: str = "a red cat dances on the beach") -> Job:
    return Job(
        video_id="video_1", attempt=1, model="sketch-1", verb="create", prompt=prompt, seed=7, seconds=seconds,
        width=144, height=256,
    )  # fmt: skip


@asynccontextmanager
async def started(**options: Any) -> AsyncIterator[Engine]:
    engine = Engine(**options)
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()


async def during(engine: Engine, folder: Path, then: Callable[[], object]) -> Result:
    """Runs a long job and does `then` at its first progress."""
    todo = [then]

    def once(share: float) -> None:
        while todo:
            todo.pop()()

    return await engine.run(job(seconds=20.0), folder, once)


def sizes(folder: Path) -> dict[str, int]:
    return {str(file): file.stat().st_size for file in folder.iterdir()}


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        async with asyncio.timeout(90):
            await story()

    asyncio.run(within())


def signal_child(engine: Engine, number: signal.Signals) -> None:
    assert engine.pid
    os.kill(engine.pid, number)


def test_a_job_is_made_with_progress_and_the_next_one_in_the_same_child(tmp_path: Path) -> None:
    async def story() -> None:
        async with started() as engine:
            pid, shares = engine.pid, list[float]()
            result = await engine.run(job(), tmp_path, shares.append)
            assert {asset.role for asset in result.assets} >= {"video", "scene", "thumbnail"}
            assert all(sizes(tmp_path)[asset.path] == asset.bytes for asset in result.assets)
            with pytest.raises(BadInput):
                await engine.run(job(prompt=" "), tmp_path, shares.append)
            assert shares == sorted(shares)
            assert engine.pid == pid

    run(story)


def test_films_that_are_made_at_once_are_those_that_are_made_alone(tmp_path: Path) -> None:
    """To the byte: the seed of a job is all the chance there is."""
    jobs = [msgspec.structs.replace(job(), seed=seed) for seed in (7, 8)]

    async def make(pool: Pool, of: Job, folder: str) -> dict[str, str]:
        async with pool.lend(of.model) as engine:
            result = await engine.run(of, tmp_path / folder, lambda share: None)
        return {asset.role: asset.sha256 for asset in result.assets}

    async def story() -> None:
        pool = Pool("sketch", ["sketch-1"], 2, Engine, Unwatched())
        try:
            await pool.start()
            at_once = await asyncio.gather(*(make(pool, of, f"both-{of.seed}") for of in jobs))
            assert at_once == [await make(pool, of, f"alone-{of.seed}") for of in jobs]
            assert at_once[0]["video"] != at_once[1]["video"]
        finally:
            await pool.stop()

    for of in jobs:
        for name in ("both", "alone"):
            (tmp_path / f"{name}-{of.seed}").mkdir()
    run(story)


def test_a_cancelled_job_ends_and_the_child_stays(tmp_path: Path) -> None:
    async def story() -> None:
        async with started() as engine:
            pid = engine.pid
            with pytest.raises(Cancelled):
                await during(engine, tmp_path, engine.cancel)
            assert (await engine.run(job(), tmp_path, lambda share: None)).seed == 7
            assert engine.pid == pid

    run(story)


@pytest.mark.parametrize(("number", "error"), [(signal.SIGKILL, OutOfMemory), (signal.SIGSEGV, EngineCrash)])
def test_a_crash_is_one_failed_attempt(tmp_path: Path, number: signal.Signals, error: type[Exception]) -> None:
    async def story() -> None:
        async with started() as engine:
            with pytest.raises(error):
                await during(engine, tmp_path, lambda: signal_child(engine, number))
            assert (await engine.run(job(), tmp_path, lambda share: None)).seed == 7

    run(story)


def test_a_hang_is_one_failed_attempt(tmp_path: Path) -> None:
    async def story() -> None:
        async with started(silence_seconds=10.0) as engine:
            with pytest.raises(EngineCrash, match="hung"):
                await during(engine, tmp_path, lambda: signal_child(engine, signal.SIGSTOP))
            assert (await engine.run(job(), tmp_path, lambda share: None)).seed == 7

    run(story)


def test_the_child_ends_with_a_worker_that_was_killed(tmp_path: Path) -> None:
    code = "import asyncio; from tests.integration.test_engine import linger; asyncio.run(linger())"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


async def linger() -> None:
    async with started() as engine:
        print(engine.pid, flush=True)
        await engine.run(job(seconds=60.0), Path(sys.argv[1]), lambda share: None)
