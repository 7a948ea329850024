"""What operators decide for everyone: how spikes are met, how the feed is ranked, which likes do not count. And the
hours, which fix what "as of" means."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.fields import Id, Word


class SpikePolicyChanged(msgspec.Struct, frozen=True, kw_only=True):
    """From now on. `allowance` is in credits a day, whose days begin at midnight in `zone` (an IANA name, or "account"
    for the account's own). While both tiers wait, `paid_share` percent of the turns are paid ones; `price_percent`
    multiplies prices. An account has at most so many generations open at a time per tier. With more than
    `free_queue_limit` free jobs waiting, no further free one is taken. `reason` is shown to users."""

    version: int
    allowance: int
    zone: Word
    paid_share: int
    price_percent: int
    free_concurrency: int
    paid_concurrency: int
    free_queue_limit: int | None
    reason: Word
    by: Id


class RankerChanged(msgspec.Struct, frozen=True, kw_only=True):
    """From now on for-you pages are ranked with these weights."""

    ranker: Word
    weights: dict[Word, float]
    reason: Word
    by: Id


class LeaderboardCorrected(msgspec.Struct, frozen=True, kw_only=True):
    """Likes and remixes of these accounts do not count on any board, from `since` on; `undo` makes them count again."""

    correction_id: Id
    accounts: tuple[Id, ...]
    since: datetime
    undo: bool
    reason: Word
    by: Id


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """A log up to and including a position."""

    category: Word
    shard: int
    position: int


class HourClosed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything up to `positions` belongs to the hour that ended at `ended_at` or to an earlier one; whatever comes
    later does not. Written under the locks of all logs."""

    ended_at: datetime
    positions: tuple[Reach, ...]


SpikeEvent = SpikePolicyChanged
RankerEvent = RankerChanged
CorrectionEvent = LeaderboardCorrected
HourEvent = HourClosed
