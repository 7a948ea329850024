"""The twin of `TimerTable` in memory, for tests: the same rules, checked by the same suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from domain.timers import Refusal, Timer, Troubled

LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)
KEPT: Final = timedelta(days=30)


@dataclass
class Row:
    timer: Timer
    try_at: datetime
    last_error: str | None = None
    state: str = "due"

    @property
    def place(self) -> tuple[datetime, str]:
        return self.timer.due_at, self.timer.key


class MemoryTimers:
    """`now` is the clock of the table, by which refusals grow old."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rows: dict[str, Row] = {}
        self._refused: dict[str, Refusal] = {}

    async def put(self, timer: Timer, *, at_once: bool) -> None:
        self._rows.setdefault(timer.key, Row(timer, LONG_AGO if at_once else timer.due_at))

    async def due(self, now: datetime, limit: int) -> list[Timer]:
        first: dict[str, Row] = {}
        for row in sorted(self._live(), key=lambda row: row.place):
            first.setdefault(row.timer.subject, row)
        ready = sorted((row for row in first.values() if row.try_at <= now), key=lambda row: (row.try_at, *row.place))
        return [row.timer for row in ready[:limit]]

    async def done(self, key: str) -> None:
        self._rows.pop(key, None)

    async def refuse(self, key: str, code: str) -> None:
        if row := self._rows.pop(key, None):
            at = self._now()
            self._refused[key] = Refusal(
                key=key, command=row.timer.command, subject=row.timer.subject, code=code, at=at
            )

    async def postpone(self, timer: Timer, code: str, until: datetime, *, failed: bool) -> None:
        if row := self._as_seen(timer):
            self._count(row, code, failed)
            row.try_at = until

    async def park(self, timer: Timer, code: str) -> None:
        if row := self._as_seen(timer):
            self._count(row, code, True)
            row.state = "parked"

    async def forget(self) -> None:
        oldest = self._now() - KEPT
        self._refused = {key: refusal for key, refusal in self._refused.items() if refusal.at >= oldest}

    async def parked(self) -> int:
        return sum(row.state == "parked" for row in self._rows.values())

    async def troubled(self, limit: int) -> list[Troubled]:
        rows = [row for row in self._rows.values() if _is_troubled(row)]
        ordered = sorted(rows, key=lambda row: (row.state == "due", *row.place))
        return [_troubled(row) for row in ordered[:limit]]

    async def refusals(self, limit: int) -> list[Refusal]:
        by_key = sorted(self._refused.values(), key=lambda refusal: refusal.key)
        return sorted(by_key, key=lambda refusal: refusal.at, reverse=True)[:limit]

    async def retry(self, key: str) -> bool:
        row = self._rows.get(key)
        if row is None or not _is_troubled(row):
            return False
        self._rows[key] = Row(msgspec.structs.replace(row.timer, attempts=0, failures=0), LONG_AGO)
        return True

    async def drop(self, key: str) -> bool:
        return self._rows.pop(key, None) is not None

    def _live(self) -> list[Row]:
        return [row for row in self._rows.values() if row.state == "due"]

    def _as_seen(self, timer: Timer) -> Row | None:
        row = self._rows.get(timer.key)
        return row if row and row.state == "due" and row.timer.attempts == timer.attempts else None

    def _count(self, row: Row, code: str, failed: bool) -> None:
        timer = row.timer
        row.timer = msgspec.structs.replace(timer, attempts=timer.attempts + 1, failures=timer.failures + failed)
        row.last_error = code


def _is_troubled(row: Row) -> bool:
    return row.state == "parked" or row.timer.attempts > 0


def _troubled(row: Row) -> Troubled:
    timer = row.timer
    return Troubled(
        key=timer.key,
        command=timer.command,
        subject=timer.subject,
        due_at=timer.due_at,
        attempts=timer.attempts,
        last_error=row.last_error,
        state=row.state,
    )
