"""What the process that makes films with ltx-2 loads: see `inference.engine.Engine`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from inference.film import Stopwatch
from inference.ltx2.config import Config
from inference.ltx2.pipeline import Ltx2, open_ltx2
from inference.ports import Job, Result

_opened: list[Ltx2] = []


def warm_up(config: Config) -> None:
    _opened[:] = [open_ltx2(config)]


def generate(
    job: Job, folder: Path, progress: Callable[[float], None], cancelled: Callable[[], bool], watch: Stopwatch
) -> Result:
    return _opened[0].generate(job, folder, progress, cancelled, watch)
