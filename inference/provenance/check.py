"""A file against its manifest against the log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from domain.provenance import Check, Known, Reading, compare
from inference.provenance.reading import Asked
from inference.sandbox import Sandbox


class Log(Protocol):
    async def films(self, video_ids: Sequence[str], marks: Sequence[str]) -> list[Known]:
        """The films with these ids, and those with these marks."""
        ...


class Checker:
    """`anchors`: PEM of the certificates that are trusted."""

    def __init__(self, sandbox: Sandbox, mark_key: bytes, anchors: str, log: Log) -> None:
        self._sandbox = sandbox
        self._mark_key = mark_key
        self._anchors = anchors
        self._log = log

    async def check(self, file: Path) -> Check:
        """Raises as `Sandbox.ask`."""
        reading = await self._sandbox.ask("origin", Asked(str(file), self._mark_key, self._anchors), Reading)
        return compare(reading, await self._log.films(named(reading), marked(reading)))


def named(reading: Reading) -> list[str]:
    return [reading.manifest.video_id] if reading.manifest.video_id else []


def marked(reading: Reading) -> list[str]:
    claimed = [reading.manifest.mark_id] if reading.manifest.mark_id else []
    return sorted({*reading.picture, *reading.sound, *claimed})
