"""What can go wrong between a command and the disk: full queues, lost connections, several processes, late commits."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.errors import Conflict, Unavailable
from domain.recorded import Answered, Append, Appended, Recorded
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.log_reader import read_log
from infra.mapper import Mapper
from infra.memory import MASTER
from infra.postgres import open_pool
from infra.prepared import Prepared
from infra.writer import Writer
from tests.given import OTHER, OWNER, VIDEO_ID, an_id, appending, created, happened, liked, opened, registered

LOCK_LOGS = "select from log.logs for update"


@asynccontextmanager
async def open_store(url: str, **options: Any) -> AsyncIterator[PostgresEventStore]:
    """As one process has it: pool, writers and caches of its own."""
    async with open_pool(url, size=4) as pool:
        mapper = Mapper(Keyring(PostgresKeyTable(pool), MASTER))
        async with PostgresEventStore(url, pool, mapper, **options) as store:
            yield store


@pytest.fixture
async def store(fresh_database: str) -> AsyncIterator[PostgresEventStore]:
    async with open_store(fresh_database) as opened_store:
        yield opened_store


@asynccontextmanager
async def held_logs(url: str) -> AsyncIterator[None]:
    """While inside, no append can get past its first statement."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(LOCK_LOGS)
        yield


async def until(look: Callable[[], Any], within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not await look():
            await asyncio.sleep(0.01)


async def query(url: str, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement.encode(), parameters)
        return await cursor.fetchall() if cursor.description else []


async def waiting_for_a_lock(url: str) -> int:
    rows = await query(url, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    return int(rows[0][0])


def like(n: int, by: str = OTHER) -> Append:
    return appending((f"like_{an_id('video', n)}_{by}", 0, liked()), key=f"like {n}", by=by)


async def everything(store: PostgresEventStore) -> list[Recorded]:
    logs = [await store.read(head.category, head.shard, 0, 100_000) for head in await store.heads()]
    return [recorded for log in logs for recorded in log]


async def assert_hole_free(store: PostgresEventStore) -> None:
    for head in await store.heads():
        log = await store.read(head.category, head.shard, 0, 100_000)
        assert [recorded.position for recorded in log] == list(range(1, head.position + 1))
        assert [recorded.recorded_at for recorded in log] == sorted(recorded.recorded_at for recorded in log)


async def test_a_full_queue_is_said_so_at_once(fresh_database: str) -> None:
    async with open_store(fresh_database, capacity=5) as store:
        async with held_logs(fresh_database):
            in_flight = [asyncio.create_task(store.append(like(n))) for n in range(2)]
            await until(lambda: waiting_for_a_lock(fresh_database))
            waiting = [asyncio.create_task(store.append(like(n))) for n in range(2, 20)]
            done, _ = await asyncio.wait(waiting, timeout=1)
            refusals = [task.exception() for task in done]
            assert len(refusals) >= 18 - 5 - 1
            assert {type(refusal) for refusal in refusals} == {Unavailable}
            assert {(r.code, r.retry_after) for r in refusals if isinstance(r, Unavailable)} == {("overloaded", 1)}
        accepted = await asyncio.gather(*in_flight, *(task for task in waiting if task not in done))
        assert {type(result) for result in accepted} == {Appended}
        assert isinstance(await store.append(like(99)), Appended)


async def test_a_caller_that_gives_up_does_not_harm_its_neighbours(fresh_database: str) -> None:
    async with open_store(fresh_database, writers=1) as store:
        async with held_logs(fresh_database):
            in_flight = [asyncio.create_task(store.append(like(n))) for n in range(3)]
            await until(lambda: waiting_for_a_lock(fresh_database))
            waiting = [asyncio.create_task(store.append(like(n))) for n in range(3, 6)]
            await asyncio.sleep(0)
            in_flight[0].cancel()
            waiting[0].cancel()
            await asyncio.wait([in_flight[0], waiting[0]])
        async with asyncio.timeout(10):
            results = await asyncio.gather(*in_flight[1:], *waiting[1:])
        assert {type(result) for result in results} == {Appended}
        assert await store.answered(OTHER, "like 0") is not None  # was being written
        assert await store.answered(OTHER, "like 3") is None  # was taken back


async def test_a_command_that_cannot_be_written_fails_alone(store: PostgresEventStore) -> None:
    too_long = appending(("like_x", 0, liked()), key=random.Random(1).randbytes(5_000).hex())
    not_in_a_text = appending(("like_y", 0, liked()), key="a\0b")
    not_text = appending(("like_z", 0, liked()), key="\ud800")
    commands = [like(1), too_long, like(2), not_in_a_text, like(3), not_text, like(4)]
    results = await asyncio.gather(*(store.append(command) for command in commands), return_exceptions=True)
    assert [type(result) for result in results[::2]] == [Appended] * 4
    assert [isinstance(result, psycopg.Error) for result in results[1::2]] == [True, True, False]
    assert isinstance(results[5], UnicodeEncodeError)
    assert len(await everything(store)) == 4
    await assert_hole_free(store)


async def test_a_stopped_store_has_answered_everyone_and_takes_no_more(fresh_database: str) -> None:
    async with open_store(fresh_database) as store:
        tasks = [asyncio.create_task(store.append(like(n))) for n in range(50)]
        await asyncio.sleep(0)
    assert [type(task.result()) for task in tasks] == [Appended] * 50
    with pytest.raises(Unavailable) as caught:
        await store.append(like(99))
    assert caught.value.code == "stopping"


async def test_a_database_that_stays_away_is_given_up(fresh_database: str) -> None:
    admin, name = admin_of(fresh_database)
    async with open_store(fresh_database, patience=0.3) as store:
        await store.append(like(1))
        await query(admin, f"alter database {name} allow_connections false")
        await end_connections(admin, name)
        with pytest.raises(Unavailable) as caught:
            await store.append(like(2))
        assert caught.value.code == "database_unavailable"


def admin_of(url: str) -> tuple[str, str]:
    """(URL of another database on the same server, name of this one)"""
    server, name = url.rsplit("/", 1)
    return f"{server}/postgres", name


async def end_connections(url: str, database: str) -> int:
    statement = """
        select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()
    """
    return int((await query(url, statement, (database,)))[0][0])


async def test_what_was_committed_before_the_connection_was_lost_is_not_done_twice(
    store: PostgresEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, cuts = Writer._send, [2]

    async def commit_and_lose_the_answer(writer: Writer, batch: Sequence[Prepared]) -> Any:
        rows = await send(writer, batch)
        if cuts[0]:
            cuts[0] -= 1
            raise psycopg.OperationalError("cut")
        return rows

    monkeypatch.setattr(Writer, "_send", commit_and_lose_the_answer)
    results = await asyncio.gather(*(store.append(like(n)) for n in range(10)))
    assert {type(result) for result in results} == {Appended}
    assert all(result.positions for result in results)
    assert len(await everything(store)) == 10


async def test_a_lost_answer_of_a_repeat_is_still_a_repeat(
    store: PostgresEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.append(appending((VIDEO_ID, 0, created()), key="k1", answer=b'{"ok":1}'))
    send, cuts = Writer._send, [1]

    async def lose_the_answer(writer: Writer, batch: Sequence[Prepared]) -> Any:
        rows = await send(writer, batch)
        if cuts[0]:
            cuts[0] -= 1
            raise psycopg.OperationalError("cut")
        return rows

    monkeypatch.setattr(Writer, "_send", lose_the_answer)
    repeat = await store.append(appending((VIDEO_ID, 0, created()), key="k1", answer=b'{"ok":2}'))
    assert isinstance(repeat, Answered)
    assert repeat.answer == b'{"ok":1}'


async def test_a_rival_with_the_same_id_is_not_taken_for_the_first_attempt(
    fresh_database: str,
) -> None:
    """The loser of the race is rolled back, sends again, and finds an answer that could be its own."""
    async with open_store(fresh_database) as one, open_store(fresh_database) as two:
        for n in range(30):
            refusal = appending(key=f"k{n}")
            results = await asyncio.gather(one.append(refusal), two.append(refusal))
            assert {type(result) for result in results} == {Appended, Answered}


async def test_connections_that_are_killed_lose_and_double_nothing(fresh_database: str) -> None:
    """Two processes write while their connections are ended again and again, wherever they are."""
    admin, name = admin_of(fresh_database)
    async with open_store(fresh_database) as one, open_store(fresh_database) as two:
        writing = [asyncio.create_task(write(store, by, 300)) for store, by in ((one, OTHER), (two, OWNER))]
        kills = 0
        while not all(task.done() for task in writing):
            kills += await end_connections(admin, name)
            await asyncio.sleep(0.05)
        assert kills > 5
        results = list(itertools.chain.from_iterable(await asyncio.gather(*writing)))
        assert {type(result) for result in results} == {Appended}
        assert len({result.positions for result in results}) == len(results) == 600
        assert len(await everything(one)) == 600
        await assert_hole_free(one)


async def write(store: PostgresEventStore, by: str, count: int) -> list[Appended | Answered]:
    async def client(first: int) -> list[Appended | Answered]:
        return [await store.append(like(n, by)) for n in range(first, count, 10)]

    return list(itertools.chain.from_iterable(await asyncio.gather(*(client(first) for first in range(10)))))


async def test_a_repeat_waits_for_the_first_attempt_that_is_still_committing(
    store: PostgresEventStore, fresh_database: str
) -> None:
    """The first attempt shares no log with the repeat: only its command id is in the way."""
    async with await psycopg.AsyncConnection.connect(fresh_database) as first:
        await first.execute(
            "insert into log.commands (account, key, request_hash, answer, positions, recorded_at) "
            "values (%s, 'k1', 'hash', 'first', '', now())",
            (OWNER,),
        )
        repeat = asyncio.create_task(store.append(appending((VIDEO_ID, 0, created()), key="k1")))
        await until(lambda: waiting_for_a_lock(fresh_database))
        assert not repeat.done()
        await first.commit()
    assert await repeat == Answered(b"hash", b"first", store.epoch, ())
    assert await everything(store) == []


async def test_several_processes_with_conflicts_leave_no_hole_and_no_half_command(fresh_database: str) -> None:
    """Four processes fight for the same streams, two streams a command, in random order of logs."""
    async with (
        open_store(fresh_database) as one,
        open_store(fresh_database) as two,
        open_store(fresh_database, writers=1) as three,
        open_store(fresh_database) as four,
    ):
        fights = [fight(store, number) for number, store in enumerate((one, two, three, four))]
        wins, losses = (sum(counts) for counts in zip(*await asyncio.gather(*fights), strict=True))
        assert losses > 100
        recorded = await everything(one)
        assert len(recorded) == 2 * wins
        halves: dict[str, int] = {}
        for each in recorded:
            halves[each.causation] = halves.get(each.causation, 0) + 1
        assert set(halves.values()) == {2}
        await assert_hole_free(one)


async def fight(store: PostgresEventStore, number: int) -> tuple[int, int]:
    """(commands that won, commands that lost)"""
    chance = random.Random(number)

    async def client(name: int) -> list[bool]:
        return [await strike(store, chance, f"{number}.{name}.{n}") for n in range(25)]

    outcomes = list(itertools.chain.from_iterable(await asyncio.gather(*(client(name) for name in range(8)))))
    return sum(outcomes), len(outcomes) - sum(outcomes)


async def strike(store: PostgresEventStore, chance: random.Random, key: str) -> bool:
    like_stream, account = f"like_{chance.randrange(10)}", an_id("acct", chance.randrange(10))
    versions = [len(await store.load(stream)) for stream in (like_stream, account)]
    command = appending(
        (like_stream, versions[0], liked()), (account, versions[1], opened(account_id=account)), key=key
    )
    try:
        await store.append(command)
    except Conflict:
        return False
    return True


async def test_the_relay_is_woken_after_the_commit(fresh_database: str) -> None:
    wakes: list[bool] = []
    async with open_store(fresh_database, wake=lambda: wakes.append(True)) as store:
        await store.append(appending(key="refused"))
        assert wakes == []
        await happened(store, "model_a", registered())
        assert wakes == [True]


async def test_an_event_belongs_to_the_epoch_that_owns_its_position(fresh_database: str) -> None:
    async with open_store(fresh_database) as store:
        await happened(store, "model_a", registered(rank=1), registered(rank=2))
        first = store.epoch
    second = str(uuid4())
    statement = "insert into log.epochs (epoch, category, shard, first_position) values (%s, 'platform', 0, 2)"
    await query(fresh_database, statement, (second,))
    async with open_store(fresh_database) as store:
        assert store.epoch == second
        assert [recorded.epoch for recorded in await store.read("platform", 0, 0, 10)] == [first, second]
        with psycopg.connect(fresh_database) as connection:
            assert read_log(connection, "platform", 0, 0, 10) == await store.read("platform", 0, 0, 10)
            assert [each.position for each in read_log(connection, "platform", 0, 1, 10)] == [2]


async def test_a_reader_that_follows_positions_misses_nothing(fresh_database: str) -> None:
    """The race that breaks naive logs: a transaction takes a number, and others commit before it does."""
    await delay_commits(fresh_database)
    async with (
        open_store(fresh_database) as one,
        open_store(fresh_database) as two,
        open_store(fresh_database) as reader,
    ):
        hunt = asyncio.create_task(follow(reader))
        await asyncio.gather(write(one, OTHER, 400), write(two, OWNER, 400))
        seen = await stop(hunt, reader)
        assert len(await everything(reader)) == 800
        assert missed(seen, await everything(reader)) == []


async def test_the_same_reader_does_miss_what_was_numbered_by_a_sequence(fresh_database: str) -> None:
    """Proof that the test above can fail: the first number commits last."""
    async with (
        open_store(fresh_database) as reader,
        await psycopg.AsyncConnection.connect(fresh_database) as first,
        await psycopg.AsyncConnection.connect(fresh_database) as second,
    ):
        await query(fresh_database, "create sequence naive")
        seen: Seen = {("video", 0): []}
        for connection in (first, second):
            await connection.execute(NAIVE)
        for connection in (second, first):
            await connection.commit()
            await read_on(reader, seen)
        recorded = await reader.read("video", 0, 0, 10)
        assert [each.position for each in recorded] == [1, 2]
        assert [each.position for each in missed(seen, recorded)] == [1]


async def delay_commits(url: str) -> None:
    """Each transaction dawdles between its last statement and its commit."""
    await query(
        url,
        """
        create function dawdle() returns trigger language plpgsql as $$
        begin perform pg_sleep(random() * 0.002); return null; end $$;
        create constraint trigger dawdle after insert on log.commands
        deferrable initially deferred for each row execute function dawdle()
        """,
    )


NAIVE = """
    insert into log.events values ('video', 0, nextval('naive'), gen_random_uuid(), gen_random_uuid()::text, 1,
        'video.deleted.v1', now(), now(), '', '', '', '', '{"owner_id":"a"}')
"""


Seen = dict[tuple[str, int], list[int]]


async def follow(reader: PostgresEventStore) -> Seen:
    """Reads every log from where it was last, for ever: what relay and projections do."""
    seen: Seen = {(head.category, head.shard): [] for head in await reader.heads()}
    try:
        while True:
            await read_on(reader, seen)
    except asyncio.CancelledError:
        return seen


async def read_on(reader: PostgresEventStore, seen: Seen) -> None:
    for (category, shard), positions in seen.items():
        after = positions[-1] if positions else 0
        positions.extend(each.position for each in await reader.read(category, shard, after, 100))


async def stop(hunt: asyncio.Task[Seen], reader: PostgresEventStore) -> Seen:
    await asyncio.sleep(0.1)
    hunt.cancel()
    seen = await hunt
    for _ in range(10):
        await read_on(reader, seen)
    return seen


def missed(seen: Seen, recorded: list[Recorded]) -> list[Recorded]:
    return [each for each in recorded if each.position not in seen[each.category, each.shard]]


async def test_the_clock_of_the_store_is_that_of_the_database(store: PostgresEventStore) -> None:
    before = datetime.now(UTC)
    await happened(store, "model_a", registered())
    recorded = (await store.load("model_a"))[0].recorded
    assert before <= recorded.recorded_at <= datetime.now(UTC)


async def test_a_clock_that_was_set_back_does_not_set_a_log_back(
    store: PostgresEventStore, fresh_database: str
) -> None:
    await happened(store, "model_a", registered(rank=1))
    await query(fresh_database, "update log.logs set at = now() + interval '1 hour' where category = 'platform'")
    await happened(store, "model_a", registered(rank=2))
    await happened(store, "model_a", registered(rank=3))
    first, second, third = (fact.recorded.recorded_at for fact in await store.load("model_a"))
    assert (second - first).total_seconds() > 3000
    assert second == third
