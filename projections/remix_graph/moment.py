"""A past moment of the graph: an instant, or a position in each log.

Everything in the tables carries the place of its event, so that "was it known then" is one condition. A log's times
grow with its positions, so an instant is a position in each log, too. A moment in the middle of a catch-up may know a
child and not its parent: the graph is then shown as it was, without the paths through what was missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from domain.recorded import Position

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_ALL: Final = 2**63 - 1


class Moment(msgspec.Struct, frozen=True):
    """Either an instant, or positions: logs that are not named were at 0."""

    instant: datetime | None = None
    positions: tuple[Position, ...] = ()

    @classmethod
    def of(cls, given: datetime | Sequence[Position]) -> Moment:
        return cls(instant=given) if isinstance(given, datetime) else cls(positions=tuple(given))

    @classmethod
    def latest(cls) -> Moment:
        """All that is known."""
        return cls(instant=_NEVER)

    def values(self) -> dict[str, Any]:
        """Parameters of the conditions below."""
        by_instant = self.instant is not None
        return {
            "instant": self.instant or _NEVER,
            "video": [] if by_instant else _by_shard(self.positions, "video"),
            "moderation": [] if by_instant else _by_shard(self.positions, "moderation"),
            "beyond": _ALL if by_instant else 0,
        }

    @property
    def name(self) -> str:
        """Tells moments apart in cursors."""
        logs = " ".join(f"{at.category}/{at.shard}:{at.position}" for at in sorted(self.positions))
        return self.instant.isoformat() if self.instant else logs


def _by_shard(positions: Iterable[Position], category: str) -> list[int]:
    found = {at.shard: at.position for at in positions if at.category == category}
    return [found.get(shard, 0) for shard in range(max(found, default=-1) + 1)]


def known(row: str, prefix: str = "", *, shard: str = "", category: str = "video") -> str:
    """SQL: what the columns `<prefix>position` and `<prefix>at` of the row tell of had happened."""
    log = shard or f"{row}.shard"
    return (
        f"({row}.{prefix}at <= %(instant)s and {row}.{prefix}position"
        f" <= coalesce((%({category})s::bigint[])[{log}::int + 1], %(beyond)s::bigint))"
    )


def standing(row: str, since: str = "since_", *, shard: str = "", category: str = "video") -> str:
    """SQL: it had begun, and had not ended."""
    begun = known(row, since, shard=shard, category=category)
    ended = known(row, "until_", shard=shard, category=category)
    return f"({begun} and ({row}.until_position is null or not {ended}))"
