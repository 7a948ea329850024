"""Who remixed a video: each account once, in the hour of its first remix that stands. Which one that is changes when
it is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from projections.db import Connection, columns
from projections.leaderboard.boards import MOST_REMIXED
from projections.leaderboard.touched import Touched

Pair = tuple[str, str]  # parent, remixer


class Remix(msgspec.Struct, frozen=True):
    at: datetime
    child: str
    until: datetime | None
    parent_owner: str


class First(msgspec.Struct, frozen=True):
    """`remix` was the first one standing, from `since` until it ended."""

    since: datetime
    remix: Remix


def recount(conn: Connection, pairs: Collection[Pair], touched: Touched) -> None:
    """From the remixes of the pairs as they are now."""
    if not pairs:
        return
    named = columns(sorted(pairs), 2)
    remixes: defaultdict[Pair, list[Remix]] = defaultdict(list)
    for parent, remixer, *rest in conn.execute(_REMIXES, named).fetchall():
        remixes[parent, remixer].append(Remix(*rest))
    touched.add(MOST_REMIXED, conn.execute(_FORGET, named).fetchall())
    rows = [
        (*pair, first.since, first.remix.parent_owner, first.remix.child, first.remix.at, first.remix.until)
        for pair, each in sorted(remixes.items())
        for first in firsts(each)
    ]
    if rows:
        conn.execute(_INSERT, columns(rows, 7))
        touched.add(MOST_REMIXED, ((row[0], row[5]) for row in rows))


def firsts(remixes: Sequence[Remix]) -> Iterator[First]:
    """What was the first one, from each change on. A remix stands after `at`, up to and including `until`."""
    left = sorted((each for each in remixes if each.until != each.at), key=lambda each: (each.at, each.child))
    since: datetime | None = None
    while left:
        first = left[0]
        yield First(first.at if since is None or first.at > since else since, first)
        if first.until is None:
            return
        since = first.until
        left = [each for each in left if each.until is None or each.until > since]


_REMIXES: Final = """
    select parent, remixer, at, child, until, parent_owner
    from remixes join unnest(%s::text[], %s::text[]) as pair (parent, remixer) using (parent, remixer)
"""
_FORGET: Final = """
    delete from remixers using unnest(%s::text[], %s::text[]) as pair (parent, remixer)
    where remixers.parent = pair.parent and remixers.remixer = pair.remixer
    returning remixers.parent, remixers.at
"""
_INSERT: Final = """
    insert into remixers (parent, remixer, since, parent_owner, child, at, until)
    select * from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::timestamptz[],
        %s::timestamptz[])
"""
