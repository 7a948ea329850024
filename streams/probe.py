"""A look into topics apart from any group: the `Probe` of `streams/seek.py` over aiokafka."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from projections.checkpoint import Epochs
from streams.consumer import Log
from streams.records import Headers, mark_of
from streams.topics import history

PATIENCE_SECONDS: Final = 30


class KafkaProbe:
    def __init__(self, bootstrap: str, prefix: str, epochs: Epochs) -> None:
        self._epochs = epochs
        self._prefix = prefix
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=64 * 1024,
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._consumer.stop()

    async def bounds(self, logs: Iterable[Log]) -> dict[Log, tuple[int, int]]:
        partitions = {self._partition(log): log for log in logs}
        begins = await self._consumer.beginning_offsets(list(partitions))
        ends = await self._consumer.end_offsets(list(partitions))
        return {log: (begins[partition], ends[partition]) for partition, log in partitions.items()}

    async def positions(self, offsets: Mapping[Log, int]) -> dict[Log, int | None]:
        waiting = {self._partition(log): log for log in offsets}
        self._consumer.assign(list(waiting))
        for partition, log in waiting.items():
            self._consumer.seek(partition, offsets[log])
        found: dict[Log, int | None] = {}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while waiting:
                batches = await self._consumer.getmany(timeout_ms=100)
                for partition in batches.keys() & waiting.keys():
                    log = waiting.pop(partition)
                    found[log] = self._position(log, batches[partition][0].headers)
                    self._consumer.pause(partition)
        return found

    def _position(self, log: Log, headers: Headers) -> int | None:
        mark = mark_of(headers)
        counts = mark is not None and self._epochs.owner(*log, mark.position) == mark.epoch
        return mark.position if mark and counts else None

    def _partition(self, log: Log) -> TopicPartition:
        return TopicPartition(history(self._prefix, log[0]), log[1])
