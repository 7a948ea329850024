"""`recut lag`: how far every consumer of the log is behind, once or again and again."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table

from domain.gauges import Health, Lag
from streams.lag import Behind, Pace, summary

EVERY_SECONDS: Final = 1.0
COLUMNS: Final = ("consumer", "events", "behind", "lag", "events/s", "ETA", "dead letters")


class Gauges(Protocol):
    async def lags(self) -> list[Lag]: ...
    async def health(self) -> list[Health]: ...


class Line(msgspec.Struct, frozen=True):
    """What is told of one consumer. `seconds` is the age of the oldest event that it has not taken; `logs` are those
    in which it is behind."""

    consumer: str
    done: int
    behind: int
    seconds: float
    rate: float | None
    eta: float | None
    dead_letters: int
    stopped: bool
    logs: list[Lag]

    @property
    def cells(self) -> tuple[str, ...]:
        rate = "" if self.rate is None else f"{self.rate:,.0f}"
        eta = "" if self.eta is None or not self.behind else f"{self.eta:,.0f} s"
        told = "stopped" if self.stopped else str(self.dead_letters)
        return self.consumer, f"{self.done:,}", f"{self.behind:,}", f"{self.seconds:,.1f} s", rate, eta, told


class Board:
    """Remembers what it has seen, so that it can tell how fast everyone goes. `only`: these consumers."""

    def __init__(self, gauges: Gauges, only: Sequence[str] = ()) -> None:
        self._gauges = gauges
        self._only = only
        self._paces: dict[str, Pace] = {}

    async def read(self) -> list[Line]:
        lags, health = await self._gauges.lags(), await self._gauges.health()
        behind = {each.consumer: each for each in summary(lags)}
        return [
            self._line(
                behind.get(each.consumer, Behind(each.consumer, 0, 0, 0.0)),  # nothing was recorded for it yet
                each,
                [lag for lag in lags if lag.consumer == each.consumer],
            )
            for each in health
            if not self._only or each.consumer in self._only
        ]

    def _line(self, behind: Behind, health: Health, lags: list[Lag]) -> Line:
        again = behind.consumer in self._paces
        pace = self._paces.setdefault(behind.consumer, Pace())
        pace.note(time.monotonic(), behind.done)
        return Line(
            consumer=behind.consumer,
            done=behind.done,
            behind=behind.events,
            seconds=behind.seconds,
            rate=pace.rate if again else None,
            eta=pace.eta(behind.events) if again else None,
            dead_letters=health.dead_letters,
            stopped=health.stopped,
            logs=[lag for lag in lags if lag.events],
        )


def text(lines: Iterable[Line]) -> str:
    """For logs and pipes."""
    told = []
    for line in lines:
        name, done, behind, seconds, rate, eta, letters = line.cells
        pace = f", {rate} events/s" + (f", there in {eta}" if eta else "") if rate else ""
        told.append(f"{name}: {done} events, {behind} behind, lag {seconds}{pace}, dead letters: {letters}")
        told += [f"  {lag.category}/{lag.shard}: {lag.events} behind, lag {lag.seconds:.1f} s" for lag in line.logs]
    return "\n".join(told) or "The log is empty."


def table(lines: Iterable[Line]) -> Table:
    found = Table(*COLUMNS, box=None, pad_edge=False)
    for column in found.columns[1:]:
        column.justify = "right"
    for line in lines:
        style = "bold red" if line.stopped else "yellow" if line.behind or line.dead_letters else ""
        found.add_row(*line.cells, style=style)
    return found


async def once(gauges: Gauges, *, as_json: bool) -> None:
    lines = await Board(gauges).read()
    if as_json:
        print(msgspec.json.encode(lines).decode())
    elif sys.stdout.isatty():
        Console().print(table(lines))
    else:
        print(text(lines))


async def follow(board: Board, tell: Callable[[str], None], *, every: float = EVERY_SECONDS) -> None:
    """Until cancelled: a table that changes on a terminal, else what has changed, line by line."""
    if sys.stdout.isatty():
        with Live(console=Console(), refresh_per_second=4) as live:
            await _again(board, lambda lines: live.update(table(lines)), every)
    told: dict[str, tuple[int, int]] = {}

    def tell_changes(lines: list[Line]) -> None:
        changed = [line for line in lines if told.get(line.consumer) != (line.done, line.dead_letters)]
        told.update({line.consumer: (line.done, line.dead_letters) for line in lines})
        if changed:
            tell(text(msgspec.structs.replace(line, logs=[]) for line in changed))

    await _again(board, tell_changes, every)


async def _again(board: Board, show: Callable[[list[Line]], None], every: float) -> None:
    while True:
        show(await board.read())
        await asyncio.sleep(every)
