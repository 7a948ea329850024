"""What a batch has changed, so that only that is counted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import msgspec

from projections.leaderboard.boards import Kind

Bucket = tuple[str, int]  # id, hour


class Touched(msgspec.Struct, frozen=True):
    """`buckets` by board; `flipped`: what a board may list since, or not any more."""

    buckets: defaultdict[str, set[Bucket]]
    flipped: defaultdict[Kind, set[str]]

    def add(self, board: str, rows: Iterable[tuple[str, datetime]]) -> None:
        self.buckets[board].update((id_, hour(at)) for id_, at in rows)


def nothing() -> Touched:
    return Touched(defaultdict(set), defaultdict(set))


def hour(at: datetime) -> int:
    """Whole hours since 1970."""
    return int(at.timestamp()) // 3600
