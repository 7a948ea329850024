"""What every batch model must keep: no film depends on those beside it. And a tiny one, in numpy, that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.batch import Batch, BatchModel
from inference.buckets import Bucket
from inference.ports import Job, OutOfMemory

Array = NDArray[np.float64]
WIDTH = 8


def a_job(seed: int = 7, prompt: str = "a cat", width: int = 64) -> Job:
    return Job(
        video_id=f"video_{seed}", attempt=1, model="tiny", verb="create", prompt=prompt, seed=seed, seconds=1.0,
        width=width, height=32,
    )  # fmt: skip


def bucket_of(job: Job) -> Bucket:
    return Bucket(model=job.model, width=job.width, height=job.height, frames=6, steps=4, dtype="float64")


class Tiny:
    """A flow of four steps over six frames: real matrices, noise from the job's own seed. Runs out of memory where
    `memory` (rows times pixels, over the chunks of the decoder) is not enough."""

    def __init__(self, memory: float = float("inf"), leaks: bool = False) -> None:
        self.memory = memory
        self.leaks = leaks
        weights = np.random.default_rng(1)
        self.mix: Array = weights.normal(size=(WIDTH, WIDTH)) / WIDTH**0.5

    def start(self, bucket: Bucket, jobs: Sequence[Job]) -> TinyBatch:
        if len(jobs) * bucket.width > self.memory:
            raise OutOfMemory(f"{len(jobs)} rows of {bucket.width} pixels are too much")
        return TinyBatch(self, bucket, jobs)


class TinyBatch:
    def __init__(self, model: Tiny, bucket: Bucket, jobs: Sequence[Job]) -> None:
        self.steps = bucket.steps
        self._model = model
        self._bucket = bucket
        self._words = np.stack([_words(job.prompt) for job in jobs])  # [rows, WIDTH]
        noise = [np.random.default_rng(job.seed).normal(size=(bucket.frames, WIDTH)) for job in jobs]
        self._x = np.stack(noise)  # [rows, frames, WIDTH]

    def step(self, alive: Sequence[bool]) -> None:
        change = np.tanh(np.matmul(self._x, self._model.mix) + self._words[:, None])
        if self._model.leaks:
            change = change - change.mean(axis=0)
        self._x = np.where(np.array(alive)[:, None, None], self._x + change / self.steps, np.nan)

    def finish(self, row: int, chunks: int, folder: Path) -> Array:
        if self._bucket.width / chunks > self._model.memory:
            raise OutOfMemory("decoded at once it is too much")
        return np.concatenate(np.array_split(self._x[row], min(chunks, self._bucket.frames)))


def _words(prompt: str) -> Array:
    return np.random.default_rng(list(prompt.encode())).normal(size=WIDTH)


def made(batch: Batch, alive: Sequence[Sequence[bool]], chunks: int = 1) -> dict[int, Any]:
    """What becomes of each row that lives to the end; `alive` says who lives at each step."""
    for wanted in alive:
        batch.step(wanted)
    return {row: batch.finish(row, chunks, Path()) for row, lives in enumerate(alive[-1]) if lives}


def check_rows_apart(
    model: BatchModel,
    bucket: Bucket,
    jobs: Sequence[Job],
    order: Sequence[int],
    ends: Sequence[int | None],
    tolerance: float,
) -> None:
    """Each film of the batch is what it is alone. `order` permutes the rows; `ends` is the step before which each row,
    in that order, is given up; None: never."""
    mixed = [jobs[number] for number in order]
    batch = model.start(bucket, mixed)
    alive = [[end is None or step < end for end in ends] for step in range(batch.steps)]
    together = made(batch, alive)
    for row, film in together.items():
        single = model.start(bucket, [mixed[row]])
        alone = made(single, [[True]] * single.steps)[0]
        np.testing.assert_allclose(film, alone, rtol=0, atol=tolerance, err_msg=f"row {row} knows of the others")
