"""Frozen rankings: stored with all that they follow from, so that each can be ranked again and compared."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from domain.errors import NotFound
from domain.steering import Rule
from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.ranker import Candidate, Ranked, Ranker, digest, rank
from projections.paging import invalid_cursor

KEPT: Final = timedelta(days=30)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """`rules` are the account's, as they counted then; pages go on until `expires_at`."""

    id: str
    account_id: str
    ranker: Ranker
    personalised: bool
    rules: list[Rule]
    candidates: list[Candidate]
    items: list[Ranked]
    digest: str
    created_at: datetime
    expires_at: datetime


class Part(msgspec.Struct, frozen=True):
    """Some places of a session, one behind the other."""

    ranker: Ranker
    personalised: bool
    items: list[Ranked]


def frozen(
    id_: str,
    account_id: str,
    ranker: Ranker,
    candidates: list[Candidate],
    rules: Sequence[Rule],
    *,
    personalised: bool,
    at: datetime,
    life: timedelta,
) -> Session:
    places = rank(candidates, ranker, at, rules)
    session = Session(
        id=id_,
        account_id=account_id,
        ranker=ranker,
        personalised=personalised,
        rules=list(rules),
        candidates=candidates,
        items=places,
        digest="",
        created_at=at,
        expires_at=at + life,
    )
    return msgspec.structs.replace(session, digest=digest_of(session, places))


def digest_of(session: Session, ranked: Sequence[Ranked]) -> str:
    """Of a ranking and of everything that it follows from."""
    at = session.created_at.astimezone(UTC).isoformat()
    return digest(ranked, session.ranker, session.candidates, session.rules, session.personalised, at)


def differences(session: Session, known: Ranker | None) -> list[str]:
    """Ranked again with the version of the ranker as the log has it: what is not as it was stored, in words. An empty
    list proves the page."""
    if known is None or known.ranker != session.ranker.ranker:
        return [f"There is no version {session.ranker.version} of a ranker {session.ranker.ranker} here."]
    again = rank(session.candidates, known, session.created_at, session.rules)
    found = []
    if known != session.ranker:
        found.append(f"Version {known.version} of the ranker has other weights or parameters than were stored.")
    places = zip(again, session.items, strict=False)
    first = next((place for place, (one, other) in enumerate(places, 1) if one != other), None)
    if first is not None:
        found.append(f"Place {first} is {again[first - 1].video_id}, stored is {session.items[first - 1].video_id}.")
    if len(again) != len(session.items):
        found.append(f"{len(again)} places were ranked, {len(session.items)} were stored.")
    if digest_of(session, again) != session.digest:
        found.append(f"The digest is {digest_of(session, again)}, stored is {session.digest}.")
    return found


def stored(session: Session) -> dict[str, Any]:
    """As it is stored."""
    ranker = session.ranker
    return {
        **{name: getattr(session, name) for name in ("id", "account_id", "personalised", "digest")},
        "ranker": ranker.ranker,
        "version": ranker.version,
        "weights": _jsonb(ranker.weights),
        "parameters": _jsonb(ranker.parameters),
        "rules": _jsonb(session.rules),
        "candidates": pressed(session.candidates),
        "items": pressed(session.items),
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "kept_since": session.created_at - KEPT,
    }


async def part(db: AsyncConnection, id_: str, viewer: str, now: datetime, offset: int) -> Part:
    """The places behind `offset`. Refuses when there is no such session of this viewer, or its pages have ended."""
    values = {"id": id_, "viewer": viewer, "now": now}
    found = await (await db.execute(statements.PART, values)).fetchone()
    if found is None:
        raise invalid_cursor()
    name, version, weights, parameters, personalised, items = found
    ranker = {"ranker": name, "version": version, "weights": weights, "parameters": parameters}
    return Part(msgspec.convert(ranker, Ranker), personalised, _items(items)[offset:])


async def load(db: AsyncConnection, id_: str) -> Session:
    async with db.cursor(row_factory=dict_row) as cursor:
        found = await (await cursor.execute(statements.SESSION, [id_])).fetchone()
    if found is None:
        raise no_such_session(id_)
    return _session(found)


async def past(db: AsyncConnection, until: datetime, limit: int) -> list[Session]:
    """The newest first."""
    async with db.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statements.PAST_SESSIONS, {"until": until, "limit": limit})
        return [_session(row) for row in await cursor.fetchall()]


def no_such_session(id_: str) -> NotFound:
    message = f"There is no session {id_[:40]!r} of a feed; they are kept for {KEPT.days} days."
    return NotFound("session_not_found", message, "session_id")


def _session(row: dict[str, Any]) -> Session:
    ranker = {name: row.pop(name) for name in ("ranker", "version", "weights", "parameters")}
    lists = {"candidates": _candidates(row["candidates"]), "items": _items(row["items"])}
    return msgspec.convert({**row, **lists, "ranker": ranker}, Session)


def pressed(value: object) -> bytes:
    """Numbers stay as they are written."""
    return zlib.compress(msgspec.json.encode(value), level=1)


def _candidates(stored: bytes) -> list[Candidate]:
    return msgspec.json.decode(_unpressed(stored), type=list[Candidate])


def _items(stored: bytes) -> list[Ranked]:
    return msgspec.json.decode(_unpressed(stored), type=list[Ranked])


def _unpressed(stored: bytes) -> bytes:
    """Older rows were stored as they are written."""
    return stored if stored.startswith(b"[") else zlib.decompress(stored)


def _jsonb(value: Any) -> Jsonb:
    return Jsonb(value, dumps=msgspec.json.encode)
