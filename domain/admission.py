"""Whether a generation may begin, in which tier, and what to tell who asks: pure, from the policy, the wallet and the
lines before the workers."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

import msgspec

from domain.errors import Invalid, Limited, PaymentRequired, Unavailable
from domain.policy import SpikePolicy
from domain.queue import FREE, PAID, TIERS
from domain.wallet import Wallet

SHORTEST_WAIT: Final = 2.0
LONGEST_WAIT: Final = 600.0


class Line(msgspec.Struct, frozen=True):
    """Who waits before the workers of a model: how many in each tier, the seconds that one job takes, and how many
    the workers make at a time."""

    free: int
    paid: int
    seconds_each: float
    slots: int

    def waiting(self, tier: str) -> int:
        return self.paid if tier == PAID else self.free


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """`place` counts from 1 in the line of the tier; `reason` is for people."""

    tier: str
    price: int
    place: int
    wait_seconds: int
    reason: str


def admit(policy: SpikePolicy, wanted: str | None, wallet: Wallet, price: int, line: Line) -> Admission:
    """`wanted` None: a free one while the allowance covers it, else a paid one. The wallet has today's allowance.

    Raises `PaymentRequired`, `Limited` or `Unavailable`, each with what to do about it.
    """
    tier = _tier(wanted, wallet, price)
    _require_credits(tier, wanted, wallet, price)
    _require_room(policy, tier, wallet, line)
    _require_short_line(policy, tier, line)
    wait = wait_seconds(policy, tier, line)
    return Admission(
        tier=tier,
        price=price,
        place=line.waiting(tier) + 1,
        wait_seconds=wait,
        reason=explain(policy, tier, line),
    )


def wait_seconds(policy: SpikePolicy, tier: str, line: Line) -> int:
    """An estimate: those of the own tier, and those of the other one whose turns come in between."""
    own, other = line.waiting(tier), line.waiting(FREE if tier == PAID else PAID)
    share = policy.paid_share if tier == PAID else 100 - policy.paid_share
    between = min(other, (own + 1) * (100 - share) // share)
    return math.ceil((own + between) / max(1, line.slots) * line.seconds_each)


def explain(policy: SpikePolicy, tier: str, line: Line) -> str:
    """Why it takes how long; empty when there is nothing to wait for."""
    wait = wait_seconds(policy, tier, line)
    if wait == 0:
        return ""
    place = f"Yours is number {line.waiting(tier) + 1}, about {wait} s"
    if tier == PAID:
        return f"{_why(policy, 'paid')}{place}."
    paid = wait_seconds(policy, PAID, line)
    sooner = "a paid one would start now" if paid == 0 else f"a paid one would start in about {paid} s"
    return f"{_why(policy, 'free')}{place}{f'; {sooner}' if paid < wait else ''}."


def _why(policy: SpikePolicy, tier: str) -> str:
    return f"The {tier} queue is long because: {policy.reason}. " if policy.reason else f"The {tier} queue is long. "


def _tier(wanted: str | None, wallet: Wallet, price: int) -> str:
    if wanted is None:
        return FREE if wallet.free >= price else PAID
    if wanted not in TIERS:
        raise Invalid("invalid_tier", f"`tier` is not one of {', '.join(TIERS)}.", "tier")
    return wanted


def _require_credits(tier: str, wanted: str | None, wallet: Wallet, price: int) -> None:
    if wallet.pocket(tier) >= price:
        return
    if wanted is None:
        has = f"{wallet.free} free and {wallet.paid} paid credits are left"
    else:
        has = f"{wallet.pocket(tier)} {tier} credits are left"
    resets = (
        f" The free allowance is {wallet.allowance} again at {_moment(wallet.resets_at)}." if _waits(wanted) else ""
    )
    raise PaymentRequired("insufficient_credits", f"This costs {price} credits; {has}.{resets} Credits can be bought.")


def _waits(wanted: str | None) -> bool:
    return wanted != PAID


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at else "the next day"


def _require_room(policy: SpikePolicy, tier: str, wallet: Wallet, line: Line) -> None:
    limit = policy.concurrency(tier)
    if wallet.open_holds(tier) >= limit:
        message = f"{limit} {tier} generations of yours are under way, which is the limit: wait until one has ended."
        raise Limited("too_many_running", message, retry_after=_bounded(line.seconds_each))


def _require_short_line(policy: SpikePolicy, tier: str, line: Line) -> None:
    limit = policy.free_queue_limit
    if tier != FREE or limit is None or line.free < limit:
        return
    because = f" because: {policy.reason}" if policy.reason else ""
    paid = wait_seconds(policy, PAID, line)
    sooner = "now" if paid == 0 else f"in about {paid} s"
    message = f"The free queue is full{because}. Try again later; a paid one would start {sooner}."
    excess = (line.free - limit + 1) / max(1, line.slots) * line.seconds_each
    raise Unavailable("demand_spike", message, retry_after=_bounded(excess))


def _bounded(seconds: float) -> float:
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
