"""Credits, by double entry: every event moves whole credits between accounts of the book, and its lines add up to
nothing. `free` and `paid` are the pockets of the wallet's owner, `held` is promised to a generation, `spent` is gone;
`allowance` and `sales` are where credits come from."""

from __future__ import annotations

from datetime import datetime
from typing import Final, assert_never

import msgspec

from domain.errors import IllegalState, Invalid, PaymentRequired
from domain.fields import Id, Word
from domain.ids import hold_of
from domain.policy import SpikePolicy
from domain.queue import FREE, PAID

MOST_CREDITS: Final = 10_000_000  # of one purchase or gift


class Line(msgspec.Struct, frozen=True, kw_only=True):
    account: Word  # free | paid | held | spent | allowance | sales
    amount: int


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """What every event of a wallet carries. `cause` says why in a word; the event's causation says by which fact."""

    account_id: Id
    lines: tuple[Line, ...]
    cause: Word

    def __post_init__(self) -> None:
        if sum(line.amount for line in self.lines) != 0:
            raise ValueError("the lines of a booking must add up to zero")


class AllowanceGranted(Booking, frozen=True, kw_only=True):
    """From now until `resets_at` the free pocket starts at `allowance`. `day` is the date in the zone of the policy."""

    day: Word
    resets_at: datetime
    allowance: int
    policy_version: int


class Purchased(Booking, frozen=True, kw_only=True):
    """Credits were bought, or given by an operator. `payment` names it at the provider: it counts once."""

    provider: Word
    payment: Word
    credits: int


class Held(Booking, frozen=True, kw_only=True):
    """Credits are set aside for a generation at a price that is fixed from here on. `factor_percent` is the part of the
    spike policy in it."""

    hold_id: Id
    video_id: Id
    tier: Word
    price: int
    factor_percent: int
    policy_version: int


class Settled(Booking, frozen=True, kw_only=True):
    """The generation was delivered: the held credits are spent."""

    hold_id: Id
    video_id: Id


class Released(Booking, frozen=True, kw_only=True):
    """Nothing was delivered: the held credits are back in the pocket they came from, as far as the allowance of a new
    day has not taken their place."""

    hold_id: Id
    video_id: Id


Event = AllowanceGranted | Purchased | Held | Settled | Released


class Hold(msgspec.Struct, frozen=True):
    """Credits that are promised to a generation which has not ended. `tier` is the pocket that they came from."""

    hold_id: str
    video_id: str
    tier: str
    price: int
    at: datetime


class Day(msgspec.Struct, frozen=True):
    """A date somewhere, and the moment at which the next one begins there."""

    date: str
    ends_at: datetime


class Wallet(msgspec.Struct, frozen=True):
    """Two pockets and the open holds, by video. `day` is the latest one that brought an allowance; no other is granted
    before `resets_at`. `granted_at` is when it came. `payments` are the ones that were counted."""

    free: int = 0
    paid: int = 0
    holds: dict[str, Hold] = {}
    day: str = ""
    resets_at: datetime | None = None
    allowance: int = 0
    granted_at: datetime | None = None
    payments: frozenset[str] = frozenset()

    @property
    def held(self) -> int:
        return sum(hold.price for hold in self.holds.values())

    def pocket(self, tier: str) -> int:
        return self.paid if tier == PAID else self.free

    def open_holds(self, tier: str) -> int:
        return sum(hold.tier == tier for hold in self.holds.values())


NOTHING: Final = Wallet()


def evolve(state: Wallet, event: Event, at: datetime) -> Wallet:
    moved = msgspec.structs.replace(state, free=state.free + into(event, FREE), paid=state.paid + into(event, PAID))
    match event:
        case AllowanceGranted():
            return msgspec.structs.replace(
                moved, day=event.day, resets_at=event.resets_at, allowance=event.allowance, granted_at=at
            )
        case Purchased():
            return msgspec.structs.replace(moved, payments=state.payments | {_payment(event.provider, event.payment)})
        case Held():
            hold = Hold(event.hold_id, event.video_id, event.tier, event.price, at)
            return msgspec.structs.replace(moved, holds={**state.holds, event.video_id: hold})
        case Settled() | Released():
            rest = {video_id: hold for video_id, hold in state.holds.items() if video_id != event.video_id}
            return msgspec.structs.replace(moved, holds=rest)
        case _:
            assert_never(event)


