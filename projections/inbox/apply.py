"""Events to notifications. What an event tells lies in the files beside this one; here is who owns what, and what is
not told after all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from domain.account import AccountErased
from domain.character import CharacterCreated
from domain.engagement import Commented, Liked, Unliked
from domain.video import Queueing, VideoImported
from projections.db import Connection, write_rows
from projections.events import Event, parted
from projections.inbox import cases, consents, likes, listings
from projections.inbox.rows import UPSERT, Row, run_of
from projections.inbox.told import TELLING, told
from projections.inserting import Insert


def apply(conn: Connection, events: Sequence[Event]) -> None:
    owning, gone, liked, relied, listed = parted(
        events, _OWNING, AccountErased, (Liked, Unliked), consents.KINDS, listings.KINDS
    )
    owned = _note_owners(conn, owning)
    erased = _note_erased(conn, gone)
    rows = _told(conn, (each for each in events if type(each.event) in TELLING))
    rows += cases.apply(conn, [each for each in events if each.recorded.category == "moderation"])
    rows += listings.apply(conn, listed)
    write_rows(conn, UPSERT, (row for _, row in sorted({row.id: row for row in rows}.items())))
    recipients = {row.recipient for row in rows if row.recipient} | erased
    recipients |= likes.apply(conn, liked) | consents.apply(conn, relied)
    recipients |= _find_recipients(conn, owned | {row.owner_of for row in rows if row.owner_of})
    run_of(conn, _FORGET, recipients)


def _told(conn: Connection, events: Iterable[Event]) -> list[Row]:
    """The last word on each notification counts."""
    last: dict[str, Row | None] = {}
    for each in events:
        last.update(told(each))
    run_of(conn, _TAKE_BACK, (id_ for id_, row in last.items() if row is None))
    return [row for row in last.values() if row is not None]


def _note_owners(conn: Connection, events: Iterable[Event]) -> set[str]:
    """Returns the ids of what has an owner now."""
    owners: dict[str, str] = {}
    for each in events:
        if isinstance(each.event, Commented):
            owners[each.event.comment_id] = each.event.account_id
        else:
            owners[each.recorded.stream] = each.event.owner_id
    _OWN(conn, sorted(owners.items()))
    return set(owners)


def _note_erased(conn: Connection, events: Iterable[Event]) -> set[str]:
    erased = {each.event.account_id for each in events}
    run_of(conn, _ERASE, erased)
    return erased


def _find_recipients(conn: Connection, things: set[str]) -> set[str]:
    """Of what is told to the owners of these; whoever is excluded is not told."""
    found = run_of(conn, _FIND, things)
    run_of(conn, _EXCLUDE, (id_ for id_, _ in found))
    return {recipient for _, recipient in found}


_TAKE_BACK: Final = "delete from notifications where id = any(%s)"
_OWN: Final = Insert("owners", {"id": str, "account_id": str})
_OWNING: Final = (Queueing, VideoImported, CharacterCreated, Commented)
_ERASE: Final = "insert into erased (account_id) select unnest(%s::text[]) on conflict do nothing"
_FIND: Final = """
    update notifications set recipient = owners.account_id from owners
    where owners.id = owner_of and recipient is null and owner_of = any(%s)
    returning notifications.id, recipient
"""
_EXCLUDE: Final = "delete from notifications where id = any(%s) and recipient = any(excluded)"
_FORGET: Final = """
    delete from notifications using erased where recipient = erased.account_id and erased.account_id = any(%s)
"""
