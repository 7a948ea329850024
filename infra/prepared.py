"""A command's effect as it goes to a store: events sealed and numbered within their streams."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from domain import catalog
from domain.recorded import Append, Change, Origin
from infra.clock import new_event_id
from infra.mapper import Mapper

ERASED: Final = "account.erased.v1"  # also known to `append_batch`


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    stream: str
    version: int
    id: UUID
    type: str
    data: bytes


class Prepared(msgspec.Struct, frozen=True):
    """`expected` has the version of every stream that the command writes (`writes`) or relies on."""

    origin: Origin
    answer: bytes
    expected: dict[str, int]
    writes: tuple[str, ...]
    events: tuple[NewEvent, ...]

    @property
    def id(self) -> tuple[str, str]:
        return self.origin.account, self.origin.key

    @property
    def erases(self) -> list[str]:
        """The accounts whose end it records."""
        return [event.stream for event in self.events if event.type == ERASED]


async def prepare(append: Append, mapper: Mapper) -> Prepared:
    changes, conditions = append.changes, append.conditions
    expected = {change.stream: change.expected for change in changes}
    expected.update((condition.stream, condition.version) for condition in conditions)
    if len(expected) != len(changes) + len(conditions):
        raise ValueError("a command names each stream once")
    events: list[NewEvent] = []
    for change in changes:
        await _add(events, change, mapper)
    writes = tuple([change.stream for change in changes])
    return Prepared(append.origin, append.answer, expected, writes, tuple(events))


async def _add(events: list[NewEvent], change: Change, mapper: Mapper) -> None:
    category = catalog.category_of(change.stream)
    for version, event in enumerate(change.events, start=change.expected + 1):
        entry = catalog.BY_KIND[type(event)]
        if entry.category != category:
            raise ValueError(f"an event of type {entry.type} does not belong into a stream of category {category}")
        events.append(NewEvent(change.stream, version, new_event_id(), entry.type, await mapper.seal(event)))
