"""Lineage as of a past moment: the page that was shown then, to the byte, counted anew from edges and intervals.

Who looks now is told of a video only if it may be seen now as well; the numbers are those of then.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from domain.video import MAX_DEPTH, no_such_video
from projections.db import AsyncConnection, statement
from projections.paging import decode_cursor, encode_cursor
from projections.registry import REMIX_GRAPH
from projections.remix_graph.moment import Moment, known, standing
from projections.remix_graph.query import MOST_ANCESTORS, Ancestor, Child, Counts, Lineage, Place


class _Row(msgspec.Struct, frozen=True):
    """A child; and with each of them the counts. Without children: one row without an id."""

    children: int
    descendants: int
    ancestors: int
    id: str | None
    relation: str
    size: int
    own: int
    seen_now: bool


async def lineage(
    db: AsyncConnection,
    *,
    key: bytes,
    video_id: str,
    viewer: str | None,
    moment: Moment,
    depth: int = 20,
    limit: int = 20,
    cursor: str | None = None,
    reveal: bool = False,
    as_then: bool = False,
) -> Lineage:
    """As `query.lineage`, then. Videos that the viewer may not see now are `id: null`, `hidden`, unless `as_then`.
    Raises NotFound for a video that was not known or not to be seen then."""
    purpose = f"{video_id} as of {moment.name}"
    after = decode_cursor(key, purpose, cursor, Place) if cursor else None
    values: dict[str, Any] = {"id": video_id, "viewer": viewer, "depth": min(depth, MAX_DEPTH), "limit": limit + 1}
    values |= {"reveal": reveal, "as_then": as_then, "size": after and after.size, "after": after and after.id}
    values |= moment.values()
    counts, rows = await _children(db, values)
    page, is_last = rows[:limit], len(rows) <= limit
    shown = (after.shown if after else 0) + len(page)
    place = Place(page[-1].size, page[-1].id or "", shown) if page and not is_last else None
    return Lineage(
        id=video_id,
        ancestors=await _ancestors(db, values),
        children=[_child(row) for row in page],
        more=0 if is_last else max(1, counts.children - shown),
        next_cursor=encode_cursor(key, purpose, place) if place else None,
        counts=counts,
    )


def _child(row: _Row) -> Child:
    return Child(row.id if row.seen_now else None, row.relation, row.size + row.own, not row.seen_now)


async def _children(db: AsyncConnection, values: dict[str, Any]) -> tuple[Counts, list[_Row]]:
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(_CHILDREN, values)
        rows = await cursor.fetchall()
    if not rows:
        raise no_such_video(values["id"])
    counts = Counts(rows[0].children, rows[0].descendants, rows[0].ancestors)
    return counts, [row for row in rows if row.id is not None]


async def _ancestors(db: AsyncConnection, values: dict[str, Any]) -> list[Ancestor]:
    async with db.cursor(row_factory=class_row(Ancestor)) as cursor:
        await cursor.execute(_ANCESTORS, {**values, "most": MOST_ANCESTORS})
        return await cursor.fetchall()


# The video's state then. A late taint hid it while its decision stood.
_STATE: Final = f"""
    standing as materialized (
        select subject, scope, at from {{graph}}.sources s where {standing("s", "", category="moderation")}
    ),
    state as materialized (
        select n.id, n.owner_id, gone.deleted,
            case when gone.deleted or exists (
                select from {{graph}}.restrictions r
                where r.video_id = n.id and {standing("r", shard="n.shard")}
            ) or exists (
                select from standing s where s.at < n.at and (
                    s.scope = 'subtree'
                    and exists (select from {{graph}}.closure c where c.ancestor = s.subject and c.descendant = n.id)
                    or s.scope = 'uses_of_character'
                    and exists (select from {{graph}}.uses u where u.character_id = s.subject and u.video_id = n.id)
                )
            ) then null
            when n.published_as is not null and {known("n", "published_")} then n.published_as
            else (
                select p.visibility from {{graph}}.publications p
                where p.video_id = n.id and {standing("p", shard="n.shard")}
            ) end as visibility,
            coalesce(n.visibility = 'public' or (n.owner_id = %(viewer)s and n.deleted_at is null), false)
                or %(as_then)s as seen_now
        from member
        cross join lateral (select * from {{graph}}.nodes where nodes.id = member.id offset 0) as n
        cross join lateral (
            select n.deleted_position is not null and {known("n", "deleted_")} as deleted
        ) as gone
        where {known("n")}
    )
