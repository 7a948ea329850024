"""What is far behind is filled in batches before the live consumer starts, in the live schema."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec
import pytest

from infra.kafka_reader import KafkaReader
from projections import install
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.events import Event
from projections.registry import FEED, VIDEOS
from streams.catch_up import Interrupted, catch_up
from streams.rebuild import Fill
from tests.histories import World, make
from tests.projections import dump, fill
from tests.rebuilding import WorldHistory
from tests.relayed import Topics

SHARDS = 2


@pytest.fixture(scope="module")
def world() -> World:
    return make(31, 500, shards=SHARDS)


@pytest.fixture(scope="module")
def topics(kafka: str, world: World) -> Topics:
    topics = Topics(kafka, f"t{time.monotonic_ns()}", SHARDS)
    topics.write(world.history)
    return topics


@pytest.fixture
def conn(fresh_database: str) -> Iterator[Connection]:
    with connect(fresh_database) as conn:
        install.install(conn)
        yield conn


def test_only_what_is_far_behind_is_filled(topics: Topics, conn: Connection, world: World) -> None:
    history = WorldHistory(world)
    fill(conn, FEED, iter([world.history[:-20]]), Epochs(world.epochs()))
    fills = [Fill(conn, model, model.schema, history) for model in (VIDEOS, FEED)]
    assert catch_up(fills, KafkaReader(topics.bootstrap), topics.prefix, far=50) == ["videos"]
    assert fills[0].left(fills[0].heads()) == 0
    assert fills[1].left(fills[1].heads()) > 0
    install.create(conn, VIDEOS, "expected")
    fill(conn, VIDEOS, iter([world.history]), Epochs(world.epochs()), schema="expected")
    assert dump(conn, VIDEOS.schema) == dump(conn, "expected")


def test_a_process_that_is_to_end_leaves_off_and_keeps_what_it_has(
    topics: Topics, conn: Connection, world: World
) -> None:
    def ending(events: int) -> None:
        raise Interrupted

    filling = Fill(conn, VIDEOS, VIDEOS.schema, WorldHistory(world), ending, batch=50)
    assert catch_up([filling], KafkaReader(topics.bootstrap), topics.prefix, far=0) == ["videos"]
    assert filling.left(filling.heads()) < sum(filling.heads().values())
    assert catch_up([filling], KafkaReader(topics.bootstrap), topics.prefix, lambda: True, far=0) == []


def test_wrong_code_is_left_to_the_live_consumer(topics: Topics, conn: Connection, world: World) -> None:
    def wrong(conn: Connection, events: Sequence[Event]) -> None:
        raise KeyError

    broken = msgspec.structs.replace(VIDEOS, apply=wrong)
    filling = Fill(conn, broken, VIDEOS.schema, WorldHistory(world))
    assert catch_up([filling], KafkaReader(topics.bootstrap), topics.prefix, far=0) == ["videos"]
    assert conn.execute(f"select count(*) from {VIDEOS.schema}.dead_letters".encode()).fetchone() == (0,)
