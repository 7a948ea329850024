"""Everything between the log and the workers over real servers, with workers as processes that can be killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from commands.bus import Bus
from commands.work import VIDEO, fold
from infra.clock import SystemClock
from infra.edge import Edge
from infra.job_seal import unseal
from infra.jobs import Jobs
from infra.kafka import KafkaPublisher, KafkaSubscription
from infra.objects import Objects
from infra.policies import Policies
from infra.postgres import open_pool
from infra.timers import TimerTable
from projections import db
from streams import topics
from streams.dispatcher import Dispatcher
from streams.outcomes import Outcomes
from streams.reactor import Reactor
from streams.timers import Timers
from tests.given import an_id
from tests.integration.relaying import SHARDS, open_store
from tests.outside import Outside

ROOT = Path(__file__).parent.parent
FIRST = an_id("video", 1)


class Platform:
    """The reactor reads the log itself: its way through Kafka has tests of its own. `module` is what a worker runs."""

    def __init__(
        self,
        database: str,
        kafka: str,
        folder: Path,
        module: str = "tests.integration.working",
        outside: Outside | None = None,
    ) -> None:
        self.database = database
        self.kafka = kafka
        self.prefix = f"t{uuid.uuid4().hex[:8]}"
        self.url = folder.as_uri()
        self.objects = Objects(self.url)
        self.outside = outside or Outside()
        self.workers: list[subprocess.Popen[bytes]] = []
        self._module = module

    def start_worker(self, *more: str) -> subprocess.Popen[bytes]:
        arguments = (self.database, self.kafka, self.prefix, self.url, *more)
        worker = subprocess.Popen([sys.executable, "-m", self._module, *arguments], cwd=ROOT)
        self.workers.append(worker)
        return worker

    def end_workers(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        reports = KafkaSubscription(self.kafka, f"{self.prefix}.outcomes", [topics.outcomes(self.prefix)])
        publisher = KafkaPublisher(self.kafka)
        async with open_store(self.database) as store, open_pool(self.database) as pool:
            self.store, self.jobs = store, Jobs(pool)
            self.bus = bus = Bus(store, self.outside.world())
            self.publisher = publisher
            dispatcher = Dispatcher(self.jobs, Policies(self.store), publisher, self.prefix)
            connect = partial(db.connect, self.database)
            table = TimerTable(pool)
            timers = Timers(self.jobs, table, store, bus, SystemClock())
            reactor = Reactor(
                store,
                self.jobs,
                self.objects,
                table,
                Edge(pool),
                connect,
                store,
                enqueued=dispatcher.wake,
                deferred=timers.wake,
            )
            await reactor.start()
            loops = [
                self._react(reactor),
                dispatcher.run(),
                Outcomes(reports, self.jobs, bus, unseal).run(),
                timers.run(),
            ]
            tasks = [asyncio.create_task(loop) for loop in loops]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
                await reactor.stop()
                await reports.close()
                publisher.close()
                assert [type(result) for result in results] == [asyncio.CancelledError] * len(loops), results

    async def _react(self, reactor: Reactor) -> None:
        done = dict.fromkeys(range(SHARDS), 0)
        while True:
            for shard in done:
                if batch := await self.store.read("video", shard, done[shard], 100):
                    await reactor.handle(batch, {})
                    done[shard] = batch[-1].position
            await asyncio.sleep(0.02)

    async def video(self, video: str = FIRST) -> Any:
        return (await fold(self.store, VIDEO, video))[0]

    async def until(self, true: Callable[[Any], object], video: str = FIRST, within: float = 60.0) -> Any:
        """The video's situation once it is as wanted."""
        state = await self.video(video)
        async with asyncio.timeout(within):
            while not true(state):
                await asyncio.sleep(0.05)
                state = await self.video(video)
        return state

    async def events(self, video: str = FIRST) -> list[str]:
        facts = await self.store.load(video)
        return [fact.recorded.type.removeprefix("video.").removesuffix(".v1") for fact in facts]
