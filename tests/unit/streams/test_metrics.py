"""What a process that keeps read models tells of itself, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import generate_latest

from domain.recorded import Recorded
from projections.checkpoint import Result
from projections.events import Event, Unknown
from streams.errors import Stopped
from streams.metrics import Metrics, Watches, guarded, listen

AT = datetime(2026, 11, 22, tzinfo=UTC)
EVENT = Event(
    Recorded(
        epoch="e", category="video", shard=1, position=1, event_id="id", stream="video_1", version=1, type="t",
        occurred_at=AT, recorded_at=AT, actor="acct_quokka", causation="", correlation="", traceparent="", data=b"{}",
    ),
    Unknown(),
)  # fmt: skip


def told(metrics: Metrics) -> str:
    return generate_latest(metrics.registry).decode()


def test_batches_are_counted_by_consumer_and_by_nothing_else() -> None:
    metrics = Metrics()
    Watches([metrics]).applied("feed", [EVENT] * 7, Result(4, 2, 1), 0.02)
    Watches([metrics]).healed("feed", 3)
    lines = told(metrics).splitlines()
    for line in (
        'recut_batch_events_sum{consumer="feed"} 7.0',
        'recut_apply_seconds_count{consumer="feed"} 1.0',
        'recut_applied_events_total{consumer="feed"} 4.0',
        'recut_parked_events_total{consumer="feed"} 2.0',
        'recut_repeated_events_total{consumer="feed"} 1.0',
        'recut_healed_events_total{consumer="feed"} 3.0',
    ):
        assert line in lines
    assert "quokka" not in told(metrics)


def ask(token: str, path: str = "/metrics", address: str = "127.0.0.1", **headers: str) -> str:
    said: list[str] = []

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b""]

    environ = {"PATH_INFO": path, "REMOTE_ADDR": address, **headers}
    guarded(app, token)(environ, lambda status, _: said.append(status))
    return said[0].split()[0]


def test_who_is_told() -> None:
    assert ask("") == "200"
    assert ask("", path="/") == "404"
    assert ask("", address="192.0.2.7") == "401"
    assert ask("", HTTP_X_FORWARDED_FOR="127.0.0.1") == "401"
    assert ask("secret") == "401"
    assert ask("secret", HTTP_AUTHORIZATION="Bearer other") == "401"
    assert ask("secret", address="192.0.2.7", HTTP_AUTHORIZATION="Bearer secret") == "200"


def test_others_are_let_in_with_a_token_only() -> None:
    with pytest.raises(Stopped, match="RECUT_METRICS_TOKEN"):
        listen(Metrics(), "0.0.0.0", 0, "")
