"""Read models filled from Kafka by the batch consumer, beside the Faust path with the same `apply`; then how long a
command takes to be seen.

    python -m tests.benchmarks.bench_projection [--videos 20000] [--models videos feed ...] [--seconds 90] [--rate 500]

The history is generated (`recut/generator`), about sixteen events for each video over two days whose hours are closed,
and lies in 16 partitions. `rebuild` is everything from the first fetch to the last commit, into the model's own tables
with all their indexes. `Faust` is `recut project --only NAME` over the same topics from its first commit to the end, or
for so many seconds: a history begins with what is cheap, so a short look flatters it. `read` is the batch consumer
without any rows: fetching and decoding. `apply` is its share of the time of the rebuild, which reads ahead meanwhile.
`python` and `postgres` are the microseconds of processor that each event costs here (without the process that reads)
and in the database's backend: they tell what a quieter machine would do. `copy` is the floor: the same rows by one
plain COPY for each table, into empty tables with the same indexes. `vacuum` are the seconds that come before the swap.
Embedded Kafka and PostgreSQL, in a temporary folder, on the same cores.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from infra.kafka_reader import KafkaReader
from infra.migrate import ensure_logs, migrate
from projections import install, schemas
from projections.db import Connection, connect
from projections.model import ReadModel
from projections.registry import BY_NAME
from recut.local.kafka import Kafka
from recut.local.postgres import Postgres
from recut.rebuilding import Tools, filling
from streams import topics
from streams.bulk import packed, unpack
from streams.rebuild import Fill
from tests.benchmarks import seeing
from tests.benchmarks.recording import Recording, generated
from tests.relayed import Topics
from tests.runtime import create_database, with_database

SHARDS: Final = 16
DAYS: Final = 2
PREFIX: Final = "bench"
AT_ONCE: Final = 20_000  # records given to the producer before it is waited for
USUAL: Final = ("videos", "feed", "leaderboard", "remix_graph", "characters", "wallet", "inbox")
BUDGET: Final = 50_000
TIMES: Final = 10


class Measured(msgspec.Struct):
    model: str
    events: int
    rows: int
    seconds: float
    reading: float  # events/s
    applying: float  # seconds
    python: float  # microseconds of processor per event
    postgres: float
    copying: float  # seconds
    settling: float
    faust: float  # events/s

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def line(self) -> str:
        return (
            f"{self.model:13}{self.events:>9,}{self.rows:>10,}{self.rate:>10,.0f}{self.reading:>10,.0f}"
            f"{self.applying / self.seconds:>7.0%}{self.python:>8.1f}{self.postgres:>10.1f}"
            f"{self.events / self.copying:>10,.0f}{self.settling:>8.1f}"
            f"{self.faust:>9,.0f}{self.rate / self.faust if self.faust else 0:>8.1f}x"
        )


HEAD: Final = (
    f"{'model':13}{'events':>9}{'rows':>10}{'rebuild/s':>10}{'read/s':>10}{'apply':>7}{'python':>8}{'postgres':>10}"
    f"{'copy/s':>10}{'vacuum':>8}{'Faust/s':>9}{'times':>9}"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, default=20_000)
    parser.add_argument("--models", nargs="*", default=USUAL, choices=sorted(BY_NAME))
    parser.add_argument("--seconds", type=float, default=90, help="for which Faust is measured at most")
    parser.add_argument("--rate", type=int, default=seeing.RATE, help="commands per second, 0 for none")
    args = parser.parse_args()
    with servers() as (kafka, url):
        print(machine(url))
        history = publish(kafka, url, args.videos)
        print(HEAD)
        for name in args.models:
            print(measure(BY_NAME[name], kafka, url, history, args.seconds).line, flush=True)
        print(f"budget: rebuild >= {BUDGET:,}/s for simple models, >= {TIMES}x the Faust path")
        if args.rate:
            seeing.main(kafka, url, args.rate)


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    with (
        tempfile.TemporaryDirectory(prefix="recut-bench-") as folder,
        Postgres(Path(folder) / "postgres") as postgres,
        Kafka(Path(folder) / "kafka") as kafka,
    ):
        create_database(postgres.address, "bench")
        yield kafka.address, with_database(postgres.address, "bench")


def machine(url: str) -> str:
    with psycopg.connect(url) as conn:
        row = conn.execute("select current_setting('server_version'), current_setting('fsync')").fetchone()
    assert row
    load = os.getloadavg()[0]
    here = f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}"
    return f"machine: {here}, PostgreSQL {row[0]}, fsync {row[1]}"


def publish(kafka: str, url: str, videos: int) -> Recording:
    migrate(url)
    ensure_logs(url, SHARDS)
    with connect(url) as conn:
        install.install(conn)
        [(epoch,)] = conn.execute("select distinct epoch::text from log.epochs").fetchall()
    began = time.perf_counter()
    history = generated(epoch, SHARDS, videos, DAYS)
    made = time.perf_counter()
    written = Topics(kafka, PREFIX, SHARDS)
    for start in range(0, len(history.history), AT_ONCE):
        written.write(history.history[start : start + AT_ONCE])
    took = time.perf_counter() - made
    print(
        f"history: {len(history.history):,} events, made in {made - began:.0f} s, written in {took:.0f} s", flush=True
    )
    return history


def measure(model: ReadModel, kafka: str, url: str, history: Recording, seconds: float) -> Measured:
    records = KafkaReader(kafka)
    wanted = {log: head for log, head in history.heads().items() if log[0] in model.categories}
    events = sum(wanted.values())
    timed = Timed(model)
    beside = model.schema + schemas.NEXT
    have = Tools(lambda: connect(url), history, records, PREFIX)  # type: ignore[arg-type]
    with filling(have) as conn:
        reading = read_only(records, model, wanted)
        install.create(conn, model, beside, indexed=False)
        fill = Fill(conn, timed.model, beside, history)
        before, began = cpu(conn), time.perf_counter()
        fill.from_kafka(records, PREFIX, wanted)
        install.index(conn, model, beside)
        took, after = time.perf_counter() - began, cpu(conn)
        assert fill.left(wanted) == 0
        assert fill.parked == 0
        schemas.settle(conn, beside)
        settling = time.perf_counter() - began - took
        rows, copying = count(conn, beside), copied(conn, model, beside)
        schemas.drop(conn, beside)
    faust = faust_rate(model, kafka, url, events, seconds) if seconds else 0.0
    python, postgres = ((now - then) / events * 1e6 for then, now in zip(before, after, strict=True))
    return Measured(
        model.name, events, rows, took, events / reading, timed.seconds, python, postgres, copying, settling, faust
    )


def cpu(conn: Connection) -> tuple[float, float]:
    """Seconds of processor so far: of this process, and of the backend behind the connection (Linux only)."""
    words = Path(f"/proc/{conn.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time(), (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Timed:
    """A model that is timed while it is applied, also where it is filled in bulk."""

    def __init__(self, model: ReadModel) -> None:
        self.seconds = 0.0
        timed: dict[str, Any] = {"apply": self._timed(model.apply)}
        if model.bulk:
            parts = {name: self._timed(getattr(model.bulk, name)) for name in ("apply", "finish")}
            timed["bulk"] = msgspec.structs.replace(model.bulk, **parts)
        self.model: ReadModel = msgspec.structs.replace(model, **timed)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds += time.perf_counter() - began

        return call


def read_only(records: KafkaReader, model: ReadModel, wanted: dict[Any, int]) -> float:
    """Seconds for fetching and decoding alone."""
    categories = {topics.history(PREFIX, category): category for category in model.categories}
    began, seen = time.perf_counter(), 0
    for parcel in packed(records, records.edges(list(categories)), categories, wanted):
        seen += len(unpack(parcel).events)
    assert seen == sum(wanted.values())
    return time.perf_counter() - began


def count(conn: Connection, schema: str) -> int:
    return sum(
        conn.execute(f"select count(*) from {schema}.{table}".encode()).fetchall()[0][0]
        for table in schemas.tables(conn, schema)
        if table != "checkpoints"
    )


def copied(conn: Connection, model: ReadModel, schema: str) -> float:
    """Seconds for the same rows by plain COPY into tables with all their indexes."""
    floor, took = f"{model.name}_floor", 0.0
    install.create(conn, model, floor)
    for table in schemas.tables(conn, schema):
        with conn.cursor() as cursor, cursor.copy(f"copy {schema}.{table} to stdout".encode()) as reading:
            rows = b"".join(map(bytes, reading))
        began = time.perf_counter()
        with conn.cursor() as cursor, cursor.copy(f"copy {floor}.{table} from stdin".encode()) as writing:
            writing.write(rows)
        took += time.perf_counter() - began
    assert count(conn, floor) == count(conn, schema)
    schemas.drop(conn, floor)
    return took


def faust_rate(model: ReadModel, kafka: str, url: str, events: int, seconds: float) -> float:
    """Events per second of `recut project --only NAME` from its first commit on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "recut", "project", "--only", model.name],
        env=seeing.environ(kafka, url, PREFIX),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(url) as conn:
            while (first := done(conn, model)) == 0:
                assert process.poll() is None, "recut project has ended"
                time.sleep(0.05)
            began = time.perf_counter()
            while (now := done(conn, model)) < events and time.perf_counter() < began + seconds:
                time.sleep(0.1)
            return (now - first) / (time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def done(conn: Connection, model: ReadModel) -> int:
    query = f"select coalesce(sum(position), 0)::int from {model.schema}.checkpoints".encode()
    return int(conn.execute(query).fetchall()[0][0])


if __name__ == "__main__":
    main()
