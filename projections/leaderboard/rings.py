"""Rings: two authors who like five or more of each other's videos. Followed by looking again at the pairs whose likes
have changed; how many likes a pair has is kept nowhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from projections.db import Connection, columns
from projections.leaderboard.boards import RING
from projections.leaderboard.votes import stands

Pair = tuple[str, str]  # account, author


def follow(conn: Connection, pairs: Collection[Pair], moment: str) -> None:
    """`pairs`: whose likes have come or ended."""
    broken, made = look(conn, pairs, moment)
    if broken:
        conn.execute(_FORGET, columns(broken, 2))
    if made:
        conn.execute(_INSERT, columns(made, 2))


def look(conn: Connection, pairs: Collection[Pair], moment: str) -> tuple[list[Pair], list[Pair]]:
    """Of these pairs: those that stand in `rings` and are none at that moment, and those that are one and do not stand
    there. Each twice, once for either author."""
    asked = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    if not asked:
        return [], []
    one, other = columns(asked, 2)
    found = conn.execute(_LOOK.encode(), {"one": one, "other": other, "moment": moment}).fetchall()
    broken = [pair for one, other, is_ring in found if not is_ring for pair in ((one, other), (other, one))]
    made = [pair for one, other, is_ring in found if is_ring for pair in ((one, other), (other, one))]
    return sorted(broken), sorted(made)


def _likes(account: str, author: str) -> str:
    return f"""(
        select count(*) from (
            select from (select at as since, * from likes) v
            where v.account_id = {account} and v.owner_id = {author} and {stands("%(moment)s::timestamptz")}
            limit {RING}
        ) as likes_of_pair
    ) = {RING}"""  # noqa: S608 - constants


_LOOK: Final = f"""
    select one, other, is_ring
    from (
        select one, other, case when {_likes("one", "other")} then {_likes("other", "one")} else false end as is_ring
        from unnest(%(one)s::text[], %(other)s::text[]) as pair (one, other)
    ) as pair
    where is_ring <> exists (select from rings where author = one and voter = other)
"""  # noqa: S608 - constants
_FORGET: Final = """
    delete from rings using unnest(%s::text[], %s::text[]) as pair (author, voter)
    where rings.author = pair.author and rings.voter = pair.voter
"""
_INSERT: Final = "insert into rings (author, voter) select * from unnest(%s::text[], %s::text[])"
