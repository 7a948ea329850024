"""An append on the real event store is a span of the command's trace."""

from __future__ import annotations

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Mapper
from infra.memory import MASTER
from infra.migrate import ensure_logs
from infra.postgres import open_pool
from recut.tracing import TracedStore, Tracing
from tests.given import VIDEO_ID, created, happened


async def test_an_append_belongs_to_the_trace_of_its_command(fresh_database: str) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    ensure_logs(fresh_database, 2)
    async with open_pool(fresh_database, size=2) as pool:
        mapper = Mapper(Keyring(PostgresKeyTable(pool), MASTER))
        async with TracedStore(fresh_database, pool, mapper, shards=2, tracing=Tracing(provider)) as store:
            await happened(store, VIDEO_ID, created())
            [fact] = await store.load(VIDEO_ID)
    [span] = kept.get_finished_spans()
    assert span.name == "append"
    assert span.parent is not None
    assert f"00-{span.parent.trace_id:032x}-{span.parent.span_id:016x}-01" == fact.recorded.traceparent
