"""Traces: request -> command -> append -> relay -> apply -> job, linked through the `traceparent` that lies in the log.

Everything here wraps what works without it, and is loaded only by a process that has somewhere to send spans to. Spans
carry names of routes, commands, consumers and models: no id, no text, no message of an exception.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import METHODS
from api.middleware import ROUTE
from commands.bus import Bus, Outcome
from commands.ports import EventStore
from commands.work import World
from domain.recorded import Answered, Append, Appended, Origin
from inference.ports import Job, Result, Runner
from infra.event_store import PostgresEventStore
from projections.checkpoint import Result as Done
from projections.events import Event
from streams.ports import Message as Outgoing
from streams.ports import Publisher

# Of a batch: while a backlog is worked off, nobody reads thousands of spans a second.
MOST_TRACES: Final = 50
_WIRE: Final = TraceContextTextMapPropagator()
_PARENT: Final = "traceparent"


class Tracing:
    """Spans of one process."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("recut")

    def close(self) -> None:
        """Blocks until what was not sent yet is sent, or cannot be."""
        self._provider.shutdown()

    @contextmanager
    def span(
        self, name: str, traceparent: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: str
    ) -> Iterator[Span]:
        """Of what is done inside, which is part of this trace. Of an exception its kind is told."""
        span = self._tracer.start_span(name, _context(traceparent), kind, dict(attributes))
        try:
            yield span
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            span.end()

    def note(self, name: str, traceparents: Sequence[str], kind: SpanKind, seconds: float) -> None:
        """What has just been done for several traces at once, and took so long."""
        end = time.time_ns()
        for traceparent in list(dict.fromkeys(filter(None, traceparents)))[:MOST_TRACES]:
            span = self._tracer.start_span(name, _context(traceparent), kind, start_time=end - int(seconds * 1e9))
            span.end(end)


def begin(process: str, endpoint: str, headers: str, share: float) -> Tracing:
    """The share is drawn by the trace's id, so that all processes agree on it, whatever a client has asked for."""
    resource = Resource.create({"service.name": f"recut-{process}", "service.namespace": "recut"})
    provider = TracerProvider(resource=resource, sampler=TraceIdRatioBased(share))
    pairs = (part.strip().partition("=") for part in headers.split(",") if part.strip())
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", headers={name: value for name, _, value in pairs})
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider)


def traceparent_of(span: Span) -> str:
    carrier: dict[str, str] = {}
    _WIRE.inject(carrier, set_span_in_context(span))
    return carrier[_PARENT]


def _context(traceparent: str) -> Context:
    """Without a parent it is the beginning of a trace."""
    return _WIRE.extract({_PARENT: traceparent}, Context())


class TracedApp:
    """Outermost of the API. To those inside, the request comes from the span."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "other"
        with self._tracing.span(method, _given(scope), SpanKind.SERVER) as span:
            inner = _called_by(scope, span)

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(inner, receive, noting)
            span.update_name(f"{method} {inner.get(ROUTE, '*')}")


def _given(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == _PARENT.encode()), "")


def _called_by(scope: Scope, span: Span) -> MutableMapping[str, Any]:
    headers = [pair for pair in scope["headers"] if pair[0] != _PARENT.encode()]
    return {**scope, "headers": [*headers, (_PARENT.encode(), traceparent_of(span).encode())]}


class TracedBus(Bus):
    """What a command records is caused by its span."""

    def __init__(self, store: EventStore, world: World, tracing: Tracing) -> None:
        super().__init__(store, world)
        self._tracing = tracing

    async def dispatch(self, command: Any, origin: Origin, *, repeatable: bool = False) -> Outcome:
        with self._tracing.span(f"command {type(command).__name__}", origin.traceparent) as span:
            caused = msgspec.structs.replace(origin, traceparent=traceparent_of(span))
            return await super().dispatch(command, caused, repeatable=repeatable)


class TracedStore(PostgresEventStore):
    def __init__(self, *args: Any, tracing: Tracing, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tracing = tracing

    async def append(self, append: Append) -> Appended | Answered:
        with self._tracing.span("append", append.origin.traceparent):
            return await super().append(append)


class TracedPublisher:
    """A `Publisher`: one span for each trace of which events were sent."""

    def __init__(self, publisher: Publisher, tracing: Tracing) -> None:
        self._publisher = publisher
        self._tracing = tracing

    async def send(self, messages: Sequence[Outgoing]) -> None:
        began = time.perf_counter()
        await self._publisher.send(messages)
        parents = [dict(message.headers).get(_PARENT, b"").decode() for message in messages]
        self._tracing.note("relay", parents, SpanKind.PRODUCER, time.perf_counter() - began)


class TracedApply:
    """A `Watch`: one span for each trace of which a batch has events."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing

    def applied(self, model: str, events: Sequence[Event], result: Done, seconds: float) -> None:
        parents = [event.recorded.traceparent for event in events]
        self._tracing.note(f"apply {model}", parents, SpanKind.CONSUMER, seconds)

    def healed(self, model: str, events: int) -> None: ...


class TracedRunner:
    """A `Runner`: the making of one film."""

    def __init__(self, runner: Runner, tracing: Tracing) -> None:
        self._runner = runner
        self._tracing = tracing

    @property
    def name(self) -> str:
        return self._runner.name

    async def run(self, job: Job, folder: Path, progress: Any) -> Result:
        with self._tracing.span("job", job.traceparent, SpanKind.CONSUMER, model=job.model, verb=job.verb):
            return await self._runner.run(job, folder, progress)

    def cancel(self) -> None:
        self._runner.cancel()
