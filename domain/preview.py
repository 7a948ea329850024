"""The dry run of a decision: what it would be about, and whether it still is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

# What may have been added since the moderator looked: more than this, and it is another decision.
GROWTH_PERCENT: Final = 10
GROWTH_ITEMS: Final = 5


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """Videos, counted. `others` are those that do not belong to the account that was asked about, `authors` how many
    accounts they all belong to, `hidden` those that something hides already."""

    drafts: int
    published: int
    deleted: int
    hidden: int
    others: int
    authors: int


def digest_of(subject: str, scope: str, ids: Sequence[str]) -> str:
    """The same for the same list, whoever makes it and whenever."""
    return hashlib.sha256("\n".join((subject, scope, *ids)).encode()).hexdigest()


def still_fits(seen: Sequence[str], now: Sequence[str]) -> bool:
    """The list has not changed since it was seen, or has only grown, by at most 10 % of what was seen or by 5,
    whichever is more. With anything gone it is another list."""
    return set(seen) <= set(now) and len(now) - len(seen) <= max(GROWTH_ITEMS, len(seen) * GROWTH_PERCENT // 100)
