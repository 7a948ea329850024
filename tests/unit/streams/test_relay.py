from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from domain.errors import Unavailable
from domain.recorded import Position, Recorded
from projections.checkpoint import Epochs
from streams.errors import HistoryDiffers
from streams.ports import Headers, Message
from streams.records import from_record, to_headers
from streams.relay import Relay

AT = datetime(2026, 1, 1, tzinfo=UTC)


def event(shard: int, position: int, history: int = 0) -> Recorded:
    return Recorded(
        epoch="e",
        category="video",
        shard=shard,
        position=position,
        event_id=str(UUID(int=history << 64 | shard << 32 | position)),
        stream=f"video_{position % 3}",
        version=position,
        type="video.created.v1",
        occurred_at=AT,
        recorded_at=AT,
        actor="acct_1",
        causation="c",
        correlation="c",
        traceparent="",
        data=b"{}",
    )


class MemoryLog:
    def __init__(self, *counts: int) -> None:
        self.starts = [("e", 1)]
        self.events = {shard: [event(shard, n) for n in range(1, count + 1)] for shard, count in enumerate(counts)}

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        return [each for each in self.events[shard] if each.position > after][:limit]

    async def heads(self) -> list[Position]:
        return [Position("video", shard, len(events)) for shard, events in self.events.items()]

    async def epochs(self) -> list[tuple[str, Position]]:
        return [(epoch, Position("video", shard, first)) for epoch, first in self.starts for shard in self.events]

    def restore(self, shard: int, position: int, epoch: str) -> None:
        """Back to an earlier moment; the new epoch owns what comes after it."""
        del self.events[shard][position:]
        self.starts.append((epoch, position + 1))

    def grow(self, shard: int, to: int, epoch: str) -> None:
        history = [name for name, _ in self.starts].index(epoch)
        begin = len(self.events[shard]) + 1
        self.events[shard] += [
            msgspec.structs.replace(event(shard, n, history), epoch=epoch) for n in range(begin, to + 1)
        ]


class MemoryCursors:
    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self.positions: dict[tuple[str, int], int] = {}

    async def lead(self) -> None:
        """There is no other."""

    async def wait(self, seconds: float) -> None:
        """Nothing comes: the tests call `round` themselves."""

    async def backlog(self) -> list[Position]:
        known = [(head, self.positions.get((head.category, head.shard), 0)) for head in await self._log.heads()]
        return [Position(head.category, head.shard, cursor) for head, cursor in known if head.position > cursor]

    async def all(self) -> dict[tuple[str, int], int]:
        return dict(self.positions)

    async def store(self, published: Sequence[Recorded]) -> None:
        self.positions |= {(each.category, each.shard): each.position for each in published}

    async def reset(self, category: str, shard: int) -> None:
        del self.positions[category, shard]


class MemoryKafka:
    """Topics in memory. `fail` says how many messages of a send get through; None is all."""

    def __init__(self) -> None:
        self.topics: dict[tuple[str, int], list[Message]] = {}
        self.fail: list[int | None] = []
        self.looked_back = 0

    async def send(self, messages: Sequence[Message]) -> None:
        through = self.fail.pop(0) if self.fail else None
        for message in messages[:through]:
            assert message.partition is not None
            self.topics.setdefault((message.topic, message.partition), []).append(message)
        if through is not None:
            raise Unavailable("kafka_unavailable", "cut")

    async def tails(self, partitions: Mapping[str, int]) -> dict[tuple[str, int], Headers]:
        assert partitions == {"recut.video": len({shard for _, shard in self.topics} | {0, 1})}
        return {place: messages[-1].headers for place, messages in self.topics.items()}

    async def backwards(self, topic: str, partition: int) -> AsyncGenerator[list[Headers], None]:
        self.looked_back += 1
        messages = self.topics[topic, partition]
        for end in range(len(messages), 0, -3):
            yield [message.headers for message in reversed(messages[max(0, end - 3) : end])]

    def positions(self, shard: int) -> list[int]:
        found = self.topics.get(("recut.video", shard), [])
        return [from_record("video", shard, message.headers, message.value).position for message in found]

    def put(self, each: Recorded) -> None:
        place = ("recut.video", each.shard)
        self.topics.setdefault(place, []).append(Message(*place, each.stream, each.data, to_headers(each)))


class World:
    def __init__(self, *counts: int) -> None:
        self.log = MemoryLog(*counts)
        self.cursors = MemoryCursors(self.log)
        self.kafka = MemoryKafka()

    def relay(self) -> Relay:
        return Relay(self.log, self.cursors, self.kafka, self.kafka, "recut")

    def drain(self) -> None:
        async def all_rounds() -> None:
            relay = self.relay()
            while await relay.round():
                pass

        asyncio.run(all_rounds())


