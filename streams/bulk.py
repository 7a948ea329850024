"""Records of the public history read as fast as it goes: for filling read models, not for following live.

Reading costs more than half of the processor that a fill needs here, so a long one reads in a process of its own. What
it sends over are packed rows: the fields of each event in one array, which are unpacked many times faster than the
headers of a record are read. The relay writes the same headers in the same order (`streams/records.py`), so most are
found by their place; a record that looks otherwise is read the careful way.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol, TypeVar

import msgspec

from domain.errors import Unavailable
from domain.recorded import Recorded
from projections.events import Event, decode
from streams.consumer import Log
from streams.records import NotAnEvent, from_record

T = TypeVar("T")
PIPE_BYTES: Final = 1 << 20
Place = tuple[str, int]  # topic, partition
Vector = Mapping[Log, int]  # the last position of each log; a log that is missing has nothing


class Message(Protocol):
    """A record as librdkafka's client gives it."""

    def topic(self) -> str: ...
    def partition(self) -> int: ...
    def offset(self) -> int: ...
    def headers(self) -> Sequence[tuple[str, bytes]] | None: ...
    def value(self) -> bytes | None: ...


class Records(Protocol):
    """The topics, read apart from any consumer group. Travels to the process that reads."""

    def edges(self, topics: Collection[str]) -> Mapping[Place, tuple[int, int]]: ...
    def follow(self, places: Mapping[Place, tuple[int, int]]) -> Generator[Sequence[Message], None, None]: ...


class Row(Recorded, frozen=True, kw_only=True, array_like=True):
    """An event as it is sent over: its fields in their order."""


class Batch(msgspec.Struct, frozen=True):
    """`offsets`: per log, where the record behind its last event lies in Kafka, if it was read there."""

    events: list[Event]
    offsets: dict[Log, int]


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    rows: list[Row]
    offsets: list[tuple[str, int, int]]  # category, shard, offset


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_Packed)


def packed(
    records: Records, places: Mapping[Place, tuple[int, int]], categories: Mapping[str, str], until: Vector
) -> Generator[bytes, None, None]:
    """The events of these places that lie within `until`. Ends when every log has come so far, as what lies behind need
    not be read. `categories` by topic."""
    missing = {(categories[topic], partition) for topic, partition in places}
    with closing(records.follow(places)) as following:
        for messages in following:
            data, ended = pack(messages, categories, until)
            yield data
            missing -= ended
            if not missing:
                return


def pack(messages: Iterable[Message], categories: Mapping[str, str], until: Vector) -> tuple[bytes, set[Log]]:
    """And the logs that have come to the end that `until` sets them."""
    rows: list[tuple[Any, ...]] = []
    offsets: dict[Log, int] = {}
    ended: set[Log] = set()
    for message in messages:
        log = (categories[message.topic()], message.partition())
        row, end = _row(log, message), until.get(log, 0)
        if row is None or row[3] > end:
            continue
        rows.append(row)
        offsets[log] = message.offset() + 1
        if row[3] == end:
            ended.add(log)
    return _ENCODER.encode((rows, [(*log, offset) for log, offset in offsets.items()])), ended


def unpack(data: bytes) -> Batch:
    found = _DECODER.decode(data)
    return Batch(decode(found.rows), {(category, shard): offset for category, shard, offset in found.offsets})


def _row(log: Log, message: Message) -> tuple[Any, ...] | None:
    """In the order of the fields of `Recorded`. Texts of times are read by who unpacks them."""
    headers, value = message.headers() or (), message.value()
    # What is never absent comes first, in the order of `to_headers`: these two are the last of it.
    if value is None or len(headers) < 11 or headers[9][0] != "ce_position" or headers[10][0] != "ce_streamversion":
        return _row_with_care(log, headers, value)
    (_, id_), (_, type_), _, (_, subject), (_, time), _, (_, occurred), (_, epoch), (_, position), (_, version) = (
        headers[1:11]
    )
    return (
        epoch.decode(),
        *log,
        int(position),
        id_.decode(),
        subject.decode(),
        int(version),
        type_.decode(),
        occurred.decode(),
        time.decode(),
        *_rest(headers[11:]),
        value,
    )


def _rest(headers: Sequence[tuple[str, bytes]]) -> tuple[str, str, str, str]:
    """Actor, causation, correlation and trace: each may be absent, and mostly none is."""
    if len(headers) > 3 and headers[2][0] == "ce_correlationid":
        (_, actor), (_, causation), (_, correlation), (name, trace) = headers[:4]
        return actor.decode(), causation.decode(), correlation.decode(), trace.decode() if name == "traceparent" else ""
    found = {name: text.decode() for name, text in headers}
    return (
        found.get("ce_actor", ""),
        found.get("ce_causationid", ""),
        found.get("ce_correlationid", ""),
        found.get("traceparent", ""),
    )


def _row_with_care(log: Log, headers: Sequence[tuple[str, bytes]], value: bytes | None) -> tuple[Any, ...] | None:
    try:
        return msgspec.structs.astuple(from_record(*log, headers, value))
    except NotAnEvent:
        return None  # what stands for a lost event is found as a gap


def gathered(batches: Iterable[Batch], size: int) -> Iterator[Batch]:
    """In batches of at least `size` events, but for the last one."""
    events: list[Event] = []
    offsets: dict[Log, int] = {}
    for batch in batches:
        events += batch.events
        offsets |= batch.offsets
        if len(events) >= size:
            yield Batch(events, offsets)
            events, offsets = [], {}
    if events:
        yield Batch(events, offsets)


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


Make = Callable[..., Generator[bytes, None, None]]
_FAILED: Final = b"!"  # no array of msgpack begins so


def apart(make: Make, *arguments: Any) -> Generator[bytes, None, None]:
    """What `make(*arguments)` yields, made by a process of its own. Raises `Unavailable` when that fails."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    _widen(sending)
    child = context.Process(target=_send, args=(sending, make, arguments), name="read apart", daemon=True)
    child.start()
    sending.close()
    try:
        while data := receiving.recv_bytes():
            if data.startswith(_FAILED):
                raise Unavailable("reading_failed", data[1:].decode())
            yield data
    except EOFError:
        raise Unavailable("reading_failed", "The process that reads has died: try again.") from None
    finally:
        child.kill()
        child.join()
        receiving.close()


def _widen(sending: Connection) -> None:
    """A parcel is a megabyte or two, a pipe usually holds 64 kB, and each one that is full is a change of processes.
    Only where the system can, and allows it."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(sending.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _send(sending: Connection, make: Make, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who reads is told to end by who wanted it to be read
    try:
        for data in make(*arguments):
            sending.send_bytes(data)
        sending.send_bytes(b"")
    except BrokenPipeError:
        return
    except Exception as error:
        sending.send_bytes(_FAILED + str(error).encode())
