"""Cards of videos: my list, a profile, and whatever ids another page has chosen. Only here are texts opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, LiteralString

import msgspec
from psycopg import sql
from psycopg.rows import class_row

from domain.errors import NotFound
from domain.fields import ERASED
from domain.video import Asset, CharacterUse, Parent
from projections.db import AsyncConnection, statement
from projections.ports import Opener
from projections.registry import VIDEOS
from projections.videos import apply

Order = Literal["asc", "desc"]
_decode_words: Final = msgspec.json.Decoder(list[str]).decode


class Publication(msgspec.Struct, frozen=True):
    """`published_at` is when it was first published."""

    visibility: str
    remixable: bool
    caption: str
    topics: tuple[str, ...]
    published_at: datetime


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A video as a page shows it, texts opened. `state` is queued | in_progress | completed | failed, `verb` is
    create or the relation to the first parent; durations are seconds, `size` is "WIDTHxHEIGHT". `remixes` counts
    direct children of any relation that were not deleted."""

    id: str
    owner_id: str
    state: str
    verb: str
    model: str
    resolved_model: str
    prompt: str
    seconds: int
    size: str
    seed: int
    tier: str
    depth: int
    parents: tuple[Parent, ...]
    characters: tuple[CharacterUse, ...]
    attempt: int
    created_at: datetime
    completed_at: datetime | None
    failed_at: datetime | None
    error_code: str | None
    error_message: str | None
    assets: tuple[Asset, ...]
    engine: str | None
    model_digest: str | None
    understood: tuple[str, ...]
    ignored: tuple[str, ...]
    publication: Publication | None
    likes: int
    remixes: int
    liked_by_viewer: bool


class Page(msgspec.Struct, frozen=True):
    items: list[Card]
    has_more: bool


async def list_by_owner(
    db: AsyncConnection,
    opener: Opener,
    owner_id: str,
    *,
    after: str | None = None,
    limit: int = 20,
    order: Order = "desc",
) -> Page:
    """The owner's videos by time of creation, drafts included, deleted ones not. `after` is the id of the last one
    seen, which may have been deleted since; NotFound when it never was this owner's."""
    query = _LIST[order] if after is None else _LIST_AFTER[order]
    if after is not None:
        await _require(db, _OWN, after, owner_id)
    return await _page(db, opener, query, {"owner": owner_id, "viewer": owner_id, "after": after}, limit)


async def profile(
    db: AsyncConnection,
    opener: Opener,
    owner_id: str,
    *,
    viewer: str | None,
    after: str | None = None,
    limit: int = 20,
) -> Page:
    """What the owner has published for everyone, newest first. `after` as for `list_by_owner`."""
    query = _PROFILE if after is None else _PROFILE_AFTER
    if after is not None:
        await _require(db, _PUBLISHED_ONCE, after, owner_id)
    return await _page(db, opener, query, {"owner": owner_id, "viewer": viewer, "after": after}, limit)


async def cards(db: AsyncConnection, opener: Opener, ids: Sequence[str], viewer: str | None) -> dict[str, Card]:
    """Cards of those of the ids that the viewer may see: their own, and published ones."""
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(_CARDS, {"ids": list(ids), "viewer": viewer})
        return {card.id: card for card in await _open(opener, await cursor.fetchall())}


class _Row(apply.Row, frozen=True, kw_only=True):
    likes: int
    remixes: int
    liked_by_viewer: bool


async def _page(db: AsyncConnection, opener: Opener, query: sql.Composed, values: dict[str, Any], limit: int) -> Page:
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(query, {**values, "limit": limit + 1})
        rows = await cursor.fetchall()
    return Page(await _open(opener, rows[:limit]), has_more=len(rows) > limit)


async def _require(db: AsyncConnection, query: sql.Composed, after: str, owner_id: str) -> None:
    cursor = await db.execute(query, {"after": after, "owner": owner_id})
    if await cursor.fetchone() is None:
        raise NotFound("video_not_found", f"`after`: there is no video {after} in this list.", "after")


async def _open(opener: Opener, rows: list[_Row]) -> list[Card]:
    tokens = [token for row in rows for token in _sealed(row)]
    clear = dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}
    return [_card(row, clear) for row in rows]


def _sealed(row: _Row) -> list[str]:
    single = (row.prompt, row.error_message, row.caption)
    return [token for token in (*single, *row.understood, *row.ignored) if token is not None]


def _card(row: _Row, clear: dict[str, str]) -> Card:
    opened = {
        "prompt": clear[row.prompt],
        "error_message": clear[row.error_message] if row.error_message is not None else None,
        "understood": _words(row.understood, clear),
        "ignored": _words(row.ignored, clear),
        "publication": _publication(row, clear),
    }
    return msgspec.convert({**msgspec.structs.asdict(row), **opened}, Card)


def _words(tokens: Sequence[str], clear: dict[str, str]) -> list[str]:
    """A sealed tuple is one token, whose text is the JSON of the tuple."""
    texts = [clear[token] for token in tokens]
    return texts if texts == [ERASED] else [word for text in texts for word in _decode_words(text)]


def _publication(row: _Row, clear: dict[str, str]) -> Publication | None:
    if row.visibility is None or row.caption is None or row.published_at is None:
        return None
    return Publication(row.visibility, row.remixable, clear[row.caption], tuple(row.topics), row.published_at)


_CARD: Final = """
    select v.*, coalesce(l.count, 0) as likes, coalesce(r.count, 0) as remixes,
        exists (select from {videos}.likes m where m.video_id = v.id and m.account_id = %(viewer)s) as liked_by_viewer
    from {videos}.videos v
    left join {videos}.like_counts l on l.id = v.id
    left join {videos}.remix_counts r on r.id = v.id
"""
_MINE: Final = _CARD + "where v.owner_id = %(owner)s and v.state <> 'deleted'"
_THEIRS: Final = _CARD + "where v.owner_id = %(owner)s and v.visibility = 'public'"
_BEFORE: Final = " and (v.created_at, v.id) < (select created_at, id from {videos}.videos where id = %(after)s)"
_BEHIND: Final = " and (v.created_at, v.id) > (select created_at, id from {videos}.videos where id = %(after)s)"
_OLDER: Final = " and (v.published_at, v.id) < (select published_at, id from {videos}.videos where id = %(after)s)"
_NEWEST: Final = " order by v.created_at desc, v.id desc limit %(limit)s"
_OLDEST: Final = " order by v.created_at, v.id limit %(limit)s"
_LATEST: Final = " order by v.published_at desc, v.id desc limit %(limit)s"


def _bind(text: LiteralString) -> sql.Composed:
    return statement(text, videos=VIDEOS.schema)


_LIST: Final = {"desc": _bind(_MINE + _NEWEST), "asc": _bind(_MINE + _OLDEST)}
_LIST_AFTER: Final = {"desc": _bind(_MINE + _BEFORE + _NEWEST), "asc": _bind(_MINE + _BEHIND + _OLDEST)}
_PROFILE: Final = _bind(_THEIRS + _LATEST)
_PROFILE_AFTER: Final = _bind(_THEIRS + _OLDER + _LATEST)
_CARDS: Final = _bind(
    _CARD
    + "where v.id = any(%(ids)s) and v.state <> 'deleted' and (v.owner_id = %(viewer)s or v.visibility is not null)"
)
_OWN: Final = _bind("select from {videos}.videos where id = %(after)s and owner_id = %(owner)s")
_PUBLISHED_ONCE: Final = _bind(
    "select from {videos}.videos where id = %(after)s and owner_id = %(owner)s and published_at is not null"
)
