"""The tiny batch model as a task for `inference.engine.Engine`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inference import batch
from inference.batch import Done, Work
from inference.film import Stopwatch
from tests.batching import Tiny

MODEL = Tiny(memory=3 * 64)
SLOWLY = "slowly"


def warm_up() -> None:
    """It is warm as soon as it is there."""


def generate(
    work: Work, folder: Path, tell: Callable[[Any], None], cancelled: Callable[[int], bool], watch: Stopwatch
) -> Done:
    def told(news: Any) -> None:
        tell(news)
        if any(job.prompt == SLOWLY for job in work.jobs):
            while not any(cancelled(row) for row in range(len(work.jobs))):
                time.sleep(0.01)

    return batch.run(MODEL, work, told, cancelled, watch)
