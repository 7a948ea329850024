"""What the streams need from the outside. Adapters fit by shape; `recut/wiring.py` is where the fit is checked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from domain.jobs import Bundle
from domain.policy import SpikePolicy
from domain.queue import Lost, Seat, Waiting
from domain.recorded import Position, Recorded
from domain.timers import Timer

Headers = list[tuple[str, bytes]]


class Admin(Protocol):
    """Topics of the cluster. Blocking: used before anything runs."""

    def partitions(self) -> dict[str, int]:
        """How many partitions each topic has."""
        ...

    def configs(self, names: Sequence[str]) -> dict[str, dict[str, str]]: ...

    def create(self, topics: Sequence[tuple[str, int, dict[str, str]]], replication: int) -> None:
        """(name, partitions, config) each. A topic that exists meanwhile is no error; all are usable on return."""
        ...


class Log(Protocol):
    """The event store as the relay reads it."""

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]: ...

    async def heads(self) -> list[Position]:
        """The last position of every log, 0 for an empty one."""
        ...

    async def epochs(self) -> list[tuple[str, Position]]:
        """Each epoch with the first position that it owns in each log, in the order in which the epochs began."""
        ...


class Cursors(Protocol):
    """How far each log was published, and the right to publish."""

    async def lead(self) -> None:
        """Returns when this process is the one relay. Whatever ends the connection ends the leadership, and every
        later call fails."""
        ...

    async def wait(self, seconds: float) -> None:
        """Until somebody has committed events, or so long."""
        ...

    async def backlog(self) -> list[Position]:
        """The cursor of each log that has newer events."""
        ...

    async def all(self) -> dict[tuple[str, int], int]:
        """The cursor of each log that has one."""
        ...

    async def store(self, published: Sequence[Recorded]) -> None:
        """Moves the cursor of each event's log to the event, in one statement; back too."""
        ...

    async def reset(self, category: str, shard: int) -> None:
        """Back to the beginning."""
        ...


class Message(NamedTuple):
    """A record to be written. Without a partition the key chooses, as Java clients do."""

    topic: str
    partition: int | None
    key: str
    value: bytes
    headers: Headers


class Publisher(Protocol):
    async def send(self, messages: Sequence[Message]) -> None:
        """Returns when all brokers that must have all messages have them, in order.

        Raises `Unavailable` on the first one that may be missing. Then the others may or may not be in, but none
        of them is sent any more: the caller decides from where to go on.
        """
        ...


class Tails(Protocol):
    async def tails(self, partitions: Mapping[str, int]) -> dict[tuple[str, int], Headers]:
        """The headers of the last record of each (topic, partition); an empty partition is missing. `partitions`
        says how many each topic has."""
        ...

    def backwards(self, topic: str, partition: int) -> AsyncGenerator[Sequence[Headers], None]:
        """The headers of all records of a partition, in blocks, from the last one to the first."""
        ...


class Incoming(Protocol):
    """A record that was read."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes: ...
    @property
    def at(self) -> datetime:
        """When it was written."""
        ...


class Subscription(Protocol):
    """A member of a consumer group."""

    async def poll(self, seconds: float) -> Incoming | None:
        """The next record, or None when there is none within `seconds`. To be called again and again: who does not
        call, is taken for dead."""
        ...

    async def commit(self, topic: str, partition: int, offset: int) -> None:
        """Everything before `offset` is done. Best effort: what is not stored comes again."""
        ...


class Jobs(Protocol):
    """The job table. See `infra/jobs.py`."""

    async def enqueue(self, *, account_id: str, tier: str, bundle: Bundle) -> None: ...
    async def close(self, video_id: str, attempt: int) -> None: ...
    async def cancel(self, video_id: str) -> None: ...
    async def key(self, video_id: str, attempt: int) -> bytes | None: ...
    async def seats(self) -> list[Seat]: ...
    async def waiting(self, models: Sequence[str]) -> list[Waiting]: ...
    async def under_way(self) -> dict[str, int]: ...
    async def dispatch(self, video_id: str, attempt: int, worker: str) -> bool: ...
    async def take_back(self, video_id: str, attempt: int) -> None: ...
    async def put_back_overlooked(self, after: timedelta) -> int: ...
    async def reopen(self, video_id: str, attempt: int) -> None: ...
    async def lost(self) -> list[Lost]: ...
    async def goodbye(self, worker: str) -> None: ...
    async def forget(self) -> None: ...


class Policies(Protocol):
    async def spike(self) -> SpikePolicy:
        """What counts now, current to within a second."""
        ...


class Files(Protocol):
    async def delete_prefix(self, prefix: str) -> int: ...

    async def put(self, key: str, data: bytes, mime: str) -> None:
        """Durable on return; takes the place of what was there."""
        ...


class Stored(Protocol):
    """A file in the object store."""

    @property
    def key(self) -> str: ...
    @property
    def bytes(self) -> int: ...


class Shelf(Protocol):
    """The object store, for who cleans up."""

    def older(self, prefix: str, than: datetime) -> AsyncIterator[Sequence[Stored]]:
        """All files below the folder `prefix` that were written before `than`, in batches, in no order."""
        ...

    async def delete(self, key: str) -> bool:
        """False when there was none."""
        ...


class Edge(Protocol):
    async def forget(self, account_id: str) -> None:
        """No key of the account counts any more, its name stands for nobody, and the feed remembers nothing of it.
        Harmless when repeated."""
        ...


class TimerTable(Protocol):
    """Commands that wait for their time. See `infra/timers.py`."""

    async def put(self, timer: Timer, *, at_once: bool) -> None: ...
    async def due(self, now: datetime, limit: int) -> list[Timer]: ...
    async def done(self, key: str) -> None: ...
    async def refuse(self, key: str, code: str) -> None: ...
    async def postpone(self, timer: Timer, code: str, until: datetime, *, failed: bool) -> None: ...
    async def park(self, timer: Timer, code: str) -> None: ...
    async def forget(self) -> None: ...


class Hours(Protocol):
    """The event store, which knows the hours that were closed."""

    async def last_hour(self) -> datetime | None: ...
    async def close_hour(self, ended_at: datetime) -> bool: ...


class Unseal(Protocol):
    def __call__(self, key: bytes, sealed: bytes, about: str) -> bytes:
        """Raises ValueError for anything that was not sealed with this key about this."""
        ...


class Clock(Protocol):
    def now(self) -> datetime: ...