def test_every_event_goes_to_the_partition_of_its_shard_in_order() -> None:
    world = World(1200, 3)
    world.drain()

    assert world.kafka.positions(0) == list(range(1, 1201))
    assert world.kafka.positions(1) == [1, 2, 3]
    assert world.cursors.positions == {("video", 0): 1200, ("video", 1): 3}


def test_a_record_holds_the_whole_event() -> None:
    world = World(1)
    world.drain()
    [message] = world.kafka.topics["recut.video", 0]

    assert message.key == "video_1"
    assert from_record("video", 0, message.headers, message.value) == event(0, 1)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_fails_when_consumers_see_every_position_without_a_hole(seed: int) -> None:
    world, dice = World(40, 25), random.Random(seed)
    world.kafka.fail = [dice.choice([None, dice.randrange(70)]) for _ in range(6)]

    async def run() -> None:
        relay = world.relay()
        for _ in range(8):
            if dice.random() < 0.3:  # a crash: another process begins with the comparison
                relay = world.relay()
                await relay.compare()
            try:
                await relay.round()
            except Unavailable:
                continue

    asyncio.run(run())
    for shard, count in ((0, 40), (1, 25)):
        assert consumed(world.kafka.positions(shard)) == list(range(1, count + 1))


def consumed(positions: list[int]) -> list[int]:
    """As a consumer counts: what is not above the last one is a repeat. A gap would show."""
    seen: list[int] = []
    for position in positions:
        if position > (seen[-1] if seen else 0):
            seen.append(position)
    return seen


def test_a_zombie_beside_the_active_relay_causes_repeats_only() -> None:
    world = World(30, 0)

    async def run() -> None:
        zombie_sees = await world.cursors.backlog()
        await world.relay().round()
        late = [event(0, n) for n in range(zombie_sees[0].position + 1, 11)]
        for each in late:
            world.kafka.put(each)
        world.log.events[0] += [event(0, n) for n in range(31, 41)]
        await world.relay().compare()
        await world.relay().round()

    asyncio.run(run())
    assert consumed(world.kafka.positions(0)) == list(range(1, 41))


def test_a_hole_in_the_log_stops_the_relay() -> None:
    world = World(5, 0)
    del world.log.events[0][2]
    world.log.events[0].append(event(0, 6))

    with pytest.raises(HistoryDiffers, match=r"hole after position 0.*recut restore"):
        world.drain()
    assert world.kafka.positions(0) == []


def test_a_log_that_lost_its_end_stops_the_relay() -> None:
    world = World(5, 0)
    world.drain()
    world.log.events[0].append(event(0, 6))
    heads = world.log.heads
    world.log.events[0].pop()

    async def one_more() -> list[Position]:
        return [Position("video", 0, 6), (await heads())[1]]

    world.log.heads = one_more  # type: ignore[method-assign]
    with pytest.raises(HistoryDiffers, match="hole after position 5"):
        world.drain()


def test_what_kafka_lost_is_sent_again() -> None:
    world = World(10, 4)
    world.drain()
    del world.kafka.topics["recut.video", 0][6:]
    del world.kafka.topics["recut.video", 1]
    asyncio.run(world.relay().compare())
    assert world.cursors.positions == {("video", 0): 6}

    world.drain()
    assert world.kafka.positions(0) == list(range(1, 11))
    assert world.kafka.positions(1) == [1, 2, 3, 4]


def test_a_cursor_behind_kafka_stays_and_leads_to_repeats() -> None:
    world = World(10, 0)
    world.drain()
    world.cursors.positions["video", 0] = 7
    asyncio.run(world.relay().compare())
    assert world.cursors.positions == {("video", 0): 7}

    world.drain()
    assert world.kafka.positions(0) == [*range(1, 11), 8, 9, 10]


def test_kafka_ahead_of_the_log_stops_the_relay() -> None:
    world = World(3, 0)
    world.drain()
    world.kafka.put(event(0, 4))

    with pytest.raises(HistoryDiffers, match=r"video/0 .*ahead: it holds position 4, the log ends at 3.*recut restore"):
        asyncio.run(world.relay().compare())


def test_what_a_zombie_sends_during_the_comparison_is_not_ahead() -> None:
    world = World(3, 0)
    world.drain()
    tails = world.kafka.tails

    async def meanwhile(partitions: Mapping[str, int]) -> dict[tuple[str, int], Headers]:
        world.log.events[0].append(event(0, 4))
        world.kafka.put(event(0, 4))
        return await tails(partitions)

    world.kafka.tails = meanwhile  # type: ignore[method-assign]
    asyncio.run(world.relay().compare())
    assert world.cursors.positions == {("video", 0): 3}


def test_another_event_at_the_same_position_stops_the_relay() -> None:
    world = World(3, 0)
    world.drain()
    world.log.events[0] = [event(0, n, history=1) for n in range(1, 5)]

    with pytest.raises(HistoryDiffers, match="another event at position 3") as stopped:
        asyncio.run(world.relay().compare())
    assert stopped.value.exit_code == 4


