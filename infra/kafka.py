"""Kafka through librdkafka. Its blocking calls run in threads that belong to one client each."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka import Message as KafkaMessage
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from domain.errors import Unavailable

logger = logging.getLogger(__name__)
T = TypeVar("T")

# topic, partition (None: chosen by the key as Java clients do), key, value, headers
Outgoing = tuple[str, int | None, str, bytes, list[tuple[str, bytes]]]
Headers = list[tuple[str, bytes]]

DELIVERY_SECONDS: Final = 20
ANSWER_SECONDS: Final = 10
POLL_SECONDS: Final = 0.1
SESSION_SECONDS: Final = 10
# A member that waits for nothing longer than this between two polls is taken for dead.
SILENCE_SECONDS: Final = 120


class KafkaAdmin:
    """Blocking. Raises `Unavailable` when the cluster does not answer."""

    def __init__(self, servers: str) -> None:
        self._client = AdminClient({"bootstrap.servers": servers}, logger=logger)

    def partitions(self) -> dict[str, int]:
        found = _answer(lambda: self._client.list_topics(timeout=ANSWER_SECONDS)).topics
        return {name: len(topic.partitions) for name, topic in found.items()}

    def configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        asked = self._client.describe_configs([ConfigResource(ResourceType.TOPIC, name) for name in names])
        answers = {resource.name: _wait(future) for resource, future in asked.items()}
        return {name: {key: entry.value for key, entry in entries.items()} for name, entries in answers.items()}

    def create(self, topics: Sequence[tuple[str, int, dict[str, str]]], replication: int) -> None:
        if not topics:
            return
        wanted = [
            NewTopic(name, num_partitions=count, replication_factor=replication, config=config)
            for name, count, config in topics
        ]
        for future in self._client.create_topics(wanted).values():
            _wait(future, allowed=KafkaError.TOPIC_ALREADY_EXISTS)
        self._wait_until_known({name: count for name, count, _ in topics})

    def _wait_until_known(self, topics: Mapping[str, int]) -> None:
        """A created topic is unknown to brokers for a moment: writing to it would fail."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while topics.items() - self.partitions().items():
            if time.monotonic() > deadline:
                raise unreachable("the new topics did not appear")
            time.sleep(0.05)


class KafkaPublisher:
    """An idempotent producer that is thrown away at the first failed delivery, with all it still holds: what happens
    to a message after a time-out is unknown, and no later one may overtake it.

    Messages of several `send`s at once share that fate.
    """

    def __init__(self, servers: str, *, delivery_seconds: float = DELIVERY_SECONDS) -> None:
        self._config = {
            "bootstrap.servers": servers,
            "acks": "all",
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "compression.type": "lz4",
            "linger.ms": 5,
            "message.timeout.ms": int(delivery_seconds * 1000),
            # Enough for a round of the relay over all logs of a large installation.
            "queue.buffering.max.messages": 500_000,
        }
        self._client = self._new_client()
        self._retired: list[Producer] = []
        self._open = True
        self._thread = threading.Thread(target=self._poll, name="kafka-publisher", daemon=True)
        self._thread.start()

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Returns when every message is acknowledged; raises `Unavailable` when one may not be in."""
        if not messages:
            return
        client, delivered = self._client, _Delivery(len(messages))
        try:
            for topic, partition, key, value, headers in messages:
                where = {} if partition is None else {"partition": partition}
                client.produce(topic, value, key, headers=headers, on_delivery=delivered.report, **where)
            await delivered.all
        except (KafkaException, BufferError) as error:
            delivered.all.cancel()
            self._replace(client)
            raise unreachable(str(error)) from error

    def close(self) -> None:
        """Whoever needs an acknowledgement has waited for it."""
        self._open = False
        self._thread.join()
        self._client.purge()

    def _replace(self, client: Producer) -> None:
        if client is self._client:
            self._client = self._new_client()
            client.purge()
            self._retired.append(client)

    def _new_client(self) -> Producer:
        return Producer(self._config, logger=logger)

    def _poll(self) -> None:
        while self._open:
            self._client.poll(POLL_SECONDS)
            for client in list(self._retired):
                client.poll(0)  # tells those who wait that their messages were thrown away
                if not len(client):
                    self._retired.remove(client)


class _Delivery:
    """Counts reports, which come on the poll thread, and tells the event loop once."""

    def __init__(self, count: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._missing = count
        self.all: asyncio.Future[None] = self._loop.create_future()

    def report(self, error: KafkaError | None, message: KafkaMessage) -> None:
        del message
        self._missing -= 1
        if error is not None or self._missing == 0:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._settle, error)

    def _settle(self, error: KafkaError | None) -> None:
        if self.all.done():
            return
        if error is None:
            self.all.set_result(None)
        else:
            self.all.set_exception(KafkaException(error))


def watermarks(client: Consumer, place: TopicPartition) -> tuple[int, int]:
    """A new topic, or one whose leader moves, needs a moment until it answers."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            low, high = client.get_watermark_offsets(place, timeout=ANSWER_SECONDS)
            return low, high
        except KafkaException as error:
            if time.monotonic() > deadline:
                raise unreachable(str(error)) from error
            time.sleep(POLL_SECONDS)


