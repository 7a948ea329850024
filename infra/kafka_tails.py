"""The ends of topics: which record is the last one, and what lies before it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Final

from confluent_kafka import Consumer, TopicPartition

from infra.kafka import ANSWER_SECONDS, POLL_SECONDS, Headers, logger, unreachable, watermarks
from infra.kafka_reader import KafkaReader

# Records that are looked at in one go on the way back: few at first, as the first ones mostly suffice.
FEWEST: Final = 256
MOST: Final = 16_384


class KafkaTails:
    def __init__(self, servers: str) -> None:
        self._servers = servers

    async def tails(self, partitions: Mapping[str, int]) -> dict[tuple[str, int], Headers]:
        """The headers of the last record of each (topic, partition) that has one."""
        return await asyncio.to_thread(self._read, partitions)

    async def backwards(self, topic: str, partition: int) -> AsyncGenerator[list[Headers], None]:
        """The headers of all records of a partition, in blocks, from the last one to the first."""
        reader = KafkaReader(self._servers)
        low, end = (await reader.bounds([topic])).get((topic, partition), (0, 0))
        size = FEWEST
        while end > low:
            begin = max(low, end - size)
            block = [record.headers async for batch in reader.read((topic, partition), begin, end) for record in batch]
            yield block[::-1]
            end, size = begin, min(size * 4, MOST)

    def _read(self, partitions: Mapping[str, int]) -> dict[tuple[str, int], Headers]:
        client = Consumer({"bootstrap.servers": self._servers, "group.id": "recut-tails"}, logger=logger)
        try:
            last = [place for topic, count in partitions.items() for place in _last_records(client, topic, count)]
            client.assign(last)
            return _collect(client, {(place.topic, place.partition) for place in last})
        finally:
            client.close()


def _last_records(client: Consumer, topic: str, count: int) -> list[TopicPartition]:
    places = []
    for partition in range(count):
        low, high = watermarks(client, TopicPartition(topic, partition))
        if high > low:
            places.append(TopicPartition(topic, partition, high - 1))
    return places


def _collect(client: Consumer, missing: set[tuple[str, int]]) -> dict[tuple[str, int], Headers]:
    found: dict[tuple[str, int], Headers] = {}
    deadline = time.monotonic() + ANSWER_SECONDS
    while missing:
        message = client.poll(POLL_SECONDS)
        if message is not None and message.error() is None:
            place = (message.topic(), message.partition())
            found.setdefault(place, message.headers() or [])
            missing.discard(place)
        if time.monotonic() > deadline:
            raise unreachable("the last records cannot be read")
    return found