def grant(state: Wallet, account_id: str, policy: SpikePolicy, today: Day, now: datetime) -> list[Event]:
    """On a new day the free pocket is set to the allowance: what was left of yesterday's does not add up."""
    if not is_due(state, today, now):
        return []
    granted = AllowanceGranted(
        account_id=account_id,
        lines=_move("allowance", FREE, policy.allowance - state.free),
        cause="new_day",
        day=today.date,
        resets_at=today.ends_at,
        allowance=policy.allowance,
        policy_version=policy.version,
    )
    return [granted]


def is_due(state: Wallet, today: Day, now: datetime) -> bool:
    """A later date as well as a later time: moving to a zone where the next day has begun brings no second allowance
    of a day."""
    return state.resets_at is None or (now >= state.resets_at and today.date > state.day)


def grant_by_timer(state: Wallet, account_id: str, policy: SpikePolicy, today: Day, now: datetime) -> list[Event]:
    """Nothing for a pocket that is full: an account that does nothing is left alone until it does."""
    if state.free >= policy.allowance:
        return []
    return grant(state, account_id, policy, today, now)


def hold(state: Wallet, account_id: str, video_id: str, tier: str, price: int, policy: SpikePolicy) -> Held:
    """Out of a pocket that covers the price; `domain/admission.py` has chosen which."""
    if video_id in state.holds:
        raise IllegalState("already_held", f"Credits are held for {video_id} already.")
    if price < 1 or price > state.pocket(tier):
        raise PaymentRequired("insufficient_credits", f"This costs {price} {tier} credits.")
    return Held(
        account_id=account_id,
        lines=_move(tier, "held", price),
        cause="generation",
        hold_id=hold_of(video_id),
        video_id=video_id,
        tier=tier,
        price=price,
        factor_percent=policy.price_percent,
        policy_version=policy.version,
    )


def settle(state: Wallet, account_id: str, video_id: str, cause: str) -> list[Event]:
    held = state.holds.get(video_id)
    if held is None:
        return []
    lines = _move("held", "spent", held.price)
    return [Settled(account_id=account_id, lines=lines, cause=cause, hold_id=held.hold_id, video_id=video_id)]


def release(state: Wallet, account_id: str, video_id: str, cause: str) -> list[Event]:
    held = state.holds.get(video_id)
    if held is None:
        return []
    back = _comes_back(state, held)
    lines = (*_move("held", held.tier, back), *_move("held", "allowance", held.price - back))
    return [Released(account_id=account_id, lines=lines, cause=cause, hold_id=held.hold_id, video_id=video_id)]


def _comes_back(state: Wallet, held: Hold) -> int:
    """What is left of an earlier day's allowance does not add up to the present one's, held or not."""
    if held.tier != FREE or state.granted_at is None or held.at >= state.granted_at:
        return held.price
    return min(held.price, max(0, state.allowance - state.free))


def add(state: Wallet, account_id: str, provider: str, payment: str, credits: int, cause: str) -> list[Event]:
    """A payment counts once, however often its provider tells of it."""
    if not 1 <= credits <= MOST_CREDITS:
        raise Invalid("invalid_credits", f"`credits` must be a whole number from 1 to {MOST_CREDITS}.", "credits")
    if _payment(provider, payment) in state.payments:
        return []
    lines = _move("sales", PAID, credits)
    bought = Purchased(
        account_id=account_id, lines=lines, cause=cause, provider=provider, payment=payment, credits=credits
    )
    return [bought]


def _move(source: str, target: str, amount: int) -> tuple[Line, ...]:
    """No lines for nothing."""
    return (Line(account=source, amount=-amount), Line(account=target, amount=amount)) if amount else ()


def into(event: Booking, account: str) -> int:
    return sum(line.amount for line in event.lines if line.account == account)


def _payment(provider: str, payment: str) -> str:
    return f"{provider} {payment}"
