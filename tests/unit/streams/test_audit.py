from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.recorded import Position, Recorded
from streams import audit_walk
from streams.audit import Auditor
from streams.audit_ports import Place
from streams.audit_report import Difference, Report
from streams.records import to_headers

AT = datetime(2026, 1, 1, tzinfo=UTC)
Log = tuple[str, int]
VIDEO: Log = ("video", 0)
PLACE = ("recut.video", 0)


def event(position: int, *, epoch: str = "e1", shard: int = 0, **changes: Any) -> Recorded:
    fields = {
        "event_id": str(UUID(int=shard << 32 | position)),
        "stream": f"video_{position % 3}",
        "type": "video.created.v1",
        "data": b'{"n":%d}' % position,
        **changes,
    }
    return Recorded(
        epoch=epoch,
        category="video",
        shard=shard,
        position=position,
        version=position,
        occurred_at=AT,
        recorded_at=AT,
        actor="acct_1",
        causation="c",
        correlation="c",
        traceparent="",
        **fields,
    )


class Stored(msgspec.Struct):
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class World:
    """An installation at rest with logs video/0 and video/1, in memory; the tests damage it."""

    def __init__(self, *counts: int) -> None:
        self.events = {
            ("video", shard): [event(n, shard=shard) for n in range(1, count + 1)] for shard, count in enumerate(counts)
        }
        self.ends = {log: len(events) for log, events in self.events.items()}
        self.relayed = dict(self.ends)
        self.starts = [("e1", Position(*log, 1)) for log in self.events]
        begun = {log: ("e1", end) for log, end in self.ends.items() if end}
        self.stands: dict[str, dict[Log, tuple[str, int]]] = {"videos_v1": begun, "reactor_v1": {}}
        self.topics: dict[Place, list[Stored]] = {(f"recut.{log[0]}", log[1]): [] for log in self.events}
        self.reads: list[tuple[int, int]] = []
        for events in self.events.values():
            self.send(*events)

    def send(self, *events: Recorded) -> None:
        for each in events:
            self.put((f"recut.{each.category}", each.shard), each.stream.encode(), each.data, to_headers(each))

    def put(self, place: Place, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:
        self.topics[place].append(Stored(len(self.topics[place]), key, value, headers))

    def append(self, *events: Recorded) -> None:
        """As a command does: the relay has not seen them."""
        for each in events:
            self.events[each.category, each.shard].append(each)
            self.ends[each.category, each.shard] += 1

    async def checkpoints(self, schema: str) -> dict[Log, tuple[str, int]]:
        return self.stands[schema]

    async def cursors(self) -> dict[Log, int]:
        return self.relayed

    async def heads(self) -> list[Position]:
        return [Position(*log, end) for log, end in self.ends.items()]

    async def epochs(self) -> list[tuple[str, Position]]:
        return self.starts

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        self.reads.append((after, limit))
        return [each for each in self.events[category, shard] if each.position > after][:limit]

    def audit(self) -> Report:
        consumers = {"videos_v1": ("video",), "reactor_v1": ("video",)}
        return asyncio.run(Auditor(self, Kafka(self), "recut", consumers).run())

    def difference(self) -> Difference:
        report = self.audit()
        assert not report.equal
        [found] = report.differences
        return found


class Kafka:
    def __init__(self, world: World) -> None:
        self._topics = world.topics

    async def bounds(self, topics: Collection[str]) -> dict[Place, tuple[int, int]]:
        held = {place: stored for place, stored in self._topics.items() if place[0] in topics}
        return {place: (stored[0].offset if stored else 0, len(stored)) for place, stored in held.items()}

    async def read(self, place: Place, begin: int, end: int) -> AsyncGenerator[Sequence[Stored], None]:
        stored = self._topics[place][begin:end]
        for start in range(0, len(stored), 7):
            yield stored[start : start + 7]


@pytest.fixture
def world() -> World:
    return World(20, 3)


def test_an_installation_at_rest_is_equal(world: World) -> None:
    found = world.audit()

    assert found.equal
    assert found.differences == []
    for log, count in zip(found.logs, (20, 3), strict=True):
        assert log.event_store == log.kafka
        assert (log.kafka.events, log.kafka.position, log.lag) == (count, count, 0)
    assert found.logs[0].kafka.hash != found.logs[1].kafka.hash


def test_an_installation_without_events_is_equal() -> None:
    assert World(0, 0).audit().equal


def test_what_is_behind_is_told_and_no_difference(world: World) -> None:
    world.append(event(21), event(22))
    world.stands["videos_v1"][VIDEO] = ("e1", 15)
    found = world.audit()

    assert found.equal
    assert found.logs[0].lag == 2
    assert (found.logs[0].event_store.events, found.logs[0].kafka.events) == (22, 20)
    assert {(each.consumer, each.log): each.lag for each in found.checkpoints} == {
        ("videos_v1", "video/0"): 7,
        ("videos_v1", "video/1"): 0,
        ("reactor_v1", "video/0"): 22,  # it has never run
        ("reactor_v1", "video/1"): 3,
    }


def test_what_the_relay_has_sent_but_not_noted_is_compared_too(world: World) -> None:
    world.append(event(21), event(22))
    world.send(event(21), event(22, data=b"{}"))

    assert world.difference().position == 22


def test_repeats_count_once(world: World) -> None:
    expected = world.audit().logs[0].kafka
    world.send(*(event(n) for n in range(5, 21)))
    world.send(event(20))
    found = world.audit()

    assert found.equal
    assert found.logs[0].repeats == 17
    assert found.logs[0].kafka == expected


def test_a_repeat_must_be_the_same_event(world: World) -> None:
    world.send(event(5, data=b"{}"))
    assert (world.difference().position, "another data" in world.difference().what) == (5, True)


def test_a_hole_in_the_event_store(world: World) -> None:
    del world.events[VIDEO][9]
    found = world.difference()

    assert (found.log, found.position) == ("video/0", 10)
    assert "hole" in found.what
    assert "recut restore" in found.advice


def test_a_hole_at_the_end_of_the_event_store_that_nobody_has_relayed(world: World) -> None:
    world.append(event(21), event(22))
    del world.events[VIDEO][-1]

    assert (world.difference().position, world.difference().where) == (22, "The event store")


def test_a_hole_is_told_beside_an_earlier_difference_in_kafka(world: World) -> None:
    del world.events[VIDEO][9]
    del world.topics[PLACE][2]

    assert [(each.position, each.where) for each in world.audit().differences] == [
        (3, "Kafka"),
        (10, "The event store"),
    ]


@pytest.mark.parametrize("missing", [1, 7, 20])
def test_a_record_that_kafka_lacks(world: World, missing: int) -> None:
    del world.topics[PLACE][missing - 1]
    found = world.difference()

    assert (found.log, found.position, found.where) == ("video/0", missing, "Kafka")


def test_a_topic_that_is_gone(world: World) -> None:
    del world.topics[PLACE]
    found = world.difference()

    assert found.position == 1
    assert "restart the relay" in found.advice


@pytest.mark.parametrize(
    "changes", [{"data": b"{}"}, {"type": "video.deleted.v1"}, {"stream": "video_9"}, {"event_id": str(UUID(int=9))}]
)
def test_an_altered_record(world: World, changes: dict[str, Any]) -> None:
    altered = event(7, **changes)
    equal = world.audit().logs[0]
    world.topics[PLACE][6] = Stored(6, altered.stream.encode(), altered.data, to_headers(altered))
    found, log = world.difference(), world.audit().logs[0]

    assert (found.log, found.position) == ("video/0", 7)
    assert (log.kafka.position, log.event_store.hash) == (7, equal.event_store.hash)
    if "event_id" in changes:
        assert "recut restore" in found.advice
    else:
        assert f"another {next(iter(changes))}" in found.what
        assert "delete the topic recut.video" in found.advice


def test_the_hash_is_over_every_event_and_its_order() -> None:
    def digest(*events: Recorded) -> str:
        chain = audit_walk.Chain()
        for each in events:
            chain.add(each)
        return chain.side.hash

    hashes = {
        digest(event(1), event(2)),
        digest(event(2), event(1)),
        digest(event(2)),
        *(
            digest(event(1, **changes), event(2))
            for changes in ({"data": b"{}"}, {"type": "t"}, {"stream": "s"}, {"event_id": str(UUID(int=9))})
        ),
    }
    assert len(hashes) == 7


def test_a_record_under_another_key(world: World) -> None:
    world.topics[PLACE][6].key = b"video_9"
    assert "another key" in world.difference().what


Damage = Callable[[World], None]


@pytest.mark.parametrize(
    "damage",
    [
        lambda world: world.put(PLACE, b"k", b"hello", []),
        lambda world: world.put(PLACE, b"k", None, to_headers(event(20))),
        lambda world: world.send(event(20, epoch="another installation")),
    ],
)
def test_a_record_of_somebody_else(world: World, damage: Damage) -> None:
    damage(world)
    found = world.difference()

    assert (found.position, found.where) == (21, "Kafka")
    assert "offset 20" in found.what


def test_kafka_ahead_of_the_log(world: World) -> None:
    world.send(event(21))
    found = world.difference()

    assert found.position == 21
    assert "ahead" in found.what
    assert "recut restore" in found.advice


def test_records_in_a_partition_without_a_log(world: World) -> None:
    world.topics["recut.video", 2] = []
    assert world.audit().equal
    world.send(event(1, shard=2))
    assert world.difference().log == "recut.video/2"


def test_a_relay_ahead_of_the_log(world: World) -> None:
    world.relayed[VIDEO] = 21
    assert (world.difference().position, world.difference().where) == (21, "The relay")


def test_the_future_that_a_restore_has_lost_is_passed_over(world: World) -> None:
    """The topic holds 16..20 of before and of after."""
    del world.events[VIDEO][15:]
    world.starts.append(("e2", Position(*VIDEO, 16)))
    after = [event(n, epoch="e2", event_id=str(UUID(int=n << 64))) for n in range(16, 19)]
    world.events[VIDEO] += after
    world.ends[VIDEO] = world.relayed[VIDEO] = 18
    world.stands["videos_v1"][VIDEO] = ("e2", 18)
    world.send(*after)
    found = world.audit()

    assert found.equal
    assert (found.logs[0].passed_over, found.logs[0].kafka.events) == (5, 18)


@pytest.mark.parametrize(
    ("stand", "position"), [(("e1", 21), 21), (("e0", 20), 20), (("e1", 0), 0)], ids=["ahead", "epoch", "nowhere"]
)
@pytest.mark.parametrize("consumer", ["videos_v1", "reactor_v1"])
def test_a_checkpoint_that_the_log_does_not_know(
    world: World, consumer: str, stand: tuple[str, int], position: int
) -> None:
    world.stands[consumer][VIDEO] = stand
    found = world.difference()

    assert (found.log, found.position, found.where) == ("video/0", position, consumer)
    assert f"drop the schema {consumer}" in found.advice


def test_a_checkpoint_of_a_log_that_does_not_exist(world: World) -> None:
    world.stands["videos_v1"]["video", 7] = ("e1", 1)
    assert world.difference().log == "video/7"


def test_a_log_without_an_epoch(world: World) -> None:
    world.starts = [start for start in world.starts if start[1].shard]
    world.stands["videos_v1"].pop(VIDEO)
    assert "no epoch" in world.difference().what


def test_the_first_difference_of_each_log_is_one_line(world: World) -> None:
    del world.topics[PLACE][3:5]
    world.send(event(4, shard=1), event(5, shard=1))
    found = world.audit()

    assert [(each.log, each.position) for each in found.differences] == [("video/0", 4), ("video/1", 4)]
    lines = [line for line in found.lines if line.startswith("DIFFERENT")]
    assert [line.split(":")[0] for line in lines] == [
        "DIFFERENT    video/0 position 4",
        "DIFFERENT    video/1 position 4",
    ]
    assert found.lines[-1] == "2 differences"


def test_a_log_is_read_once_and_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_walk, "BATCH", 10)
    world = World(45)
    assert world.audit().equal
    assert world.reads == [(after, 10) for after in range(0, 45, 10)]


