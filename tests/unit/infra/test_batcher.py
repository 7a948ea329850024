"""Which commands go together, who writes them, and what their senders hear."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

import pytest

from domain.errors import Conflict, Unavailable
from domain.recorded import Appended, Origin
from infra.batcher import Batcher, Outcome, _Waiting, take
from infra.prepared import Prepared
from tests.given import AT


def command(key: str, *, writes: str = "", reads: str = "") -> Prepared:
    """`writes` and `reads`: streams, a letter each."""
    origin = Origin(account="a", key=key, request_hash=b"", occurred_at=AT, causation="", correlation="")
    return Prepared(origin, b"", dict.fromkeys(writes + reads, 0), tuple(writes), ())


async def taken(*commands: Prepared, limit: int = 500) -> tuple[str, str]:
    """(keys of the batch, keys of those that stay)"""
    queue = deque(_Waiting(each, asyncio.get_running_loop().create_future()) for each in commands)
    batch = take(queue, limit)
    return keys(batch), keys(queue)


def keys(waiting: Sequence[_Waiting] | deque[_Waiting]) -> str:
    return "".join(each.command.origin.key for each in waiting)


async def test_strangers_go_together() -> None:
    assert await taken(command("1", writes="a"), command("2", writes="b", reads="c")) == ("12", "")


async def test_readers_of_one_stream_go_together() -> None:
    assert await taken(command("1", writes="a", reads="x"), command("2", writes="b", reads="x")) == ("12", "")


async def test_whoever_names_a_stream_that_was_written_stays() -> None:
    commands = [command("1", writes="a"), command("2", writes="a"), command("3", reads="a"), command("4", writes="b")]
    assert await taken(*commands) == ("14", "23")


async def test_a_writer_may_follow_a_reader() -> None:
    assert await taken(command("1", reads="a"), command("2", writes="a")) == ("12", "")


async def test_an_id_goes_once() -> None:
    assert await taken(command("1"), command("1")) == ("1", "1")


async def test_no_more_than_the_limit_in_order() -> None:
    assert await taken(command("1"), command("2"), command("3"), limit=2) == ("12", "3")


async def test_who_gave_up_is_left_out() -> None:
    gone, here = (_Waiting(command(key), asyncio.get_running_loop().create_future()) for key in "12")
    gone.done.cancel()
    assert keys(take(deque([gone, here]))) == "2"


class Database:
    """Writers that stop before they answer until they are let go."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.batches: list[str] = []
        self.answer: Outcome = Appended("epoch", ())

    async def write(self, batch: list[Prepared]) -> list[Outcome]:
        self.batches.append("".join(each.origin.key for each in batch))
        await self.gate.wait()
        return [self.answer] * len(batch)


async def started(database: Database, *, writers: int = 1, capacity: int = 100) -> Batcher:
    batcher = Batcher([database.write] * writers, capacity)
    batcher.start()
    await asyncio.sleep(0)
    return batcher


def send(batcher: Batcher, keys: str) -> list[asyncio.Task[object]]:
    return [asyncio.create_task(batcher.submit(command(key))) for key in keys]


async def test_what_arrives_while_a_writer_is_busy_becomes_one_batch() -> None:
    database = Database()
    batcher = await started(database)
    tasks = send(batcher, "12")
    await asyncio.sleep(0.01)
    tasks += send(batcher, "345")
    await asyncio.sleep(0.01)
    database.gate.set()
    assert await asyncio.gather(*tasks) == [Appended("epoch", ())] * 5
    assert database.batches == ["12", "345"]
    await batcher.stop()


async def test_idle_writers_share_a_long_queue() -> None:
    database = Database()
    batcher = await started(database, writers=2)
    tasks = send(batcher, "".join(map(chr, range(100, 180))))
    await asyncio.sleep(0.01)
    assert [len(batch) for batch in database.batches] == [40, 40]
    database.gate.set()
    await asyncio.gather(*tasks)
    await batcher.stop()


async def test_a_full_queue_refuses_at_once() -> None:
    database = Database()
    batcher = await started(database, capacity=2)
    busy = send(batcher, "1")
    await asyncio.sleep(0.01)
    waiting = send(batcher, "23")
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as caught:
        await batcher.submit(command("4"))
    assert (caught.value.code, caught.value.retry_after) == ("overloaded", 1)
    database.gate.set()
    await asyncio.gather(*busy, *waiting)
    await batcher.stop()


async def test_an_outcome_that_is_an_error_is_raised() -> None:
    database = Database()
    database.answer = Conflict("stream_moved", "it moved")
    database.gate.set()
    batcher = await started(database)
    with pytest.raises(Conflict):
        await batcher.submit(command("1"))
    await batcher.stop()


async def test_a_writer_that_fails_answers_and_goes_on() -> None:
    calls = []

    async def write(batch: list[Prepared]) -> list[Outcome]:
        calls.append(len(batch))
        if len(calls) == 1:
            raise OSError("broken")
        return [Appended("epoch", ())] * len(batch)

    batcher = Batcher([write], 10)
    batcher.start()
    with pytest.raises(OSError, match="broken"):
        await batcher.submit(command("1"))
    assert await batcher.submit(command("2")) == Appended("epoch", ())
    await batcher.stop()


async def test_stopping_answers_those_who_wait_and_refuses_others() -> None:
    database = Database()
    batcher = await started(database)
    tasks = send(batcher, "123")
    await asyncio.sleep(0.01)
    stopping = asyncio.create_task(batcher.stop())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as caught:
        await batcher.submit(command("4"))
    assert caught.value.code == "stopping"
    database.gate.set()
    await stopping
    assert all(task.done() for task in tasks)
