"""A command's effect as it goes to a store: events sealed, numbered within their streams and assigned to logs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from domain import catalog
from domain.ids import shard_of
from domain.recorded import Append, Change, Origin
from infra.clock import new_event_id
from infra.mapper import Mapper

Log = tuple[str, int]  # category, shard


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    log: Log
    stream: str
    version: int
    id: UUID
    type: str
    data: bytes


class Prepared(msgspec.Struct, frozen=True):
    """`expected` has the version of every stream that the command writes (`writes`) or relies on, `logs` their logs."""

    origin: Origin
    answer: bytes
    expected: dict[str, int]
    writes: tuple[str, ...]
    logs: tuple[Log, ...]
    events: tuple[NewEvent, ...]

    @property
    def id(self) -> tuple[str, str]:
        return self.origin.account, self.origin.key


class Preparer:
    def __init__(self, mapper: Mapper, shards: dict[str, int]) -> None:
        """`shards`: how many each category has."""
        self._mapper = mapper
        self._shards = shards

    async def prepare(self, append: Append) -> Prepared:
        changes, conditions = append.changes, append.conditions
        expected = {change.stream: change.expected for change in changes}
        expected.update((condition.stream, condition.version) for condition in conditions)
        if len(expected) != len(changes) + len(conditions):
            raise ValueError("a command names each stream once")
        logs = [self.log_of(stream) for stream in expected]
        events: list[NewEvent] = []
        for change, log in zip(changes, logs, strict=False):
            await self._add(events, change, log)
        writes = tuple([change.stream for change in changes])
        return Prepared(append.origin, append.answer, expected, writes, tuple(logs), tuple(events))

    def log_of(self, stream: str) -> Log:
        category = catalog.category_of(stream)
        return category, shard_of(stream, self._shards[category])

    async def _add(self, events: list[NewEvent], change: Change, log: Log) -> None:
        for version, event in enumerate(change.events, start=change.expected + 1):
            data = await self._mapper.seal(event)
            events.append(NewEvent(log, change.stream, version, new_event_id(), _type(event, log), data))


def _type(event: Any, log: Log) -> str:
    entry = catalog.BY_KIND[type(event)]
    if entry.category != log[0]:
        raise ValueError(f"an event of type {entry.type} does not belong into a stream of category {log[0]}")
    return entry.type
