"""Records read in bulk: the same events as record by record, only faster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Sequence
from typing import Any

import msgspec
import pytest

from domain.errors import Unavailable
from projections.events import Event, decode
from streams.bulk import Batch, ahead, apart, gathered, pack, unpack
from streams.records import to_headers
from tests.histories import make

WORLD = make(3, 120)
CATEGORIES = {f"t.{category}": category for category in {each.category for each in WORLD.history}}
ALL = {(each.category, each.shard): each.position for each in WORLD.history}


class Message(msgspec.Struct, frozen=True):
    of: str
    shard: int
    at: int
    named: Sequence[tuple[str, bytes]] | None
    data: bytes | None

    def topic(self) -> str:
        return self.of

    def partition(self) -> int:
        return self.shard

    def offset(self) -> int:
        return self.at

    def headers(self) -> Sequence[tuple[str, bytes]] | None:
        return self.named

    def value(self) -> bytes | None:
        return self.data


def message(number: int, **changes: Any) -> Message:
    recorded = WORLD.history[number]
    told = Message(f"t.{recorded.category}", recorded.shard, number, to_headers(recorded), recorded.data)
    return msgspec.structs.replace(told, **changes)


def read(messages: Sequence[Message], until: dict[tuple[str, int], int] = ALL) -> Batch:
    return unpack(pack(messages, CATEGORIES, until)[0])


def told(events: Sequence[Event]) -> list[Any]:
    """A row is of another class than an event from elsewhere; nothing else about it may differ."""
    return [(msgspec.structs.asdict(each.recorded), each.event) for each in events]


def test_every_record_is_the_event_that_the_relay_wrote() -> None:
    data, ended = pack([message(number) for number in range(len(WORLD.history))], CATEGORIES, ALL)
    batch = unpack(data)
    assert told(batch.events) == told(decode(WORLD.history))
    assert ended == ALL.keys()
    last = {(each.category, each.shard): number + 1 for number, each in enumerate(WORLD.history)}
    assert batch.offsets == last


@pytest.mark.parametrize("change", [reversed, lambda headers: [("x-added", b"before"), *headers]])
def test_headers_in_another_order_are_read_carefully(change: Any) -> None:
    odd = message(0, named=list(change(to_headers(WORLD.history[0]))))
    assert told(read([odd]).events) == told(decode(WORLD.history[:1]))


@pytest.mark.parametrize("changes", [{"named": None}, {"named": []}, {"data": None}, {"named": [("ce_id", b"1")]}])
def test_what_is_no_event_is_passed_over(changes: dict[str, Any]) -> None:
    assert told(read([message(0, **changes), message(1)]).events) == told(decode(WORLD.history[1:2]))


def test_what_lies_behind_the_vector_is_left_out() -> None:
    until = {log: position // 2 for log, position in ALL.items()}
    batch = read([message(number) for number in range(len(WORLD.history))], until)
    wanted = [each for each in WORLD.history if each.position <= until[each.category, each.shard]]
    assert told(batch.events) == told(decode(wanted))
    assert wanted


def test_batches_are_gathered_to_a_size() -> None:
    events = decode(WORLD.history[:10])
    parts = [Batch([event], {("video", 0): number}) for number, event in enumerate(events)]
    found = list(gathered(parts, 4))
    assert [len(batch.events) for batch in found] == [4, 4, 2]
    assert [batch.offsets["video", 0] for batch in found] == [3, 7, 9]
    assert [event for batch in found for event in batch.events] == events


def test_what_is_read_ahead_comes_in_order_and_its_error_too() -> None:
    def items() -> Generator[int, None, None]:
        yield from range(20)
        raise LookupError("no more")

    found: list[int] = []
    with pytest.raises(LookupError, match="no more"):
        found.extend(ahead(items()))
    assert found == list(range(20))


def test_who_stops_early_leaves_no_thread_behind() -> None:
    closed = threading.Event()

    def items() -> Generator[int, None, None]:
        try:
            yield from range(10**9)
        finally:
            closed.set()

    def first() -> int:
        reading = ahead(items())
        found = next(reading)
        reading.close()  # type: ignore[attr-defined]
        return found

    assert first() == 0
    assert closed.wait(5)
    assert not [thread for thread in threading.enumerate() if thread.name == "read ahead"]


def three(failing: bool) -> Generator[bytes, None, None]:
    yield b"one"
    yield b"two"
    if failing:
        raise LookupError("no third one")
    yield b"three"


def test_a_process_of_its_own_sends_the_same_and_says_why_it_fails() -> None:
    assert list(apart(three, False)) == [b"one", b"two", b"three"]
    found = apart(three, True)
    assert [next(found), next(found)] == [b"one", b"two"]
    with pytest.raises(Unavailable, match="no third one"):
        next(found)


def killed() -> Generator[bytes, None, None]:
    yield b"one"
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_has_died_is_noticed() -> None:
    found = apart(killed)
    assert next(found) == b"one"
    with pytest.raises(Unavailable, match="has died"):
        next(found)


def test_who_stops_early_leaves_no_process_behind() -> None:
    found = apart(three, False)
    next(found)
    found.close()
    assert not [child for child in multiprocessing.active_children() if child.name == "read apart"]
