"""What the HTTP edge needs from the outside. `recut/wiring.py` builds one `Deps`; adapters fit by shape."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from api.reads import Reads
from commands.bus import Outcome
from commands.ports import Clock, EventStore, Ids, Models, Workers
from commands.work import World
from domain.enrolment import Enrolled
from domain.gauges import Reading
from domain.payment import Pack, Payment
from domain.provenance import Check
from domain.queue import Progress
from domain.recorded import Origin, Position
from domain.uploads import Look


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

    async def put_file(self, key: str, path: Path, mime: str) -> None:
        """All of the file or nothing is there under the key. Raises OSError."""
        ...

    async def delete(self, key: str) -> bool:
        """False when there was none."""
        ...


class Files(Protocol):
    """Who looks at the files of strangers, apart from everything else. Raises `Invalid` for one that cannot be used,
    with what to send instead, and `Unavailable` while too many others wait."""

    async def probe(self, file: Path) -> Look: ...

    async def enrol(self, file: Path) -> Enrolled: ...


class Keys(Protocol):
    async def find(self, key: str) -> tuple[str, str] | None:
        """The account and the role of an API key; None for an unknown or a revoked one."""
        ...

    def digest(self, key: str) -> bytes:
        """What may be kept of a key."""
        ...

    async def find_digest(self, digest: bytes) -> tuple[str, str] | None:
        """As `find`, of the key with this digest."""
        ...


class Provenance(Protocol):
    """Who finds out where files come from."""

    async def check(self, file: Path) -> Check:
        """Raises `Invalid` for a file that cannot be read at all, `Unavailable` while too many others wait."""
        ...


class Payments(Protocol):
    """Where credits are bought."""

    async def checkout(self, account_id: str, pack: Pack) -> str:
        """The page where the account pays for the pack. Raises `Unavailable`."""
        ...

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Payment | None:
        """What a webhook says was paid; None for other news. Raises `Invalid` for what the provider did not sign."""
        ...


class Reactions(Protocol):
    async def parked(self) -> int:
        """How many commands that follow from facts could not be given and wait for an operator."""
        ...


class Gauges(Protocol):
    """What operators watch. Raises `Unavailable` when the database stays out of reach."""

    async def read(self) -> Reading: ...

    async def stopped(self) -> list[str]:
        """Read models and others that take nothing any more, and say why in their log."""
        ...


class Deps(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` signs tokens, sessions and media addresses: the same in every API process. Without `payments` credits
    are only given, by admins. `world` is what commands are decided in, for questions that record nothing. Without
    `metrics_token` metrics are told to this machine only."""

    bus: Dispatcher
    world: World
    store: Store
    reads: Reads
    models: Models
    workers: Workers
    jobs: Jobs
    objects: Objects
    keys: Keys
    reactions: Reactions
    gauges: Gauges
    provenance: Provenance
    files: Files
    clock: Clock
    ids: Ids
    secret: bytes
    public_url: str
    payments: Payments | None = None
    packs: tuple[Pack, ...] = ()
    topic_prefix: str = "recut"
    metrics_token: str = ""
