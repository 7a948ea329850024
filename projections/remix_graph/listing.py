"""Videos as they are listed: published, deleted, hidden, and since when each of it holds.

All that happens to one video lies in one log, in order, except the decisions behind late taints.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.recorded import Recorded
from domain.video import (
    Queueing,
    RestrictionLifted,
    VideoDeleted,
    VideoImported,
    VideoPublished,
    VideoRestricted,
    VideoUnpublished,
)
from projections.db import Connection, columns, load_rows, upsert, write_rows
from projections.events import Event, parted
from projections.inserting import insert_of


class Node(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    owner_id: str
    verb: str
    shard: int
    position: int
    at: datetime
    published_as: str | None = None
    published_position: int | None = None
    published_at: datetime | None = None
    deleted_position: int | None = None
    deleted_at: datetime | None = None
    visibility: str | None = None

    @property
    def is_listed(self) -> bool:
        return self.visibility == "public"


class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    cause_id: str
    rule: str
    since_position: int
    since_at: datetime
    until_position: int | None = None
    until_at: datetime | None = None


Nodes = dict[str, Node]
Publication = tuple[str, str, int, datetime, int, datetime]
_PLACES: Final = (Queueing, VideoImported, VideoPublished, VideoUnpublished, VideoDeleted)
_HIDING: Final = (VideoRestricted, RestrictionLifted)
KINDS: Final = (*_PLACES, *_HIDING)
_UPSERT: Final = upsert("nodes", Node, ("id",))
_INSERT: Final = insert_of("nodes", Node)
_RESTRICT: Final = upsert("restrictions", Restriction, ("video_id", "cause_id", "since_position"))


def follow(conn: Connection, events: Sequence[Event]) -> tuple[Nodes, Nodes]:
    """The videos that the events are about, before and after them. Writes what has ended; the nodes are left to
    `write`."""
    changes, restricted = parted(events, _PLACES, _HIDING)
    ids = {event.recorded.stream for event in changes} | _restrict(conn, restricted)
    before = load(conn, ids)
    after, ended = dict(before), list[Publication]()
    for change in changes:
        id_ = change.recorded.stream
        after[id_] = _evolve(after.get(id_), change.event, change.recorded, ended)
    if ended:
        conn.execute(_PAST, columns(ended, 6))
    return before, shown(conn, after)


def load(conn: Connection, ids: Collection[str]) -> Nodes:
    return {row.id: row for row in load_rows(conn, "nodes", Node, "id", ids)}


def write(conn: Connection, before: Nodes, after: Nodes) -> None:
    _INSERT(conn, (node for id_, node in sorted(after.items()) if id_ not in before))
    write_rows(conn, _UPSERT, (node for id_, node in sorted(after.items()) if id_ in before))


def shown(conn: Connection, nodes: Nodes) -> Nodes:
    """With what others see of them now."""
    if not nodes:
        return {}
    hidden = {id_ for (id_,) in conn.execute(_HIDDEN, {"ids": " ".join(sorted(nodes))})}
    return {id_: _seen(node, id_ in hidden) for id_, node in nodes.items()}


def _seen(node: Node, hidden: bool) -> Node:
    visibility = None if hidden else node.published_as
    return node if node.visibility == visibility else msgspec.structs.replace(node, visibility=visibility)


def _evolve(node: Node | None, event: Any, recorded: Recorded, ended: list[Publication]) -> Node:
    """What is published anew as what it was published as before goes on."""
    if isinstance(event, Queueing | VideoImported):
        return _new(event, recorded)
    if node is None:
        raise LookupError("the stream of a video starts with the event that queues or imports it")
    wanted = event.visibility if isinstance(event, VideoPublished) else None
    if isinstance(event, VideoDeleted):
        node = msgspec.structs.replace(node, deleted_position=recorded.position, deleted_at=recorded.recorded_at)
    if wanted == node.published_as:
        return node
    if node.published_as is not None:
        ended.append(_past(node, recorded))
    position, at = (recorded.position, recorded.recorded_at) if wanted else (None, None)
    return msgspec.structs.replace(node, published_as=wanted, published_position=position, published_at=at)


def _new(event: Queueing | VideoImported, recorded: Recorded) -> Node:
    parents = event.parents if isinstance(event, Queueing) else ()
    alone = "create" if isinstance(event, Queueing) else "import"
    return Node(
        id=recorded.stream,
        owner_id=event.owner_id,
        verb=parents[0].relation if parents else alone,
        shard=recorded.shard,
        position=recorded.position,
        at=recorded.recorded_at,
    )


def _past(node: Node, recorded: Recorded) -> Publication:
    if node.published_as is None or node.published_position is None or node.published_at is None:
        raise LookupError("what was not published has not ended")
    since = (node.published_position, node.published_at)
    return (node.id, node.published_as, *since, recorded.position, recorded.recorded_at)


def _restrict(conn: Connection, events: Iterable[Event]) -> set[str]:
    """Begins and ends restrictions; returns the videos that they are about. A cause that holds does not begin again."""
    changes = list(events)
    ids = {event.recorded.stream for event in changes}
    holding = {(row.video_id, row.cause_id): row for row in _holding(conn, ids)}
    changed: dict[tuple[str, str, int], Restriction] = {}
    for change in changes:
        key = (change.recorded.stream, change.event.cause_id)
        row = holding.get(key)
        if isinstance(change.event, VideoRestricted) and row is None:
            row = holding[key] = _begun(change)
        elif isinstance(change.event, RestrictionLifted) and row is not None:
            del holding[key]
            row = _ended(row, change.recorded)
        else:
            continue
        changed[(*key, row.since_position)] = row
    write_rows(conn, _RESTRICT, (row for _, row in sorted(changed.items())))
    return ids


def _holding(conn: Connection, ids: Collection[str]) -> list[Restriction]:
    rows = load_rows(conn, "restrictions", Restriction, "video_id", ids)
    return [row for row in rows if row.until_position is None]


def _begun(change: Event) -> Restriction:
    return Restriction(
        video_id=change.recorded.stream,
        cause_id=change.event.cause_id,
        rule=change.event.rule,
        since_position=change.recorded.position,
        since_at=change.recorded.recorded_at,
    )


def _ended(row: Restriction, recorded: Recorded) -> Restriction:
    return msgspec.structs.replace(row, until_position=recorded.position, until_at=recorded.recorded_at)


_PAST: Final = """
    insert into publications (video_id, visibility, since_position, since_at, until_position, until_at)
    select * from unnest(
        %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::timestamptz[])
"""
# Ids travel as one text: an array is made item by item.
_HIDDEN: Final = """
    select video_id from restrictions where video_id = any(string_to_array(%(ids)s, ' ')) and until_position is null
    union select video_id from taints where video_id = any(string_to_array(%(ids)s, ' ')) and late
"""
