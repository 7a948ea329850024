"""The relay between a real PostgreSQL and a real Kafka."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition

from domain.engagement import Liked
from domain.ids import like_stream
from domain.recorded import Append, Change, Origin, Recorded
from infra.clock import utc_now
from infra.event_store import PostgresEventStore
from infra.kafka import KafkaAdmin
from infra.relay_log import RelayBell, RelayLog
from streams.errors import HistoryDiffers
from streams.records import from_record
from streams.topics import ensure_topics
from tests.integration import relaying

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def prefix(kafka: str, fresh_database: str) -> str:
    async def shards() -> dict[str, int]:
        async with relaying.open_store(fresh_database) as store:
            heads = await store.heads()
            return {head.category: sum(other.category == head.category for other in heads) for head in heads}

    name = f"t{uuid.uuid4().hex[:8]}"
    ensure_topics(KafkaAdmin(kafka), name, asyncio.run(shards()), replication=1)
    return name


async def like(store: PostgresEventStore, number: int) -> None:
    video, account = f"video_{number}", f"acct_{number % 7}"
    event = Liked(video_id=video, account_id=account, owner_id="acct_0", served=True, account_opened_at=utc_now())
    origin = Origin(
        account=account, key=str(number), request_hash=b"", occurred_at=utc_now(), causation="c", correlation="c"
    )
    await store.append(Append(origin, (Change(like_stream(video, account), 0, (event,)),), (), b"{}"))


async def append(database: str, numbers: range) -> None:
    async with relaying.open_store(database) as store:
        for start in range(numbers.start, numbers.stop, 250):
            await asyncio.gather(
                *(like(store, n) for n in numbers[start - numbers.start : start - numbers.start + 250])
            )


async def recorded(database: str) -> dict[int, list[Recorded]]:
    async with relaying.open_store(database) as store:
        return {shard: await store.read("engagement", shard, 0, 100_000) for shard in range(relaying.SHARDS)}


def consume(kafka: str, topic: str) -> dict[int, list[Recorded]]:
    """Everything that is in the topic, in the order of each partition."""
    client = Consumer({"bootstrap.servers": kafka, "group.id": "test", "enable.auto.commit": False})
    ends = {n: client.get_watermark_offsets(TopicPartition(topic, n))[1] for n in range(relaying.SHARDS)}
    client.assign([TopicPartition(topic, n, 0) for n in ends])
    found: dict[int, list[Recorded]] = {n: [] for n in ends}
    while any(len(found[n]) < end for n, end in ends.items()):
        message = client.poll(10)
        assert message is not None, "the topic ends early"
        assert message.error() is None
        event = from_record("engagement", message.partition(), message.headers(), message.value())
        assert message.key().decode() == event.stream
        found[message.partition()].append(event)
    client.close()
    return found


def without_repeats(events: list[Recorded]) -> list[Recorded]:
    """As every consumer does it: only what is above the last position counts, and it must be the next one."""
    seen: list[Recorded] = []
    for event in events:
        if event.position > len(seen):
            assert event.position == len(seen) + 1, "a gap"
            seen.append(event)
    return seen


@asynccontextmanager
async def running(database: str, kafka: str, prefix: str) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(relaying.relay(database, kafka, prefix))
    try:
        yield task
    finally:
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def caught_up(database: str, relay: asyncio.Task[None]) -> None:
    async with RelayLog(database) as cursors:
        await until(lambda: cursors.backlog(), relay)


async def until(left: Callable[[], Awaitable[object]], relay: asyncio.Task[None]) -> None:
    """Until nothing is left to do, or the relay has failed."""
    async with asyncio.timeout(30):
        while await left():
            done, _ = await asyncio.wait([relay], timeout=0.02)
            for failed in done:
                await failed


def test_kafka_holds_what_the_log_holds(fresh_database: str, kafka: str, prefix: str) -> None:
    async def run() -> None:
        await append(fresh_database, range(1, 1301))
        async with running(fresh_database, kafka, prefix) as relay:
            await caught_up(fresh_database, relay)
            await append(fresh_database, range(1301, 1401))
            await caught_up(fresh_database, relay)

    asyncio.run(run())
    history = asyncio.run(recorded(fresh_database))
    assert sum(len(events) for events in history.values()) == 1400
    assert consume(kafka, f"{prefix}.engagement") == history


def test_killed_again_and_again_it_loses_nothing(fresh_database: str, kafka: str, prefix: str) -> None:
    dice = random.Random(7)
    asyncio.run(append(fresh_database, range(1, 4001)))
    for _ in range(8):
        process = start_process(fresh_database, kafka, prefix)
        # Killed at a cursor drawn by lot, so most likely within a batch.
        goal = cursor_sum(fresh_database) + dice.randrange(1, 700)
        while cursor_sum(fresh_database) < goal and process.poll() is None and cursor_sum(fresh_database) < 4000:
            pass
        process.kill()
        assert process.wait() < 0
        rewind(fresh_database, dice)

    async def finish() -> None:
        async with running(fresh_database, kafka, prefix) as relay:
            await caught_up(fresh_database, relay)

    asyncio.run(finish())
    found = consume(kafka, f"{prefix}.engagement")
    history = asyncio.run(recorded(fresh_database))
    assert {shard: without_repeats(events) for shard, events in found.items()} == history
    assert sum(map(len, found.values())) > 4000, "nothing was repeated: the kills hit nothing"


def start_process(database: str, kafka: str, prefix: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.relaying", database, kafka, prefix]
    return subprocess.Popen(command, cwd=ROOT)


def cursor_sum(database: str) -> int:
    return query(database, "select coalesce(sum(position), 0) from relay.cursors where category = 'engagement'")


def rewind(database: str, dice: random.Random) -> None:
    """What a crash between acknowledgement and cursor leaves: a cursor that is behind Kafka."""
    back = dice.randrange(0, 40)
    query(database, f"update relay.cursors set position = greatest(position - {back}, 0) returning 1")


def query(database: str, statement: str) -> Any:
    with psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def test_a_standby_takes_over_when_the_active_relay_loses_its_connection(
    fresh_database: str, kafka: str, prefix: str
) -> None:
    async def run() -> None:
        async with running(fresh_database, kafka, prefix) as first:
            await append(fresh_database, range(1, 11))
            await caught_up(fresh_database, first)
            async with running(fresh_database, kafka, prefix) as second:
                await append(fresh_database, range(11, 21))
                await caught_up(fresh_database, first)
                cut_the_leader(fresh_database)
                with pytest.raises(psycopg.OperationalError):
                    await first
                await append(fresh_database, range(21, 31))
                await caught_up(fresh_database, second)
                assert not second.done()

    asyncio.run(run())
    found = consume(kafka, f"{prefix}.engagement")
    assert {shard: without_repeats(events) for shard, events in found.items()} == asyncio.run(recorded(fresh_database))


def cut_the_leader(database: str) -> None:
    query(
        database,
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted "
        "and database = (select oid from pg_database where datname = current_database())",
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("update log.logs set position = position - 1 where category = 'engagement' and shard = 0", "Kafka is ahead"),
        (
            "update log.events set event_id = gen_random_uuid() where category = 'engagement' and shard = 1",
            "another event at position",
        ),
        ("delete from log.events where category = 'engagement' and shard = 0 and position = 3", None),
    ],
)
def test_another_history_stops_the_start(
    fresh_database: str, kafka: str, prefix: str, damage: str, sentence: str | None
) -> None:
    async def run() -> None:
        await append(fresh_database, range(1, 41))
        async with running(fresh_database, kafka, prefix) as relay:
            await caught_up(fresh_database, relay)
        query(fresh_database, f"{damage} returning 1")
        if sentence is None:  # a hole shows when it is read
            query(fresh_database, "delete from relay.cursors where category = 'engagement' returning 1")
        await relaying.relay(fresh_database, kafka, prefix)

    with pytest.raises(HistoryDiffers, match=f"{sentence or 'hole after position 0'}.*recut restore") as stopped:
        asyncio.run(run())
    assert stopped.value.exit_code == 4


def test_a_topic_that_was_deleted_is_written_again(fresh_database: str, kafka: str, prefix: str) -> None:
    async def relay_once() -> None:
        async with running(fresh_database, kafka, prefix) as relay:
            await caught_up(fresh_database, relay)

    asyncio.run(append(fresh_database, range(1, 41)))
    asyncio.run(relay_once())
    # Another prefix is what an emptied cluster looks like to the relay.
    fresh = f"{prefix}x"
    ensure_topics(KafkaAdmin(kafka), fresh, {"engagement": relaying.SHARDS, **others(kafka, prefix)}, replication=1)

    async def missing() -> bool:
        return await asyncio.to_thread(records_in, kafka, f"{fresh}.engagement") < 40

    async def again() -> None:
        async with running(fresh_database, kafka, fresh) as relay:
            await until(missing, relay)

    asyncio.run(again())
    assert consume(kafka, f"{fresh}.engagement") == asyncio.run(recorded(fresh_database))


def others(kafka: str, prefix: str) -> dict[str, int]:
    found = KafkaAdmin(kafka).partitions()
    names = {name.removeprefix(f"{prefix}."): count for name, count in found.items() if name.startswith(f"{prefix}.")}
    return {name: count for name, count in names.items() if "generation" not in name and name != "telemetry"}


def records_in(kafka: str, topic: str) -> int:
    client = Consumer({"bootstrap.servers": kafka, "group.id": "test"})
    try:
        places = [TopicPartition(topic, shard) for shard in range(relaying.SHARDS)]
        return sum(client.get_watermark_offsets(place)[1] for place in places)
    except KafkaException:
        return 0  # a new topic has no leader yet
    finally:
        client.close()


def test_topics_are_as_they_must_be_on_a_real_cluster(kafka: str, prefix: str) -> None:
    found = KafkaAdmin(kafka).configs([f"{prefix}.engagement"])[f"{prefix}.engagement"]

    assert (found["retention.ms"], found["cleanup.policy"]) == ("-1", "delete")


def test_a_ring_wakes_the_relay(fresh_database: str) -> None:
    async def run() -> None:
        async with RelayLog(fresh_database) as cursors, RelayBell(fresh_database) as bell:
            waiting = asyncio.create_task(cursors.wait(60))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            for _ in range(100):
                bell.ring()
            async with asyncio.timeout(10):
                await waiting
            query(fresh_database, NO_BELL)
            await asyncio.sleep(0.1)
            waiting = asyncio.create_task(cursors.wait(60))
            async with asyncio.timeout(10):
                while not waiting.done():  # the first ring finds the connection cut, a later one a new connection
                    bell.ring()
                    await asyncio.sleep(0.05)

    asyncio.run(run())


NO_BELL = "select count(pg_terminate_backend(pid)) from pg_stat_activity where query = 'notify relay'"
