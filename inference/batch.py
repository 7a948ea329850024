"""What a model does that makes several films at once, and the loop over its steps: the part that runs in the engine's
process. A task for `inference.engine.Engine` with rows is a module of four lines:

    MODEL: BatchModel | None = None

    def warm_up() -> None: ...                                   # builds MODEL and runs each bucket once
    def generate(work, folder, tell, cancelled, watch): return run(MODEL, work, tell, cancelled, watch)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from inference.buckets import Bucket
from inference.film import Stopwatch
from inference.ports import Job


class Batch(Protocol):
    """Films on their way. Shapes never change: a row that is not `alive` is carried along, and what becomes of it does
    not matter."""

    @property
    def steps(self) -> int: ...

    def step(self, alive: Sequence[bool]) -> None: ...

    def finish(self, row: int, chunks: int, folder: Path) -> Any:
        """What the encoder needs of that film, decoded in so many parts. It crosses processes: what is large goes into
        a file in `folder`, which lives until the film is written."""
        ...


class BatchModel(Protocol):
    """Noise comes from the seed of each job alone, and no row looks at another one: what a film becomes depends neither
    on which others run beside it, nor on its place among them, nor on how many of them are given up.
    `tests.batching.check_rows_apart` proves it.

    Raises `ports.OutOfMemory`, with everything let go that the batch had taken."""

    def start(self, bucket: Bucket, jobs: Sequence[Job]) -> Batch: ...


class Work(msgspec.Struct, frozen=True):
    """Of each row its job, and a folder of its own."""

    bucket: Bucket
    jobs: tuple[Job, ...]
    folders: tuple[Path, ...]
    chunks: int


class Step(msgspec.Struct, frozen=True):
    step: int
    of: int
    seconds: float


class Draft(msgspec.Struct, frozen=True):
    """A film that only needs to be written."""

    row: int
    content: Any


class Done(msgspec.Struct, frozen=True):
    stages: dict[str, float] = {}


def run(
    model: BatchModel,
    work: Work,
    tell: Callable[[Step | Draft], None],
    cancelled: Callable[[int], bool],
    watch: Stopwatch,
) -> Done:
    """Nobody joins on the way. Ends early when nobody is left."""

    def alive() -> list[bool]:
        return [not cancelled(row) for row in range(len(work.jobs))]

    with watch.stage("stage"):
        batch = model.start(work.bucket, work.jobs)
    with watch.stage("denoise"):
        for number in range(1, batch.steps + 1):
            if not any(wanted := alive()):
                return Done()
            began = time.perf_counter()
            batch.step(wanted)
            tell(Step(number, batch.steps, time.perf_counter() - began))
    for row, wanted_row in enumerate(alive()):
        if wanted_row:
            with watch.stage("decode"):
                content = batch.finish(row, work.chunks, work.folders[row])
            tell(Draft(row, content))
    return Done()
