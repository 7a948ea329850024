"""What can go wrong between a command and the disk: full queues, lost connections, lost answers, rivals."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
import pytest

from domain.errors import Unavailable
from domain.recorded import Answered, Appended
from infra.event_store import PostgresEventStore
from infra.prepared import Prepared
from infra.writer import Writer
from tests.given import OTHER, OWNER, VIDEO_ID, appending, created, happened, liked, registered
from tests.stores import (
    admin_of,
    assert_hole_free,
    end_connections,
    everything,
    held_logs,
    like,
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


async def test_the_relay_is_woken_after_the_commit(fresh_database: str) -> None:
    wakes: list[bool] = []
    async with open_store(fresh_database, wake=lambda: wakes.append(True)) as store:
        await store.append(appending(key="refused"))
        assert wakes == []
        await happened(store, "model_a", registered())
        assert wakes == [True]
