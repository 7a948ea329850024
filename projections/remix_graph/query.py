"""Where a video comes from and what came of it, as far as the viewer may see.

Others' videos are told of only when they are published for everyone. Among ancestors the others keep their place as
`{id: null, hidden: true}`; children and counts leave them out.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from domain.video import MAX_DEPTH, no_such_video
from projections.db import AsyncConnection, statement
from projections.paging import decode_cursor, encode_cursor
from projections.registry import REMIX_GRAPH

MOST_ANCESTORS: Final = 500


class Ancestor(msgspec.Struct, frozen=True):
    """`depth` counts steps up, by the shortest path; `relation` is that of the last step. Hidden: deleted, withdrawn,
    or not for everyone."""

    id: str | None
    relation: str
    depth: int
    hidden: bool


class Child(msgspec.Struct, frozen=True):
    """Hidden, without an id: listed as of a past moment, and not any more."""

    id: str | None
    relation: str
    descendants: int
    hidden: bool = False


class Counts(msgspec.Struct, frozen=True):
    """`ancestors` includes hidden ones."""

    children: int
    descendants: int
    ancestors: int


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """`more`: how many children there are behind this page."""

    id: str
    ancestors: list[Ancestor]
    children: list[Child]
    more: int
    next_cursor: str | None
    counts: Counts


class Place(msgspec.Struct, frozen=True):
    """The last child of a page, and how many were shown so far."""

    size: int
    id: str
    shown: int


class _Row(msgspec.Struct, frozen=True):
    id: str
    relation: str
    size: int
    own: int


async def lineage(
    db: AsyncConnection,
    *,
    key: bytes,
    video_id: str,
    viewer: str | None,
    depth: int = 20,
    limit: int = 20,
    cursor: str | None = None,
    reveal: bool = False,
) -> Lineage:
    """Ancestors up to `depth` steps, nearest first; children in order of the size of their published families, then by
    id. Raises NotFound for a video that the viewer may not know of. `key` signs cursors. With `reveal` (moderators)
    the video itself and its ancestors may be anybody's; children stay those that the viewer sees."""
    values = {"id": video_id, "viewer": viewer, "depth": min(depth, MAX_DEPTH), "limit": limit + 1, "reveal": reveal}
    counts = await _counts(db, values)
    after = decode_cursor(key, video_id, cursor, Place) if cursor else None
    rows = await _children(db, values, after)
    page, is_last = rows[:limit], len(rows) <= limit
    shown = (after.shown if after else 0) + len(page)
    place = Place(page[-1].size, page[-1].id, shown) if page and not is_last else None
    return Lineage(
        id=video_id,
        ancestors=await _ancestors(db, values),
        children=[Child(row.id, row.relation, row.size + row.own) for row in page],
        more=0 if is_last else max(1, counts.children - shown),
        next_cursor=encode_cursor(key, video_id, place) if place else None,
        counts=counts,
    )


async def subtree(db: AsyncConnection, video_id: str, after: str, limit: int) -> list[str]:
    """The video and all that descends from it by any relation, whoever may see it: ids in order, behind `after`."""
    cursor = await db.execute(_SUBTREE, {"id": video_id, "after": after, "limit": limit})
    return [id_ for (id_,) in await cursor.fetchall()]


async def _counts(db: AsyncConnection, values: dict[str, Any]) -> Counts:
    async with db.cursor(row_factory=class_row(Counts)) as cursor:
        await cursor.execute(_COUNTS, values)
        found = await cursor.fetchone()
    if found is None:
        raise no_such_video(values["id"])
    return found


async def _ancestors(db: AsyncConnection, values: dict[str, Any]) -> list[Ancestor]:
    async with db.cursor(row_factory=class_row(Ancestor)) as cursor:
        await cursor.execute(_ANCESTORS, {**values, "limit": MOST_ANCESTORS})
        return await cursor.fetchall()


async def _children(db: AsyncConnection, values: dict[str, Any], after: Place | None) -> list[_Row]:
    place = {"size": after and after.size, "after": after and after.id}
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(_CHILDREN, {**values, **place})
        return await cursor.fetchall()


