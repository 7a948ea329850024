"""What the HTTP edge needs from the outside. `recut/wiring.py` builds one `Deps`; adapters fit by shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

import msgspec

from api.reads import Reads
from commands.bus import Outcome
from commands.ports import Clock, EventStore, Ids, Models, Workers
from domain.queue import Progress
from domain.recorded import Origin, Position


class Dispatcher(Protocol):
    async def dispatch(self, command: Any, origin: Origin, *, repeatable: bool = False) -> Outcome: ...


class Store(EventStore, Protocol):
    @property
    def epoch(self) -> str: ...

    async def last_positions(self, account: str) -> tuple[Position, ...]:
        """Where the account's last command that changed something went to."""
        ...


class Jobs(Protocol):
    async def progress(self, video_id: str) -> Progress | None: ...


class Objects(Protocol):
    def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`. Raises FileNotFoundError or another OSError."""
        ...


class Keys(Protocol):
    async def find(self, key: str) -> tuple[str, str] | None:
        """The account and the role of an API key; None for an unknown or a revoked one."""
        ...


class Deps(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` signs tokens, sessions and media addresses: the same in every API process."""

    bus: Dispatcher
    store: Store
    reads: Reads
    models: Models
    workers: Workers
    jobs: Jobs
    objects: Objects
    keys: Keys
    clock: Clock
    ids: Ids
    secret: bytes
    public_url: str
    topic_prefix: str = "recut"
