"""Reads the public history from Kafka as any consumer would, and prints it: position, type, stream, headers, data.

python scripts/history.py [--category video] [--headers] against the running instance. Ends by saying, per log, that the
positions follow each other without a hole, and how many records were repeats.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from confluent_kafka import Consumer, Message, TopicPartition

sys.path.insert(0, str(Path(__file__).parent.parent))

from recut.local.status import attach
from recut.settings import load


def main() -> int:
    parser = argparse.ArgumentParser(description="Print the public history from Kafka.")
    parser.add_argument("--category", default="video", choices=("account", "engagement", "platform", "video"))
    parser.add_argument("--headers", action="store_true", help="all headers of each record")
    arguments = parser.parse_args()
    settings = attach(load())
    return show(settings.kafka, f"{settings.topic_prefix}.{arguments.category}", arguments.headers)


def show(servers: str, topic: str, headers: bool) -> int:
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "history", "enable.auto.commit": False})
    count = len(consumer.list_topics(topic, timeout=10).topics[topic].partitions)
    ends = {n: consumer.get_watermark_offsets(TopicPartition(topic, n), timeout=10)[1] for n in range(count)}
    consumer.assign([TopicPartition(topic, n, 0) for n, end in ends.items() if end])
    seen: dict[int, list[int]] = {n: [] for n in ends}
    while sum(map(len, seen.values())) < sum(ends.values()):
        for message in consumer.consume(500, 1.0):
            seen[message.partition()].append(describe(message, headers))
    consumer.close()
    return judge(topic, seen)


def describe(message: Message, headers: bool) -> int:
    """Prints the record, and returns its position."""
    found = {name: value.decode() for name, value in message.headers()}
    print(f"{message.partition():3}/{found['ce_position']:<5} {found['ce_type']:36} {message.key().decode()}")
    if headers:
        print("".join(f"          {name}: {value}\n" for name, value in found.items()), end="")
    print(f"          {message.value().decode()[:300]}")
    return int(found["ce_position"])


def judge(topic: str, seen: dict[int, list[int]]) -> int:
    broken = [n for n, positions in seen.items() if sorted(set(positions)) != list(range(1, len(set(positions)) + 1))]
    total, distinct = sum(map(len, seen.values())), sum(len(set(positions)) for positions in seen.values())
    print(f"{topic}: {total} records, {total - distinct} repeats, {len(seen)} partitions, holes in {broken or 'none'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
