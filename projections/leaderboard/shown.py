"""When a board could list what it ranks: a video that was published for everyone and hidden by nobody, a character that
others could use, an account that was there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from domain.account import AccountErased, AccountOpened
from domain.character import CharacterCreated, CharacterDeleted, ConsentChanged, ConsentRevoked
from domain.video import RestrictionLifted, VideoDeleted, VideoPublished, VideoRestricted, VideoUnpublished
from projections import restrictions
from projections.db import Connection, columns
from projections.events import Event
from projections.leaderboard.touched import Touched

_OF_VIDEOS: Final = (VideoPublished, VideoUnpublished, VideoDeleted, VideoRestricted, RestrictionLifted)

_OF_CHARACTERS: Final = (CharacterCreated, CharacterDeleted, ConsentChanged, ConsentRevoked)
KINDS: Final = (*_OF_VIDEOS, *_OF_CHARACTERS, AccountErased, AccountOpened)


class Switch(msgspec.Struct, frozen=True):
    id: str
    at: datetime
    on: bool


def apply(conn: Connection, events: Sequence[Event], touched: Touched) -> None:
    videos = _videos(conn, [event for event in events if isinstance(event.event, _OF_VIDEOS)])
    characters, accounts = list(_characters(events)), list(_accounts(events))
    touched.flipped["video"].update(switch.id for switch in videos)
    touched.flipped["character"].update(switch.id for switch in characters)
    touched.flipped["account"].update(switch.id for switch in accounts)
    _write(conn, [*videos, *characters, *accounts])


def _videos(conn: Connection, events: Sequence[Event]) -> list[Switch]:
    ids = sorted({event.recorded.stream for event in events})
    if not ids:
        return []
    public = {id_ for (id_,) in conn.execute("select video_id from published where video_id = any(%s)", [ids])}
    causes: defaultdict[str, set[str]] = defaultdict(set)
    for id_, cause in conn.execute("select video_id, cause_id from restrictions where video_id = any(%s)", [ids]):
        causes[id_].add(cause)
    switches = [_follow(event, public, causes) for event in events]
    conn.execute("delete from published where video_id = any(%s) and video_id <> all(%s)", [ids, sorted(public)])
    conn.execute("insert into published select unnest(%s::text[]) on conflict do nothing", [sorted(public)])
    restrictions.apply(conn, events)
    return switches


def _follow(event: Event, public: set[str], causes: defaultdict[str, set[str]]) -> Switch:
    id_ = event.recorded.stream
    match event.event:
        case VideoPublished(visibility="public"):
            public.add(id_)
        case VideoPublished() | VideoUnpublished() | VideoDeleted():
            public.discard(id_)
        case VideoRestricted(cause_id=cause_id):
            causes[id_].add(cause_id)
        case RestrictionLifted(cause_id=cause_id):
            causes[id_].discard(cause_id)
    return Switch(id_, event.recorded.recorded_at, id_ in public and not causes[id_])


def _characters(events: Iterable[Event]) -> Iterator[Switch]:
    for event in events:
        if isinstance(event.event, CharacterCreated | ConsentChanged):
            yield Switch(event.recorded.stream, event.recorded.recorded_at, on=True)
        elif isinstance(event.event, ConsentRevoked | CharacterDeleted):
            yield Switch(event.recorded.stream, event.recorded.recorded_at, on=False)


def _accounts(events: Iterable[Event]) -> Iterator[Switch]:
    for event in events:
        if isinstance(event.event, AccountOpened | AccountErased):
            opened = isinstance(event.event, AccountOpened)
            yield Switch(event.recorded.stream, event.recorded.recorded_at, on=opened)


def _write(conn: Connection, switches: Sequence[Switch]) -> None:
    if not switches:
        return
    ids = sorted({switch.id for switch in switches})
    open_ = conn.execute("delete from shown where id = any(%s) and until is null returning id, since", [ids]).fetchall()
    since: dict[str, datetime] = dict(open_)
    rows = _fold(switches, since)
    if rows:
        conn.execute(_INSERT, columns(sorted(rows, key=lambda row: row[:2]), 3))


def _fold(switches: Iterable[Switch], since: dict[str, datetime]) -> list[tuple[str, datetime, datetime | None]]:
    """`since`: what is shown, and from when on. What was hidden in the moment in which it was shown leaves no row."""
    ended: list[tuple[str, datetime, datetime | None]] = []
    for switch in switches:
        if switch.on:
            since.setdefault(switch.id, switch.at)
        elif switch.id in since:
            began = since.pop(switch.id)
            if began != switch.at:
                ended.append((switch.id, began, switch.at))
    return [*ended, *((id_, began, None) for id_, began in since.items())]


_INSERT: Final = """
    insert into shown (id, since, until) select * from unnest(%s::text[], %s::timestamptz[], %s::timestamptz[])
"""