def test_a_foreign_record_at_the_end_stops_the_relay() -> None:
    world = World(3, 0)
    world.kafka.topics["recut.video", 0] = [Message("recut.video", 0, "k", b"hello", [])]

    with pytest.raises(HistoryDiffers, match="no event of Recut"):
        asyncio.run(world.relay().compare())


def counted(world: World, shard: int) -> list[int]:
    """As a consumer reads: nothing of a lost future, no repeat, no gap."""
    epochs = Epochs(asyncio.run(world.log.epochs()))
    seen: list[int] = []
    for message in world.kafka.topics.get(("recut.video", shard), []):
        each = from_record("video", shard, message.headers, message.value)
        if epochs.count(each) and each.position > len(seen):
            assert each.position == len(seen) + 1, "a gap"
            assert each.event_id == world.log.events[shard][each.position - 1].event_id
            seen.append(each.position)
    return seen


def test_after_a_restore_it_goes_on_behind_the_lost_future() -> None:
    world = World(10, 0)
    world.drain()
    backup = dict(world.cursors.positions)
    world.log.grow(0, 20, "e")
    world.drain()
    world.log.restore(0, 10, "f")
    world.cursors.positions = backup
    asyncio.run(world.relay().compare())
    assert world.cursors.positions == {("video", 0): 10}
    world.log.grow(0, 13, "f")
    world.drain()

    assert world.kafka.positions(0) == [*range(1, 21), 11, 12, 13]
    assert counted(world, 0) == list(range(1, 14))
    asyncio.run(world.relay().compare())
    assert world.kafka.looked_back == 1, "a log that has grown since is not looked through again"


@pytest.mark.parametrize("seed", range(60))
def test_restores_to_any_moment_again_and_again(seed: int) -> None:
    world, dice = World(8, 0), random.Random(seed)
    for number in range(5):
        backup = (len(world.log.events[0]), dict(world.cursors.positions), list(world.log.starts))
        if dice.random() < 0.8:
            world.drain()
        world.log.grow(0, len(world.log.events[0]) + dice.randrange(6), world.log.starts[-1][0])
        if dice.random() < 0.8:
            world.drain()
        if dice.random() < 0.7:
            head, cursors, starts = backup
            lost = [(epoch, head + 1) for epoch, _ in world.log.starts if epoch not in dict(starts)]
            world.log.starts = [*starts, *lost]
            world.log.restore(0, head, f"e{number}")
            world.cursors.positions = cursors
        asyncio.run(world.relay().compare())
        world.drain()
        assert counted(world, 0) == list(range(1, len(world.log.events[0]) + 1))


def test_a_log_of_which_a_restore_left_nothing() -> None:
    world = World(4, 0)
    world.drain()
    world.log.restore(0, 0, "f")
    asyncio.run(world.relay().compare())
    assert world.cursors.positions == {}
    world.log.grow(0, 2, "f")
    world.drain()
    assert counted(world, 0) == [1, 2]


def test_what_kafka_lacks_of_the_restored_log_is_sent_again() -> None:
    world = World(10, 0)
    world.drain()
    backup = dict(world.cursors.positions)
    world.log.grow(0, 12, "e")
    world.drain()
    del world.kafka.topics["recut.video", 0][6:10]
    world.log.restore(0, 10, "f")
    world.cursors.positions = backup
    asyncio.run(world.relay().compare())
    assert world.cursors.positions == {("video", 0): 6}
    world.drain()
    assert counted(world, 0) == list(range(1, 11))


@pytest.mark.parametrize(
    ("epoch", "position", "sentence"),
    [
        ("g", 5, "an epoch that the log does not know"),  # another installation's
        ("f", 2, "an epoch that the log does not know"),  # the latest epoch where it cannot have been
        ("f", 9, "Kafka is ahead"),
        ("f", 4, "another event at position 4"),
    ],
)
def test_whatever_else_differs_after_a_restore_stops_the_relay(epoch: str, position: int, sentence: str) -> None:
    world = World(6, 0)
    world.drain()
    world.log.restore(0, 3, "f")
    world.log.grow(0, 5, "f")
    world.kafka.put(msgspec.structs.replace(event(0, position, 7), epoch=epoch))

    with pytest.raises(HistoryDiffers, match=sentence) as stopped:
        asyncio.run(world.relay().compare())
    assert stopped.value.exit_code == 4


def test_another_history_before_the_lost_future_stops_the_relay() -> None:
    world = World(6, 0)
    world.drain()
    world.log.restore(0, 3, "f")
    world.log.events[0][2] = event(0, 3, history=7)

    with pytest.raises(HistoryDiffers, match="another event at position 3"):
        asyncio.run(world.relay().compare())
