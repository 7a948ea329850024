"""The facts of each board in one shape, a vote: for whom (`id`), by whom (`voter`), in which moment it came (`at`),
from when to when it stood (`since`, `until`), what may exclude it, and which event it was.

The texts are parts of statements. `{T}` stands for an instant, a parameter; 'infinity' is now.
"""

from __future__ import annotations

from typing import Final

from projections.leaderboard.boards import (
    BIGGEST_FAMILIES,
    MOST_LIKED,
    MOST_REMIXED,
    MOST_USED_CHARACTERS,
    TOP_CREATORS,
)

_YOUNG: Final = "coalesce({0}.at - accounts.opened_at < interval '1 day', false)"
_LIKES: Final = """
    select {id} as id, account_id as voter, at, at as since, until, account_id = owner_id as own, young, not_served,
        shard, position
    from {{s}}likes
"""
VOTES: Final = {
    MOST_LIKED: _LIKES.format(id="video_id"),
    TOP_CREATORS: _LIKES.format(id="owner_id"),
    MOST_REMIXED: f"""
        select r.parent as id, r.remixer as voter, r.at, r.since, r.until, r.remixer = r.parent_owner as own,
            {_YOUNG.format("r")} as young, false as not_served, videos.shard, videos.position
        from {{s}}remixers r
        left join {{s}}accounts on accounts.id = r.remixer left join {{s}}videos on videos.id = r.child
    """,  # noqa: S608 - constants
    BIGGEST_FAMILIES: f"""
        select m.root as id, m.owner_id as voter, m.at, m.at as since, m.until,
            coalesce(m.owner_id = root.owner_id, false) as own, {_YOUNG.format("m")} as young, false as not_served,
            m.shard, m.position
        from {{s}}videos m
        left join {{s}}accounts on accounts.id = m.owner_id left join {{s}}videos root on root.id = m.root
        where m.parent is not null
    """,  # noqa: S608 - constants
    MOST_USED_CHARACTERS: f"""
        select u.character_id as id, u.account_id as voter, u.at, u.at as since, u.until,
            coalesce(u.account_id = characters.owner_id, false) as own, {_YOUNG.format("u")} as young,
            false as not_served, videos.shard, videos.position
        from {{s}}uses u
        left join {{s}}accounts on accounts.id = u.account_id
        left join {{s}}characters on characters.id = u.character_id left join {{s}}videos on videos.id = u.video_id
    """,  # noqa: S608 - constants
}
# Whose videos the likes are for, where likes are counted.
AUTHOR: Final = {
    MOST_LIKED: "(select owner_id from {s}videos where videos.id = place.id)",
    TOP_CREATORS: "place.id",
}
CATEGORY: Final = dict.fromkeys((MOST_REMIXED, BIGGEST_FAMILIES, MOST_USED_CHARACTERS), "video") | dict.fromkeys(
    (MOST_LIKED, TOP_CREATORS), "engagement"
)

STANDS: Final = "(v.since < {T} and (v.until is null or v.until >= {T}))"
CORRECTED: Final = """exists (
    select from {s}corrections c where c.account_id = v.voter and v.at >= c.since
        and c.made_at < {T} and (c.undone_at is null or c.undone_at >= {T})
)"""
COUNTS: Final = "not (v.own or v.young or v.not_served or {corrected})"
SUMS: Final = f"""
    count(*) as count, count(*) filter (where {COUNTS.format(corrected="v.corrected")}) as counted,
    count(*) filter (where v.own) as own, count(*) filter (where v.young) as young,
    count(*) filter (where v.not_served) as not_served, count(*) filter (where v.corrected) as corrected,
    coalesce(max(v.at) filter (where {COUNTS.format(corrected="v.corrected")}), max(v.at)) as reached_at
"""
NUMBERS: Final = ("count", "counted", "own", "young", "not_served", "corrected")


def votes(board: str, schema: str = "") -> str:
    """To stand behind `from`. `schema` with its dot, or nothing where the search path says it."""
    return f"({VOTES[board].format(s=schema)})"


def stands(moment: str) -> str:
    return STANDS.format(T=moment)


def corrected(moment: str, schema: str = "") -> str:
    return CORRECTED.format(T=moment, s=schema)


def counts(corrected_: str = "v.corrected") -> str:
    return COUNTS.format(corrected=corrected_)


def pending(board: str, moment: str, low: str, ring: str, schema: str = "") -> str:
    """How many of the counted votes for `place.id` come from a ring; `ring` gives the voters of the author's rings at
    that moment, where {author} is the author. From them to their votes, never the other way: few have a ring, many have
    votes."""
    if board not in AUTHOR:
        return "0"
    author = AUTHOR[board].format(s=schema)
    return f"""(
        select coalesce(sum(n.votes), 0)::bigint
        from ({ring.format(author=author)} offset 0) as ring
        cross join lateral (
            select count(*) as votes from {votes(board, schema)} v
            where v.id = place.id and v.voter = ring.voter
                and {stands(moment)} and v.at >= {low} and {counts(corrected(moment, schema))}
        ) as n
    )"""  # noqa: S608 - constants
