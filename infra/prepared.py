"""A command's effect as it goes to a store: events sealed, numbered within their streams and assigned to logs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain import catalog
from domain.ids import shard_of
from domain.recorded import Append, Change, Origin
from infra.clock import new_event_id
from infra.mapper import Mapper

Log = tuple[str, int]  # category, shard


@dataclass(frozen=True, slots=True)
class NewEvent:
    log: Log
    stream: str
    version: int
    id: UUID
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """`expected` has the version of every stream that the command writes (`writes`) or relies on."""

    origin: Origin
    answer: bytes
    expected: dict[str, int]
    writes: frozenset[str]
    logs: frozenset[Log]
    events: list[NewEvent]

    @property
    def id(self) -> tuple[str, str]:
        return self.origin.account, self.origin.key


class Preparer:
    def __init__(self, mapper: Mapper, shards: dict[str, int]) -> None:
        """`shards`: how many each category has."""
        self._mapper = mapper
        self._shards = shards

    async def prepare(self, append: Append) -> Prepared:
        expected = {change.stream: change.expected for change in append.changes}
        expected.update({condition.stream: condition.version for condition in append.conditions})
        if len(expected) != len(append.changes) + len(append.conditions):
            raise ValueError("a command names each stream once")
        logs = {stream: self.log_of(stream) for stream in expected}
        return Prepared(
            append.origin,
            append.answer,
            expected,
            frozenset(change.stream for change in append.changes),
            frozenset(logs.values()),
            [event for change in append.changes for event in await self._events(change, logs[change.stream])],
        )

    def log_of(self, stream: str) -> Log:
        category = catalog.category_of(stream)
        return category, shard_of(stream, self._shards[category])

    async def _events(self, change: Change, log: Log) -> list[NewEvent]:
        return [
            NewEvent(
                log, change.stream, version, new_event_id(), self._type(event, log), await self._mapper.seal(event)
            )
            for version, event in enumerate(change.events, start=change.expected + 1)
        ]

    def _type(self, event: object, log: Log) -> str:
        entry = catalog.BY_KIND[type(event)]  # type: ignore[index]
        if entry.category != log[0]:
            raise ValueError(f"an event of type {entry.type} does not belong into a stream of category {log[0]}")
        return entry.type
