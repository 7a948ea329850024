"""Records of the public history read as fast as it goes: for filling read models, not for following live.

The relay writes the same headers in the same order (`streams/records.py`), so most are found by their place. A record
that looks otherwise is read the careful way.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

import msgspec

from domain.recorded import Recorded
from projections.events import Event, decode
from streams.consumer import Log
from streams.records import NotAnEvent, from_record

T = TypeVar("T")
# Where `to_headers` puts what is never absent.
NAMES: Final = (
    "ce_specversion",
    "ce_id",
    "ce_type",
    "ce_source",
    "ce_subject",
    "ce_time",
    "ce_dataschema",
    "ce_occurredat",
    "ce_epoch",
    "ce_position",
    "ce_streamversion",
)


class Message(Protocol):
    """A record as librdkafka's client gives it."""

    def topic(self) -> str: ...
    def partition(self) -> int: ...
    def offset(self) -> int: ...
    def headers(self) -> Sequence[tuple[str, bytes]] | None: ...
    def value(self) -> bytes | None: ...


class Batch(msgspec.Struct, frozen=True):
    """`offsets`: per log, where the record behind its last event lies in Kafka, if it was read there. `reached`: the
    position of that event."""

    events: list[Event]
    offsets: dict[Log, int]
    reached: dict[Log, int]


def to_batch(messages: Iterable[Message], categories: Mapping[str, str], until: Mapping[Log, int]) -> Batch:
    """The events among these records that lie within `until`. `categories` by topic."""
    records: list[Recorded] = []
    offsets: dict[Log, int] = {}
    reached: dict[Log, int] = {}
    for message in messages:
        log = (categories[message.topic()], message.partition())
        recorded = _read(log, message)
        if recorded and recorded.position <= until.get(log, 0):
            records.append(recorded)
            offsets[log] = message.offset() + 1
            reached[log] = recorded.position
    return Batch(decode(records), offsets, reached)


def _read(log: Log, message: Message) -> Recorded | None:
    headers, value = message.headers() or (), message.value()
    if value is None or tuple([name for name, _ in headers[:11]]) != NAMES:
        return _read_carefully(log, headers, value)
    rest = {name: text.decode() for name, text in headers[11:]}
    return Recorded(
        epoch=headers[8][1].decode(),
        category=log[0],
        shard=log[1],
        position=int(headers[9][1]),
        event_id=headers[1][1].decode(),
        stream=headers[4][1].decode(),
        version=int(headers[10][1]),
        type=headers[2][1].decode(),
        occurred_at=datetime.fromisoformat(headers[7][1].decode()),
        recorded_at=datetime.fromisoformat(headers[5][1].decode()),
        actor=rest.get("ce_actor", ""),
        causation=rest.get("ce_causationid", ""),
        correlation=rest.get("ce_correlationid", ""),
        traceparent=rest.get("traceparent", ""),
        data=value,
    )


def _read_carefully(log: Log, headers: Sequence[tuple[str, bytes]], value: bytes | None) -> Recorded | None:
    try:
        return from_record(*log, headers, value)
    except NotAnEvent:
        return None  # what stands for a lost event is found as a gap


def gathered(batches: Iterable[Batch], size: int) -> Iterator[Batch]:
    """In batches of at least `size` events, but for the last one."""
    events: list[Event] = []
    offsets: dict[Log, int] = {}
    reached: dict[Log, int] = {}
    for batch in batches:
        events += batch.events
        offsets |= batch.offsets
        reached |= batch.reached
        if len(events) >= size:
            yield Batch(events, offsets, reached)
            events, offsets, reached = [], {}, {}
    if events:
        yield Batch(events, offsets, reached)


_END: Final = object()


def ahead(items: Generator[T, None, None], depth: int = 2) -> Iterator[T]:
    """The same items, made by a thread that is at most `depth` of them ahead. What it raises is raised here."""
    ready: queue.Queue[Any] = queue.Queue(depth)
    stop = threading.Event()

    def make() -> None:
        try:
            for item in items:
                ready.put((item, None))
                if stop.is_set():
                    break
            ready.put((_END, None))
        except Exception as error:
            ready.put((_END, error))
        finally:
            items.close()

    thread = threading.Thread(target=make, name="read ahead", daemon=True)
    thread.start()
    try:
        while (found := ready.get())[0] is not _END:
            yield found[0]
        if found[1] is not None:
            raise found[1]
    finally:
        stop.set()
        while thread.is_alive():
            _empty(ready)
            thread.join(0.05)


def _empty(ready: queue.Queue[Any]) -> None:
    while not ready.empty():
        ready.get_nowait()
