"""Events to characters, to the versions of their consent, and to the videos that star them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain import character
from domain.character import CharacterCreated, CharacterDeleted, CharacterVerified, ConsentChanged, ConsentRevoked
from domain.recorded import Recorded
from domain.video import Queueing
from projections.characters import videos
from projections.db import Connection, load_rows, upsert, write_rows
from projections.events import Event, parted
from projections.inserting import Insert


class Row(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    owner_id: str
    kind: str
    state: str
    handle: str | None
    name: str | None
    description: str | None
    rig: str
    rig_version: int
    parameters: str | None
    frames: Any
    version: int
    audience: str
    expires_at: datetime | None
    created_at: datetime


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    character_id: str
    version: int
    audience: str | None
    allowed: Sequence[str] = ()
    rules: Sequence[str] = ()
    text: str | None = None
    unclear: Sequence[str] = ()
    expires_at: datetime | None = None
    revocation: str | None = None
    at: datetime
    event_id: str
    cause: str
    shard: int
    position: int


_UPSERT: Final = upsert("characters", Row, ("id",))
_CONSENT: Final = upsert("consents", Consent, ("character_id", "version"))


def apply(conn: Connection, events: Sequence[Event]) -> None:
    of_characters, made, of_videos = parted(events, character.Event, Queueing, videos.KINDS)
    _apply_characters(conn, of_characters)
    write_rows(conn, _CONSENT, _consents(of_characters))
    _apply_uses(conn, made)
    videos.apply(conn, of_videos)


def _apply_characters(conn: Connection, events: Sequence[Event]) -> None:
    ids = {event.recorded.stream for event in events}
    rows = {row.id: row for row in load_rows(conn, "characters", Row, "id", ids)}
    changed = {}
    for event in events:
        row = _evolve(rows.get(event.recorded.stream), event.event, event.recorded)
        if row is not None:
            rows[row.id] = changed[row.id] = row
    write_rows(conn, _UPSERT, (row for _, row in sorted(changed.items())))


def _evolve(row: Row | None, event: Any, recorded: Recorded) -> Row | None:
    """None: not an event of a character (a handle's, say)."""
    match event:
        case CharacterCreated():
            return _new(event, recorded)
        case CharacterVerified():
            return _change(row, state="active")
        case ConsentChanged():
            state = "active" if row and row.state == "revoked" else row.state if row else ""
            return _change(
                row, state=state, version=event.version, audience=event.audience, expires_at=event.expires_at
            )
        case ConsentRevoked():
            return _change(row, state="revoked", version=event.version, expires_at=None)
        case CharacterDeleted():
            return _change(row, state="deleted", handle=None, name=None, description=None, parameters=None, frames=())
        case _:
            return None


def _new(event: CharacterCreated, recorded: Recorded) -> Row:
    return Row(
        id=recorded.stream,
        owner_id=event.owner_id,
        kind=event.kind,
        state="unverified" if event.kind == "person" else "active",
        handle=event.handle,
        name=event.name,
        description=event.description,
        rig=event.rig,
        rig_version=event.rig_version,
        parameters=event.parameters,
        frames=msgspec.to_builtins(event.frames),
        version=1,
        audience="only_me",
        expires_at=None,
        created_at=recorded.recorded_at,
    )


def _change(row: Row | None, **changes: Any) -> Row:
    if row is None:
        raise LookupError("the stream of a character starts with its creation")
    return msgspec.structs.replace(row, **changes)


def _consents(events: Iterable[Event]) -> list[Consent]:
    found = [version_of(event.event, event.recorded) for event in events]
    return [consent for consent in found if consent]


def version_of(event: Any, recorded: Recorded) -> Consent | None:
    """None: the event is no version of a consent."""
    match event:
        case CharacterCreated():
            return _made(recorded, version=1, audience="only_me", cause="created")
        case ConsentChanged():
            return _made(
                recorded,
                version=event.version,
                audience=event.audience,
                allowed=event.allowed,
                rules=event.rules,
                text=event.text,
                unclear=event.unclear,
                expires_at=event.expires_at,
                cause=event.cause,
            )
        case ConsentRevoked():
            return _made(recorded, version=event.version, audience=None, revocation=event.policy, cause="revoked")
        case _:
            return None


def _made(recorded: Recorded, **fields: Any) -> Consent:
    return Consent(
        **fields,
        character_id=recorded.stream,
        at=recorded.recorded_at,
        event_id=recorded.event_id,
        shard=recorded.shard,
        position=recorded.position,
    )


def _apply_uses(conn: Connection, events: Sequence[Event]) -> None:
    rows = [
        (use.character_id, event.recorded.stream, event.event.owner_id, use.consent_version, event.recorded.recorded_at)
        for event in events
        for use in event.event.characters
    ]
    _USE(conn, sorted(rows))


_USE: Final = Insert(
    "uses", {"character_id": str, "video_id": str, "owner_id": str, "consent_version": int, "at": datetime}
)
