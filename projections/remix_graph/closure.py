"""Edges, and every pair that a path of edges joins.

Edges come in any order: a child may be known before its parent. They are joined in waves: those of one wave have no
path from one to another, so that one statement joins all of them, and after it the pairs are exactly those of the edges
so far. Parents mostly come before their children, and a wave is then what lies at one depth of the batch.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from projections.db import Connection, columns
from projections.events import Event
from projections.inserting import insert_of

Edge = tuple[str, str]  # child, parent


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Of `edges`."""

    child: str
    parent: str
    relation: str
    spans: Sequence[tuple[float, float]]
    child_owner: str
    parent_owner: str
    shard: int
    position: int
    at: datetime
    listed: bool
    descendants: int = 0


def insert_edges(conn: Connection, made: Iterable[Event], listed: Collection[str]) -> list[Row]:
    """The new edges, in order of child and parent. `made` are events that queue a video."""
    rows = sorted((row for event in made for row in _rows(event, listed)), key=lambda row: (row.child, row.parent))
    _EDGES(conn, rows)
    return rows


def _rows(event: Event, listed: Collection[str]) -> list[Row]:
    """Of a parent that is used several times, the first use tells the relation, and all tell their spans."""
    child, recorded = event.recorded.stream, event.recorded
    uses = defaultdict(list)
    for parent in event.event.parents:
        uses[parent.video_id].append(parent)
    return [
        Row(
            child=child,
            parent=parent_id,
            relation=parents[0].relation,
            spans=[parent.span for parent in parents if parent.span],
            child_owner=event.event.owner_id,
            parent_owner=parents[0].owner_id,
            shard=recorded.shard,
            position=recorded.position,
            at=recorded.recorded_at,
            listed=child in listed,
        )
        for parent_id, parents in uses.items()
    ]


def join(conn: Connection, edges: Sequence[Edge]) -> Counter[str]:
    """Makes the pairs of the new edges; returns how many listed descendants each ancestor has gained."""
    gained: Counter[str] = Counter()
    for wave in waves(edges, _below(conn, edges)):
        for ancestor, listed in conn.execute(_JOIN, columns(wave, 2)):
            gained[ancestor] += listed
    return gained


def _below(conn: Connection, edges: Sequence[Edge]) -> list[Edge]:
    """(descendant, ancestor): which parents of new edges descend already from which children of new edges."""
    if not edges:
        return []
    children, parents = sorted({child for child, _ in edges}), sorted({parent for _, parent in edges})
    return conn.execute(_BELOW, [" ".join(children), " ".join(parents)]).fetchall()


def waves(edges: Sequence[Edge], below: Iterable[Edge]) -> list[list[Edge]]:
    """The edges by the longest chain of new edges above them. `below` as in `_below`."""
    above = _dependencies(edges, below)
    depth = _depths(above)
    out: defaultdict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        out[depth[edge[0]]].append(edge)
    return [out[number] for number in sorted(out)]


def _dependencies(edges: Sequence[Edge], below: Iterable[Edge]) -> dict[str, set[str]]:
    """For each child the children whose edges have to be joined first."""
    children = {child for child, _ in edges}
    over: defaultdict[str, set[str]] = defaultdict(set)
    for descendant, ancestor in below:
        over[descendant].add(ancestor)
    above: dict[str, set[str]] = {child: set() for child in children}
    for child, parent in edges:
        above[child] |= over[parent] | ({parent} & children)
    return above


def _depths(above: Mapping[str, set[str]]) -> dict[str, int]:
    left = {child: len(others) for child, others in above.items()}
    under: defaultdict[str, list[str]] = defaultdict(list)
    for child, others in above.items():
        for other in others:
            under[other].append(child)
    depth, ready = dict[str, int](), [child for child, count in left.items() if not count]
    while ready:
        child = ready.pop()
        depth[child] = 1 + max((depth[other] for other in above[child]), default=0)
        for other in under[child]:
            left[other] -= 1
            if not left[other]:
                ready.append(other)
    if len(depth) < len(above):
        raise LookupError("videos that come from themselves have no place in the graph")
    return depth


_EDGES: Final = insert_of("edges", Row)
# Many ids travel as one text: an array is made item by item.
_BELOW: Final = """
    select descendant, ancestor from closure
    where ancestor = any(string_to_array(%s, ' ')) and descendant = any(string_to_array(%s, ' '))
"""
# Returns a row per ancestor that has gained listed descendants, with their number. xmax is zero in a row that was
# inserted, and not in one that was updated. Whether a descendant is listed is looked up by its id: a join of the pairs
# with `nodes` would read all of that table for each wave.
_JOIN: Final = """
    with edge as (select * from unnest(%s::text[], %s::text[]) as edge (child, parent)),
    up as (
        select child, parent as id, 0 as depth from edge
        union all select edge.child, above.ancestor, above.depth
        from edge join closure above on above.descendant = edge.parent
    ),
    child as (select distinct child as id from edge),
    down as materialized (
        select of, id, depth, (select visibility = 'public' from nodes where nodes.id = below.id) as listed
        from (
            select id as of, id, 0 as depth from child
            union all select child.id, closure.descendant, closure.depth
            from child join closure on closure.ancestor = child.id
        ) as below
    ),
    found as (
        select up.id as ancestor, down.id as descendant, min(up.depth + 1 + down.depth) as depth
        from up join down on down.of = up.child
        group by up.id, down.id
    ),
    joined as (
        insert into closure (ancestor, descendant, depth)
        select ancestor, descendant, depth from found order by ancestor, descendant
        on conflict (ancestor, descendant) do update set depth = excluded.depth
        where closure.depth > excluded.depth
        returning ancestor, descendant, (xmax = 0) as is_new
    )
    select ancestor, count(*) from joined
    where is_new and descendant in (select id from down where listed)
    group by ancestor
"""
