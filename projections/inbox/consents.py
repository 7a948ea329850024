"""What becomes of the consent of a character is told to everybody who relied on an earlier version of it. Uses and
versions lie in different logs: whichever comes later meets the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.character import ConsentChanged, ConsentRevoked
from domain.video import Queueing
from projections.db import Connection, upsert, write_rows
from projections.events import Event
from projections.inbox.rows import run


class Version(msgspec.Struct, frozen=True, kw_only=True):
    character_id: str
    version: int
    owner_id: str
    kind: str
    about: dict[str, Any]
    at: datetime
    category: str
    shard: int
    position: int


KINDS: Final = (ConsentChanged, ConsentRevoked, Queueing)
_UPSERT: Final = upsert("consents", Version, ("character_id", "version"))


def apply(conn: Connection, events: Sequence[Event]) -> set[str]:
    """Returns who is told."""
    versions = [_version(each) for each in events if isinstance(each.event, ConsentChanged | ConsentRevoked)]
    earlier = run(conn, _USE, _uses(events))
    write_rows(conn, _UPSERT, versions)
    told = run(conn, _TELL_OF, [(each.character_id, each.version) for each in versions])
    told += run(conn, _TELL_WHOM, earlier)
    return {account for (account,) in told}


def _version(each: Event) -> Version:
    event, recorded = each.event, each.recorded
    about: dict[str, Any] = {"version": event.version}
    if isinstance(event, ConsentRevoked):
        kind, about = "consent_revoked", about | {"policy": event.policy}
    else:
        kind, about = "consent_changed", about | {"audience": event.audience, "cause": event.cause}
    return Version(
        character_id=event.character_id,
        version=event.version,
        owner_id=event.owner_id,
        kind=kind,
        about=about,
        at=recorded.recorded_at,
        category=recorded.category,
        shard=recorded.shard,
        position=recorded.position,
    )


def _uses(events: Sequence[Event]) -> list[tuple[str, str, int]]:
    """(character, account, least version) of those that rely on it in these events."""
    least: dict[tuple[str, str], int] = {}
    for each in events:
        for use in each.event.characters if isinstance(each.event, Queueing) else ():
            pair = use.character_id, each.event.owner_id
            least[pair] = min(use.consent_version, least.get(pair, use.consent_version))
    return [(*pair, version) for pair, version in sorted(least.items())]


_USE: Final = """
    insert into users (character_id, account_id, least_version) select * from unnest(%s::text[], %s::text[], %s::int[])
    on conflict (character_id, account_id) do update set least_version = excluded.least_version
        where excluded.least_version < users.least_version
    returning character_id, account_id
"""
_TELL: Final = """
    insert into notifications
        (id, kind, recipient, excluded, actor, subject, about, at, category, shard, position)
    select 'consent_' || character_id || '_' || version || '_' || account_id, kind, account_id, '{}', owner_id,
        character_id, about, at, category, shard, position
    from consents join users using (character_id)
"""
_ONCE: Final = """
    where least_version < version and account_id <> owner_id on conflict (id) do nothing returning recipient
"""
_TELL_OF: Final = (
    _TELL + "join unnest(%s::text[], %s::int[]) as told (character_id, version) using (character_id, version)" + _ONCE
)
_TELL_WHOM: Final = (
    _TELL
    + "join unnest(%s::text[], %s::text[]) as told (character_id, account_id) using (character_id, account_id)"
    + _ONCE
)
