"""A file against its manifest against the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from domain.errors import Unavailable
from domain.provenance import Check, Known, Reading, compare
from inference.provenance.sandbox import read_apart

AT_ONCE: Final = 2  # files that are read beside each other
MOST_WAITING: Final = 8


class Log(Protocol):
    async def films(self, video_ids: Sequence[str], marks: Sequence[str]) -> list[Known]:
        """The films with these ids, and those with these marks."""
        ...


class Checker:
    """`anchors`: PEM of the certificates that are trusted."""

    def __init__(self, mark_key: bytes, anchors: str, log: Log) -> None:
        self._mark_key = mark_key
        self._anchors = anchors
        self._log = log
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def check(self, file: Path) -> Check:
        """Raises `Invalid` for a file that cannot be read at all, `Unavailable` while too many others wait."""
        if self._waiting >= MOST_WAITING:
            raise Unavailable("too_many_checks", "Too many files are being checked: try again.", retry_after=10)
        self._waiting += 1
        try:
            async with self._turns:
                reading = await read_apart(file, self._mark_key, self._anchors)
        finally:
            self._waiting -= 1
        return compare(reading, await self._log.films(named(reading), marked(reading)))


def named(reading: Reading) -> list[str]:
    return [reading.manifest.video_id] if reading.manifest.video_id else []


def marked(reading: Reading) -> list[str]:
    claimed = [reading.manifest.mark_id] if reading.manifest.mark_id else []
    return sorted({*reading.picture, *reading.sound, *claimed})
