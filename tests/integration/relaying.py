"""A relay over real servers; with `python -m tests.integration.relaying` a process of its own that can be killed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.event_store import PostgresEventStore
from infra.kafka import KafkaPublisher
from infra.kafka_tails import KafkaTails
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Mapper
from infra.postgres import open_pool
from infra.relay_log import RelayLog
from streams.relay import Relay

SHARDS = 2
MASTER = bytes(32)


@asynccontextmanager
async def open_store(database: str) -> AsyncIterator[PostgresEventStore]:
    async with open_pool(database) as pool:
        mapper = Mapper(Keyring(PostgresKeyTable(pool), MASTER))
        async with PostgresEventStore(database, pool, mapper, shards=SHARDS) as store:
            yield store


async def relay(database: str, kafka: str, prefix: str) -> None:
    publisher = KafkaPublisher(kafka)
    try:
        async with open_store(database) as store, RelayLog(database) as cursors:
            await Relay(store, cursors, publisher, KafkaTails(kafka), prefix).run()
    finally:
        publisher.close()


if __name__ == "__main__":
    asyncio.run(relay(*sys.argv[1:4]))
