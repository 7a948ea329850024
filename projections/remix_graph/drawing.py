"""A slice of the graph around a video, ready to be drawn: ways up, children by the size of their families, and theirs.

Never the graph: of a viral video a picture of everything shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.registry import REMIX_GRAPH
from projections.remix_graph import past, query
from projections.remix_graph.layout import Branch, Drawing, Link, Slice, draw
from projections.remix_graph.moment import Moment, known
from projections.remix_graph.query import Child, Lineage


async def drawing(
    db: AsyncConnection,
    *,
    key: bytes,
    video_id: str,
    viewer: str | None,
    up: int = 6,
    limit: int = 12,
    below: int = 4,
    moment: Moment | None = None,
    reveal: bool = False,
    as_then: bool = False,
) -> Drawing:
    """`up` steps of ancestors, `limit` children, `below` children of each. Raises NotFound as `query.lineage` does."""
    asking: dict[str, Any] = {"key": key, "viewer": viewer}
    family = await _family(db, video_id, up, limit, moment, {**asking, "reveal": reveal}, as_then)
    branches = [
        await _branch(db, number, child, below, moment, asking, as_then) for number, child in enumerate(family.children)
    ]
    then = (moment or Moment.latest()).values()
    cursor = await db.execute(_UP, {**then, "id": video_id, "up": up})
    steps: dict[str, int] = dict(await cursor.fetchall())
    seen = {above.id for above in family.ancestors}
    ancestors = [(id_, depth, id_ not in seen) for id_, depth in sorted(steps.items())]
    ids = [video_id, *steps, *(each.id for branch in branches for each in (branch, *branch.children))]
    links = await _links(db, ids, then)
    links += [Link(branch.id, video_id, child.relation) for branch, child in zip(branches, family.children, strict=True)
              if child.id is None]  # fmt: skip
    return draw(Slice(video_id, family.counts.descendants, ancestors, branches, family.more, links))


async def _family(
    db: AsyncConnection,
    video_id: str,
    depth: int,
    limit: int,
    moment: Moment | None,
    asking: dict[str, Any],
    as_then: bool,
) -> Lineage:
    asked = {**asking, "video_id": video_id, "depth": depth, "limit": limit}
    if moment is None:
        return await query.lineage(db, **asked)
    return await past.lineage(db, **asked, moment=moment, as_then=as_then)


async def _branch(
    db: AsyncConnection,
    number: int,
    child: Child,
    below: int,
    moment: Moment | None,
    asking: dict[str, Any],
    as_then: bool,
) -> Branch:
    """A child without an id is drawn without what came of it; it is named within the drawing alone."""
    if child.id is None:
        return Branch(f"hidden {number}", child.descendants, hidden=True)
    if not below or not child.descendants:
        return Branch(child.id, child.descendants)
    family = await _family(db, child.id, 0, below, moment, asking, as_then)
    leaves = [
        Branch(leaf.id or f"hidden {number} {n}", leaf.descendants, leaf.id is None)
        for n, leaf in enumerate(family.children)
    ]
    return Branch(child.id, child.descendants, children=leaves, more=family.more)


async def _links(db: AsyncConnection, ids: Sequence[str], then: dict[str, Any]) -> list[Link]:
    async with db.cursor(row_factory=class_row(Link)) as cursor:
        await cursor.execute(_LINKS, {**then, "ids": list(ids)})
        return await cursor.fetchall()


_UP: Final = statement(
    f"""
    with recursive up (id, depth) as (
        select e.parent, 1 from {{graph}}.edges e where e.child = %(id)s and %(up)s > 0 and {known("e")}
        union
        select e.parent, up.depth + 1 from up
        cross join lateral (
            select e.parent from {{graph}}.edges e where e.child = up.id and {known("e")} offset 0
        ) as e
        where up.depth < %(up)s
    )
    select id, min(depth) from up group by id
    """,  # noqa: S608 (conditions of this package)
    graph=REMIX_GRAPH.schema,
)
_LINKS: Final = statement(
    f"""
    select e.child, e.parent, e.relation, e.spans from {{graph}}.edges e
    where e.child = any(%(ids)s) and e.parent = any(%(ids)s) and {known("e")}
    """,  # noqa: S608 (conditions of this package)
    graph=REMIX_GRAPH.schema,
)
