from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from domain.errors import Unavailable
from domain.jobs import Bundle, Ticket
from domain.policy import SpikePolicy
from infra.jobs_memory import MemoryJobs
from streams.dispatcher import OVERLOOKED_EVERY, Dispatcher
from streams.ports import Message


class Publisher:
    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.down = False

    async def send(self, messages: Sequence[Message]) -> None:
        if self.down:
            raise Unavailable("kafka_unavailable", "down")
        self.sent += messages


class Policies:
    def __init__(self) -> None:
        self.policy = SpikePolicy()

    async def spike(self) -> SpikePolicy:
        return self.policy


class World:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.jobs = MemoryJobs(self.tick)
        self.publisher = Publisher()
        self.policies = Policies()
        self.dispatcher = Dispatcher(self.jobs, self.policies, self.publisher, "recut")

    def tick(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    async def enqueue(self, video: str, tier: str = "free", account: str = "") -> None:
        bundle = Bundle(
            video_id=video, attempt=1, model="m", verb="create", prompt="p", seed=1, seconds=4, size="256x144",
            prefix="",
        )  # fmt: skip
        await self.jobs.enqueue(account_id=account or f"acct of {video}", tier=tier, bundle=bundle)

    async def hello(self, worker: str = "w", partitions: dict[str, tuple[int, ...]] | None = None) -> None:
        reads = {"paid": (3,), "free": (5,)} if partitions is None else partitions
        await self.jobs.hello(worker, models=["m"], engine="cpu", slots=1, busy=0, partitions=reads)


@pytest.fixture
def world() -> World:
    return World()


def test_a_ticket_goes_to_a_partition_that_the_worker_reads(world: World) -> None:
    async def run() -> None:
        await world.hello()
        await world.enqueue("video_1", "paid")
        await world.enqueue("video_2", "free")
        await world.dispatcher.round()

    asyncio.run(run())
    assert [(message.topic, message.partition) for message in world.publisher.sent] == [
        ("recut.generation.paid", 3),
        ("recut.generation.free", 5),
    ]
    assert msgspec.json.decode(world.publisher.sent[0].value, type=Ticket) == Ticket("video_1", 1, "m")


def test_no_more_is_sent_than_the_worker_can_begin_and_one_ahead(world: World) -> None:
    async def run() -> None:
        await world.hello()
        for n in range(5):
            await world.enqueue(f"video_{n}")
        assert len(await world.dispatcher.round()) == 2
        assert await world.dispatcher.round() == []
        await world.jobs.claim("video_0", 1, "w")
        assert await world.dispatcher.round() == []
        await world.jobs.reported("video_0", 1, "w")
        assert [each.job.video_id for each in await world.dispatcher.round()] == ["video_2"]

    asyncio.run(run())


def test_the_turns_follow_the_policy_of_the_moment(world: World) -> None:
    async def tiers(rounds: int) -> Counter[str]:
        sent: Counter[str] = Counter()
        for _ in range(rounds):
            for each in await world.dispatcher.round():
                sent[each.job.tier] += 1
                await world.jobs.close(each.job.video_id, 1)
        return sent

    async def run() -> None:
        await world.hello()
        for n in range(60):
            await world.enqueue(f"video_p{n}", "paid")
            await world.enqueue(f"video_f{n}", "free")
        world.policies.policy = SpikePolicy(paid_share=50)
        assert await tiers(10) == {"paid": 10, "free": 10}
        world.policies.policy = SpikePolicy(paid_share=90)
        assert await tiers(10) == {"paid": 18, "free": 2}

    asyncio.run(run())


def test_without_a_worker_jobs_wait(world: World) -> None:
    async def run() -> None:
        await world.enqueue("video_1")
        assert await world.dispatcher.round() == []
        await world.hello(partitions={})
        assert await world.dispatcher.round() == []
        await world.hello()
        assert len(await world.dispatcher.round()) == 1

    asyncio.run(run())


def test_what_could_not_be_sent_is_sent_later(world: World) -> None:
    async def run() -> None:
        await world.hello()
        await world.enqueue("video_1")
        world.publisher.down = True
        await world.dispatcher.round()
        world.publisher.down = False
        assert [each.job.video_id for each in await world.dispatcher.round()] == ["video_1"]

    asyncio.run(run())


def test_an_overlooked_ticket_is_sent_again(world: World) -> None:
    async def run() -> None:
        await world.hello()
        await world.enqueue("video_1")
        await world.dispatcher.round()
        world.now += timedelta(seconds=11)
        await world.hello("another")
        for _ in range(OVERLOOKED_EVERY):
            await world.dispatcher.round()

    asyncio.run(run())
    assert [message.key for message in world.publisher.sent] == ["video_1", "video_1"]


def test_a_new_job_wakes_the_dispatcher(world: World) -> None:
    async def run() -> None:
        await world.hello()
        running = asyncio.create_task(world.dispatcher.run())
        for n in range(50):
            await world.enqueue(f"video_{n}")
            world.dispatcher.wake()
            await asyncio.sleep(0)
            while not any(message.key == f"video_{n}" for message in world.publisher.sent):
                await asyncio.sleep(0)
            await world.jobs.close(f"video_{n}", 1)
        running.cancel()

    # Without the wake each of the jobs would wait for the next look: this would take ten seconds.
    asyncio.run(asyncio.wait_for(run(), 5))
