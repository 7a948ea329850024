"""How two videos are related: where their lines meet, and the steps from one to the other.

Whoever asks may see both. What lies between them and is not to be seen keeps its place as `{id: null, hidden: true}`.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.registry import REMIX_GRAPH

MOST_COMMON: Final = 20


class Common(msgspec.Struct, frozen=True):
    """A video from which both come, or one of the two. `up_a` and `up_b` count the steps to it by shortest paths."""

    id: str | None
    up_a: int
    up_b: int
    hidden: bool


class Kinship(msgspec.Struct, frozen=True):
    """`nearest`: the common ancestors that have no common ancestor below them, by the number of steps; at most 20.
    `total`: all common ancestors, near and far."""

    nearest: list[Common]
    total: int


class Step(msgspec.Struct, frozen=True):
    """Where the path has come to, and by which relation: `up` to a parent, or `down` to a child."""

    id: str | None
    direction: Literal["up", "down"]
    relation: str
    hidden: bool


class _Row(msgspec.Struct, frozen=True):
    id: str
    relation: str
    seen: bool


async def common(
    db: AsyncConnection, a: str, b: str, viewer: str | None, *, reveal: bool = False, limit: int = MOST_COMMON
) -> Kinship:
    """A video counts as its own ancestor, at 0 steps. Nothing in common: an empty list."""
    values = {"a": a, "b": b, "viewer": viewer, "reveal": reveal, "limit": limit}
    cursor = await db.execute(_COMMON, values)
    rows = await cursor.fetchall()
    nearest = [Common(id_ if seen else None, up_a, up_b, not seen) for id_, up_a, up_b, seen, _ in rows]
    return Kinship(nearest, rows[0][-1] if rows else 0)


async def path(db: AsyncConnection, a: str, b: str, viewer: str | None, *, reveal: bool = False) -> list[Step] | None:
    """The steps from `a` to `b`: up to the nearest common ancestor, then down. Of several shortest ways the one with
    the first ids. None: they have nothing in common."""
    cursor = await db.execute(_MEETING, {"a": a, "b": b})
    meeting = await cursor.fetchone()
    if meeting is None:
        return None
    top = meeting[0]
    eyes = {"viewer": viewer, "reveal": reveal, "ends": [a, b]}
    up = await _climb(db, a, top, eyes)
    down = await _climb(db, b, top, eyes)
    ends = [b, *(row.id for row in down)]
    seen = {row.id: row.seen for row in down} | {b: True}
    steps = [_step(row.id, "up", row.relation, row.seen) for row in up]
    return steps + [
        _step(id_, "down", row.relation, seen[id_])
        for id_, row in zip(reversed(ends[:-1]), reversed(down), strict=True)
    ]


def _step(id_: str, direction: Literal["up", "down"], relation: str, seen: bool) -> Step:
    return Step(id_ if seen else None, direction, relation, not seen)


async def _climb(db: AsyncConnection, start: str, top: str, eyes: dict[str, Any]) -> list[_Row]:
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(_CLIMB, {"start": start, "top": top, **eyes})
        return await cursor.fetchall()


_SEEN: Final = """coalesce(
    n.visibility = 'public' or (n.owner_id = %(viewer)s and n.deleted_at is null) or %(reveal)s and n.id is not null,
    false)"""
_BOTH: Final = """
    both_up as (
        select x.id, x.depth as up_a, y.depth as up_b
        from (
            select %(a)s::text as id, 0 as depth
            union all select ancestor, depth from {graph}.closure where descendant = %(a)s
        ) as x join (
            select %(b)s::text as id, 0 as depth
            union all select ancestor, depth from {graph}.closure where descendant = %(b)s
        ) as y on y.id = x.id
    )
"""
# An ancestor of a common ancestor is one, too: nearest are those without a common ancestor right below them.
_COMMON: Final = statement(
    f"""
    with {_BOTH},
    nearest as (
        select * from both_up where not exists (
            select from {{graph}}.edges e join both_up lower on lower.id = e.child where e.parent = both_up.id
        )
    )
    select nearest.id, up_a, up_b, {_SEEN} or nearest.id in (%(a)s, %(b)s) as seen,
        (select count(*) from both_up)
    from nearest left join {{graph}}.nodes n on n.id = nearest.id
    order by up_a + up_b, nearest.id collate "C" limit %(limit)s
    """,  # noqa: S608 (texts of this module)
    graph=REMIX_GRAPH.schema,
)
_MEETING: Final = statement(
    f"""
    with {_BOTH} select id from both_up order by up_a + up_b, id collate "C" limit 1
    """,  # noqa: S608 (texts of this module)
    graph=REMIX_GRAPH.schema,
)
# Each step is to a parent that is a step nearer to the top.
_CLIMB: Final = statement(
    f"""
    with recursive climb (id, relation, step, left_over) as (
        select %(start)s::text collate "C", ''::text, 0, coalesce(
            (select depth from {{graph}}.closure where descendant = %(start)s and ancestor = %(top)s), 0)
        union all
        select next.parent, next.relation, climb.step + 1, climb.left_over - 1
        from climb cross join lateral (
            select e.parent, e.relation from {{graph}}.edges e
            where e.child = climb.id and (
                climb.left_over = 1 and e.parent = %(top)s
                or exists (
                    select from {{graph}}.closure c
                    where c.descendant = e.parent and c.ancestor = %(top)s and c.depth = climb.left_over - 1
                )
            )
            order by e.parent limit 1
        ) as next
        where climb.left_over > 0
    )
    select climb.id, climb.relation, {_SEEN} or climb.id = any(%(ends)s) as seen
    from climb left join {{graph}}.nodes n on n.id = climb.id
    where step > 0 order by step
    """,  # noqa: S608 (texts of this module)
    graph=REMIX_GRAPH.schema,
)
