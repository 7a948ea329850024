"""Where videos come from: whom they cast, what style they have, and which family they belong to.

The family of a video is the highest one that its first parents lead to. Parents and children lie in different logs, so
that a child may be heard of before its parent. What is known is then only a part of the way up, and the highest video
of that part gives the name until its own parent comes. So at any time the rows follow from the events that were heard
of, in whichever order they came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from domain.steering import styles_of
from domain.video import Queueing, VideoImported
from projections.db import Connection, columns, load_rows
from projections.events import Event
from projections.inserting import insert_of


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    family: str
    characters: Sequence[str]
    styles: Sequence[str]


KINDS: Final = (Queueing, VideoImported)
_INSERT: Final = insert_of("origins", Origin)


def apply(conn: Connection, events: Iterable[Event]) -> None:
    """`events` are of `KINDS`."""
    made = {each.recorded.stream: each.event for each in events}
    if not made:
        return
    above = {id_: parent for id_, event in made.items() if (parent := _first_parent(event)) is not None}
    families = _families(made, above, {row.video_id: row.family for row in load(conn, set(above.values()))})
    _INSERT(conn, (_origin(id_, made[id_], families[id_]) for id_ in sorted(made)))
    if above:
        rows = [(id_, families[id_]) for id_ in sorted(above)]
        conn.execute(_RENAME, columns(rows, 2))


def load(conn: Connection, ids: Collection[str]) -> list[Origin]:
    return load_rows(conn, "origins", Origin, "video_id", ids)


def _first_parent(event: Queueing | VideoImported) -> str | None:
    return event.parents[0].video_id if isinstance(event, Queueing) and event.parents else None


def _families(made: Iterable[str], above: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    families: dict[str, str] = {}
    for id_ in made:
        top = id_
        while (up := families.get(top) or above.get(top) or known.get(top) or top) != top:
            top = up
        families[id_] = top
    return families


def _origin(id_: str, event: Any, family: str) -> Origin:
    parents = event.parents if isinstance(event, Queueing) else ()
    cast = event.characters if isinstance(event, Queueing) else ()
    return Origin(
        video_id=id_,
        family=family,
        characters=sorted({use.character_id for use in cast}),
        styles=sorted(styles_of(parents[0].relation if parents else None, event.seconds, event.size)),
    )


# Those that were called by a video whose own parent has come now.
_RENAME: Final = """
    with renamed as (
        update origins set family = names.after
        from unnest(%s::text[], %s::text[]) as names (before, after)
        where origins.family = names.before
        returning origins.video_id, origins.family
    )
    update items set family = renamed.family from renamed where items.video_id = renamed.video_id
"""
