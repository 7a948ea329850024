"""What the write side needs from the outside. Adapters fit by shape; `recut/wiring.py` is where the fit is checked."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.model import Model
from domain.recorded import Answered, Append, Appended, Fact


class EventStore(Protocol):
    async def append(self, append: Append) -> Appended | Answered:
        """All events of the command, or none, durable on return. `Answered` when the command id was seen before.

        Raises `Conflict` when a stream is not at the version that the command expects or relies on, and
        `Unavailable` when the queue is full or the database cannot be reached. A lost connection is resolved
        inside by sending the same append again: the command id makes that safe.
        """
        ...

    async def load(self, stream: str) -> list[Fact]:
        """The stream's events in order of version, sealed fields opened; empty when nothing was recorded."""
        ...

    async def answered(self, account: str, key: str) -> Answered | None:
        """What the command with this id was answered with, if it was seen before."""
        ...


class Models(Protocol):
    async def installed(self) -> list[Model]:
        """The registered models, current to within a second."""
        ...


class Workers(Protocol):
    async def live(self, model: str) -> bool:
        """Whether a worker that can run this model was heard of lately."""
        ...


class Impressions(Protocol):
    async def served(self, account_id: str, video_id: str) -> bool:
        """Whether a feed page with this video was served to the account."""
        ...


class Clock(Protocol):
    def now(self) -> datetime: ...


class Ids(Protocol):
    def new(self, prefix: str) -> str: ...

    def seed(self) -> int:
        """A fresh random seed, 0 .. 2**31 - 1."""
        ...
