"""How far a consumer is behind, in a few numbers: events, the age of the oldest of them, how fast it goes, when it will
be there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

import msgspec

from domain.gauges import Lag

WINDOW_SECONDS: Final = 10.0


class Behind(msgspec.Struct, frozen=True):
    """`done` of `total` events; `seconds` is the age of the oldest that was not taken, 0.0 when all were."""

    consumer: str
    done: int
    total: int
    seconds: float

    @property
    def events(self) -> int:
        return self.total - self.done


def summary(lags: Iterable[Lag]) -> list[Behind]:
    """Over all logs of each consumer, by name."""
    found: dict[str, list[Lag]] = {}
    for lag in lags:
        found.setdefault(lag.consumer, []).append(lag)
    return [
        Behind(name, sum(lag.position for lag in of), sum(lag.head for lag in of), max(lag.seconds for lag in of))
        for name, of in sorted(found.items())
    ]


class Pace:
    """Of one consumer, over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, at: float, done: int) -> None:
        """`at` in seconds of any clock that does not jump."""
        self._seen.append((at, done))
        while self._seen[0][0] < at - WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def rate(self) -> float:
        """Events per second."""
        (begin, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / (end - begin) if end > begin else 0.0

    def eta(self, events: int) -> float | None:
        """Seconds until so many more are taken; None while none are."""
        if events <= 0:
            return 0.0
        return events / self.rate if self.rate > 0 else None
