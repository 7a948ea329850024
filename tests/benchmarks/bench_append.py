"""Durable appends a second, by how many commands wait at once, beside the default recorder of pyeventsourcing.

    python -m tests.benchmarks.bench_append [--url postgresql://...] [--seconds 3] [--rounds 3]

Every append is a command of its own: one small event on a new stream, its idempotency key and its answer. The yardstick
stores the same bytes with `insert_events`, one event a call, as `Application.save()` does. Then an unmodified
`Application.save()` of one new aggregate, in as many threads as savers, through the library's module and through ours.
Rounds are interleaved, the median counts. Without --url an embedded PostgreSQL is started in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import os
import platform
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import psycopg
import uvloop
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from domain import catalog
from domain.engagement import Liked
from domain.ids import like_stream
from domain.recorded import Append, Change, Origin
from domain.video import VideoCreated
from infra.clock import SystemIds
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Mapper
from infra.migrate import migrate
from infra.postgres import open_pool
from recut.local.postgres import Postgres
from tests.runtime import create_database, execute, with_database

Measure = tuple[float, float]  # appends a second, median latency in seconds

FASTEST: Final = 40_000  # commands made ahead for each second
WAITING: Final = (1, 16, 64, 256)
SAVERS: Final = (1, 16, 64, 256)
BUDGET: Final = 20
SAVE_BUDGET: Final = 8
YARDSTICK: Final = "pyeventsourcing default"
SAVE_YARDSTICK: Final = "save(), pyeventsourcing default"
IDS: Final = SystemIds()
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT: Final = "A lighthouse keeper and her dog dance in the rain while the lamp turns, seen from a small boat"


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
    async with open_pool(url) as pool:
        mapper = Mapper(Keyring(PostgresKeyTable(pool), bytes(32)))
        async with PostgresEventStore(url, pool, mapper) as store:
            for warm_up in itertools.islice(commands, 20):
                await store.append(warm_up)
            started = time.perf_counter()
            clients = [_client(store, started + seconds, commands) for _ in range(waiting)]
            latencies = list(itertools.chain.from_iterable(await asyncio.gather(*clients)))
            return len(latencies) / (time.perf_counter() - started), statistics.median(latencies)


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
        return len(latencies) / (time.perf_counter() - started), statistics.median(latencies)


def _insert(
    recorder: PostgresApplicationRecorder, until: float, events: Iterator[StoredEvent], latencies: list[float]
) -> None:
    while (before := time.perf_counter()) < until:
        recorder.insert_events([next(events)])
        latencies.append(time.perf_counter() - before)


def stored() -> StoredEvent:
    return StoredEvent(uuid4(), 1, "engagement.liked.v1", catalog.encode(like()[1]))


class Clip(Aggregate):
    def __init__(self, prompt: str, model: str, seconds: int) -> None:
        self.prompt = prompt
        self.model = model
        self.seconds = seconds


def saves(env: dict[str, str], savers: int, seconds: float) -> Measure:
    """`Application.save()` of aggregates that were made ahead."""
    clips = iter([Clip(PROMPT, "sketch-1", 4) for _ in range(int(10_000 * seconds))])
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
        return len(latencies) / (time.perf_counter() - started), statistics.median(latencies)


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


def cases() -> list[tuple[str, Callable[[str, float], Measure]]]:
    def mine(waiting: int, make: Callable[[], tuple[str, Any]]) -> Callable[[str, float], Measure]:
        return lambda url, seconds: uvloop.run(ours(url, waiting, seconds, make))

    def theirs(threads: int) -> Callable[[str, float], Measure]:
        return lambda url, seconds: yardstick(url, threads, seconds)

    return [
        (f"{YARDSTICK}, 1 thread", theirs(1)),
        (f"{YARDSTICK}, 4 threads", theirs(4)),
        *((f"append, {waiting} waiting", mine(waiting, like)) for waiting in WAITING),
        ("append of a sealed video.created, 256 waiting", mine(256, created)),
    ]


def save_cases() -> list[tuple[str, Callable[[str, float], Measure]]]:
    def mine(savers: int) -> Callable[[str, float], Measure]:
        return lambda url, seconds: saves(our_module(url), savers, seconds)

    def theirs(savers: int) -> Callable[[str, float], Measure]:
        return lambda url, seconds: saves(library_module(url, savers), savers, seconds)

    return [
        *((f"{SAVE_YARDSTICK}, savers: {savers}", theirs(savers)) for savers in SAVERS),
        *((f"save(), our module, savers: {savers}", mine(savers)) for savers in SAVERS),
    ]


def run(url: str, seconds: float, rounds: int) -> None:
    print(f"{'':46}{'appends/s':>10}{'(lowest-highest)':>18}{'p50':>10}{'/ first':>10}{'/ best':>10}")
    table(cases(), YARDSTICK, url, seconds, rounds)
    table(save_cases(), SAVE_YARDSTICK, url, seconds, rounds)
    print(f"Budgets: append, 256 waiting >= {BUDGET}x; save() with concurrent savers >= {SAVE_BUDGET}x.")
    print("Ratios are to the first and to the fastest row of the yardstick above them.")


def table(
    cases: list[tuple[str, Callable[[str, float], Measure]]], yardstick: str, url: str, seconds: float, rounds: int
) -> None:
    results: dict[str, list[Measure]] = {}
    for _ in range(rounds):
        for name, measure in cases:
            results.setdefault(name, []).append(measure(url, seconds))
    yardsticks = [_medians(results[name])[0] for name in results if name.startswith(yardstick)]
    first, best = yardsticks[0], max(yardsticks)
    for name, measured in results.items():
        rate, latency = _medians(measured)
        spread = f"({min(r for r, _ in measured):,.0f}-{max(r for r, _ in measured):,.0f})"
        ratios = f"{rate / first:>9.1f}x{rate / best:>9.1f}x"
        print(f"{name:46}{rate:>10,.0f}{spread:>18}{latency * 1000:>7.2f} ms{ratios}")


def _medians(measured: list[Measure]) -> Measure:
    return statistics.median(rate for rate, _ in measured), statistics.median(latency for _, latency in measured)


def describe(url: str) -> None:
    with psycopg.connect(url) as connection:
        settings = {
            name: connection.execute("select current_setting(%s)", (name,)).fetchone()
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        }
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}")
    print("PostgreSQL " + ", ".join(f"{name} {row[0]}" for name, row in settings.items() if row))
    print(
        ", ".join(
            f"{name} {version(name)}" for name in ("eventsourcing", "psycopg", "msgspec", "uvloop", "cryptography")
        )
    )


@contextmanager
def database(url: str | None) -> Iterator[str]:
    """A new database and, for our module, one beside it; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="recut-bench-") as folder:
        server = None if url else Postgres(Path(folder))
        base = url or server.start()  # type: ignore[union-attr]
        name = f"bench_{time.monotonic_ns()}"
        names = (name, f"{name}_library")
        try:
            for each in names:
                create_database(base, each)
            migrate(with_database(base, name))
            yield with_database(base, name)
        finally:
            for each in names:
                execute(base, f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")
            if server:
                server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with database(arguments.url) as url:
        describe(url)
        run(url, arguments.seconds, arguments.rounds)


if __name__ == "__main__":
    main()
