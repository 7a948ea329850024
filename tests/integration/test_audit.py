"""`recut audit` over a real PostgreSQL and a real Kafka that somebody has tampered with."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from confluent_kafka import Producer

from domain.engagement import Liked
from domain.ids import like_stream
from domain.recorded import Append, Change, Origin, Recorded
from infra.clock import utc_now
from infra.kafka import KafkaAdmin
from infra.kafka_reader import KafkaReader, StoredRecord
from infra.relay_log import RelayLog
from projections import install
from projections.db import connect
from projections.registry import FEED, VIDEOS
from recut.cli import main
from streams.records import to_headers
from streams.topics import ensure_topics
from tests.integration import relaying

LIKES = 1_100  # in two logs: more than one batch of each


class Installation:
    """A relayed history. `audit` is the command, as an operator gives it."""

    def __init__(self, database: str, kafka: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.database, self.kafka, self._capsys = database, kafka, capsys
        self.prefix = f"t{uuid.uuid4().hex[:8]}"

    async def fill(self) -> None:
        async with relaying.open_store(self.database) as store:
            heads = await store.heads()
            shards = {head.category: sum(other.category == head.category for other in heads) for head in heads}
            await asyncio.gather(*(store.append(like(number)) for number in range(LIKES)))
        ensure_topics(KafkaAdmin(self.kafka), self.prefix, shards, replication=1)
        await self.relay()

    async def relay(self) -> None:
        """Until everything is published."""
        task = asyncio.create_task(relaying.relay(self.database, self.kafka, self.prefix))
        async with RelayLog(self.database) as cursors, asyncio.timeout(30):
            while await cursors.backlog():
                assert not task.done()
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait([task])

    def event(self, position: int) -> Recorded:
        async def read() -> Recorded:
            async with relaying.open_store(self.database) as store:
                return (await store.read("engagement", 0, position - 1, 1))[0]

        return asyncio.run(read())

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            assert connection.execute(statement.encode()).rowcount > 0

    def produce(self, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        producer = Producer({"bootstrap.servers": self.kafka})
        producer.produce(f"{self.prefix}.engagement", value, "key", 0, headers=headers)
        assert producer.flush(10) == 0

    def audit(self) -> tuple[int, dict[str, Any]]:
        code = main(["audit", "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def lines(self) -> tuple[int, list[str]]:
        code = main(["audit"])
        return code, self._capsys.readouterr().out.splitlines()


def like(number: int) -> Append:
    video, account = f"video_{number}", f"acct_{number % 7}"
    event = Liked(video_id=video, account_id=account, owner_id="acct_0", served=True, account_opened_at=utc_now())
    origin = Origin(
        account=account, key=str(number), request_hash=b"", occurred_at=utc_now(), causation="c", correlation="c"
    )
    return Append(origin, (Change(like_stream(video, account), 0, (event,)),), (), b"{}")


@pytest.fixture
def installation(
    fresh_database: str, kafka: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Installation:
    made = Installation(fresh_database, kafka, capsys)
    with connect(fresh_database) as conn:
        install.install(conn)
    asyncio.run(made.fill())
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", kafka)
    monkeypatch.setenv("RECUT_TOPIC_PREFIX", made.prefix)
    return made


def test_a_healthy_installation_is_equal_repeats_and_backlog_included(installation: Installation) -> None:
    code, found = installation.audit()
    assert (code, found["differences"]) == (0, [])
    assert sum(log["kafka"]["events"] for log in found["logs"]) == LIKES
    assert all(log["kafka"] == log["event_store"] and log["lag"] == 0 for log in found["logs"])
    # The read models have not begun.
    assert sum(each["lag"] for each in found["checkpoints"] if each["consumer"] == FEED.schema) == LIKES

    installation.execute("update relay.cursors set position = position - 100")
    asyncio.run(installation.relay())
    asyncio.run(append_again(installation))
    code, found = installation.audit()
    assert (code, sum(log["repeats"] for log in found["logs"]), sum(log["lag"] for log in found["logs"])) == (0, 200, 5)


async def append_again(installation: Installation) -> None:
    """Five more, which no relay publishes."""
    async with relaying.open_store(installation.database) as store:
        await asyncio.gather(*(store.append(like(LIKES + number)) for number in range(5)))


Tamper = Callable[[Installation], None]


@pytest.mark.parametrize(
    ("tamper", "position", "what"),
    [
        (
            lambda made: made.execute(
                "delete from log.events where category = 'engagement' and shard = 0 and position = 520"
            ),
            520,
            "hole",
        ),
        (
            lambda made: made.execute(
                "update log.events set data = '{}' where category = 'engagement' and shard = 0 and position = 3"
            ),
            3,
            "another data",
        ),
        (lambda made: made.produce(b"hello", []), None, "no event of Recut"),
        (lambda made: made.produce(made.event(7).data, to_headers(made.event(7))), 7, "another key"),
        (
            lambda made: made.execute(
                f"insert into {VIDEOS.schema}.checkpoints select category, shard, epoch::text, 9999, now() "
                "from log.epochs where category = 'engagement' and shard = 0"
            ),
            None,
            "stands at 9999",
        ),
    ],
    ids=["deleted row", "altered row", "foreign record", "wrong key", "checkpoint ahead"],
)
def test_what_was_tampered_with_is_one_line_and_code_4(
    installation: Installation, tamper: Tamper, position: int | None, what: str
) -> None:
    head = next(log["head"] for log in installation.audit()[1]["logs"] if log["log"] == "engagement/0")
    tamper(installation)
    code, lines = installation.lines()
    [line] = [line for line in lines if line.startswith("DIFFERENT")]

    assert code == 4
    assert f"engagement/0 position {position or head + 1}: " in line
    assert what in line
    assert installation.audit()[0] == 4


def test_a_kafka_that_nobody_answers_for_is_code_2(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")
    assert main(["audit"]) == 2
    assert "recut: Kafka" in capsys.readouterr().err


def test_a_database_without_an_event_store_is_code_2(
    postgres_url: str, kafka: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECUT_DATABASE_URL", postgres_url)
    monkeypatch.setenv("RECUT_KAFKA", kafka)
    assert main(["audit"]) == 2
    assert "recut migrate" in capsys.readouterr().err


def test_the_reader_gives_every_record_once_and_ends(installation: Installation) -> None:
    async def read() -> tuple[int, list[StoredRecord]]:
        reader = KafkaReader(installation.kafka)
        place = (f"{installation.prefix}.engagement", 1)
        bounds = await reader.bounds([place[0], "no-such-topic"])
        assert set(bounds) == {(place[0], 0), place}
        found = [record async for batch in reader.read(place, *bounds[place]) for record in batch]
        assert [record async for batch in reader.read(place, 5, 9) for record in batch] == found[5:9]
        return bounds[place][1], found

    end, found = asyncio.run(read())
    assert [record.offset for record in found] == list(range(end))
    assert end > 500
