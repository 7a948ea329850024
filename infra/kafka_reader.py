"""Topics read from their beginning, apart from any consumer group and without leaving a trace in the cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Generator, Mapping
from typing import Final

import msgspec
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from infra.kafka import ANSWER_SECONDS, POLL_SECONDS, Headers, KafkaAdmin, logger, unreachable, watermarks

BATCH: Final = 500
PREFETCH_KBYTES: Final = 8 * 1024  # what the client holds beyond the batch
# For who reads all of a topic as fast as it goes.
BULK: Final = 2_000
BULK_PREFETCH_KBYTES: Final = 64 * 1024
Place = tuple[str, int]  # topic, partition


class StoredRecord(msgspec.Struct, frozen=True):
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class KafkaReader:
    """Raises `Unavailable` when the cluster does not answer."""

    def __init__(self, servers: str) -> None:
        self._servers = servers

    async def bounds(self, topics: Collection[str]) -> dict[Place, tuple[int, int]]:
        """The first offset of every partition of those topics that exist, and the one behind the last."""
        return await asyncio.to_thread(self.edges, topics)

    async def read(self, place: Place, begin: int, end: int) -> AsyncGenerator[list[StoredRecord], None]:
        """All records from `begin` up to, not including, `end`, in batches."""
        client = await asyncio.to_thread(self._client)
        try:
            client.assign([TopicPartition(*place, begin)])
            following = begin
            while following < end:
                batch, following = await asyncio.to_thread(_take, client, end)
                yield batch
        finally:
            await asyncio.to_thread(client.close)

    def follow(self, places: Mapping[Place, tuple[int, int]]) -> Generator[list[KafkaMessage], None, None]:
        """All records of these partitions, from the first offset of each up to, not including, the second. As they
        come: in order within a partition. Blocks."""
        left = {place: end for place, (begin, end) in places.items() if begin < end}
        client = self._client(BULK_PREFETCH_KBYTES)
        try:
            client.assign([TopicPartition(*place, places[place][0]) for place in left])
            while left:
                yield _take_some(client, left)
        finally:
            client.close()

    def edges(self, topics: Collection[str]) -> dict[Place, tuple[int, int]]:
        """As `bounds`. Blocks."""
        found = KafkaAdmin(self._servers).partitions()
        places = [(topic, partition) for topic in topics for partition in range(found.get(topic, 0))]
        client = self._client()
        try:
            return {place: watermarks(client, TopicPartition(*place)) for place in places}
        finally:
            client.close()

    def _client(self, prefetch_kbytes: int = PREFETCH_KBYTES) -> Consumer:
        config = {
            "bootstrap.servers": self._servers,
            "group.id": "recut-reader",  # the client wants one; it joins and commits nothing
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_uncommitted",
            "auto.offset.reset": "error",
            "queued.max.messages.kbytes": prefetch_kbytes,
            "fetch.wait.max.ms": 50,
        }
        return Consumer(config, logger=logger)


def _take(client: Consumer, end: int) -> tuple[list[StoredRecord], int]:
    """The next records before `end`, and the offset that follows; waits until there is one. The end of the partition
    counts as `end`: not every offset need hold a record."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not (messages := client.consume(BATCH, POLL_SECONDS)):
        if time.monotonic() > deadline:
            raise unreachable("its records cannot be read")
    records: list[StoredRecord] = []
    for message in messages:
        if _ends(message) or message.offset() >= end:
            return records, end
        records.append(StoredRecord(message.offset(), message.key(), message.value(), message.headers() or []))
    return records, records[-1].offset + 1


def _take_some(client: Consumer, left: dict[Place, int]) -> list[KafkaMessage]:
    """The next records before the ends that are `left`. Takes out what has come to its end."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not (messages := client.consume(BULK, POLL_SECONDS)):
        if time.monotonic() > deadline:
            raise unreachable("its records cannot be read")
    taken = []
    for message in messages:
        place = (message.topic(), message.partition())
        end = left.get(place, 0)
        if _ends(message) or message.offset() + 1 >= end:
            _leave(client, left, place)
        if message.error() is None and message.offset() < end:
            taken.append(message)
    return taken


def _leave(client: Consumer, left: dict[Place, int], place: Place) -> None:
    if left.pop(place, None) is not None:
        client.incremental_unassign([TopicPartition(*place)])


def _ends(message: KafkaMessage) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:
        return True
    raise unreachable(str(error))
