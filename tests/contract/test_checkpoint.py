"""Exactly once into the tables, whatever is delivered; and what happens to events that cannot be taken."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import psycopg
import pytest

from domain.recorded import Position, Recorded
from projections import checkpoint, consistency, dead_letters, install, stopped
from projections.checkpoint import Ahead, Epochs, Gap, Result
from projections.db import Connection, connect
from projections.events import Event, decode
from projections.model import ReadModel
from projections.writer import Writer
from tests.histories import EPOCH, START

LOG = ("video", 0)
EPOCHS = Epochs([(EPOCH, Position(*LOG, 1)), (EPOCH, Position("video", 1, 1))])


def append(conn: Connection, events: Sequence[Event]) -> None:
    """A read model that keeps the ids of events, and cannot take some of them."""
    for event in events:
        match event.recorded.type:
            case "bad.value":
                conn.execute("insert into seen values (null)")
            case "bad.code":
                raise KeyError(event.recorded.stream)
            case "lost":
                raise psycopg.OperationalError("the server is gone")
        conn.execute("insert into seen values (%s)", [event.recorded.event_id])


MODEL = ReadModel("seen", 1, ("video",), append)


@pytest.fixture
def database(read_models_url: str) -> str:
    return read_models_url


@pytest.fixture
def conn(database: str) -> Iterator[Connection]:
    with connect(database) as conn:
        install.create_bare(conn, MODEL.schema)
        conn.execute("create table seen_v1.seen (id text not null)")
        yield conn
        conn.execute("drop schema seen_v1 cascade")


def record(position: int, stream: str = "video_a", type_: str = "good", **changes: Any) -> Recorded:
    recorded = Recorded(
        epoch=EPOCH, category="video", shard=0, position=position, event_id=f"{stream}-{position}", stream=stream,
        version=position, type=type_, occurred_at=START, recorded_at=START, actor="", causation="", correlation="",
        traceparent="", data=b"{}",
    )  # fmt: skip
    return msgspec.structs.replace(recorded, **changes)


def run(conn: Connection, *batch: Recorded, **more: Any) -> Result:
    return checkpoint.run(conn, MODEL, decode(batch), EPOCHS, **more)


def seen(conn: Connection) -> list[str]:
    return [id_ for (id_,) in conn.execute("select id from seen_v1.seen order by ctid")]


def parked(conn: Connection) -> list[tuple[int, bool]]:
    return conn.execute("select position, behind from seen_v1.dead_letters order by position").fetchall()


def test_repeats_are_passed_over(conn: Connection) -> None:
    assert run(conn, record(1), record(2)) == Result(2, 0, 0)
    assert run(conn, record(1), record(2), record(3), record(2), record(3)) == Result(1, 0, 4)
    assert seen(conn) == ["video_a-1", "video_a-2", "video_a-3"]
    assert checkpoint.progress(conn, MODEL) == {LOG: checkpoint.Checkpoint(EPOCH, 3, None)}


def test_a_gap_stops_before_anything_is_done(conn: Connection) -> None:
    with pytest.raises(Gap) as gap:
        run(conn, record(1), record(2), record(5))
    assert (gap.value.after, gap.value.before, gap.value.index) == (2, 5, 2)
    assert seen(conn) == []


def test_the_hint_for_seeking_is_kept(conn: Connection) -> None:
    run(conn, record(1), offsets={LOG: 17, ("video", 1): 4})
    assert checkpoint.progress(conn, MODEL) == {LOG: checkpoint.Checkpoint(EPOCH, 1, 17)}


def test_a_lost_future_is_passed_over_and_the_true_one_taken(conn: Connection) -> None:
    assert run(conn, record(1), record(2, epoch="phantom")) == Result(1, 0, 1)
    assert run(conn, record(2)) == Result(1, 0, 0)


def test_a_read_model_that_followed_the_lost_future_says_so(conn: Connection) -> None:
    run(conn, record(1), record(2))
    restored = Epochs([(EPOCH, Position(*LOG, 1)), ("new", Position(*LOG, 2))])
    with pytest.raises(Ahead):
        checkpoint.run(conn, MODEL, decode([record(2, epoch="new")]), restored)


@pytest.mark.parametrize("kind", ["bad.value", "bad.code"])
def test_one_bad_event_is_parked_and_its_stream_behind_it(conn: Connection, kind: str) -> None:
    events = [record(n, stream=f"video_{n % 3}") for n in range(1, 10)]
    events[4] = record(5, stream="video_2", type_=kind)
    assert run(conn, *events) == Result(7, 2, 0, failed=1)
    assert parked(conn) == [(5, False), (8, True)]
    assert seen(conn) == [f"video_{n % 3}-{n}" for n in (1, 2, 3, 4, 6, 7, 9)]
    assert run(conn, record(10, stream="video_2"), record(11, stream="video_0")) == Result(1, 1, 0)
    assert parked(conn)[-1] == (10, True)


def test_unreadable_bytes_of_a_known_type_are_parked(conn: Connection) -> None:
    bad = record(1, type_="video.deleted.v1", data=b'{"owner_id": 7}')
    assert run(conn, bad, record(2, stream="video_b")) == Result(1, 1, 0, failed=1)
    assert parked(conn) == [(1, False)]


def test_what_is_kept_of_a_failure_quotes_nothing(conn: Connection) -> None:
    run(conn, record(1, stream="a secret", type_="bad.code"), record(2, stream="another", type_="bad.code"))
    kept = conn.execute("select error, fingerprint from seen_v1.dead_letters").fetchall()
    assert len(set(kept)) == 1
    assert "secret" not in str(kept)
    assert "KeyError" in kept[0][0]


def test_when_most_of_a_batch_fails_the_code_is_wrong(conn: Connection) -> None:
    bad = [record(n, stream=f"video_{n}", type_="bad.code") for n in range(1, 20)]
    with pytest.raises(dead_letters.TooManyDead):
        run(conn, *bad)
    assert parked(conn) == []


def test_a_few_at_a_time_are_many_too(conn: Connection) -> None:
    writer = Writer(conn, MODEL)
    for n in range(1, dead_letters.MOST_PARKED + 1):
        writer.write(decode([record(n, stream=f"video_{n}", type_="bad.code")]), EPOCHS, {})
    with pytest.raises(dead_letters.TooManyDead):
        writer.write(decode([record(11, stream="video_11", type_="bad.code")]), EPOCHS, {})
    assert len(parked(conn)) == dead_letters.MOST_PARKED


def test_a_long_stream_behind_one_bad_event_is_not_many(conn: Connection) -> None:
    writer = Writer(conn, MODEL)
    writer.write(decode([record(1, stream="video_a", type_="bad.code")]), EPOCHS, {})
    for n in range(2, 200):
        writer.write(decode([record(n, stream="video_a")]), EPOCHS, {})
    assert len(parked(conn)) == 199


def test_a_lost_connection_is_no_fault_of_the_event(conn: Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        run(conn, record(1), record(2, type_="lost"))
    assert (seen(conn), parked(conn)) == ([], [])


def test_a_second_writer_waits_and_finds_repeats(conn: Connection, database: str) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slowly(conn: Connection, events: Sequence[Event]) -> None:
        append(conn, events)
        entered.set()
        assert go_on.wait(10)

    results: dict[str, Result] = {}

    def write(name: str, model: ReadModel) -> None:
        with connect(database) as own:
            results[name] = checkpoint.run(own, model, decode([record(1), record(2)]), EPOCHS)

    first = threading.Thread(target=write, args=("first", ReadModel("seen", 1, ("video",), slowly)))
    second = threading.Thread(target=write, args=("second", MODEL))
    first.start()
    assert entered.wait(10)
    second.start()
    wait_for_lock(conn)
    go_on.set()
    first.join(10)
    second.join(10)
    assert results == {"first": Result(2, 0, 0), "second": Result(0, 0, 2)}
    assert seen(conn) == ["video_a-1", "video_a-2"]


def wait_for_lock(conn: Connection) -> None:
    """Until somebody waits for an advisory lock."""
    query = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    deadline = time.monotonic() + 10
    while conn.execute(query).fetchone() == (0,):
        assert time.monotonic() < deadline


KILLER = """
import os, sys
from tests.contract.test_checkpoint import EPOCHS, record, append
from projections.db import connect
from projections.events import decode
from projections.model import ReadModel
from projections.writer import Writer

