"""How far a fill is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from streams.lag import Pace

if TYPE_CHECKING:
    from types import TracebackType

PLAIN_EVERY: Final = 5.0


class Bar(AbstractContextManager["Bar"]):
    """To be told how many events each batch has brought. `total` is what was known when it began: under load, more
    come."""

    def __init__(self, name: str, total: int) -> None:
        self.done = 0
        self._name, self._total = name, total
        self._began = self._told = time.monotonic()
        self._pace = Pace()
        self._pace.note(self._began, 0)
        self._rich = _columns() if sys.stdout.isatty() else None

    def __enter__(self) -> Self:
        if self._rich:
            self._rich.start()
            self._task = self._rich.add_task(self._name, total=self._total, rate=0.0, left=self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rich:
            self._rich.stop()

    def tell(self, events: int) -> None:
        self.done += events
        now = time.monotonic()
        self._pace.note(now, self.done)
        if self._rich:
            self._rich.update(self._task, completed=self.done, rate=self._pace.rate, left=self._left)
        elif now > self._told + PLAIN_EVERY:
            self._told = now
            print(self._line(), flush=True)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def _left(self) -> int:
        return max(0, self._total - self.done)

    def _line(self) -> str:
        eta = self._pace.eta(self._left)
        there = "" if eta is None else f", there in {eta:,.0f} s"
        return f"{self._name}: {self.done:,} events, {self._pace.rate:,.0f} events/s, {self._left:,} behind{there}"


def _columns() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} events"),
        TextColumn("{task.fields[rate]:,.0f} events/s"),
        TextColumn("{task.fields[left]:,} behind, ETA"),
        TimeRemainingColumn(),
        console=Console(),
    )