"""  # noqa: S608 (conditions of this package)
# Below each child, by the edges of then. `offset 0` makes each step look up the edges of what it has found: without it
# each step reads all edges there are. Nobody can foretell the size of a family, so nodes are looked up, too.
_FAMILY: Final = f"""
    family (top, id) as (
        select e.child, e.child from {{graph}}.edges e where e.parent = %(id)s and {known("e")}
        union
        select f.top, e.child from family f
        cross join lateral (
            select e.child from {{graph}}.edges e where e.parent = f.id and {known("e")} offset 0
        ) as e
    )
"""  # noqa: S608 (conditions of this package)
_SHOWN: Final = """
    shown as (
        select *, coalesce(visibility = 'public', false) as listed,
            coalesce(owner_id = %(viewer)s and not deleted and visibility is distinct from 'public', false) as own
        from state
    )
"""
_UP: Final = f"""
    up (id, depth) as (
        select e.parent, 1 from {{graph}}.edges e where e.child = %(id)s and {known("e")}
        union
        select e.parent, up.depth + 1 from up
        cross join lateral (
            select e.parent from {{graph}}.edges e where e.child = up.id and {known("e")} offset 0
        ) as e
    )
"""  # noqa: S608 (conditions of this package)
# One statement, because the family is walked once.
_CHILDREN: Final = statement(
    f"""
    with recursive {_FAMILY}, {_UP},
    member as (select id from family union select %(id)s::text),
    {_STATE}, {_SHOWN},
    counts as (
        select
            (select count(*) from family join shown using (id)
                where family.id = family.top and (shown.listed or shown.own)) as children,
            (select count(*) from shown where (listed or own) and id <> %(id)s) as descendants,
            (select count(distinct id) from up) as ancestors
        from shown
        where id = %(id)s and not deleted and (visibility is not null or owner_id = %(viewer)s or %(reveal)s)
    ),
    sized as (
        select family.top as id, bool_or(shown.seen_now) filter (where shown.id = family.top) as seen_now,
            count(*) filter (where shown.listed and shown.id <> family.top) as size,
            count(*) filter (where shown.own and shown.id <> family.top) as own
        from family join shown on shown.id = family.id
        group by family.top
        having bool_or((shown.listed or shown.own) and shown.id = family.top)
    ),
    page as (
        select * from sized
        where %(size)s::bigint is null or size < %(size)s::bigint
            or size = %(size)s::bigint and id > %(after)s::text
        order by size desc, id limit %(limit)s
    )
    select counts.*, page.id, e.relation, page.size, page.own, page.seen_now
    from counts
    left join (page join {{graph}}.edges e on e.child = page.id and e.parent = %(id)s) on true
    order by page.size desc, page.id
    """,  # noqa: S608 (conditions of this package)
    graph=REMIX_GRAPH.schema,
)
_ANCESTORS: Final = statement(
    f"""
    with recursive {_UP},
    nearest as (select id, min(depth) as depth from up group by id),
    member as (select id from nearest),
    {_STATE}
    select case when visible then id end as id, relation, depth, not visible as hidden
    from (
        select nearest.id, nearest.depth, step.relation,
            coalesce((state.visibility = 'public' or (state.owner_id = %(viewer)s and not state.deleted))
                and state.seen_now or (%(reveal)s and state.id is not null), false) as visible
        from nearest
        left join state on state.id = nearest.id
        cross join lateral (
            select e.relation
            from (
                select %(id)s::text as id where nearest.depth = 1
                union all select below.id from nearest below where below.depth = nearest.depth - 1
            ) as below
            join {{graph}}.edges e on e.child = below.id and e.parent = nearest.id
            order by e.relation limit 1
        ) step
        where nearest.depth <= %(depth)s
    ) as above
    order by depth, id collate "C" limit %(most)s
    """,  # noqa: S608 (conditions of this package)
    graph=REMIX_GRAPH.schema,
)