def apply(conn, events):
    if any(event.recorded.type == "deadly" for event in events):
        os._exit(9)
    append(conn, events)

events = [record(n, stream=f"video_{n % 2}", type_="deadly" if n == 4 else "good") for n in range(1, 7)]
with connect(sys.argv[1]) as conn:
    Writer(conn, ReadModel("seen", 1, ("video",), apply)).write(decode(events), EPOCHS, {})
"""


def test_an_event_at_which_processes_die_is_parked_in_the_end(conn: Connection, database: str) -> None:
    exits = [subprocess.run([sys.executable, "-c", KILLER, database], check=False).returncode for _ in range(6)]
    assert exits == [9, 9, 9, 9, 0, 0]
    assert seen(conn) == [f"video_{n % 2}-{n}" for n in (1, 2, 3, 5)]
    assert parked(conn) == [(4, False), (6, True)]
    assert conn.execute("select count(*) from seen_v1.attempts").fetchone() == (0,)


def test_a_writer_that_never_crashed_leaves_no_notes(conn: Connection) -> None:
    writer = Writer(conn, MODEL)
    with pytest.raises(Gap):
        writer.write(decode([record(2)]), EPOCHS, {})
    writer.write(decode([record(1), record(2)]), EPOCHS, {LOG: 2})
    assert writer.progress() == {LOG: checkpoint.Checkpoint(EPOCH, 2, 2)}
    assert conn.execute("select count(*) from seen_v1.attempts").fetchone() == (0,)


def test_what_ends_a_process_without_killing_it_is_no_crash_of_the_event(conn: Connection) -> None:
    def away(conn: Connection, events: Sequence[Event]) -> None:
        raise ConnectionError("the object store does not answer")

    for _ in range(dead_letters.MOST_CRASHES + 1):  # as many processes, one after another
        with pytest.raises(ConnectionError):
            Writer(conn, ReadModel("seen", 1, ("video",), away)).write(decode([record(1)]), EPOCHS, {})
    Writer(conn, MODEL).write(decode([record(1)]), EPOCHS, {})
    assert (seen(conn), parked(conn)) == (["video_a-1"], [])


def test_want_of_memory_counts_as_a_crash(conn: Connection) -> None:
    def greedy(conn: Connection, events: Sequence[Event]) -> None:
        raise MemoryError

    for _ in range(dead_letters.MOST_CRASHES):
        with pytest.raises(MemoryError):
            Writer(conn, ReadModel("seen", 1, ("video",), greedy)).write(decode([record(1)]), EPOCHS, {})
    Writer(conn, MODEL).write(decode([record(1)]), EPOCHS, {})
    assert (seen(conn), parked(conn)) == ([], [(1, False)])


async def test_readers_see_since_when_a_model_is_stale(conn: Connection, database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as db:
        assert await consistency.stale_since(db, MODEL) is None
        run(conn, record(1, type_="bad.code"))
        assert await consistency.stale_since(db, MODEL) == START


async def test_a_stopped_model_is_stale_until_it_has_passed_the_place(conn: Connection, database: str) -> None:
    stopped.note(conn, MODEL.schema, *decode([record(2)]), "the code is wrong")
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as db:
        assert await consistency.stale_since(db, MODEL) == START
        run(conn, record(1))
        assert await consistency.stale_since(db, MODEL) == START
        run(conn, record(2))
        assert await consistency.stale_since(db, MODEL) is None
