"""A file against its manifest against the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from domain.provenance import Check, Known, Reading, compare
from inference.provenance.sandbox import read_apart

AT_ONCE: Final = 2  # files of strangers that are read in one process of ours


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

    async def check(self, file: Path) -> Check:
        """Raises `sandbox.Unreadable`."""
        async with self._turns:
            reading = await read_apart(file, self._mark_key, self._anchors)
        return compare(reading, await self._log.films(named(reading), marked(reading)))


def named(reading: Reading) -> list[str]:
    return [reading.manifest.video_id] if reading.manifest.video_id else []


def marked(reading: Reading) -> list[str]:
    claimed = [reading.manifest.mark_id] if reading.manifest.mark_id else []
    return sorted({*reading.picture, *reading.sound, *claimed})
