"""Edges, the pairs that they join, and how many listed descendants each video has.

Counts are kept by difference: a video that becomes listed counts for the ancestors it had, a new pair counts for its
ancestor if the descendant is listed now. An edge may come before either of its ends has said anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from domain.moderation import AppealResolved, Decided, Reversed
from domain.video import Queueing
from projections.db import Connection, columns
from projections.events import Event, parted
from projections.remix_graph import closure, listing, taints
from projections.remix_graph.listing import Nodes


class Deltas(msgspec.Struct, frozen=True):
    children: Counter[str]
    descendants: Counter[str]


def apply(conn: Connection, events: Sequence[Event]) -> None:
    deltas = Deltas(Counter(), Counter())
    made, of_nodes, decided = parted(events, Queueing, listing.KINDS, (Decided, Reversed, AppealResolved))
    before, after = listing.follow(conn, of_nodes)
    _relist(conn, before, after, deltas)
    listing.write(conn, before, after)
    edges = closure.insert_edges(conn, made, {id_ for id_, node in after.items() if node.is_listed})
    deltas.children.update(edge.parent for edge in edges if edge.listed)
    deltas.descendants.update(closure.join(conn, [(edge.child, edge.parent) for edge in edges]))
    taints.record_uses(conn, made)
    _hide(conn, taints.spread(conn, made, decided), deltas)
    _add(conn, deltas)
    _copy_descendants(conn, deltas.descendants.keys() | {edge.child for edge in edges})


def _hide(conn: Connection, ids: Collection[str], deltas: Deltas) -> None:
    """What late taints have begun or ceased to hide."""
    before = listing.load(conn, ids)
    after = listing.shown(conn, before)
    _relist(conn, before, after, deltas)
    listing.write(conn, before, {id_: node for id_, node in after.items() if node != before[id_]})


def _relist(conn: Connection, before: Nodes, after: Nodes, deltas: Deltas) -> None:
    """What became listed or unlisted counts for the ancestors that are known so far."""
    flips = [
        (id_, node.is_listed - was_listed)
        for id_, node in sorted(after.items())
        for was_listed in (id_ in before and before[id_].is_listed,)
        if node.is_listed != was_listed
    ]
    if flips:
        for parent, delta in conn.execute(_LIST_EDGES, columns(flips, 2)):
            deltas.children[parent] += delta
        for ancestor, delta in conn.execute(_ANCESTORS_OF, columns(flips, 2)):
            deltas.descendants[ancestor] += delta


def _add(conn: Connection, deltas: Deltas) -> None:
    ids = sorted(id_ for id_ in deltas.children.keys() | deltas.descendants.keys())
    rows = [(id_, deltas.children[id_], deltas.descendants[id_]) for id_ in ids]
    rows = [row for row in rows if row[1] or row[2]]
    if rows:
        conn.execute(_ADD, columns(rows, 3))
    lowered = [id_ for id_, children, descendants in rows if children < 0 or descendants < 0]
    if lowered:
        conn.execute("delete from counts where id = any(%s) and children = 0 and descendants = 0", [lowered])


def _copy_descendants(conn: Connection, ids: Collection[str]) -> None:
    if ids:
        conn.execute(_COPY, [" ".join(sorted(ids))])


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
_ADD: Final = """
    insert into counts (id, children, descendants) select * from unnest(%s::text[], %s::bigint[], %s::bigint[])
    on conflict (id) do update
    set children = counts.children + excluded.children, descendants = counts.descendants + excluded.descendants
"""
_COPY: Final = """
    update edges set descendants = coalesce(counts.descendants, 0)
    from unnest(string_to_array(%s, ' ')) as changed (id) left join counts on counts.id = changed.id
    where edges.child = changed.id and edges.descendants <> coalesce(counts.descendants, 0)
"""
