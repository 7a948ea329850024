"""The projector on the real Kafka and the real PostgreSQL, killed again and again: the rows come out exact."""

from __future__ import annotations

import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from domain.recorded import Recorded
from projections import install
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.model import ReadModel
from projections.registry import MODELS, REMIX_GRAPH
from tests.histories import World, make
from tests.projections import dump, fill
from tests.relayed import CATEGORIES, Topics, as_relayed
from tests.runtime import eventually

SHARDS = 3


@pytest.fixture
def topics(kafka: str) -> Topics:
    return Topics(kafka, f"t{time.monotonic_ns()}", SHARDS)


@pytest.fixture
def conn(fresh_database: str) -> Iterator[Connection]:
    with connect(fresh_database) as conn:
        install.install(conn)
        yield conn


@contextmanager
def projector(topics: Topics, database: str, history: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is gone when the block ends, whatever happened."""
    command = [sys.executable, "-m", "tests.projector_process", topics.bootstrap, topics.prefix, database, str(history)]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


def keep(world: World, folder: Path) -> Path:
    """The event store of the projector's process."""
    file = folder / "history"
    file.write_bytes(pickle.dumps((world.epochs(), world.logs())))
    return file


def behind(conn: Connection, events: Sequence[Recorded]) -> int:
    """How many of these events, from the beginning, the slowest model has still to do."""
    return max(_count(events, model) - _done(conn, model) for model in MODELS)


def _done(conn: Connection, model: ReadModel) -> int:
    query = f"select coalesce(sum(position), 0)::int from {model.schema}.checkpoints"
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row else 0


def _count(events: Sequence[Recorded], model: ReadModel) -> int:
    return sum(each.category in model.categories for each in events)


def the_ends(world: World) -> list[Recorded]:
    return [events[-1] for events in world.logs().values()]


def expected(conn: Connection, world: World) -> dict[str, dict[str, list[str]]]:
    rows = {}
    for model in MODELS:
        schema = f"expected_{model.name}"
        install.create(conn, model, schema)
        fill(conn, model, iter([world.history]), Epochs(world.epochs()), schema=schema)
        rows[model.name] = dump(conn, schema)
    return rows


def test_kill_at_any_time_and_no_row_is_lost_or_doubled(
    topics: Topics, conn: Connection, fresh_database: str, tmp_path: Path
) -> None:
    world, dice = make(11, 4_000, shards=SHARDS, accounts=20), random.Random(11)
    history = keep(world, tmp_path)
    pieces = as_relayed(world.history, dice)
    phantom = msgspec.structs.replace(world.history[0], epoch="a lost future", data=b"{}")
    for _ in range(4):
        with projector(topics, fresh_database, history) as process:
            before = behind(conn, world.history)
            topics.write(next(pieces))
            topics.write([phantom])
            topics.write_noise(("video", dice.randrange(SHARDS)))
            eventually(lambda before=before: behind(conn, world.history) < before, within=60)
            topics.write([record for _ in range(4) for record in next(pieces, [])])
            time.sleep(dice.uniform(0, 0.15))  # so that the kill comes anywhere in a batch
            process.send_signal(signal.SIGKILL)
    with projector(topics, fresh_database, history) as process:
        for piece in pieces:
            topics.write(piece)
        topics.write(the_ends(world))
        eventually(lambda: behind(conn, world.history) == 0, within=150)
        eventually(lambda: conn.execute(_GRAPH).fetchone() == (of_the_graph(world),), within=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    rows = expected(conn, world)
    for model in MODELS:
        assert dump(conn, model.schema) == rows[model.name]
        assert conn.execute(f"select count(*) from {model.schema}.dead_letters".encode()).fetchone() == (0,)


def of_the_graph(world: World) -> int:
    return _count(world.history, REMIX_GRAPH)


_GRAPH = f"select sum(position)::int from {REMIX_GRAPH.schema}.checkpoints".encode()


def test_a_new_read_model_is_filled_from_kafka_whatever_was_committed(
    topics: Topics, conn: Connection, fresh_database: str, tmp_path: Path
) -> None:
    world = make(14, 600, shards=SHARDS)
    with projector(topics, fresh_database, keep(world, tmp_path)) as process:
        topics.write(world.history)
        eventually(lambda: behind(conn, world.history) == 0, within=90)
        eventually(lambda: committed(topics) == len(world.history), within=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    conn.execute(f"drop schema {REMIX_GRAPH.schema} cascade".encode())
    install.install(conn)
    nothing_to_heal_from = tmp_path / "empty"
    nothing_to_heal_from.write_bytes(pickle.dumps((world.epochs(), dict.fromkeys(world.logs(), ()))))
    with projector(topics, fresh_database, nothing_to_heal_from):
        eventually(lambda: conn.execute(_GRAPH).fetchone() == (of_the_graph(world),), within=60)


def committed(topics: Topics) -> int:
    """Sum of what Faust has committed to Kafka."""
    group = ".".join([topics.prefix, "-".join(sorted(model.schema for model in MODELS))])
    partitions = [
        TopicPartition(f"{topics.prefix}.{category}", shard) for category in CATEGORIES for shard in range(SHARDS)
    ]
    admin = AdminClient({"bootstrap.servers": topics.bootstrap})
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, partitions)])
    return sum(max(0, each.offset) for each in asked[group].result().topic_partitions)


def test_a_lost_database_ends_the_process_before_anything_is_lost(
    topics: Topics, conn: Connection, fresh_database: str, tmp_path: Path
) -> None:
    world = make(12, 600, shards=SHARDS)
    history = keep(world, tmp_path)
    half = len(world.history) // 2
    with projector(topics, fresh_database, history) as process:
        topics.write(world.history[:half])
        eventually(lambda: behind(conn, world.history[:half]) == 0, within=90)
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        topics.write(world.history[half:])
        assert process.wait(10) == 1
    assert behind(conn, world.history) == max(_count(world.history[half:], model) for model in MODELS)
    with projector(topics, fresh_database, history):
        eventually(lambda: behind(conn, world.history) == 0, within=90)


def test_a_read_model_of_another_history_stops_the_process(
    topics: Topics, conn: Connection, fresh_database: str, tmp_path: Path
) -> None:
    world = make(13, 100, shards=SHARDS)
    conn.execute(
        f"insert into {REMIX_GRAPH.schema}.checkpoints values ('video', 0, 'a lost future', 3, now(), null)".encode()
    )
    with projector(topics, fresh_database, keep(world, tmp_path)) as process:
        topics.write(world.history)
        assert process.wait(20) == 4
