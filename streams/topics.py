"""The table of contents of everything asynchronous: every topic, its partitions and how long it keeps its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from domain.queue import TIERS
from streams.errors import Stopped
from streams.ports import Admin

DAY_MS: Final = 24 * 60 * 60 * 1000
FOR_EVER: Final = -1
# At most so many workers share the work of a tier.
TICKET_PARTITIONS: Final = 16
FEW_PARTITIONS: Final = 4


class Topic(msgspec.Struct, frozen=True):
    name: str
    partitions: int
    retention_ms: int

    def config(self, replication: int) -> dict[str, str]:
        """Never compacted: each record is a fact or a piece of work of its own."""
        durable = {"min.insync.replicas": "2"} if replication >= 3 else {}
        return {"retention.ms": str(self.retention_ms), "cleanup.policy": "delete", **durable}


def history(prefix: str, category: str) -> str:
    """The events of a category: partition = shard, key = stream."""
    return f"{prefix}.{category}"


def tickets(prefix: str, tier: str) -> str:
    """`domain.jobs.Ticket`s: the partition is one that the chosen worker reads."""
    return f"{prefix}.generation.{tier}"


def outcomes(prefix: str) -> str:
    """`domain.jobs.Sealed` reports, key = video."""
    return f"{prefix}.generation.outcomes"


def progress(prefix: str) -> str:
    return f"{prefix}.generation.progress"


def telemetry(prefix: str) -> str:
    return f"{prefix}.telemetry"


def table(prefix: str, shards: Mapping[str, int]) -> list[Topic]:
    """`shards`: how many logs each category has."""
    return [
        *(Topic(history(prefix, category), count, FOR_EVER) for category, count in sorted(shards.items())),
        *(Topic(tickets(prefix, tier), TICKET_PARTITIONS, 7 * DAY_MS) for tier in TIERS),
        Topic(outcomes(prefix), FEW_PARTITIONS, 7 * DAY_MS),
        Topic(progress(prefix), FEW_PARTITIONS, DAY_MS),
        Topic(telemetry(prefix), FEW_PARTITIONS, 30 * DAY_MS),
    ]


def ensure_topics(admin: Admin, prefix: str, shards: Mapping[str, int], replication: int) -> list[str]:
    """Creates what is missing, in one request, and says what. Raises `Stopped` for a topic that is not as it must be:
    with another number of partitions a shard's events would lie in the wrong place, with a retention they would go."""
    wanted = table(prefix, shards)
    found = admin.partitions()
    _refuse_other_partitions(wanted, found)
    missing = [topic for topic in wanted if topic.name not in found]
    admin.create([(topic.name, topic.partitions, topic.config(replication)) for topic in missing], replication)
    _refuse_forgetting(wanted, admin.configs([topic.name for topic in wanted if topic.name in found]))
    return [topic.name for topic in missing]


def _refuse_other_partitions(wanted: Iterable[Topic], found: Mapping[str, int]) -> None:
    for topic in wanted:
        count = found.get(topic.name, topic.partitions)
        if count != topic.partitions:
            raise Stopped(
                f"Topic {topic.name} has {count} partitions and must have {topic.partitions}: "
                "set another RECUT_TOPIC_PREFIX, or delete the topic and let the relay write it again"
            )


def _refuse_forgetting(wanted: Iterable[Topic], configs: Mapping[str, Mapping[str, str]]) -> None:
    for topic in wanted:
        config = configs.get(topic.name, {})
        for name in ("cleanup.policy", "retention.ms"):
            must = topic.config(1)[name]
            if topic.retention_ms == FOR_EVER and config.get(name, must) != must:
                raise Stopped(f"Topic {topic.name} has {name}={config[name]}: set it to {must}, as it keeps history")
