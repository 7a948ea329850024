"""The order of a log when several processes write: no hole, no half command, nothing that a reader can miss."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from domain.errors import Conflict
from domain.recorded import Appended, Recorded
from infra.event_store import PostgresEventStore
from infra.log_reader import read_log
from tests.given import OTHER, OWNER, an_id, appending, happened, liked, opened, registered
from tests.stores import (
    assert_hole_free,
    everything,
    open_store,
    query,
    until,
    waiting_for_a_lock,
    write,
)


@pytest.fixture
async def store(fresh_database: str) -> AsyncIterator[PostgresEventStore]:
    async with open_store(fresh_database) as opened_store:
        yield opened_store


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


async def test_what_a_command_relies_on_cannot_move_while_it_is_being_written(fresh_database: str) -> None:
    """The account moves in a transaction that has not committed yet; the like, in another log, has to wait for it."""
    await query(fresh_database, COMMIT_WAITS)
    async with open_store(fresh_database) as one, open_store(fresh_database) as two:
        async with await psycopg.AsyncConnection.connect(fresh_database) as gate:
            await gate.execute("select pg_advisory_lock(1)")
            move = asyncio.create_task(one.append(appending((OTHER, 0, opened(account_id=OTHER)), key="move")))
            await until(lambda: waiting_for_a_lock(fresh_database))
            like = asyncio.create_task(two.append(appending(("like_1", 0, liked()), relying_on={OTHER: 0}, key="like")))
            await until(lambda: waiting_for_a_lock(fresh_database, at_least=2))
            assert not like.done()
        assert isinstance(await move, Appended)
        with pytest.raises(Conflict):
            await like
        assert await two.load("like_1") == []


async def test_who_waited_for_a_log_is_later_in_it(fresh_database: str) -> None:
    await query(fresh_database, COMMIT_WAITS)
    async with open_store(fresh_database) as one, open_store(fresh_database) as two:
        async with await psycopg.AsyncConnection.connect(fresh_database) as gate:
            await gate.execute("select pg_advisory_lock(1)")
            first = asyncio.create_task(one.append(appending(("model_a", 0, registered()), key="a")))
            await until(lambda: waiting_for_a_lock(fresh_database))
            second = asyncio.create_task(two.append(appending(("model_b", 0, registered()), key="b")))
            await until(lambda: waiting_for_a_lock(fresh_database, at_least=2))
            assert await one.read("platform", 0, 0, 10) == []
        assert [each.positions[0].position for each in (await first, await second)] == [1, 2]
        before, after = await one.read("platform", 0, 0, 10)
        assert (before.stream, after.stream) == ("model_a", "model_b")
        assert before.recorded_at < after.recorded_at


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
    await query(url, COMMIT_WAITS.replace("pg_advisory_xact_lock_shared(1)", "pg_sleep(random() * 0.002)"))


# While somebody holds the advisory lock, transactions stop between their last statement and their commit.
COMMIT_WAITS = """
    create function dawdle() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(1); return null; end $$;
    create constraint trigger dawdle after insert on log.commands
    deferrable initially deferred for each row execute function dawdle()
"""


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
