"""Fills read models, one process each, and goes on writing at the pace of a live platform when asked to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final

from projections import checkpoint
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.events import Event
from projections.model import ReadModel
from tests.benchmarks.platform import Platform

BATCH: Final = 20_000  # at most
TAIL: Final = 0.03  # of the events are left for the time of the measurements
PAUSE: Final = 0.2  # seconds between two batches of a live projector


class Filler:
    """The process of one model. It holds the drawn history as its parent had it."""

    def __init__(self, url: str, model: ReadModel, platform: Platform, rate: int, known: int = 0) -> None:
        """`rate`: events a second while writing. `known`: so many events were applied by an earlier run."""
        context = get_context("fork")
        self.model = model
        self._writing, self._stop, self._filled = context.Event(), context.Event(), context.Queue()
        arguments = (url, model, platform, rate, known, self._writing, self._stop, self._filled)
        self._process = context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()

    def wait(self) -> tuple[int, float]:
        """(events, seconds) of the filling."""
        found = self._filled.get()
        if isinstance(found, str):
            raise RuntimeError(f"{self.model.name} was not filled: {found}")
        return found

    def write(self, on: bool) -> None:
        self._writing.set() if on else self._writing.clear()

    def stop(self) -> int:
        """How many events were written after the filling."""
        self._writing.set()
        self._stop.set()
        written = self._filled.get()
        self._process.join()
        return int(written)


def _work(
    url: str, model: ReadModel, platform: Platform, rate: int, known: int, writing: Any, stop: Any, filled: Any
) -> None:
    try:
        with connect(url) as conn:
            conn.execute("set synchronous_commit = off")
            epochs, events = Epochs(platform.epochs(model)), platform.events(model, skip=known, endless=True)
            filled.put((known, 0.0) if known else _fill(conn, model, epochs, events, platform))
            filled.put(_go_on(conn, model, epochs, events, rate, writing, stop))
    except Exception as error:
        filled.put(f"{type(error).__name__}: {error}")
        raise


def _fill(
    conn: Connection, model: ReadModel, epochs: Epochs, events: Iterator[Event], platform: Platform
) -> tuple[int, float]:
    began, count = time.perf_counter(), 0
    end, size = platform.at(1 - TAIL), max(200, min(BATCH, platform.shape.sizes.videos // 20))
    while batch := list(islice(events, size)):
        _apply(conn, model, batch, epochs)
        count += len(batch)
        if batch[-1].recorded.recorded_at >= end:
            break
    return count, time.perf_counter() - began


def _go_on(
    conn: Connection, model: ReadModel, epochs: Epochs, events: Iterator[Event], rate: int, writing: Any, stop: Any
) -> int:
    conn.execute("set synchronous_commit = on")
    count = 0
    while writing.wait() and not stop.is_set():
        batch = list(islice(events, int(rate * PAUSE)))
        due = time.perf_counter() + PAUSE
        _apply(conn, model, batch, epochs)
        count += len(batch)
        time.sleep(max(0.0, due - time.perf_counter()))
    return count


def _apply(conn: Connection, model: ReadModel, batch: list[Event], epochs: Epochs) -> None:
    result = checkpoint.run(conn, model, batch, epochs)
    if result.parked:
        raise RuntimeError(f"{result.parked} events were parked")
