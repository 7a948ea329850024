"""Where in a topic to go on reading. What counts is the position in each record's header; an offset is a hint.

Along a partition the positions of those records that count rise by one, or fall back when the relay repeats itself. So
between a record at or below a position and a later one above it, there is one at exactly the next position: that makes
halving safe. A record that does not count, as it is from a future that a restore has lost, says nothing about what lies
before or behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from streams.consumer import Log, Progress


class Probe(Protocol):
    """A look into the topics, apart from the group that reads them."""

    async def bounds(self, logs: Iterable[Log]) -> Mapping[Log, tuple[int, int]]:
        """The first offset of each log's partition, and the one behind the last."""
        ...

    async def positions(self, offsets: Mapping[Log, int]) -> Mapping[Log, int | None]:
        """The position in the record at this offset of each log; None for a record that is not an event of the log's
        history: no event at all, or one of a future that a restore has lost."""
        ...


class _Search:
    """The record at `low` is at or below what is done (or before the topic), the one at `high` is not (or the end)."""

    def __init__(self, begin: int, end: int, done: Progress) -> None:
        self._done = done.position
        self.low, self.high = begin - 1, end
        # In a topic without repeats, position n lies at offset n - 1.
        hint = done.offset if done.offset is not None else done.position
        self._guesses = [done.position, done.position - 1, hint, hint - 1]

    @property
    def middle(self) -> int:
        while self._guesses:
            guess = self._guesses.pop()
            if self.low < guess < self.high:
                return guess
        return (self.low + self.high) // 2

    def learn(self, offset: int, position: int | None) -> None:
        # What does not count is taken as above: to begin earlier is always safe.
        if position is not None and position <= self._done:
            self.low = max(self.low, offset)
        else:
            self.high = min(self.high, offset)

    @property
    def is_over(self) -> bool:
        return self.high - self.low <= 1


async def find(probe: Probe, done: Mapping[Log, Progress]) -> dict[Log, int]:
    """Per log the offset of the first record that is not done, or the end when all are. All logs in each round."""
    bounds = await probe.bounds(done)
    searches = {log: _Search(*bounds[log], progress) for log, progress in done.items()}
    fresh = {log for log, progress in done.items() if progress.position == 0}
    while asked := {log: s.middle for log, s in searches.items() if not s.is_over and log not in fresh}:
        for log, position in (await probe.positions(asked)).items():
            searches[log].learn(asked[log], position)
    return {log: bounds[log][0] if log in fresh else search.high for log, search in searches.items()}
