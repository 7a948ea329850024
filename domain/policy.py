"""What operators decide for everyone: how spikes are met, how the feed is ranked, which likes do not count. And the
hours, which fix what "as of" means."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from domain.errors import Invalid, NotFound, Outdated
from domain.fields import Id, Word
from domain.ids import shown
from domain.queue import PAID

SPIKE: Final = "policy_spike"
RANKER: Final = "policy_ranker"
LEADERBOARD: Final = "policy_leaderboard"
ACCOUNT_ZONE: Final = "account"
MOST_REASON: Final = 200
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


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


class RankerParameters(msgspec.Struct, frozen=True, kw_only=True):
    """What a for-you page is made of, besides weights. A video is fresh for so many days, until it was served to
    `fresh_below` accounts; one place in `protected_every` is kept for fresh ones. At most so many candidates come from
    each source (`affinity_limit`: from each character and topic), at most `size` are ranked. A decay is how much less
    each further repeat of an author, a family, a character counts than the one before; 1: all alike."""

    fresh_below: int = 100
    fresh_days: int = 7
    protected_every: int = 10
    follow_limit: int = 150
    hot_limit: int = 200
    affinity_limit: int = 15
    fresh_limit: int = 50
    size: int = 250
    author_decay: float = 1.0
    family_decay: float = 1.0
    character_decay: float = 1.0


class RankerChanged(msgspec.Struct, frozen=True, kw_only=True):
    """From now on for-you pages are ranked with these weights, by the name of a term, and these parameters. A term
    without a weight does not count."""

    ranker: Word
    weights: dict[Word, float]
    parameters: RankerParameters
    reason: Word
    by: Id


class RankerChangedV1(msgspec.Struct, frozen=True, kw_only=True):
    """As it was recorded while only the weights could be changed."""

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
    """Everything up to `positions` was recorded before `ended_at`, and whatever comes later was not: as of that hour a
    log ends there. A log that is missing had nothing yet. Found under the locks of all logs, so it is exact however
    late it is recorded; this event itself is behind the position of its own log."""

    ended_at: datetime
    positions: tuple[Reach, ...]


class SpikePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What counts now. As in `SpikePolicyChanged`; version 0 counts while no operator has said anything."""

    version: int = 0
    allowance: int = 400  # a hundred clips of four seconds
    zone: str = "UTC"
    paid_share: int = 80
    price_percent: int = 100
    free_concurrency: int = 20
    paid_concurrency: int = 40
    free_queue_limit: int | None = None
    reason: str = ""

    def concurrency(self, tier: str) -> int:
        return self.paid_concurrency if tier == PAID else self.free_concurrency


DEFAULT: Final = SpikePolicy()

# What an operator may set. Neither tier can be starved.
RANGES: Final[dict[str, tuple[int, int]]] = {
    "allowance": (0, 1_000_000),
    "paid_share": (5, 95),
    "price_percent": (10, 10_000),
    "free_concurrency": (1, 10_000),
    "paid_concurrency": (1, 10_000),
    "free_queue_limit": (0, 10_000_000),
}


# What an operator may set of a ranker: a place is left for what the sum decides, and candidates stay few.
RANKER_RANGES: Final[dict[str, tuple[float, float]]] = {
    "fresh_below": (0, 1_000_000),
    "fresh_days": (1, 30),
    "protected_every": (2, 1_000),
    "follow_limit": (0, 500),
    "hot_limit": (1, 500),
    "affinity_limit": (0, 50),
    "fresh_limit": (0, 200),
    "size": (10, 500),
    "author_decay": (0.0, 1.0),
    "family_decay": (0.0, 1.0),
    "character_decay": (0.0, 1.0),
}


class Ranker(msgspec.Struct, frozen=True, kw_only=True):
    """The rule of for-you pages. Version 0: the one that comes with the software."""

    version: int = 0
    ranker: str = ""
    weights: dict[str, float] = {}
    parameters: RankerParameters = RankerParameters()
    reason: str = ""


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """`accounts` count on no board, from `since` on."""

    correction_id: str
    accounts: tuple[str, ...]
    since: datetime
    reason: str


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """Those that stand, by id."""

    version: int = 0
    standing: dict[str, Correction] = {}


SpikeEvent = SpikePolicyChanged
RankerEvent = RankerChanged
CorrectionEvent = LeaderboardCorrected


def evolve(state: SpikePolicy, event: SpikeEvent, at: datetime) -> SpikePolicy:
    del state, at
    return SpikePolicy(**{name: getattr(event, name) for name in SpikePolicy.__struct_fields__})


