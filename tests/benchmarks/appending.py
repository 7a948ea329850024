"""Durable appends: through our store, through the default recorder of pyeventsourcing, and by plain INSERT."""

from __future__ import annotations

import asyncio
import gc
import itertools
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from domain import catalog
from domain.engagement import Liked
from domain.ids import like_stream
from domain.recorded import Append, Change, Origin
from domain.video import VideoCreated
from infra.clock import SystemIds
from infra.event_store import PostgresEventStore
from infra.postgres import Connection, connect
from tests.stores import open_store

Measure = tuple[float, float]  # how many a second, median latency in seconds

FASTEST: Final = 40_000  # commands made ahead for each second
IDS: Final = SystemIds()
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT: Final = "A lighthouse keeper and her dog dance in the rain while the lamp turns, seen from a small boat"
PLAIN: Final = (
    b"create table if not exists plain_events (position bigserial primary key, stream text not null, "
    b"version int not null, type text not null, data bytea not null, unique (stream, version))"
)
INSERT: Final = b"insert into plain_events (stream, version, type, data) values (%b, %b, %b, %b)"


def like() -> tuple[str, Liked]:
    video, account, owner = IDS.new("video"), IDS.new("acct"), IDS.new("acct")
    event = Liked(video_id=video, account_id=account, owner_id=owner, served=True, account_opened_at=NOW)
    return like_stream(video, account), event


OWNERS: Final = itertools.cycle([IDS.new("acct") for _ in range(100)])


def created() -> tuple[str, VideoCreated]:
    event = VideoCreated(
        owner_id=next(OWNERS),
        model="sora-2",
        resolved_model="sketch-1",
        prompt=PROMPT,
        seconds=4,
        size="720x1280",
        seed=7,
        tier="free",
        hold_id=None,
        depth=0,
        ancestor_bound=0,
    )
    return IDS.new("video"), event


def command(stream: str, event: Any) -> Append:
    key = IDS.new("cmd")
    account = getattr(event, "account_id", None) or event.owner_id
    origin = Origin(
        account=account, key=key, request_hash=secrets.token_bytes(32), occurred_at=NOW, causation=key, correlation=key
    )
    return Append(origin, (Change(stream, 0, (event,)),), (), b'{"ok":{}}')


async def ours(url: str, waiting: int, seconds: float, make: Callable[[], tuple[str, Any]]) -> Measure:
    commands = iter([command(*make()) for _ in range(int(FASTEST * seconds))])
    gc.freeze()  # no server holds so many commands: the collector must not walk them again and again
    async with open_store(url) as store:
        for warm_up in itertools.islice(commands, 20):
            await store.append(warm_up)
        started = time.perf_counter()
        clients = [_client(store, started + seconds, commands) for _ in range(waiting)]
        return measured(started, list(itertools.chain.from_iterable(await asyncio.gather(*clients))))


async def _client(store: PostgresEventStore, until: float, commands: Iterator[Append]) -> list[float]:
    latencies = []
    while (before := time.perf_counter()) < until:
        await store.append(next(commands))
        latencies.append(time.perf_counter() - before)
    return latencies


def yardstick(url: str, threads: int, seconds: float) -> Measure:
    """The same bytes through the recorder's default insert; as many threads as given, each with its connection."""
    parts = urlsplit(url)
    datastore = PostgresDatastore(
        parts.path.lstrip("/"),
        parts.hostname or "",
        parts.port or 5432,
        parts.username or "",
        unquote(parts.password or ""),
        pool_size=threads,
    )
    with datastore:
        recorder = PostgresApplicationRecorder(datastore, events_table_name="yardstick_events")
        recorder.create_table()
        events = iter([stored() for _ in range(int(5_000 * seconds))])
        latencies: list[float] = []
        gc.freeze()
        started = time.perf_counter()
        arguments = (recorder, started + seconds, events, latencies)
        workers = [threading.Thread(target=_insert, args=arguments) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return measured(started, latencies)


def _insert(
    recorder: PostgresApplicationRecorder, until: float, events: Iterator[StoredEvent], latencies: list[float]
) -> None:
    while (before := time.perf_counter()) < until:
        recorder.insert_events([next(events)])
        latencies.append(time.perf_counter() - before)


def stored() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "engagement.liked.v1", catalog.encode(like()[1]))


async def plain(url: str, connections: int, seconds: float) -> Measure:
    """What the database itself gives to one INSERT a transaction: the same bytes, and nothing but them."""
    rows = iter([_row(*like()) for _ in range(int(FASTEST * seconds))])
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(await connect(url)) for _ in range(connections)]
        await opened[0].execute(PLAIN)
        started = time.perf_counter()
        found = await asyncio.gather(*[_insert_plain(each, started + seconds, rows) for each in opened])
        return measured(started, list(itertools.chain.from_iterable(found)))


def _row(stream: str, event: Liked) -> tuple[Any, ...]:
    return stream, 1, "engagement.liked.v1", catalog.encode(event)


async def _insert_plain(connection: Connection, until: float, rows: Iterator[tuple[Any, ...]]) -> list[float]:
    latencies = []
    while (before := time.perf_counter()) < until:
        await connection.execute(INSERT, next(rows), prepare=True)
        latencies.append(time.perf_counter() - before)
    return latencies


def measured(started: float, latencies: list[float]) -> Measure:
    return len(latencies) / (time.perf_counter() - started), statistics.median(latencies)
