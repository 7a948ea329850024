"""Read models filled beside the live ones on the real Kafka and PostgreSQL, and put in their place under load."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from infra import kafka_reader
from infra.kafka_reader import KafkaReader
from projections import checkpoint, install, schemas
from projections.checkpoint import Epochs
from projections.db import Connection, connect
from projections.events import Event, decode
from projections.model import ReadModel
from projections.registry import BY_NAME, LEADERBOARD, MODELS, REMIX_GRAPH, VIDEOS
from recut import rebuilding
from recut.errors import OperatorError
from recut.rebuilding import Options
from streams import rebuild as streams_rebuild
from streams import swap
from streams.rebuild import Fill
from tests.histories import World, make
from tests.projections import dump, fill
from tests.rebuilding import WorldHistory, tools
from tests.relayed import Topics, as_relayed
from tests.runtime import eventually

SHARDS = 3
EVENTS = 1_100

NAMES = [model.name for model in MODELS]


@pytest.fixture(scope="module")
def world() -> World:
    return make(21, EVENTS, shards=SHARDS)


@pytest.fixture
def topics(kafka: str) -> Topics:
    return Topics(kafka, f"t{time.monotonic_ns()}", SHARDS)


@pytest.fixture
def conn(fresh_database: str) -> Iterator[Connection]:
    with connect(fresh_database) as conn:
        install.install(conn)
        yield conn


@pytest.fixture
def other(fresh_database: str) -> Iterator[Connection]:
    with connect(fresh_database) as conn:
        yield conn


def expected(conn: Connection, model: ReadModel, world: World, until: int | None = None) -> dict[str, list[str]]:
    schema = f"expected_{model.name}_{time.monotonic_ns()}"
    install.create(conn, model, schema)
    fill(conn, model, iter([world.history[:until]]), Epochs(world.epochs()), schema=schema)
    return dump(conn, schema)


def make_live(conn: Connection, model: ReadModel, world: World, until: int | None = None) -> None:
    fill(conn, model, iter([world.history[:until]]), Epochs(world.epochs()))


def test_what_kafka_holds_is_filled_whatever_repeats_noise_and_holes_it_has(
    topics: Topics, conn: Connection, world: World
) -> None:
    dice = random.Random(21)
    phantom = msgspec.structs.replace(world.history[0], epoch="a lost future", data=b"{}")
    for number, piece in enumerate(as_relayed(world.history, dice)):
        topics.write(piece)
        if number % 10 == 0:
            topics.write([phantom])
            topics.write_noise(("video", dice.randrange(SHARDS)))
    topics.write([events[-1] for events in world.logs().values()])
    records = KafkaReader(topics.bootstrap)
    for model in MODELS:
        install.create(conn, model, "beside")
        filling = Fill(conn, model, "beside", WorldHistory(world), batch=200)
        filling.from_kafka(records, topics.prefix, filling.heads())
        assert filling.left(filling.heads()) == 0
        assert dump(conn, "beside") == expected(conn, model, world)
        schemas.drop(conn, "beside")


def test_a_long_fill_reads_in_a_process_of_its_own(
    topics: Topics, conn: Connection, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams_rebuild, "APART", 0)
    topics.write(world.history)
    install.create(conn, VIDEOS, "beside")
    filling = Fill(conn, VIDEOS, "beside", WorldHistory(world))
    filling.from_kafka(KafkaReader(topics.bootstrap), topics.prefix, filling.heads())
    assert filling.healed == 0
    assert dump(conn, "beside") == expected(conn, VIDEOS, world)


def test_a_fill_ends_at_its_vector(topics: Topics, conn: Connection, world: World) -> None:
    topics.write(world.history)
    until = WorldHistory(world)
    until.until = 700
    install.create(conn, VIDEOS, "beside")
    Fill(conn, VIDEOS, "beside", WorldHistory(world)).from_kafka(
        KafkaReader(topics.bootstrap), topics.prefix, until.heads()
    )
    assert dump(conn, "beside") == expected(conn, VIDEOS, world, 700)


def fill_slowly(database: str, kafka: str, prefix: str, seed: int) -> None:
    """For a process of its own, which is killed."""
    kafka_reader.BULK = 20
    world = make(seed, EVENTS, shards=SHARDS)
    with connect(database) as conn:
        install.create(conn, LEADERBOARD, LEADERBOARD.schema + schemas.NEXT)
        filling = Fill(
            conn,
            LEADERBOARD,
            LEADERBOARD.schema + schemas.NEXT,
            WorldHistory(world),
            lambda count: time.sleep(0.05),
            batch=1,
        )
        filling.from_kafka(KafkaReader(kafka), prefix, filling.heads())


def test_a_killed_fill_goes_on_where_it_was(
    topics: Topics, conn: Connection, fresh_database: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    topics.write(world.history)
    beside = LEADERBOARD.schema + schemas.NEXT
    process = multiprocessing.get_context("spawn").Process(
        target=fill_slowly, args=(fresh_database, topics.bootstrap, topics.prefix, 21)
    )
    process.start()
    eventually(lambda: not schemas.is_empty(conn, beside))
    process.kill()
    process.join()
    begun = sum(each.position for each in checkpoint.progress(conn, LEADERBOARD, beside).values())
    have = tools(lambda: connect(fresh_database), world, KafkaReader(topics.bootstrap), topics.prefix)
    assert rebuilding.rebuild(have, [LEADERBOARD], Options(resume=True)) == 0
    total = sum(each.category in LEADERBOARD.categories for each in world.history)
    assert 0 < begun < total
    assert f"{total - begun:,} events in" in capsys.readouterr().out
    assert dump(conn, LEADERBOARD.schema) == expected(conn, LEADERBOARD, world)


@pytest.mark.parametrize("name", NAMES)
def test_rebuild_swap_and_back(conn: Connection, fresh_database: str, world: World, name: str) -> None:
    model = BY_NAME[name]
    have = tools(lambda: connect(fresh_database), world)
    make_live(conn, model, world, 1_000)
    assert rebuilding.rebuild(have, [model], Options()) == 0
    assert dump(conn, model.schema) == expected(conn, model, world)
    assert schemas.exists(conn, model.schema + schemas.OLD)
    rebuilding.back(have, model)
    assert dump(conn, model.schema) == expected(conn, model, world)
    rebuilding.drop_old(have, model)
    assert list(schemas.versions(conn, model)) == [model.schema]


def test_rows_that_differ_are_not_swapped_in_unless_it_is_said(
    conn: Connection, fresh_database: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    have = tools(lambda: connect(fresh_database), world)
    make_live(conn, VIDEOS, world)
    conn.execute(f"delete from {VIDEOS.schema}.likes where account_id = (select min(account_id) from {VIDEOS.schema}.likes)".encode())  # fmt: skip # noqa: E501
    broken = dump(conn, VIDEOS.schema)
    assert rebuilding.rebuild(have, [VIDEOS], Options()) == 4
    told = capsys.readouterr().err
    assert "likes: " in told
    assert "--accept-differences" in told
    assert dump(conn, VIDEOS.schema) == broken
    assert rebuilding.rebuild(have, [VIDEOS], Options(resume=True, accept_differences=True)) == 0
    assert dump(conn, VIDEOS.schema) == expected(conn, VIDEOS, world)
    assert dump(conn, VIDEOS.schema + schemas.OLD) == broken


def test_a_dry_run_changes_nothing(
    conn: Connection, fresh_database: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    make_live(conn, REMIX_GRAPH, world)
    have = tools(lambda: connect(fresh_database), world)
    assert rebuilding.rebuild(have, [REMIX_GRAPH], Options(dry_run=True)) == 0
    assert "would apply" in capsys.readouterr().out
    assert list(schemas.versions(conn, REMIX_GRAPH)) == [REMIX_GRAPH.schema]


def test_one_process_at_a_time_fills_a_model(
    conn: Connection, other: Connection, fresh_database: str, world: World
) -> None:
    have = tools(lambda: connect(fresh_database), world)
    with (
        schemas.filling(other, REMIX_GRAPH.schema),
        pytest.raises(OperatorError, match="is being filled by another process"),
    ):
        rebuilding.rebuild(have, [REMIX_GRAPH], Options())


def test_a_transaction_that_spans_the_swap_is_neither_lost_nor_doubled(
    conn: Connection, other: Connection, fresh_database: str, world: World
) -> None:
    """The live projector is inside its transaction when the swap begins. With the rename alone, its rows would go
    away with the old schema while the new one knows nothing of the event and is never told of it again."""
    half = 700
    make_live(conn, VIDEOS, world, half)
    history = WorldHistory(world)
    history.until = half
    beside = VIDEOS.schema + schemas.NEXT
    install.create(conn, VIDEOS, beside)
    filling = Fill(conn, VIDEOS, beside, history)
    filling.from_store(filling.heads())
    inside, go_on = threading.Event(), threading.Event()

    def slowly(conn: Connection, events: Any) -> None:
        VIDEOS.apply(conn, events)
        inside.set()
        assert go_on.wait(20)

    slow = msgspec.structs.replace(VIDEOS, apply=slowly)
    batch = _wanted(world, half, half + 100)
    live = threading.Thread(target=lambda: checkpoint.run(other, slow, batch, Epochs(world.epochs())))
    live.start()
    assert inside.wait(20)
    swapping = threading.Thread(target=lambda: swap.take_place(filling))
    swapping.start()
    with connect(fresh_database) as looking:
        eventually(lambda: _waits_for_lock(looking))
        assert schemas.exists(looking, beside)  # it waits
        history.until = half + 100  # the swap had looked before
        go_on.set()
        live.join(20)
        swapping.join(20)
        assert dump(looking, VIDEOS.schema) == expected(looking, VIDEOS, world, half + 100)
        # Who was thought dead sends it again: a repeat.
        again = checkpoint.run(other, VIDEOS, batch, Epochs(world.epochs()))
        assert (again.applied, again.passed_over) == (0, len(batch))
        rest = _wanted(world, half + 100, None)
        assert checkpoint.run(other, VIDEOS, rest, Epochs(world.epochs())).applied == len(rest)
        assert dump(looking, VIDEOS.schema) == expected(looking, VIDEOS, world)


def _wanted(world: World, start: int, end: int | None) -> list[Event]:
    return decode(each for each in world.history[start:end] if each.category in VIDEOS.categories)


def _waits_for_lock(conn: Connection) -> bool:
    row = conn.execute(
        "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        " and database = (select oid from pg_database where datname = current_database())"
    ).fetchone()
    return row == (1,)


class Load:
    """A live projector that takes event after event, and readers on pooled connections, as in earnest."""

    def __init__(self, database: str, model: ReadModel, world: World, query: bytes) -> None:
        self.history = WorldHistory(world)
        self.history.until = 500
        self.failures: list[BaseException] = []
        self.reads = 0
        self.done = threading.Event()
        self._stop = threading.Event()
        self._world, self._model, self._database, self._query = world, model, database, query
        targets = [self._write, self._read, self._read]
        self._threads = [threading.Thread(target=self._watched(target)) for target in targets]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _watched(self, target: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                target()
            except BaseException as error:
                self.failures.append(error)

        return run

    def _write(self) -> None:
        """Each event is in the log before it is projected; two are delivered again with every batch."""
        epochs, history = Epochs(self._world.epochs()), self._world.history
        with connect(self._database) as conn:
            for start in range(500, len(history), 4):
                self.history.until = min(start + 4, len(history))
                again = history[max(0, start - 2) : start + 4]
                batch = decode(each for each in again if each.category in self._model.categories)
                checkpoint.run(conn, self._model, batch, epochs)
        self.done.set()

    def _read(self) -> None:
        with connect(self._database) as conn:
            while not self._stop.is_set():
                conn.execute(self._query).fetchall()
                self.reads += 1


def test_no_request_fails_and_no_event_is_lost_while_swaps_happen_under_load(
    conn: Connection, fresh_database: str, world: World
) -> None:
    make_live(conn, REMIX_GRAPH, world, 500)
    have = tools(lambda: connect(fresh_database), world)
    query = f"select t::text from {REMIX_GRAPH.schema}.edges as t limit 50".encode()
    with Load(fresh_database, REMIX_GRAPH, world, query) as load:
        have = msgspec.structs.replace(have, history=load.history)
        swaps = 0
        while not load.done.is_set() or swaps < 2:
            assert rebuilding.rebuild(have, [REMIX_GRAPH], Options()) == 0
            rebuilding.back(have, REMIX_GRAPH)
            swaps += 1
    assert load.failures == []
    assert load.reads > 10
    assert dump(conn, REMIX_GRAPH.schema) == expected(conn, REMIX_GRAPH, world)


def test_a_new_version_with_another_column_type_is_filled_before_anyone_reads_it(
    conn: Connection, fresh_database: str, world: World
) -> None:
    """The old version is served and fed all the while, so going back is to go on reading it."""
    newer = msgspec.structs.replace(LEADERBOARD, version=LEADERBOARD.version + 1)
    make_live(conn, LEADERBOARD, world, 500)
    have = tools(lambda: connect(fresh_database), world)
    beside = newer.schema + schemas.NEXT
    install.create(conn, newer, beside)
    conn.execute(f"alter table {beside}.buckets alter column count type numeric".encode())
    query = "select t::text from {}.buckets as t limit 50"
    with Load(fresh_database, LEADERBOARD, world, query.format(LEADERBOARD.schema).encode()) as load:
        have = msgspec.structs.replace(have, history=load.history)
        assert rebuilding.rebuild(have, [newer], Options(resume=True)) == 0
        assert load.done.wait(30)
        # Its own projector goes on with it.
        make_live(conn, newer, world)
    assert load.failures == []
    wanted = expected(conn, LEADERBOARD, world)
    assert dump(conn, LEADERBOARD.schema) == wanted
    assert dump(conn, newer.schema) == wanted
    [(kind,)] = conn.execute(
        "select data_type from information_schema.columns where (table_schema, table_name, column_name)"
        " = (%s, 'buckets', 'count')",
        [newer.schema],
    ).fetchall()
    assert kind == "numeric"
    rebuilding.drop_old(have, newer)
    assert list(schemas.versions(conn, newer)) == [newer.schema]


def test_empty_models_are_filled_before_the_live_projector_begins(
    conn: Connection, fresh_database: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    have = tools(lambda: connect(fresh_database), world)
    make_live(conn, VIDEOS, world, 900)
    rebuilding.fill_new(have, MODELS)
    told = capsys.readouterr().out
    assert VIDEOS.schema not in told  # not far behind
    for model in MODELS:
        if model is not VIDEOS:
            assert dump(conn, model.schema) == expected(conn, model, world)
        assert not schemas.exists(conn, model.schema + schemas.OLD)


def test_an_empty_log_leaves_empty_models(conn: Connection, fresh_database: str, world: World) -> None:
    have = tools(lambda: connect(fresh_database), world)
    have.history.until = 0  # type: ignore[attr-defined]
    rebuilding.fill_new(have, MODELS)
    assert all(schemas.is_empty(conn, model.schema) for model in MODELS)


def test_there_is_no_way_back_before_the_first_swap(conn: Connection, fresh_database: str, world: World) -> None:
    have = tools(lambda: connect(fresh_database), world)
    with pytest.raises(OperatorError, match="There is no"):
        rebuilding.back(have, VIDEOS)
