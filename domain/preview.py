"""The dry run of a decision: what it would be about, and whether it still is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from domain.recorded import Position

# What may have been added since the moderator looked: more than this, and it is another decision.
GROWTH_PERCENT: Final = 10
GROWTH_ITEMS: Final = 5


class Share(msgspec.Struct, frozen=True):
    """How many of the videos belong to one account."""

    account_id: str
    videos: int


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """Videos, counted. `others` are those that do not belong to the account that was asked about, `authors` how many
    accounts they all belong to, `hidden` those that something hides already.

    `kinds` counts by how they were made, `distances` by the steps down from the subject, `top_authors` has the accounts
    with the most of them. Views are no facts, so they are not counted: `served` is how many of the videos a feed has
    shown to anybody.
    """

    drafts: int
    published: int
    deleted: int
    hidden: int
    others: int
    authors: int
    kinds: Mapping[str, int] = {}
    distances: Mapping[int, int] = {}
    top_authors: Sequence[Share] = ()
    served: int = 0


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision would be about, as of `positions`. `sample` has the first ids of it."""

    digest: str
    total: int
    census: Census
    sample: Sequence[str]
    positions: Sequence[Position]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a preview: with the positions the list can be made again as it was."""

    digest: str
    subject: str
    scope: str
    total: int
    positions: Sequence[Position]


class Recount(msgspec.Struct, frozen=True):
    """The digest of what is there now and was there as of a preview's positions, and how many there are now."""

    digest: str
    total: int


def digest_of(subject: str, scope: str, ids: Sequence[str]) -> str:
    """The same for the same list, whoever makes it and whenever."""
    return hashlib.sha256("\n".join((subject, scope, *ids)).encode()).hexdigest()


def still_fits(seen: Seen, now: Recount) -> bool:
    """The list has not changed since it was seen, or has only grown, by at most 10 % of what was seen or by 5,
    whichever is more. With anything gone it is another list."""
    growth = now.total - seen.total
    return now.digest == seen.digest and growth <= max(GROWTH_ITEMS, seen.total * GROWTH_PERCENT // 100)
