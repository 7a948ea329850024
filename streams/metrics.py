"""Numbers of a process that keeps read models, for Prometheus: they live and die with it. What outlives it (lag, dead
letters) is told by the API, from the tables."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any, Final, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import make_wsgi_app

from projections.checkpoint import Result
from projections.events import Event
from streams.errors import Stopped
from streams.projector_ports import Watch

EVENTS: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500)
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


class Metrics:
    """A `Watch` that counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = self._histogram("recut_batch_events", "Events in a batch", EVENTS)
        self._seconds = self._histogram("recut_apply_seconds", "Transaction of a batch", SECONDS)
        self._applied = self._counter("recut_applied_events", "Events applied")
        self._parked = self._counter("recut_parked_events", "Events set aside as dead letters")
        self._repeats = self._counter("recut_repeated_events", "Events taken before, or of a lost future")
        self._healed = self._counter("recut_healed_events", "Events that Kafka lacked, from the event store")

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(name, meaning, ["consumer"], buckets=buckets, registry=self.registry)

    def _counter(self, name: str, meaning: str) -> Counter:
        return Counter(name, meaning, ["consumer"], registry=self.registry)

    def applied(self, model: str, events: Sequence[Event], result: Result, seconds: float) -> None:
        self._events.labels(model).observe(len(events))
        self._seconds.labels(model).observe(seconds)
        self._applied.labels(model).inc(result.applied)
        self._parked.labels(model).inc(result.parked)
        self._repeats.labels(model).inc(result.passed_over)

    def healed(self, model: str, events: int) -> None:
        self._healed.labels(model).inc(events)


class Watches:
    """Several that want to know."""

    def __init__(self, watches: Iterable[Watch]) -> None:
        self._watches = tuple(watches)

    def applied(self, model: str, events: Sequence[Event], result: Result, seconds: float) -> None:
        for watch in self._watches:
            watch.applied(model, events, result, seconds)

    def healed(self, model: str, events: int) -> None:
        for watch in self._watches:
            watch.healed(model, events)


class Counted(Protocol):
    """Of whatever process: its numbers."""

    @property
    def registry(self) -> CollectorRegistry: ...


def listen(metrics: Counted, host: str, port: int, token: str) -> WSGIServer:
    """Answers `/metrics` in a thread of its own, for as long as the process lives. Raises `Stopped`."""
    if not token and not _is_loopback(host):
        raise Stopped("RECUT_METRICS_HOST lets others than this machine in: set RECUT_METRICS_TOKEN, too")
    try:
        server = make_server(host, port, guarded(make_wsgi_app(metrics.registry), token), handler_class=_Quiet)
    except OSError as error:
        raise Stopped(
            f"Nothing can listen on port {port} of {host} ({error.strerror}): set RECUT_METRICS_PORT"
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def guarded(app: Callable[..., Any], token: str) -> Callable[..., Any]:
    """With a token, for who knows it; without one, for who is on this machine and speaks for nobody else."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] != "/metrics":
            return _say(start, "404 Not Found", "Metrics are at /metrics.\n")
        if not _may(environ, token):
            return _say(start, "401 Unauthorized", "Send RECUT_METRICS_TOKEN as `Authorization: Bearer ...`.\n")
        return app(environ, start)

    return answer


def _may(environ: dict[str, Any], token: str) -> bool:
    if token:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    return _is_loopback(environ.get("REMOTE_ADDR", "")) and not any(name in environ for name in FORWARDED)


def _say(start: Callable[..., Any], status: str, text: str) -> list[bytes]:
    start(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode()]


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes are not worth a line."""