class Record(msgspec.Struct, frozen=True):
    topic: str
    partition: int
    offset: int
    value: bytes
    at: datetime


class KafkaSubscription:
    """A member of a consumer group. All calls of the client happen on one thread of its own."""

    def __init__(self, servers: str, group: str, topics: Sequence[str]) -> None:
        self._topics = list(topics)
        self._config = {
            "bootstrap.servers": servers,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            # Shares every topic among all members; a sticky assignor may give one topic to one of them alone.
            "partition.assignment.strategy": "range",
            "session.timeout.ms": SESSION_SECONDS * 1000,
            "max.poll.interval.ms": SILENCE_SECONDS * 1000,
            "fetch.wait.max.ms": 50,
        }
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-subscription")
        self._client: Consumer | None = None
        self._held: set[tuple[str, int]] = set()
        self._paused = False

    async def poll(self, seconds: float) -> Record | None:
        """The next record, or None when there is none within `seconds`; None, too, while paused."""
        return await self._run(lambda: self._poll(seconds))

    async def commit(self, topic: str, partition: int, offset: int) -> None:
        await self._run(lambda: self._commit(TopicPartition(topic, partition, offset)))

    async def pause(self) -> None:
        """No records until `resume`, while the membership in the group goes on."""
        await self._run(lambda: self._set_paused(True))

    async def resume(self) -> None:
        await self._run(lambda: self._set_paused(False))

    def partitions(self) -> dict[str, tuple[int, ...]]:
        """Those that this member reads of each topic."""
        held = sorted(self._held)
        return {topic: tuple(number for name, number in held if name == topic) for topic in self._topics}

    async def close(self) -> None:
        """Leaves the group, so that others go on at once."""
        if self._client:
            await self._run(self._client.close)
        self._thread.shutdown()

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def _poll(self, seconds: float) -> Record | None:
        message = self._joined().poll(seconds)
        if message is None:
            return None
        if error := message.error():
            _raise_if_hopeless(error)
            logger.warning("reading %s: %s", self._topics, error)
            return None
        return Record(message.topic(), message.partition(), message.offset(), message.value() or b"", _written(message))

    def _joined(self) -> Consumer:
        if self._client is None:
            self._client = Consumer(self._config, logger=logger)
            self._client.subscribe(self._topics, on_assign=self._assigned, on_revoke=self._revoked)
        return self._client

    def _assigned(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        client.assign(partitions)
        self._held = {(place.topic, place.partition) for place in partitions}
        if self._paused:
            client.pause(partitions)

    def _revoked(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        """Also when the group has thrown this member out."""
        del partitions
        client.unassign()
        self._held = set()

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused
        if self._client is not None:
            change = self._client.pause if paused else self._client.resume
            change(self._client.assignment())

    def _commit(self, place: TopicPartition) -> None:
        try:
            self._joined().commit(offsets=[place], asynchronous=False)
        except KafkaException as error:
            logger.warning("offset %d of %s not stored, the record comes again: %s", place.offset, place.topic, error)


def _written(message: KafkaMessage) -> datetime:
    _, milliseconds = message.timestamp()
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _raise_if_hopeless(error: KafkaError) -> None:
    gone = error.code() in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.TOPIC_AUTHORIZATION_FAILED)
    if gone or error.fatal():
        raise unreachable(str(error))


def _answer(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except KafkaException as error:
        raise unreachable(str(error)) from error


def _wait(future: Future[Any], allowed: int | None = None) -> Any:
    try:
        return future.result(ANSWER_SECONDS)
    except KafkaException as error:
        if error.args[0].code() != allowed:
            raise unreachable(str(error)) from error


def unreachable(reason: str) -> Unavailable:
    return Unavailable("kafka_unavailable", f"Kafka does not do what it should: {reason}")
