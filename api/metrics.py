"""Numbers for Prometheus: what this process has answered, and what the tables say at the moment of the question.

Labels are closed lists: routes as templates, names of consumers, tiers, states. Nothing that a client has sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from domain.gauges import Reading

SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """Of one process. `route` is the template of a path, `*` for a path that is none of ours."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._count = Counter(
            "recut_http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "recut_http_request_seconds", "Until the end of the reply", ["route"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self._count.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class Snapshot(Collector):
    """A reading as metrics; None: the database did not answer."""

    def __init__(self, reading: Reading | None) -> None:
        self._reading = reading

    def collect(self) -> Iterator[Metric]:
        up = int(self._reading is not None)
        yield GaugeMetricFamily("recut_database_up", "1 when the database has answered this scrape", up)
        if self._reading:
            yield from _lags(self._reading)
            yield from _consumers(self._reading)
            yield from _work(self._reading)


class Page(Collector):
    """Everything that one scrape is told."""

    def __init__(self, requests: Requests, reading: Reading | None) -> None:
        self._parts = (requests.registry, Snapshot(reading))

    def collect(self) -> Iterator[Metric]:
        for part in self._parts:
            yield from part.collect()


def _lags(reading: Reading) -> Iterator[Metric]:
    names = [each.consumer for each in reading.consumers]
    of = {name: [lag for lag in reading.lags if lag.consumer == name] for name in names}
    yield _gauge(
        "recut_consumer_lag_events", "Events in the log that the consumer has not taken", ("consumer",),
        (((name,), sum(lag.events for lag in of[name])) for name in names),
    )  # fmt: skip
    yield _gauge(
        "recut_consumer_lag_seconds", "Age of the oldest event that the consumer has not taken", ("consumer",),
        (((name,), max((lag.seconds for lag in of[name]), default=0.0)) for name in names),
    )  # fmt: skip


def _consumers(reading: Reading) -> Iterator[Metric]:
    yield _gauge(
        "recut_consumer_checkpoint_age_seconds", "Since the newest event that it took was recorded", ("consumer",),
        (((each.consumer,), each.age) for each in reading.consumers if each.age is not None),
    )  # fmt: skip
    yield _gauge(
        "recut_consumer_dead_letters", "Events set aside, those behind them included", ("consumer",),
        (((each.consumer,), each.dead_letters) for each in reading.consumers),
    )  # fmt: skip
    yield _gauge(
        "recut_consumer_stopped", "1 when it takes nothing any more", ("consumer",),
        (((each.consumer,), int(each.stopped)) for each in reading.consumers),
    )  # fmt: skip


def _work(reading: Reading) -> Iterator[Metric]:
    heads = CounterMetricFamily("recut_log_events", "Events in the log", labels=("category",))
    for category, events in sorted(reading.heads.items()):
        heads.add_metric((category,), events)
    yield heads
    yield GaugeMetricFamily("recut_relay_depth_events", "Events that Kafka has not acknowledged", reading.relay_events)
    yield GaugeMetricFamily("recut_relay_depth_seconds", "Age of the oldest of them", reading.relay_seconds)
    of = [((each.tier, each.state), each) for each in reading.jobs]
    labels = ("tier", "state")
    yield _gauge("recut_jobs", "Generation jobs that are not over", labels, ((key, each.jobs) for key, each in of))
    yield _gauge(
        "recut_jobs_oldest_seconds", "Age of the oldest of them", labels, ((key, each.seconds) for key, each in of)
    )
    yield GaugeMetricFamily("recut_workers", "Workers that were heard of lately", reading.workers)
    yield GaugeMetricFamily("recut_reactions_parked", "Commands that could not be given", reading.parked_reactions)


def _gauge(name: str, meaning: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family
