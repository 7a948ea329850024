"""Topics of one test, written to as the relay does."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from confluent_kafka import KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from domain.recorded import Recorded
from projections.registry import MODELS
from streams.records import to_headers
from tests.runtime import eventually

CATEGORIES = sorted({category for model in MODELS for category in model.categories})


class Topics:
    """Writes to them as the relay does, repeats included, and as nobody should."""

    def __init__(self, bootstrap: str, prefix: str, shards: int) -> None:
        self.bootstrap = bootstrap
        self.prefix = prefix
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "compression.type": "lz4", "linger.ms": 5, "enable.idempotence": True}
        )
        topics = [NewTopic(f"{prefix}.{category}", shards, 1) for category in CATEGORIES]
        admin = AdminClient({"bootstrap.servers": bootstrap})
        for created in admin.create_topics(topics).values():
            created.result()
        for topic in topics:
            # The producer refuses partitions of which it has not heard yet.
            eventually(lambda name=topic.topic: len(self._producer.list_topics(name).topics[name].partitions) == shards)

    def write(self, records: Sequence[Recorded]) -> None:
        refused: list[KafkaError] = []
        for each in records:
            self._producer.produce(
                f"{self.prefix}.{each.category}", each.data, each.stream, each.shard, headers=to_headers(each),
                on_delivery=lambda error, _: refused.append(error) if error else None,
            )  # fmt: skip
        self._producer.flush()
        assert refused == []

    def write_noise(self, log: tuple[str, int]) -> None:
        self._producer.produce(f"{self.prefix}.{log[0]}", b"hello", partition=log[1])
        self._producer.flush()


def as_relayed(records: Sequence[Recorded], dice: random.Random) -> Iterator[list[Recorded]]:
    """In order, in pieces, each piece sometimes starting with what was written before; a few events get lost."""
    start = 0
    while start < len(records):
        end = start + dice.randint(1, 120)
        piece = records[max(0, start - dice.choice((0, 40))) : end]
        yield [each for each in piece if dice.random() > 0.01 or each.position == 1]
        start = end
