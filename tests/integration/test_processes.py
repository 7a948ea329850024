"""The processes of `recut`, each by itself over real servers."""

from __future__ import annotations

import signal
import subprocess
import sys
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from recut import wiring
from recut.settings import Settings, child_environ
from tests.runtime import eventually


def members(kafka: str, group: str) -> int | None:
    """None while the cluster has no coordinator for the group yet: whoever has asked before waits for long."""
    client = AdminClient({"bootstrap.servers": kafka})
    try:
        return len(client.describe_consumer_groups([group])[group].result(2).members)
    except (TimeoutError, KafkaException):
        return None


def test_streams_that_are_told_to_stop_leave_the_reports_to_the_next_one(
    fresh_database: str, kafka: str, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path,
        public_url="http://127.0.0.1",
        database_url=fresh_database,
        kafka=kafka,
        objects=(tmp_path / "objects").as_uri(),
        topic_prefix=f"t{uuid.uuid4().hex[:8]}",
        shards=1,
    )
    wiring.prepare(settings)
    with subprocess.Popen([sys.executable, "-m", "recut", "streams"], env=child_environ(settings)) as process:
        try:
            group = f"{settings.topic_prefix}.outcomes"
            eventually(lambda: members(kafka, group) == 1, within=60)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
            assert members(kafka, group) == 0
        finally:
            process.kill()