def evolve_ranker(state: Ranker, event: RankerEvent, at: datetime) -> Ranker:
    del at
    return Ranker(
        version=state.version + 1,
        ranker=event.ranker,
        weights=event.weights,
        parameters=event.parameters,
        reason=event.reason,
    )


def evolve_corrections(state: Corrections, event: CorrectionEvent, at: datetime) -> Corrections:
    del at
    standing = {id_: each for id_, each in state.standing.items() if id_ != event.correction_id}
    if not event.undo:
        standing[event.correction_id] = Correction(
            correction_id=event.correction_id, accounts=event.accounts, since=event.since, reason=event.reason
        )
    return Corrections(version=state.version + 1, standing=standing)


def change(state: SpikePolicy, wanted: SpikePolicy, by: str, expected: int | None = None) -> list[SpikeEvent]:
    """`expected`: the version that its author has seen; None for whichever stands."""
    require_version(state.version, expected)
    for name, (low, high) in RANGES.items():
        _require_range(name, getattr(wanted, name), low, high)
    if wanted.zone != ACCOUNT_ZONE and not _ZONE.fullmatch(wanted.zone):
        raise no_zone()
    _require_reason(wanted.reason)
    fields = {name: getattr(wanted, name) for name in SpikePolicy.__struct_fields__}
    if fields == {**msgspec.structs.asdict(state), "version": wanted.version}:
        return []
    return [SpikePolicyChanged(**{**fields, "version": state.version + 1}, by=by)]


def change_ranker(
    state: Ranker,
    ranker: str,
    weights: dict[str, float],
    reason: str,
    by: str,
    expected: int | None = None,
    parameters: RankerParameters | None = None,
) -> list[RankerEvent]:
    """Which terms there are is known where pages are ranked; the caller has checked them. `parameters` None: those
    that count now."""
    require_version(state.version, expected)
    if not _NAME.fullmatch(ranker):
        raise Invalid("invalid_ranker", "`ranker` is 1 to 40 lower-case letters, digits, dots and hyphens.", "ranker")
    if not weights or not all(math.isfinite(weight) and abs(weight) <= 1_000 for weight in weights.values()):
        raise Invalid("invalid_weights", "`weights` are numbers from -1000 to 1000, by the name of a term.", "weights")
    parameters = parameters or state.parameters
    for name, (low, high) in RANKER_RANGES.items():
        if not low <= getattr(parameters, name) <= high:
            raise Invalid("invalid_parameters", f"`{name}` must be a number from {low} to {high}.", "parameters")
    _require_reason(reason)
    if (state.ranker, state.weights, state.parameters) == (ranker, weights, parameters):
        return []
    return [RankerChanged(ranker=ranker, weights=weights, parameters=parameters, reason=reason, by=by)]


def correct(
    state: Corrections, correction_id: str, accounts: Sequence[str], since: datetime, reason: str, by: str
) -> list[CorrectionEvent]:
    if correction_id in state.standing:
        return []
    if not 1 <= len(accounts) <= 1_000:
        raise Invalid("invalid_accounts", "`accounts` names 1 to 1000 accounts.", "accounts")
    _require_reason(reason)
    distinct = tuple(sorted(set(accounts)))
    fact = LeaderboardCorrected(
        correction_id=correction_id, accounts=distinct, since=since, undo=False, reason=reason, by=by
    )
    return [fact]


def undo_correction(state: Corrections, correction_id: str, reason: str, by: str) -> list[CorrectionEvent]:
    standing = state.standing.get(correction_id)
    if standing is None:
        raise NotFound(
            "correction_not_found", f"No correction {shown(correction_id, 'correction')} stands.", "correction_id"
        )
    _require_reason(reason)
    fact = LeaderboardCorrected(
        correction_id=correction_id,
        accounts=standing.accounts,
        since=standing.since,
        undo=True,
        reason=reason,
        by=by,
    )
    return [fact]


def require_version(version: int, expected: int | None) -> None:
    if expected is not None and expected != version:
        raise Outdated("outdated", f"It is at version {version} by now, not {expected}: read it and decide anew.")


def no_zone() -> Invalid:
    return Invalid("unknown_time_zone", "This is no time zone: use a name such as Europe/Berlin.", "zone")


def _require_range(name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise Invalid(f"invalid_{name}", f"`{name}` must be a whole number from {low} to {high}.", name)


def _require_reason(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= MOST_REASON:
        raise Invalid("invalid_reason", f"`reason` is what people are told: 1 to {MOST_REASON} characters.", "reason")
