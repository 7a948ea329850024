"""In-memory twins of the event store and of the key table, for tests: the same answers and the same refusals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Final, Self

from domain.catalog import CATEGORIES
from domain.errors import Conflict
from domain.policy import HourClosed, Reach
from domain.recorded import Answered, Append, Appended, Fact, Position, Recorded
from infra import hours
from infra.clock import utc_now
from infra.keys import Keyring
from infra.mapper import Mapper
from infra.migrate import SINGLE
from infra.prepared import NewEvent, Prepared, prepare
from infra.shards import Log, Shards

EPOCH: Final = "00000000-0000-4000-8000-000000000000"
MASTER: Final = bytes(range(32))


class MemoryKeyTable:
    def __init__(self) -> None:
        self.rows: dict[str, bytes | None] = {}

    async def read(self, accounts: Collection[str]) -> dict[str, bytes | None]:
        return {account: self.rows[account] for account in accounts if account in self.rows}

    async def add(self, account: str, wrapped: bytes) -> None:
        self.rows.setdefault(account, wrapped)

    async def destroy(self, account: str) -> None:
        self.rows[account] = None


class MemoryEventStore:
    """What `PostgresEventStore` is, without a database. `now` is the clock of `recorded_at`."""

    def __init__(
        self,
        mapper: Mapper | None = None,
        *,
        shards: int = 16,
        now: Callable[[], datetime] = utc_now,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._mapper = mapper or Mapper(Keyring(MemoryKeyTable(), MASTER))
        counts = {category: 1 if category in SINGLE else shards for category in CATEGORIES}
        self._shards = Shards(counts)
        self._now = now
        self._wake = wake
        self._logs: dict[Log, list[Recorded]] = {
            (category, shard): [] for category, count in counts.items() for shard in range(count)
        }
        self._streams: dict[str, list[Recorded]] = {}
        self._commands: dict[tuple[str, str], Answered] = {}
        self._last: dict[str, tuple[Position, ...]] = {}
        self._earliest = datetime.min.replace(tzinfo=UTC)  # that an event may be recorded

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    @property
    def epoch(self) -> str:
        return EPOCH

    async def append(self, append: Append) -> Appended | Answered:
        command = await prepare(append, self._mapper)
        # No await from here on: nobody sees half of it.
        if earlier := self._commands.get(command.id):
            return earlier
        if any(self._version(stream) != version for stream, version in command.expected.items()):
            raise Conflict("stream_moved", "Another command changed what this one relied on.")
        appended = self._write(command)
        for account in command.erases:
            await self._mapper.destroy(account)
        return appended

    async def load(self, stream: str, after: int = 0) -> list[Fact]:
        recorded = self._streams.get(stream, [])[after:]
        return [Fact(each, await self._mapper.open(each.type, each.data)) for each in recorded]

    async def first(self, streams: Sequence[str]) -> dict[str, Fact]:
        found = [self._streams[stream][0] for stream in streams if stream in self._streams]
        return {each.stream: Fact(each, await self._mapper.open(each.type, each.data)) for each in found}

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        return self._logs.get((category, shard), [])[after : after + limit]

    async def heads(self) -> list[Position]:
        return [Position(*log, len(events)) for log, events in sorted(self._logs.items())]

    async def epochs(self) -> list[tuple[str, Position]]:
        return [(EPOCH, Position(*log, 1)) for log in sorted(self._logs)]

    async def answered(self, account: str, key: str) -> Answered | None:
        return self._commands.get((account, key))

    async def last_positions(self, account: str) -> tuple[Position, ...]:
        return self._last.get(account, ())

    async def last_hour(self) -> datetime | None:
        if closed := await self.load(hours.STREAM):
            hour: HourClosed = closed[-1].event
            return hour.ended_at
        began = min((log[0].recorded_at for log in self._logs.values() if log), default=None)
        return hours.whole_hour(began) if began else None

    async def close_hour(self, ended_at: datetime) -> bool:
        closed = await self.load(hours.STREAM)
        if self._now() < ended_at or (closed and closed[-1].event.ended_at >= ended_at):
            return False
        reached = [
            Reach(category=category, shard=shard, position=bisect_left(events, ended_at, key=_stamp))
            for (category, shard), events in sorted(self._logs.items())
        ]
        event = HourClosed(ended_at=ended_at, positions=tuple(reach for reach in reached if reach.position))
        command = await prepare(hours.closing(event, len(closed)), self._mapper)
        # No await from here on. The event is later than everything before it, and nothing that follows it earlier.
        self._earliest = max([self._earliest, *(log[-1].recorded_at for log in self._logs.values() if log)])
        self._write(command)
        self._earliest = self._streams[hours.STREAM][-1].recorded_at
        return True

    def _version(self, stream: str) -> int:
        return len(self._streams.get(stream, ()))

    def _write(self, command: Prepared) -> Appended:
        relied_on = [self._logs[self._shards.log_of(stream)] for stream in command.expected]
        stamp = max([self._now(), self._earliest, *(log[-1].recorded_at for log in relied_on if log)])
        for event in command.events:
            recorded = self._recorded(command, event, stamp)
            self._logs[recorded.category, recorded.shard].append(recorded)
            self._streams.setdefault(event.stream, []).append(recorded)
        logs = sorted({self._shards.log_of(event.stream) for event in command.events})
        positions = tuple(Position(*log, len(self._logs[log])) for log in logs)
        origin = command.origin
        self._commands[command.id] = Answered(origin.request_hash, command.answer, EPOCH, positions)
        if positions:
            self._last[origin.account] = positions
            self._wake()
        return Appended(EPOCH, positions)

    def _recorded(self, command: Prepared, event: NewEvent, stamp: datetime) -> Recorded:
        origin = command.origin
        category, shard = self._shards.log_of(event.stream)
        return Recorded(
            epoch=EPOCH,
            category=category,
            shard=shard,
            position=len(self._logs[category, shard]) + 1,
            event_id=str(event.id),
            stream=event.stream,
            version=event.version,
            type=event.type,
            occurred_at=origin.occurred_at,
            recorded_at=stamp,
            actor=origin.account,
            causation=origin.causation,
            correlation=origin.correlation,
            traceparent=origin.traceparent,
            data=event.data,
        )


def _stamp(recorded: Recorded) -> datetime:
    return recorded.recorded_at
