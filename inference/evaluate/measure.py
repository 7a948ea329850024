"""Shares with their 95 % intervals, and the table that they are printed in."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Z = 1.959964  # 95 %, two-sided


class Share(msgspec.Struct, frozen=True):
    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else float("nan")

    def interval(self) -> tuple[float, float]:
        """Wilson's: right for small numbers and near 0 and 1."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.value
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.of + other.of)


NONE = Share(0, 0)


class Row(msgspec.Struct, frozen=True):
    """`gate`: the least share that passes; None = reported only. `floor` and `ceiling` are measured beside it."""

    name: str
    share: Share
    gate: float | None = None
    floor: Share | None = None
    ceiling: Share | None = None

    @property
    def passed(self) -> bool:
        return self.gate is None or (self.share.of > 0 and self.share.value >= self.gate)


def share_of(outcomes: Iterable[bool]) -> Share:
    told = list(outcomes)
    return Share(sum(told), len(told))


def table(rows: Sequence[Row]) -> str:
    wide = max(len(row.name) for row in rows)
    head = f"{'':{wide}}  {'share':>6}  {'95 %':13}  {'n':>5}  {'floor':>6}  {'ceiling':>7}  {'gate':>5}"
    return "\n".join([head, *(_line(row, wide) for row in rows)])


def _line(row: Row, wide: int) -> str:
    low, high = row.share.interval()
    verdict = "" if row.gate is None else "passed" if row.passed else "FAILED"
    gate = "" if row.gate is None else f"{row.gate:.2f}"
    return (
        f"{row.name:{wide}}  {row.share.value:6.3f}  {low:.3f}..{high:.3f}  {row.share.of:5}  {_plain(row.floor):>6}  "
        f"{_plain(row.ceiling):>7}  {gate:>5} {verdict}"
    ).rstrip()


def _plain(share: Share | None) -> str:
    return f"{share.value:.3f}" if share and share.of else "-"
