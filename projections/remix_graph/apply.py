"""Edges, the pairs that they join, and how many listed descendants each video has.

Counts are kept by difference: a video that becomes listed counts for the ancestors it had, a new pair counts for its
ancestor if the descendant is listed now. An edge may come before either of its ends has said anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from domain.video import Queueing, VideoDeleted, VideoPublished, VideoUnpublished
from projections import restrictions
from projections.db import Connection, columns, load_rows, upsert, write_rows
from projections.events import Event


class Node(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    owner_id: str
    published_as: str | None = None
    visibility: str | None = None
    deleted: bool = False


class Deltas(msgspec.Struct, frozen=True):
    children: Counter[str]
    descendants: Counter[str]


Nodes = dict[str, Node]
Edge = tuple[str, str]  # child, parent
_UPSERT: Final = upsert("nodes", Node, ("id",))


def apply(conn: Connection, events: Sequence[Event]) -> None:
    before, after = _nodes(conn, events)
    deltas = Deltas(Counter(), Counter())
    _relist(conn, before, after, deltas)
    write_rows(conn, _UPSERT, (node for _, node in sorted(after.items())))
    edges = _insert_edges(conn, events, after, deltas)
    _join_pairs(conn, edges, deltas)
    _add(conn, deltas)
    _copy_descendants(conn, deltas.descendants.keys() | {child for child, _ in edges})


def _nodes(conn: Connection, events: Sequence[Event]) -> tuple[Nodes, Nodes]:
    kinds = (Queueing, VideoPublished, VideoUnpublished, VideoDeleted)
    changes = [event for event in events if isinstance(event.event, kinds)]
    ids = {event.recorded.stream for event in changes} | restrictions.apply(conn, events)
    before = {row.id: row for row in load_rows(conn, "nodes", Node, "id", ids)}
    after = dict(before)
    for change in changes:
        node = _evolve(after.get(change.recorded.stream), change.event, change.recorded.stream)
        after[node.id] = node
    hidden = restrictions.restricted(conn, after)
    return before, {id_: _shown(node, id_ in hidden) for id_, node in after.items()}


def _shown(node: Node, hidden: bool) -> Node:
    return msgspec.structs.replace(node, visibility=None if hidden else node.published_as)


def _evolve(node: Node | None, event: Any, id_: str) -> Node:
    if isinstance(event, Queueing):
        return Node(id=id_, owner_id=event.owner_id)
    if node is None:
        raise LookupError("the stream of a video starts with the event that queues it")
    published_as = event.visibility if isinstance(event, VideoPublished) else None
    return msgspec.structs.replace(node, published_as=published_as, deleted=isinstance(event, VideoDeleted))


def _is_listed(node: Node | None) -> bool:
    return node is not None and node.visibility == "public"


def _relist(conn: Connection, before: Nodes, after: Nodes, deltas: Deltas) -> None:
    """What became listed or unlisted counts for the ancestors that are known so far."""
    flips = [
        (id_, _is_listed(node) - _is_listed(before.get(id_)))
        for id_, node in sorted(after.items())
        if _is_listed(node) != _is_listed(before.get(id_))
    ]
    if flips:
        for parent, delta in conn.execute(_LIST_EDGES, columns(flips, 2)):
            deltas.children[parent] += delta
        for ancestor, delta in conn.execute(_ANCESTORS_OF, columns(flips, 2)):
            deltas.descendants[ancestor] += delta


def _insert_edges(conn: Connection, events: Iterable[Event], nodes: Nodes, deltas: Deltas) -> list[Edge]:
    rows = {
        (event.recorded.stream, parent.video_id): (
            parent.relation,
            event.event.owner_id,
            parent.owner_id,
            event.recorded.recorded_at,
            _is_listed(nodes.get(event.recorded.stream)),
        )
        for event in events
        if isinstance(event.event, Queueing)
        for parent in reversed(event.event.parents)  # of a parent used twice, the first use tells the relation
    }
    if rows:
        conn.execute(_EDGES, columns(((*edge, *row) for edge, row in sorted(rows.items())), 7))
    deltas.children.update(parent for (_, parent), row in rows.items() if row[-1])
    return sorted(rows)


def _join_pairs(conn: Connection, edges: Sequence[Edge], deltas: Deltas) -> None:
    """Ancestors of the parent x descendants of the child, until nothing changes: a path may use several new edges."""
    again = bool(edges)
    while again:
        joined = conn.execute(_JOIN, columns(edges, 2)).fetchall()
        for ancestor, listed in joined:
            deltas.descendants[ancestor] += listed
        again = bool(joined) and len(edges) > 1


def _add(conn: Connection, deltas: Deltas) -> None:
    ids = sorted(id_ for id_ in deltas.children.keys() | deltas.descendants.keys())
    rows = [(id_, deltas.children[id_], deltas.descendants[id_]) for id_ in ids]
    rows = [row for row in rows if row[1] or row[2]]
    if rows:
        conn.execute(_ADD, columns(rows, 3))
        conn.execute("delete from counts where id = any(%s) and children = 0 and descendants = 0", [ids])


def _copy_descendants(conn: Connection, ids: Iterable[str]) -> None:
    if listed := sorted(ids):
        conn.execute(_COPY, [listed])


_EDGES: Final = """
    insert into edges (child, parent, relation, child_owner, parent_owner, at, listed, descendants)
    select *, 0 from unnest(
        %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::bool[])
