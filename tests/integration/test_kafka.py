"""The Kafka adapters against a real broker, and against a mock cluster whose brokers can be taken away."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from domain.errors import Unavailable
from domain.ids import shard_of
from infra.kafka import KafkaAdmin, KafkaPublisher, KafkaSubscription, Record
from infra.kafka_tails import KafkaTails

PARTITIONS = 4


@pytest.fixture
def topic(kafka: str) -> str:
    name = f"t{uuid.uuid4().hex[:8]}"
    KafkaAdmin(kafka).create([(name, PARTITIONS, {"retention.ms": "-1"})], 1)
    return name


@asynccontextmanager
async def publishing(servers: str, **options: Any) -> AsyncIterator[KafkaPublisher]:
    publisher = KafkaPublisher(servers, **options)
    try:
        yield publisher
    finally:
        publisher.close()


@asynccontextmanager
async def subscribed(servers: str, group: str, *topics: str) -> AsyncIterator[KafkaSubscription]:
    subscription = KafkaSubscription(servers, group, topics)
    try:
        yield subscription
    finally:
        await subscription.close()


def message(topic: str, n: int, partition: int | None = None) -> tuple[str, int | None, str, bytes, list[Any]]:
    return (topic, partition, f"key {n}", str(n).encode(), [("n", str(n).encode())])


async def take(subscription: KafkaSubscription, count: int) -> list[Record]:
    found: list[Record] = []
    async with asyncio.timeout(30):
        while len(found) < count:
            record = await subscription.poll(0.2)
            if record:
                found.append(record)
    return found


async def nothing(subscription: KafkaSubscription, polls: int = 5) -> None:
    for _ in range(polls):
        assert await subscription.poll(0.1) is None


def values(records: Sequence[Record]) -> list[int]:
    return sorted(int(record.value) for record in records)


def test_a_key_goes_where_java_clients_and_our_own_rule_put_it(kafka: str, topic: str) -> None:
    async def run() -> list[Record]:
        async with publishing(kafka) as publisher, subscribed(kafka, topic, topic) as subscription:
            await publisher.send([message(topic, n) for n in range(100)])
            return await take(subscription, 100)

    for record in asyncio.run(run()):
        assert record.partition == shard_of(f"key {int(record.value)}", PARTITIONS)


def test_the_tails_are_the_last_records(kafka: str, topic: str) -> None:
    async def run() -> dict[tuple[str, int], Any]:
        async with publishing(kafka) as publisher:
            await publisher.send([message(topic, n, partition=n % 2) for n in range(10)])
        return await KafkaTails(kafka).tails({topic: PARTITIONS})

    assert asyncio.run(run()) == {(topic, 0): [("n", b"8")], (topic, 1): [("n", b"9")]}


def test_a_member_goes_on_after_what_was_committed(kafka: str, topic: str) -> None:
    async def run() -> None:
        async with publishing(kafka) as publisher:
            await publisher.send([message(topic, n, partition=0) for n in range(5)])
        async with subscribed(kafka, topic, topic) as first:
            records = await take(first, 3)
            assert values(records) == [0, 1, 2]
            await first.commit(topic, 0, records[1].offset + 1)
        async with subscribed(kafka, topic, topic) as second:
            assert values(await take(second, 3)) == [2, 3, 4]

    asyncio.run(run())


def test_a_paused_member_reads_nothing_and_keeps_its_place(kafka: str, topic: str) -> None:
    async def run() -> None:
        async with publishing(kafka) as publisher, subscribed(kafka, topic, topic) as subscription:
            await publisher.send([message(topic, n) for n in range(10)])
            first = await take(subscription, 1)
            await subscription.pause()
            await publisher.send([message(topic, n) for n in range(10, 20)])
            await nothing(subscription)
            assert subscription.partitions() == {topic: (0, 1, 2, 3)}
            await subscription.resume()
            assert values(first + await take(subscription, 19)) == list(range(20))

    asyncio.run(run())


def test_two_members_share_the_partitions_also_while_one_is_paused(kafka: str, topic: str) -> None:
    async def run() -> None:
        async with publishing(kafka) as publisher, subscribed(kafka, topic, topic) as first:
            await publisher.send([message(topic, 0)])
            await take(first, 1)
            await first.pause()
            async with subscribed(kafka, topic, topic) as second:
                async with asyncio.timeout(30):
                    while len(first.partitions()[topic]) != 2 or len(second.partitions()[topic]) != 2:
                        assert await first.poll(0.1) is None
                        if record := await second.poll(0.1):  # which the first one has not committed
                            assert record.value == b"0"
                assert set(first.partitions()[topic] + second.partitions()[topic]) == {0, 1, 2, 3}
            async with asyncio.timeout(30):
                while len(first.partitions()[topic]) != 4:  # those that come back are paused, too
                    assert await first.poll(0.1) is None
            await publisher.send([message(topic, n, n % PARTITIONS) for n in range(1, 9)])
            await nothing(first)
            await first.resume()
            assert values(await take(first, 8))[-1] == 8

    asyncio.run(run())


def test_reading_a_topic_that_does_not_exist_is_an_error(kafka: str) -> None:
    async def run() -> None:
        async with subscribed(kafka, "g", f"missing{uuid.uuid4().hex[:8]}") as subscription, asyncio.timeout(30):
            while True:
                await subscription.poll(0.2)

    with pytest.raises(Unavailable):
        asyncio.run(run())


@pytest.fixture
def mock() -> Any:
    """A cluster of one broker that ends with the returned client: then nobody answers any more."""
    return Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1})


def address_of(mock: Producer) -> str:
    [broker] = mock.list_topics(timeout=10).brokers.values()
    return f"{broker.host}:{broker.port}"


def test_what_is_not_acknowledged_is_an_error_and_does_not_go_out_later(mock: Producer) -> None:
    async def run() -> None:
        async with publishing(address_of(mock)) as publisher:
            await publisher.send([message("t", n, 0) for n in range(10)])
            assert read("t", address_of(mock)) == list(range(10))

    asyncio.run(run())

    async def cut() -> None:
        async with publishing("127.0.0.1:1", delivery_seconds=1) as publisher:
            sends = [asyncio.create_task(publisher.send([message("t", 0, 0)]))]
            await asyncio.sleep(0.5)  # so that one fails before the others
            sends += [asyncio.create_task(publisher.send([message("t", n, 0)])) for n in (1, 2)]
            async with asyncio.timeout(10):
                results = await asyncio.gather(*sends, return_exceptions=True)
            assert [type(result) for result in results] == [Unavailable] * 3

    asyncio.run(cut())


def read(topic: str, servers: str) -> list[int]:
    client = Consumer({"bootstrap.servers": servers, "group.id": "t"})
    client.assign([TopicPartition(topic, 0, 0)])
    found: list[int] = []
    while len(found) < 10:
        record = client.poll(10)
        assert record is not None
        found.append(int(record.value()))
    client.close()
    return found


def test_a_cluster_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(Unavailable):
        KafkaAdmin("127.0.0.1:1").partitions()


def test_creating_a_topic_that_exists_is_no_error(kafka: str, topic: str) -> None:
    KafkaAdmin(kafka).create([(topic, PARTITIONS, {})], 1)

    assert KafkaAdmin(kafka).partitions()[topic] == PARTITIONS