# No row when the viewer may not know of the video. Listed families are counted already; the viewer's own drafts among
# them are few and are counted here.
_COUNTS: Final = statement(
    """
    select coalesce(c.children, 0) + (
            select count(*) from {graph}.edges e join {graph}.nodes d on d.id = e.child
            where e.parent = n.id and e.child_owner = %(viewer)s and not e.listed and d.deleted_at is null
        ) as children,
        coalesce(c.descendants, 0) + (
            select count(*) from {graph}.nodes d join {graph}.closure p on p.descendant = d.id and p.ancestor = n.id
            where d.owner_id = %(viewer)s and d.visibility is distinct from 'public' and d.deleted_at is null
        ) as descendants,
        (select count(*) from {graph}.closure p where p.descendant = n.id) as ancestors
    from {graph}.nodes n left join {graph}.counts c on c.id = n.id
    where n.id = %(id)s and n.deleted_at is null
        and (n.visibility is not null or n.owner_id = %(viewer)s or %(reveal)s)
    """,
    graph=REMIX_GRAPH.schema,
)
_ANCESTORS: Final = statement(
    """
    select case when visible then ancestor end as id, relation, depth, not visible as hidden
    from (
        select p.ancestor, p.depth, step.relation,
            coalesce(n.visibility = 'public' or (n.owner_id = %(viewer)s and n.deleted_at is null)
                or %(reveal)s and n.id is not null, false) as visible
        from {graph}.closure p
        left join {graph}.nodes n on n.id = p.ancestor
        cross join lateral (
            select e.relation
            from (
                select p.descendant as id where p.depth = 1 union all
                select q.ancestor from {graph}.closure q where q.descendant = p.descendant and q.depth = p.depth - 1
            ) as below
            -- One look at the key of each: joined, all children of a large parent would be read.
            cross join lateral (
                select relation from {graph}.edges where child = below.id and parent = p.ancestor limit 1
            ) as e
            order by e.relation limit 1
        ) step
        where p.descendant = %(id)s and p.depth <= %(depth)s
    ) as above
    order by depth, ancestor limit %(limit)s
    """,
    graph=REMIX_GRAPH.schema,
)
# Two lists that are each in order already: what is listed, and the viewer's own drafts.
_CHILDREN: Final = statement(
    """
    with page as (
        (
            select e.child as id, e.relation, e.descendants as size from {graph}.edges e
            where e.parent = %(id)s and e.listed
                and (%(size)s::bigint is null or e.descendants <= %(size)s::bigint)
                and (%(size)s::bigint is null or e.descendants < %(size)s::bigint or e.child > %(after)s::text)
            order by e.descendants desc, e.child limit %(limit)s
        )
        union all
        (
            select e.child, e.relation, e.descendants from {graph}.edges e join {graph}.nodes d on d.id = e.child
            where e.parent = %(id)s and not e.listed and e.child_owner = %(viewer)s and d.deleted_at is null
                and (%(size)s::bigint is null or e.descendants < %(size)s::bigint
                    or e.descendants = %(size)s::bigint and e.child > %(after)s::text)
            order by e.descendants desc, e.child limit %(limit)s
        )
        order by size desc, id limit %(limit)s
    )
    select page.*, coalesce(drafts.own, 0) as own
    from page left join (
        select p.ancestor, count(*) as own
        from {graph}.nodes d join {graph}.closure p on p.descendant = d.id
        where d.owner_id = %(viewer)s and d.visibility is distinct from 'public' and d.deleted_at is null
            and p.ancestor in (select id from page)
        group by p.ancestor
    ) as drafts on drafts.ancestor = page.id
    order by size desc, id
    """,
    graph=REMIX_GRAPH.schema,
)
_SUBTREE: Final = statement(
    """
    select id from (
        select %(id)s::text as id where %(id)s::text > %(after)s::text collate "C"
        union all
        (
            select descendant from {graph}.closure where ancestor = %(id)s and descendant > %(after)s
            order by descendant limit %(limit)s
        )
    ) as family
    order by id collate "C" limit %(limit)s
    """,
    graph=REMIX_GRAPH.schema,
)
