"""A worker over real servers, as a process of its own that can be killed: `python -m tests.integration.working`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

from domain.queue import TIERS
from inference.engine import Engine
from inference.pool import Pool
from inference.ports import Unwatched
from inference.worker import Worker
from infra.job_seal import seal
from infra.jobs import Jobs
from infra.kafka import KafkaPublisher, KafkaSubscription
from infra.objects import Objects
from infra.postgres import open_pool
from streams.topics import outcomes, tickets

LEASE: Final = timedelta(seconds=4)


class Parts(NamedTuple):
    """What the worker is made of: a test may put gates around each."""

    tickets: type[KafkaSubscription] = KafkaSubscription
    claims: type[Jobs] = Jobs
    objects: type[Objects] = Objects
    reports: type[KafkaPublisher] = KafkaPublisher
    engine: Callable[[], Engine] = Engine


PLAIN: Final = Parts()


async def work(database: str, kafka: str, prefix: str, objects: str, slots: str = "1", *, parts: Parts = PLAIN) -> None:
    stop, publisher = asyncio.Event(), parts.reports(kafka)
    engines = Pool("sketch", ["sketch-1"], int(slots), parts.engine, Unwatched())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    topics = {tier: tickets(prefix, tier) for tier in TIERS}
    subscription = parts.tickets(kafka, f"{prefix}.workers", list(topics.values()))
    await engines.start()
    async with open_pool(database, size=3) as pool:
        try:
            await Worker(
                f"worker-{os.getpid()}",
                tickets=subscription,
                claims=parts.claims(pool, lease=LEASE),
                objects=parts.objects(objects),
                reports=publisher,
                engines=engines,
                seal=seal,
                topics=topics,
                outcomes=outcomes(prefix),
            ).run(stop)
        finally:
            await engines.stop()
            await subscription.close()
            publisher.close()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:6]))
