"""The envelope of an event, and the messages between a command and the event store."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

SYSTEM: Final = "system"  # the actor of what no account asked for


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it lies in the log. `data` is the JSON of its sealed form.

    `position` counts from 1 without holes within (category, shard); `version` counts from 1 within the stream.
    `occurred_at` is the client's side of the story, `recorded_at` the store's: monotone within a log.
    """

    epoch: str
    category: str
    shard: int
    position: int
    event_id: str
    stream: str
    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    causation: str
    correlation: str
    traceparent: str
    data: bytes


class Fact(msgspec.Struct, frozen=True):
    """A recorded event with its decoded, opened form."""

    recorded: Recorded
    event: Any


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Who and what caused a command. `key` is unique within `account`: the command's id."""

    account: str
    key: str
    request_hash: bytes
    occurred_at: datetime
    causation: str
    correlation: str
    traceparent: str = ""


class Change(msgspec.Struct, frozen=True):
    """New events of one stream, whose version must be `expected` (0 = the stream must not exist)."""

    stream: str
    expected: int
    events: tuple[Any, ...]


class Condition(msgspec.Struct, frozen=True):
    """A stream that the decision relied on without changing it: it must still be at this version."""

    stream: str
    version: int


class Append(msgspec.Struct, frozen=True):
    """One command's effect: all or nothing, over several streams. Without changes it only records its answer."""

    origin: Origin
    changes: tuple[Change, ...]
    conditions: tuple[Condition, ...]
    answer: bytes  # JSON, what a repeat of the command is answered with


class Position(msgspec.Struct, frozen=True, order=True):
    category: str
    shard: int
    position: int


class Appended(msgspec.Struct, frozen=True):
    """Where the events went: the last position per log that was touched, and the epoch."""

    epoch: str
    positions: tuple[Position, ...]


class Answered(msgspec.Struct, frozen=True):
    """The command was seen before: what was answered then. `positions` as of that command."""

    request_hash: bytes
    answer: bytes
    epoch: str
    positions: tuple[Position, ...]
