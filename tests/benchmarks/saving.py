"""`Application.save()` of the library, unmodified, through its own PostgreSQL module and through ours."""

from __future__ import annotations

import gc
import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from tests.benchmarks.appending import PROMPT, Measure, measured
from tests.runtime import with_database

FASTEST_SAVE: Final = 25_000  # aggregates made ahead for each second


class Clip(Aggregate):
    def __init__(self, prompt: str, model: str, seconds: int) -> None:
        self.prompt = prompt
        self.model = model
        self.seconds = seconds


def saves(env: dict[str, str], savers: int, seconds: float) -> Measure:
    """`Application.save()` of aggregates that were made ahead."""
    clips = iter([Clip(PROMPT, "sketch-1", 4) for _ in range(int(FASTEST_SAVE * seconds))])
    latencies: list[float] = []
    with Application[Any](env=env) as application:
        for warm_up in itertools.islice(clips, 20):
            application.save(warm_up)
        gc.freeze()
        started = time.perf_counter()
        arguments = (application, started + seconds, clips, latencies)
        threads = [threading.Thread(target=_save, args=arguments) for _ in range(savers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return measured(started, latencies)


def _save(application: Application[Any], until: float, clips: Iterator[Clip], latencies: list[float]) -> None:
    while (before := time.perf_counter()) < until:
        application.save(next(clips))
        latencies.append(time.perf_counter() - before)


def our_module(url: str) -> dict[str, str]:
    # The benchmark's database also has Recut's own logs: the module would refuse it, and must not be disturbed by them.
    own = with_database(url, f"{urlsplit(url).path.lstrip('/')}_library")
    return {"PERSISTENCE_MODULE": "infra.eventsourcing_recorder", "RECUT_DATABASE_URL": own}


def library_module(url: str, savers: int) -> dict[str, str]:
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": unquote(parts.password or ""),
        "POSTGRES_POOL_SIZE": str(min(savers, 16)),
        "POSTGRES_MAX_OVERFLOW": "0",
    }
