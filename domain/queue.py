"""The queue of generation jobs as its readers see it, and the rule of who is next.

The rows lie in a table beside the log: they are work, not history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from domain.jobs import Bundle

PAID: Final = "paid"
FREE: Final = "free"
TIERS: Final = (PAID, FREE)
# While others wait, an account has at most so many jobs under way.
ACCOUNT_CAP: Final = 2


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was not given to a worker yet."""

    video_id: str
    attempt: int
    tier: str
    account_id: str
    model: str


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A live worker: how many tickets it may be sent, how many jobs it could begin at once, and the partitions of each
    tier's topic that it reads."""

    worker: str
    models: tuple[str, ...]
    room: int
    idle: int
    partitions: dict[str, tuple[int, ...]]


class Dispatch(msgspec.Struct, frozen=True):
    job: Waiting
    worker: str


class Claim(msgspec.Struct, frozen=True):
    """What a worker gets for a ticket. `key` seals its reports; for `waited` seconds nobody worked on the job."""

    bundle: Bundle
    key: bytes
    tier: str = FREE
    waited: float = 0.0


class Lost(msgspec.Struct, frozen=True):
    """An attempt whose worker went silent."""

    video_id: str
    attempt: int
    worker: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """The latest attempt at a video. While it waits, `place` counts from 1 among the `waiting` jobs of its tier and
    model; afterwards it is 0. `step` of `of` is how far the worker got."""

    attempt: int
    state: str
    step: int
    of: int
    place: int
    waiting: int


class Standing(msgspec.Struct, frozen=True):
    """The line of a tier before a model's workers: how many wait, how many seconds one job took lately, and how many
    the workers make at a time."""

    waiting: int
    seconds_each: float
    slots: int


class Turns:
    """Remembers whose turn it is between two rounds. While both tiers wait, `paid_share` percent of the turns are paid
    ones; each turn adds to what free jobs are owed, so that no share below 100 starves them."""

    def __init__(self, paid_share: int) -> None:
        self.paid_share = paid_share
        self._owed = 0

    def order(self, paid: bool, free: bool) -> str | None:
        """The tier that is next, given which ones have a job that can start."""
        if not (paid and free):
            return PAID if paid else FREE if free else None
        self._owed += 100 - self.paid_share
        if self._owed < 100:
            return PAID
        self._owed -= 100
        return FREE


def choose(waiting: list[Waiting], under_way: dict[str, int], seats: list[Seat], turns: Turns) -> list[Dispatch]:
    """What to send to whom. `waiting` is in order of age, `under_way` counts jobs by account.

    Nobody's room stays empty while work waits: the cap of an account only decides who goes first.
    """
    hall = _Hall(seats)
    counts = Counter(under_way)
    capped = _fill(waiting, counts, hall, turns, ACCOUNT_CAP)
    sent = {dispatch.job.video_id for dispatch in capped}
    rest = [job for job in waiting if job.video_id not in sent]
    return capped + _fill(rest, counts, hall, turns, None)


def _fill(waiting: list[Waiting], counts: Counter[str], hall: _Hall, turns: Turns, cap: int | None) -> list[Dispatch]:
    queues = {tier: [job for job in waiting if job.tier == tier] for tier in TIERS}
    sent = []

    def first(tier: str) -> Waiting | None:
        fits = (job for job in queues[tier] if cap is None or counts[job.account_id] < cap)
        return next((job for job in fits if hall.best(job)), None)

    while tier := turns.order(first(PAID) is not None, first(FREE) is not None):
        job = first(tier)
        assert job is not None
        queues[tier].remove(job)
        counts[job.account_id] += 1
        sent.append(Dispatch(job, hall.take(job)))
    return sent


class _Hall:
    """The seats while jobs are given out."""

    def __init__(self, seats: list[Seat]) -> None:
        self._seats = {seat.worker: seat for seat in seats}
        self._room = {seat.worker: seat.room for seat in seats}
        self._idle = {seat.worker: seat.idle for seat in seats}

    def best(self, job: Waiting) -> str | None:
        """The worker that would begin the job soonest."""
        return max(self._able(job), key=lambda worker: (self._idle[worker], self._room[worker], worker), default=None)

    def take(self, job: Waiting) -> str:
        worker = self.best(job)
        assert worker is not None
        self._room[worker] -= 1
        self._idle[worker] -= 1
        return worker

    def _able(self, job: Waiting) -> Iterator[str]:
        for worker, seat in self._seats.items():
            if self._room[worker] > 0 and job.model in seat.models and seat.partitions.get(job.tier):
                yield worker
