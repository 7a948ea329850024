"""What a read model is given: recorded events with their decoded, still sealed form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import UnionType
from typing import Any, TypeVar

import msgspec

from domain import catalog
from domain.recorded import Recorded

K = TypeVar("K")
Kinds = type | UnionType | tuple[type, ...]


class Unknown(msgspec.Struct, frozen=True):
    """An event of a type that this version of the code has never heard of: passed over."""


class Unreadable(msgspec.Struct, frozen=True):
    """An event of a known type whose bytes are not one."""


class Event(msgspec.Struct, frozen=True):
    """`event` is an event of the domain whose sealed texts are tokens, or `Unknown`, or `Unreadable`."""

    recorded: Recorded
    event: Any


def decode(batch: Iterable[Recorded]) -> list[Event]:
    return [Event(recorded, _decode(recorded)) for recorded in batch]


def _decode(recorded: Recorded) -> Any:
    if not catalog.is_known(recorded.type):
        return Unknown()
    try:
        return catalog.decode(recorded.type, recorded.data)
    except msgspec.DecodeError:
        return Unreadable()


def parted(events: Iterable[Event], *wanted: Kinds) -> list[list[Event]]:
    """For each of the wanted kinds the events that are of it, in order. Asks once for each class that there is, not for
    each event."""
    found: list[list[Event]] = [[] for _ in wanted]
    places: dict[type, list[list[Event]]] = {}
    for event in events:
        kind = type(event.event)
        if kind not in places:
            places[kind] = [into for kinds, into in zip(wanted, found, strict=True) if issubclass(kind, kinds)]
        for into in places[kind]:
            into.append(event)
    return found


def switched(events: Iterable[Event], on: type, off: type, key: Callable[[Any], K]) -> tuple[dict[K, Event], set[K]]:
    """What was switched off at any time during the events, to be taken away first; and what is on after them, by the
    event that switched it on, to be added then. The same rows, times included, as one event after another."""
    is_on: dict[K, Event] = {}
    was_off: set[K] = set()
    for event in events:
        if isinstance(event.event, on):
            is_on.setdefault(key(event.event), event)
        elif isinstance(event.event, off):
            is_on.pop(key(event.event), None)
            was_off.add(key(event.event))
    return is_on, was_off


def hour_of(recorded: Recorded) -> int:
    """Whole hours since 1970."""
    return int(recorded.recorded_at.timestamp()) // 3600
