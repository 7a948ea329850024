"""From the request to the film: every span is of one trace, and says nothing that a user has written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from api.app import create_app
from domain.recorded import Recorded
from projections.checkpoint import Result as Done
from projections.events import decode
from recut.settings import load
from recut.tracing import TracedApp, TracedApply, TracedBus, TracedPublisher, TracedRunner, Tracing, traceparent_of
from recut.wiring import traced
from streams.ports import Message
from streams.records import to_headers
from tests.unit.api.world import KEY, Platform

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WORD = "quokka"


class Spans:
    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._kept))
        self.tracing = Tracing(provider)

    @property
    def all(self) -> list[ReadableSpan]:
        return list(self._kept.get_finished_spans())

    def named(self, name: str) -> ReadableSpan:
        [found] = [span for span in self.all if span.name == name]
        return found


@pytest.fixture
def spans() -> Spans:
    return Spans()


def follows(child: ReadableSpan, parent: ReadableSpan) -> bool:
    return child.parent is not None and child.parent.span_id == parent.context.span_id


def test_a_request_its_command_and_what_comes_of_it_are_one_trace(platform: Platform, spans: Spans) -> None:
    recorded = create(platform, spans)
    request, command = spans.named("POST /v1/videos"), spans.named("command CreateVideo")
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" in GIVEN
    assert follows(command, request)
    assert recorded.traceparent == traceparent_of_span(command)

    asyncio.run(relay_and_apply(spans, recorded))
    for name in ("relay", "apply feed"):
        assert follows(spans.named(name), command)
    assert {f"{span.context.trace_id:032x}" for span in spans.all} == {GIVEN.split("-")[1]}
    assert all(WORD not in span.to_json() for span in spans.all)


def create(platform: Platform, spans: Spans) -> Recorded:
    deps = {name: getattr(platform.deps, name) for name in platform.deps.__struct_fields__}
    deps["bus"] = TracedBus(platform.store, platform.deps.world, spans.tracing)
    client = TestClient(TracedApp(create_app(type(platform.deps)(**deps)), spans.tracing))
    headers = {"Authorization": f"Bearer {KEY}", "traceparent": GIVEN}
    answer = client.post("/v1/videos", json={"prompt": f"a {WORD}", "model": "sketch-1"}, headers=headers)
    assert answer.status_code == 200, answer.text
    [fact] = asyncio.run(platform.store.load(answer.json()["id"]))
    return fact.recorded


def traceparent_of_span(span: ReadableSpan) -> str:
    return f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-01"


class Acknowledging:
    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, messages: Any) -> None:
        self.sent += messages


async def relay_and_apply(spans: Spans, recorded: Recorded) -> None:
    kafka = Acknowledging()
    message = Message("recut.video", 0, recorded.stream, recorded.data, to_headers(recorded))
    ticket = Message("recut.generation.free", 0, "video", b"{}", [])
    await TracedPublisher(kafka, spans.tracing).send([message, message, ticket])
    assert kafka.sent == [message, message, ticket]
    TracedApply(spans.tracing).applied("feed", decode([recorded, recorded]), Done(2, 0, 0), 0.01)


async def test_the_job_continues_the_trace_and_tells_only_the_kind_of_a_failure(spans: Spans) -> None:
    class Breaking:
        name = "engine"

        async def run(self, job: Any, folder: Path, progress: Any) -> Any:
            raise ValueError(WORD)

        def cancel(self) -> None: ...

    job: Any = type("Job", (), {"traceparent": GIVEN, "model": "sketch-1", "verb": "create"})()
    with pytest.raises(ValueError, match=WORD):
        await TracedRunner(Breaking(), spans.tracing).run(job, Path(), lambda share: None)
    made = spans.named("job")
    assert f"{made.context.trace_id:032x}" in GIVEN
    assert made.status.description == "ValueError"
    assert WORD not in made.to_json()


def test_without_a_parent_a_trace_begins(spans: Spans) -> None:
    with spans.tracing.span("first", "") as first, spans.tracing.span("second", traceparent_of(first)):
        pass
    assert spans.named("first").parent is None
    assert follows(spans.named("second"), spans.named("first"))


async def test_nothing_is_traced_without_an_endpoint() -> None:
    async with traced(load({}), "api") as tracing:
        assert tracing is None
    async with traced(load({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9/"}), "api") as tracing:
        assert isinstance(tracing, Tracing)
