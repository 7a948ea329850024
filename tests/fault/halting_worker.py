"""A worker with gates around everything that it does: `python -m tests.fault.halting_worker`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from domain.jobs import Sealed, Ticket
from domain.queue import Claim
from inference import attempt
from inference.engine import Engine
from infra.jobs import Jobs
from infra.kafka import KafkaPublisher, KafkaSubscription, Outgoing
from infra.objects import Objects
from tests.fault.gate import WORKER, gate
from tests.integration import working
from tests.integration.working import Parts

BEAT_SECONDS: Final = 0.5
# What a worker does around the film, in this order.
AROUND: Final = ("claim", "offset", "start", "fetch", "store", "report", "reported")


class Stops:
    """Which attempt is at hand: what is stored and sent does not say."""

    def __init__(self) -> None:
        self._gate = gate()
        self.video_id, self.attempt = "", 0

    async def at(self, stage: str) -> None:
        await asyncio.to_thread(self._gate.pass_by, stage, self.video_id, self.attempt, os.getpid())


class Tickets(KafkaSubscription):
    stops: Stops

    async def commit(self, topic: str, partition: int, offset: int) -> None:
        await self.stops.at("offset")
        await super().commit(topic, partition, offset)


class Claims(Jobs):
    stops: Stops

    async def claim(self, video_id: str, attempt: int, worker: str) -> Claim | None:
        self.stops.video_id, self.stops.attempt = video_id, attempt
        await self.stops.at("claim")
        return await super().claim(video_id, attempt, worker)

    async def reported(self, video_id: str, attempt: int, worker: str) -> None:
        await self.stops.at("reported")
        await super().reported(video_id, attempt, worker)


class Files(Objects):
    """Halts before the first file that is read, and before the second one that is written."""

    stops: Stops

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._written: Counter[tuple[str, int]] = Counter()

    async def get(self, key: str) -> bytes:
        await self.stops.at("fetch")
        return await super().get(key)

    async def put_file(self, key: str, path: Path, mime: str) -> None:
        self._written[self.stops.video_id, self.stops.attempt] += 1
        if self._written[self.stops.video_id, self.stops.attempt] == 2:
            await self.stops.at("store")
        await super().put_file(key, path, mime)


class Reports(KafkaPublisher):
    """The first report of an attempt is that it has begun."""

    stops: Stops

    def __init__(self, servers: str) -> None:
        super().__init__(servers)
        self._sent: Counter[tuple[str, int]] = Counter()

    async def send(self, messages: Sequence[Outgoing]) -> None:
        for message in messages:
            sealed = msgspec.json.decode(message[3], type=Sealed)
            self._sent[sealed.video_id, sealed.attempt] += 1
            await self.stops.at("start" if self._sent[sealed.video_id, sealed.attempt] == 1 else "report")
        await super().send(messages)


async def work(database: str, kafka: str, prefix: str, objects: str) -> None:
    os.environ[WORKER] = str(os.getpid())
    attempt.BEAT_SECONDS = BEAT_SECONDS  # type: ignore[misc]
    gated, stops = Parts(Tickets, Claims, Files, Reports, partial(Engine, "tests.fault.halting_film")), Stops()
    for kind in (Tickets, Claims, Files, Reports):
        kind.stops = stops
    await working.work(database, kafka, prefix, objects, parts=gated)


def ticket(video_id: str, number: int) -> bytes:
    return msgspec.json.encode(Ticket(video_id, number, "sketch-1"))


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:5]))
