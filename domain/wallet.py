"""Credits, by double entry: every event moves whole credits between accounts of the book, and its lines add up to
nothing. `free` and `paid` are the pockets of the wallet's owner, `held` is promised to a generation, `spent` is gone;
`allowance` and `sales` are where credits come from."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.fields import Id, Word


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
    """Nothing was delivered: the held credits are back in the pocket they came from."""

    hold_id: Id
    video_id: Id


Event = AllowanceGranted | Purchased | Held | Settled | Released
