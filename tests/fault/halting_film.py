"""`sketch-1` with gates in its stages: a task for `inference.engine.Engine`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from inference import pipeline
from inference.film import Stopwatch
from inference.pipeline import warm_up as warm_up
from inference.ports import Job, Result
from tests.fault.gate import gate, worker_of_this

MIDDLE: Final = 30  # frames: in the middle of what is told as one stage
FRAMES: Final = "wait for frames"


class Halting(Stopwatch):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self._gate = gate()
        self._frames = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._frames += name == FRAMES
        if name != FRAMES or self._frames == MIDDLE:
            self._gate.pass_by(name, self._job.video_id, self._job.attempt, worker_of_this())
        with super().stage(name):
            yield


def generate(
    job: Job, folder: Path, progress: Callable[[float], None], cancelled: Callable[[], bool], watch: Stopwatch
) -> Result:
    halting = Halting(job)
    try:
        return pipeline.generate(job, folder, progress, cancelled, halting)
    finally:
        for stage, seconds in halting.seconds.items():
            watch.add(stage, seconds)
