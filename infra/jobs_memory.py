"""The twin of `Jobs` in memory, for tests: the same rules, checked by the same suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.jobs import Bundle
from domain.queue import ACCOUNT_CAP, Claim, Lost, Progress, Seat, Standing, Waiting
from infra.job_seal import new_key
from infra.jobs import ALIVE, GUESS, LATEST, LEASE, MOST_WAITING, Beat

WAITING = ("queued", "dispatched")
UNDER_WAY = ("dispatched", "claimed")


@dataclass
class Row:
    tier: str
    account_id: str
    bundle: Bundle
    created_at: datetime
    key: bytes | None = field(default_factory=new_key)
    state: str = "queued"
    worker: str | None = None
    lease_until: datetime | None = None
    dispatched_at: datetime | None = None
    claimed_at: datetime | None = None
    reported_at: datetime | None = None
    closed_at: datetime | None = None
    step: int = 0
    of: int = 0
    cancel: bool = False

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.created_at, self.bundle.video_id)


@dataclass
class Worker:
    models: tuple[str, ...]
    slots: int
    partitions: dict[str, tuple[int, ...]]
    seen_at: datetime


class MemoryJobs:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rows: dict[tuple[str, int], Row] = {}
        self._workers: dict[str, Worker] = {}

    async def enqueue(self, *, account_id: str, tier: str, bundle: Bundle) -> None:
        earlier = [row.created_at for (video_id, _), row in self._rows.items() if video_id == bundle.video_id]
        row = Row(tier, account_id, bundle, min(earlier, default=self._now()))
        self._rows.setdefault((bundle.video_id, bundle.attempt), row)

    async def close(self, video_id: str, attempt: int) -> None:
        for (video, number), row in self._rows.items():
            if video == video_id and number <= attempt:
                row.state, row.key, row.closed_at = "closed", None, row.closed_at or self._now()

    async def cancel(self, video_id: str) -> None:
        for (video, _), row in self._rows.items():
            row.cancel |= video == video_id and row.state != "closed"

    async def forget(self) -> None:
        """Nothing in memory grows old."""

    async def key(self, video_id: str, attempt: int) -> bytes | None:
        row = self._rows.get((video_id, attempt))
        return row.key if row else None

    async def progress(self, video_id: str) -> Progress | None:
        attempts = [(number, row) for (video, number), row in self._rows.items() if video == video_id]
        if not attempts:
            return None
        attempt, row = max(attempts, key=lambda numbered: numbered[0])
        line = sorted(
            other.order
            for other in self._rows.values()
            if (other.tier, other.bundle.model) == (row.tier, row.bundle.model) and other.state in WAITING
        )
        place = line.index(row.order) + 1 if row.state in WAITING else 0
        return Progress(attempt=attempt, state=row.state, step=row.step, of=row.of, place=place, waiting=len(line))

    async def standing(self, model: str, tier: str) -> Standing:
        rows = [row for row in self._rows.values() if row.bundle.model == model]
        waiting = sum(row.tier == tier and row.state in WAITING for row in rows)
        times = [
            (row.reported_at, (row.reported_at - row.claimed_at).total_seconds())
            for row in rows
            if row.reported_at and row.claimed_at
        ]
        latest = [seconds for _, seconds in sorted(times, reverse=True)[:LATEST]]
        slots = sum(worker.slots for worker in self._alive().values() if model in worker.models)
        return Standing(waiting, sum(latest) / len(latest) if latest else GUESS, slots)

    async def seats(self) -> list[Seat]:
        seats = []
        for name, worker in self._alive().items():
            held = Counter(row.state for row in self._rows.values() if row.worker == name)
            idle = worker.slots - held["claimed"]
            room = idle + 1 - held["dispatched"]
            seats.append(Seat(worker=name, models=worker.models, room=room, idle=idle, partitions=worker.partitions))
        return [seat for seat in seats if seat.room > 0]

    async def waiting(self, models: Sequence[str]) -> list[Waiting]:
        of_account: Counter[tuple[str, str, str]] = Counter()
        of_model: Counter[tuple[str, str]] = Counter()
        found = []
        for row in sorted(self._rows.values(), key=lambda row: row.order):
            if row.state == "queued" and row.bundle.model in models:
                line = (row.tier, row.bundle.model)
                of_account[*line, row.account_id] += 1
                if of_account[*line, row.account_id] <= 4 * ACCOUNT_CAP:
                    of_model[line] += 1
                    if of_model[line] <= MOST_WAITING:
                        found.append(_waiting(row))
        return found

    async def under_way(self) -> dict[str, int]:
        return dict(Counter(row.account_id for row in self._rows.values() if row.state in UNDER_WAY))

    async def dispatch(self, video_id: str, attempt: int, worker: str) -> bool:
        row = self._rows[video_id, attempt]
        if row.state != "queued":
            return False
        row.state, row.worker, row.dispatched_at = "dispatched", worker, self._now()
        return True

    async def take_back(self, video_id: str, attempt: int) -> None:
        row = self._rows[video_id, attempt]
        if row.state == "dispatched":
            row.state, row.worker, row.dispatched_at = "queued", None, None

    async def put_back_overlooked(self, after: timedelta) -> int:
        busy = {name for name, worker in self._alive().items() if self._claimed_by(name) >= worker.slots}
        overlooked = [
            identity
            for identity, row in self._rows.items()
            if row.state == "dispatched"
            and row.dispatched_at is not None
            and row.dispatched_at < self._now() - after
            and row.worker not in busy
        ]
        for identity in overlooked:
            await self.take_back(*identity)
        return len(overlooked)

    async def claim(self, video_id: str, attempt: int, worker: str) -> Claim | None:
        row = self._rows.get((video_id, attempt))
        if row is None or row.state not in WAITING or row.cancel or row.key is None:
            return None
        row.state, row.worker, row.lease_until, row.step, row.of = "claimed", worker, self._now() + LEASE, 0, 0
        row.claimed_at = self._now()
        return Claim(row.bundle, row.key, row.tier, (self._now() - self._waits_since(row)).total_seconds())

    def _waits_since(self, row: Row) -> datetime:
        of = row.bundle
        ended = [
            other.closed_at
            for other in self._rows.values()
            if other.bundle.video_id == of.video_id and other.bundle.attempt < of.attempt and other.closed_at
        ]
        return max(ended, default=row.created_at)

    async def beat(self, video_id: str, attempt: int, worker: str, step: int, of: int) -> Beat:
        row = self._held(video_id, attempt, worker)
        if row is None:
            return "cancel" if self._was_cancelled(video_id, attempt, worker) else "lost"
        row.lease_until, row.step, row.of = self._now() + LEASE, step, of
        return "cancel" if row.cancel else "go on"

    async def reported(self, video_id: str, attempt: int, worker: str) -> None:
        row = self._held(video_id, attempt, worker)
        if row and row.lease_until and row.lease_until > self._now():
            row.state, row.lease_until = "reported", self._now() + timedelta(days=6)
            row.reported_at = self._now()

    async def hello(
        self,
        worker: str,
        *,
        models: Sequence[str],
        engine: str,
        slots: int,
        busy: int,
        partitions: Mapping[str, Sequence[int]],
    ) -> None:
        del engine, busy
        reads = {tier: tuple(numbers) for tier, numbers in partitions.items()}
        self._workers[worker] = Worker(tuple(models), slots, reads, self._now())

    async def goodbye(self, worker: str) -> None:
        self._workers.pop(worker, None)
        for identity in [identity for identity, row in self._rows.items() if row.worker == worker]:
            await self.take_back(*identity)

    async def live(self, model: str) -> bool:
        return any(model in worker.models for worker in self._alive().values())

    async def reopen(self, video_id: str, attempt: int) -> None:
        row = self._rows.get((video_id, attempt))
        if row and row.state in ("claimed", "reported"):
            row.lease_until = self._now()

    async def lost(self) -> list[Lost]:
        return [
            Lost(video_id, attempt, row.worker or "")
            for (video_id, attempt), row in self._rows.items()
            if row.state in ("claimed", "reported") and row.lease_until is not None and row.lease_until < self._now()
        ]

    def _held(self, video_id: str, attempt: int, worker: str) -> Row | None:
        row = self._rows.get((video_id, attempt))
        return row if row and row.state == "claimed" and row.worker == worker else None

    def _was_cancelled(self, video_id: str, attempt: int, worker: str) -> bool:
        row = self._rows.get((video_id, attempt))
        return row is not None and row.state == "closed" and row.worker == worker and row.cancel

    def _claimed_by(self, worker: str) -> int:
        return sum(row.state == "claimed" and row.worker == worker for row in self._rows.values())

    def _alive(self) -> dict[str, Worker]:
        return {name: worker for name, worker in self._workers.items() if worker.seen_at > self._now() - ALIVE}


def _waiting(row: Row) -> Waiting:
    bundle = row.bundle
    return Waiting(
        video_id=bundle.video_id,
        attempt=bundle.attempt,
        tier=row.tier,
        account_id=row.account_id,
        model=bundle.model,
    )