def test_whoever_writes_meanwhile_is_not_taken_for_damage(world: World) -> None:
    """Between any two looks an event is appended, relayed and projected."""

    async def write_before(look: Callable[[], Any]) -> Any:
        each = event(world.ends[VIDEO] + 1)
        world.append(each)
        world.send(each)
        world.relayed = {**world.relayed, VIDEO: each.position}
        world.stands["videos_v1"] = {**world.stands["videos_v1"], VIDEO: ("e1", each.position)}
        return await look()

    class Busy(World):
        def __init__(self) -> None: ...
        def __getattr__(self, name: str) -> Any:
            return getattr(world, name)

        async def checkpoints(self, schema: str) -> Any:
            return await write_before(lambda: world.checkpoints(schema))

        async def cursors(self) -> Any:
            return await write_before(world.cursors)

        async def heads(self) -> Any:
            return await write_before(world.heads)

        async def epochs(self) -> Any:
            return await write_before(world.epochs)

        async def read(self, *arguments: Any) -> Any:
            return await write_before(lambda: world.read(*arguments))

    class BusyKafka(Kafka):
        async def bounds(self, topics: Collection[str]) -> Any:
            return await write_before(lambda: Kafka.bounds(self, topics))

    found = asyncio.run(Auditor(Busy(), BusyKafka(world), "recut", {"videos_v1": ("video",)}).run())
    assert found.differences == []
