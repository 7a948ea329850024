"""Numbers of a worker, for Prometheus: they live and die with it. How many jobs wait is told by the API, from the
table. Labels are closed lists and names of models and sizes; nothing tells what is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

WAITS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
FILMS: Final = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)
STEPS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
FILL: Final = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)
STOPS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
STARTS: Final = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
# Stages that are told by name; time inside another stage is taken out of that one.
STAGES: Final = (
    "fetch", "understand", "speech", "stage", "sound", "draw", "denoise", "decode", "encode", "mark", "stills", "files",
    "sign", "store",
)  # fmt: skip


class WorkerMetrics:
    """What a worker tells its numbers to: it fits `Watch` in `inference/ports.py`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._waits = self._histogram("recut_job_wait_seconds", "From queued to claimed", ("engine", "tier"), WAITS)
        self._films = self._histogram("recut_attempt_seconds", "From claimed to reported", ("engine", "model"), FILMS)
        self._fill = self._histogram("recut_batch_fill", "Share of a batch that is rows", ("engine", "bucket"), FILL)
        self._steps = self._histogram("recut_step_seconds", "One step of a batch", ("engine", "bucket"), STEPS)
        self._stops = self._histogram("recut_cancel_seconds", "From hearing of it to the end", ("engine",), STOPS)
        self._starts = self._histogram("recut_cold_start_seconds", "Until warm", ("engine",), STARTS)
        self._ends = self._counter("recut_attempts", "Attempts that were reported", ("engine", "model", "outcome"))
        self._stages = self._counter("recut_stage_seconds", "Time in each stage", ("engine", "stage"))
        self._downgrades = self._counter("recut_memory_downgrades", "Less at once for want of it", ("engine", "how"))
        self._slots = self._gauge("recut_worker_slots", "Jobs that it can make at once")
        self._busy = self._gauge("recut_worker_busy", "Jobs that it makes")

    def _histogram(self, name: str, meaning: str, labels: Sequence[str], buckets: Sequence[float]) -> Histogram:
        return Histogram(name, meaning, labels, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, meaning: str, labels: Sequence[str]) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(name, meaning, ["engine"], registry=self.registry)

    def claimed(self, engine: str, tier: str, waited: float) -> None:
        self._waits.labels(engine, tier).observe(waited)

    def busy(self, engine: str, slots: int, busy: int) -> None:
        self._slots.labels(engine).set(slots)
        self._busy.labels(engine).set(busy)

    def ended(self, engine: str, model: str, outcome: str, seconds: float) -> None:
        self._ends.labels(engine, model, outcome).inc()
        self._films.labels(engine, model).observe(seconds)

    def stage(self, engine: str, stage: str, seconds: float) -> None:
        self._stages.labels(engine, stage if stage in STAGES else "other").inc(max(0.0, seconds))

    def cancelled(self, engine: str, seconds: float) -> None:
        self._stops.labels(engine).observe(seconds)

    def cold_start(self, engine: str, seconds: float) -> None:
        self._starts.labels(engine).observe(seconds)

    def downgraded(self, engine: str, how: str) -> None:
        self._downgrades.labels(engine, how).inc()

    def batch(self, engine: str, bucket: str, rows: int, room: int) -> None:
        self._fill.labels(engine, bucket).observe(rows / room)

    def step(self, engine: str, bucket: str, seconds: float) -> None:
        self._steps.labels(engine, bucket).observe(seconds)