"""
_LIST_EDGES: Final = """
    with flips as (select * from unnest(%s::text[], %s::int[]) as flip (id, delta)),
    listed as (
        update edges set listed = flips.delta > 0 from flips where edges.child = flips.id
        returning edges.parent, flips.delta
    )
    select parent, sum(delta)::int from listed group by parent
"""
_ANCESTORS_OF: Final = """
    select closure.ancestor, sum(flip.delta)::int
    from unnest(%s::text[], %s::int[]) as flip (id, delta) join closure on closure.descendant = flip.id
    group by closure.ancestor
"""
# Returns a row per ancestor of which a pair is new or shorter than before, with its number of new listed descendants.
# xmax is zero in a row that was inserted, and not in one that was updated.
_JOIN: Final = """
    with edge as (select * from unnest(%s::text[], %s::text[]) as edge (child, parent)),
    found as (
        select up.id as ancestor, down.id as descendant, min(up.depth + 1 + down.depth) as depth
        from edge
        cross join lateral (
            select edge.parent as id, 0 as depth union all
            select ancestor, depth from closure where descendant = edge.parent
        ) as up
        cross join lateral (
            select edge.child as id, 0 as depth union all
            select descendant, depth from closure where ancestor = edge.child
        ) as down
        group by up.id, down.id
    ),
    joined as (
        insert into closure (ancestor, descendant, depth)
        select ancestor, descendant, depth from found order by ancestor, descendant
        on conflict (ancestor, descendant) do update set depth = excluded.depth
        where closure.depth > excluded.depth
        returning ancestor, descendant, (xmax = 0) as is_new
    )
    select ancestor, count(*) filter (where is_new and nodes.visibility = 'public')
    from joined left join nodes on nodes.id = joined.descendant
    group by ancestor
"""
_ADD: Final = """
    insert into counts (id, children, descendants) select * from unnest(%s::text[], %s::bigint[], %s::bigint[])
    on conflict (id) do update
    set children = counts.children + excluded.children, descendants = counts.descendants + excluded.descendants
"""
_COPY: Final = """
    update edges set descendants = coalesce(counts.descendants, 0)
    from unnest(%s::text[]) as changed (id) left join counts on counts.id = changed.id
    where edges.child = changed.id and edges.descendants <> coalesce(counts.descendants, 0)
"""
