"""What a kind of process is: how it lists the things that it is about, and what it does to each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from commands.work import Work
from domain.process import Item, ProcessStarted

# Ids in ascending order, after the given one, at most so many.
Listing = Callable[[Work, ProcessStarted, str, int], Awaitable[list[str]]]
# Reads one thing, changes it if need be, and says what happened.
Settle = Callable[[Work, ProcessStarted, str], Awaitable[Item]]
# Before the process starts: whether it has to.
Precondition = Callable[[Work, ProcessStarted], Awaitable[bool]]


async def always(work: Work, plan: ProcessStarted) -> bool:
    del work, plan
    return True


class Plan(msgspec.Struct, frozen=True):
    listing: Listing
    settle: Settle
    precondition: Precondition = always
