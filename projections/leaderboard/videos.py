"""Videos with the roots of their families, remixes and uses of characters, until they fail or are deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from domain.video import GenerationCancelled, GenerationFailed, Queueing, VideoDeleted, VideoImported
from projections.db import Connection, columns
from projections.events import Event
from projections.leaderboard import remixers
from projections.leaderboard.boards import BIGGEST_FAMILIES, MOST_USED_CHARACTERS
from projections.leaderboard.touched import Touched

_GONE: Final = (GenerationFailed, GenerationCancelled, VideoDeleted)
KINDS: Final = (*_GONE, Queueing, VideoImported)


def apply(conn: Connection, events: Sequence[Event], touched: Touched) -> None:
    gone: dict[str, datetime] = {}
    for event in events:
        if isinstance(event.event, _GONE):
            gone.setdefault(event.recorded.stream, event.recorded.recorded_at)
    pairs = _end(conn, gone, touched) if gone else set()
    new = [event for event in events if isinstance(event.event, Queueing | VideoImported)]
    if new:
        _insert_videos(conn, new, gone, touched)
        _insert_uses(conn, new, gone, touched)
        pairs |= _insert_remixes(conn, new, gone)
    remixers.recount(conn, pairs, touched)


def _end(conn: Connection, gone: Mapping[str, datetime], touched: Touched) -> set[remixers.Pair]:
    ended = columns(sorted(gone.items()), 2)
    touched.add(BIGGEST_FAMILIES, conn.execute(_END_VIDEOS, ended).fetchall())
    touched.add(MOST_USED_CHARACTERS, conn.execute(_END_USES, ended).fetchall())
    return {(parent, remixer) for parent, remixer in conn.execute(_END_REMIXES, ended)}


def _insert_videos(conn: Connection, new: Sequence[Event], gone: Mapping[str, datetime], touched: Touched) -> None:
    parents = {event.recorded.stream: _first_parent(event) for event in new}
    roots = _roots(conn, parents)
    rows = [_row(event, parents, roots, gone) for event in new]
    _join_families(conn, roots, touched)
    conn.execute(_INSERT_VIDEOS, columns(sorted(rows), 8))
    touched.add(BIGGEST_FAMILIES, ((row[3], row[4]) for row in rows if row[2]))


def _first_parent(event: Event) -> str | None:
    """Not itself, whatever an event says: a video that comes from itself has no root."""
    parents = getattr(event.event, "parents", ())
    return parents[0].video_id if parents and parents[0].video_id != event.recorded.stream else None


def _row(
    event: Event, parents: Mapping[str, str | None], roots: Mapping[str, str], gone: Mapping[str, datetime]
) -> tuple[Any, ...]:
    recorded, id_ = event.recorded, event.recorded.stream
    place = (recorded.recorded_at, gone.get(id_), recorded.shard, recorded.position)
    return (id_, event.event.owner_id, parents[id_], roots[id_], *place)


def _roots(conn: Connection, parents: Mapping[str, str | None]) -> dict[str, str]:
    """Where following first parents ends, among these videos and those that are known."""
    above = sorted({parent for parent in parents.values() if parent and parent not in parents})
    known: dict[str, str] = dict(conn.execute("select id, root from videos where id = any(%s)", [above]).fetchall())
    return {id_: _root(id_, parents, known) for id_ in parents}


def _root(id_: str, parents: Mapping[str, str | None], known: Mapping[str, str]) -> str:
    while True:
        parent = parents.get(id_) if id_ in parents else known.get(id_)
        if parent is None or parent == id_:
            return id_
        id_ = parent


def _join_families(conn: Connection, roots: Mapping[str, str], touched: Touched) -> None:
    """Videos that came before the one that they come from: it was the root that was known of them. Now they belong to
    its own root; or it is the root, and its author is known only now."""
    early = conn.execute(_EARLY, [sorted(roots)]).fetchall()
    touched.add(BIGGEST_FAMILIES, early)
    touched.add(BIGGEST_FAMILIES, ((roots[root], at) for root, at in early))
    moved = [(root, roots[root]) for root in sorted({root for root, _ in early}) if roots[root] != root]
    if moved:
        conn.execute(_MOVE, columns(moved, 2))


def _insert_uses(conn: Connection, new: Iterable[Event], gone: Mapping[str, datetime], touched: Touched) -> None:
    rows = {
        (use.character_id, event.recorded.stream, event.event.owner_id, event.recorded.recorded_at)
        for event in new
        for use in getattr(event.event, "characters", ())
    }
    if rows:
        conn.execute(_INSERT_USES, columns(((*row, gone.get(row[1])) for row in sorted(rows)), 5))
        touched.add(MOST_USED_CHARACTERS, ((row[0], row[3]) for row in rows))


def _insert_remixes(conn: Connection, new: Iterable[Event], gone: Mapping[str, datetime]) -> set[remixers.Pair]:
    rows = {
        (event.recorded.stream, parent.video_id): (
            event.event.owner_id,
            parent.owner_id,
            event.recorded.recorded_at,
            gone.get(event.recorded.stream),
        )
        for event in new
        for parent in getattr(event.event, "parents", ())
        if parent.relation == "remix"
    }
    if rows:
        conn.execute(_INSERT_REMIXES, columns(((*edge, *row) for edge, row in sorted(rows.items())), 6))
    return {(parent, row[0]) for (_, parent), row in rows.items()}


_ENDED: Final = "from unnest(%s::text[], %s::timestamptz[]) as gone (id, at)"
_END_VIDEOS: Final = f"""
    with ended as (
        update videos set until = gone.at {_ENDED} where videos.id = gone.id and videos.until is null
        returning parent, root, videos.at
    )
    select root, at from ended where parent is not null
"""  # noqa: S608 - constants
_END_USES: Final = f"""
    update uses set until = gone.at {_ENDED} where uses.video_id = gone.id and uses.until is null
    returning character_id, uses.at
"""  # noqa: S608 - constants
_END_REMIXES: Final = f"""
    update remixes set until = gone.at {_ENDED} where remixes.child = gone.id and remixes.until is null
    returning parent, remixer
"""  # noqa: S608 - constants
_INSERT_VIDEOS: Final = """
    insert into videos (id, owner_id, parent, root, at, until, shard, position)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
        %s::int[], %s::bigint[])
"""
_EARLY: Final = """
    select distinct root, date_bin('1 hour', at, 'epoch') from videos where root = any(%s) and parent is not null
"""
_MOVE: Final = """
    update videos set root = moved.root from unnest(%s::text[], %s::text[]) as moved (old, root)
    where videos.root = moved.old and videos.parent is not null
"""
_INSERT_USES: Final = """
    insert into uses (character_id, video_id, account_id, at, until)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
"""
_INSERT_REMIXES: Final = """
    insert into remixes (child, parent, remixer, parent_owner, at, until)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
"""
