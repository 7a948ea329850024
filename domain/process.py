"""Work over many things that one decision causes: the end of a consent, a cascade, its reversal, an erasure. Its stream
is the plan, the progress and, in the end, the receipt."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.fields import Id, Word

KINDS: Final = ("revocation", "cascade", "reversal", "erasure")


class ProcessStarted(msgspec.Struct, frozen=True, kw_only=True):
    """`cause_id` is the decision or the process whose restrictions are set or lifted, `policy` how (for a revocation:
    freeze | hide_mine | hide_all; for a cascade: the scope)."""

    process_id: Id
    kind: Word
    subject: Id
    owner_id: Id
    cause_id: Id
    policy: Word
    rule: Word


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one thing. `was` is its situation before."""

    id: Id
    was: Word
    action: Word  # cancelled | hidden | kept | lifted | deleted | gone


class ItemsDone(msgspec.Struct, frozen=True, kw_only=True):
    """A step: its items in the order of their ids, all changed in the very transaction that recorded this."""

    process_id: Id
    items: tuple[Item, ...]


class ProcessFinished(msgspec.Struct, frozen=True, kw_only=True):
    """A look through everything found nothing left. `digest` is over all items: the receipt can be proved."""

    process_id: Id
    total: int
    digest: Word


Event = ProcessStarted | ItemsDone | ProcessFinished
