from __future__ import annotations

from collections.abc import Sequence

import pytest

from streams.errors import Stopped
from streams.topics import ensure_topics, table

SHARDS = {"video": 16, "platform": 1}


class Cluster:
    """Remembers topics as a cluster does."""

    def __init__(self) -> None:
        self.topics: dict[str, tuple[int, dict[str, str]]] = {}

    def partitions(self) -> dict[str, int]:
        return {name: count for name, (count, _) in self.topics.items()}

    def configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        return {name: self.topics[name][1] for name in names}

    def create(self, topics: Sequence[tuple[str, int, dict[str, str]]], replication: int) -> None:
        del replication
        self.topics |= {name: (count, config) for name, count, config in topics}


def test_every_topic_is_created_once() -> None:
    cluster = Cluster()

    created = ensure_topics(cluster, "recut", SHARDS, replication=1)

    assert created == [topic.name for topic in table("recut", SHARDS)]
    assert ensure_topics(cluster, "recut", SHARDS, replication=1) == []


def test_a_category_has_a_partition_for_each_shard_and_is_kept_for_ever() -> None:
    cluster = Cluster()
    ensure_topics(cluster, "mine", SHARDS, replication=1)

    assert cluster.topics["mine.video"] == (16, {"retention.ms": "-1", "cleanup.policy": "delete"})
    assert cluster.topics["mine.platform"][0] == 1


def test_only_work_is_forgotten() -> None:
    days = {topic.name: topic.retention_ms // 86_400_000 for topic in table("recut", SHARDS) if topic.retention_ms > 0}

    assert days == {
        "recut.generation.paid": 7,
        "recut.generation.free": 7,
        "recut.generation.outcomes": 7,
        "recut.generation.progress": 1,
        "recut.telemetry": 30,
    }


def test_with_three_replicas_two_must_have_a_record() -> None:
    cluster = Cluster()
    ensure_topics(cluster, "recut", SHARDS, replication=3)

    assert {config["min.insync.replicas"] for _, config in cluster.topics.values()} == {"2"}


def test_another_number_of_partitions_is_refused_before_anything_is_created() -> None:
    cluster = Cluster()
    cluster.topics["recut.video"] = (8, {})

    with pytest.raises(Stopped, match=r"recut\.video has 8 partitions and must have 16"):
        ensure_topics(cluster, "recut", SHARDS, replication=1)
    assert list(cluster.topics) == ["recut.video"]


@pytest.mark.parametrize(
    "config",
    [{"retention.ms": "604800000", "cleanup.policy": "delete"}, {"retention.ms": "-1", "cleanup.policy": "compact"}],
)
def test_a_topic_that_would_forget_history_is_refused(config: dict[str, str]) -> None:
    cluster = Cluster()
    ensure_topics(cluster, "recut", SHARDS, replication=1)
    cluster.topics["recut.video"] = (16, config)

    with pytest.raises(Stopped, match="keeps history"):
        ensure_topics(cluster, "recut", SHARDS, replication=1)
