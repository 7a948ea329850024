"""The consumers of one process, and their way to their topics. Knows nothing of Faust."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from domain.recorded import Recorded
from projections.checkpoint import Epochs
from streams.consumer import Consumer, Log, furthest_behind
from streams.probe import KafkaProbe
from streams.projector_ports import History
from streams.records import Headers, NotAnEvent, from_record
from streams.seek import find
from streams.topics import history as topic_of

log = logging.getLogger(__name__)


class Message(Protocol):
    """A record as the client has read it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def headers(self) -> Headers: ...
    @property
    def value(self) -> bytes | None: ...


class Host:
    """The consumers of one process, and their way to their topics."""

    def __init__(
        self,
        bootstrap: str,
        prefix: str,
        consumers: Sequence[Consumer],
        history: History,
        *,
        instance: str | None = None,
    ) -> None:
        """`instance` names this process among all that ever host the same consumers at the same time. With it, a
        process that died has its partitions back as soon as it is started again; without, after the session ends."""
        self.consumers = consumers
        self.instance = instance
        self.categories = {topic_of(prefix, category): category for c in consumers for category in c.categories}
        self.bootstrap = bootstrap
        # The Kafka group: its offsets are a gauge for operators, no more.
        self.group = ".".join([prefix, *sorted(consumer.name for consumer in consumers)])
        self._prefix = prefix
        self._history = history

    async def start(self) -> None:
        await asyncio.gather(*(consumer.start() for consumer in self.consumers))

    async def stop(self) -> None:
        await asyncio.gather(*(consumer.stop() for consumer in self.consumers))

    async def offsets(self, logs: Iterable[Log]) -> dict[Log, int]:
        """Where to go on in each log: where the consumer is that is furthest behind."""
        progress = [(c.categories, await c.progress()) for c in self.consumers]
        done = {log: furthest_behind(log, progress) for log in logs}
        if not done:
            return {}
        epochs = Epochs(await self._history.epochs())
        async with KafkaProbe(self.bootstrap, self._prefix, epochs) as probe:
            return await find(probe, done)

    async def handle(self, messages: Sequence[Message]) -> None:
        """Returns when all consumers have done their part."""
        batch = [recorded for recorded in map(self._read, messages) if recorded]
        offsets = {(self.categories[each.topic], each.partition): each.offset + 1 for each in messages}
        await asyncio.gather(*(_handle(consumer, batch, offsets) for consumer in self.consumers))

    def _read(self, message: Message) -> Recorded | None:
        try:
            return from_record(self.categories[message.topic], message.partition, message.headers, message.value)
        except NotAnEvent as error:
            log.warning("passed over %s/%s at %s: %s", message.topic, message.partition, message.offset, error)
            return None


async def _handle(consumer: Consumer, batch: Sequence[Recorded], offsets: Mapping[Log, int]) -> None:
    wanted = [recorded for recorded in batch if recorded.category in consumer.categories]
    if wanted:
        await consumer.handle(wanted, offsets)
