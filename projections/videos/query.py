"""Cards of videos: my list, a profile, and whatever ids another page has chosen. Only here are texts opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, LiteralString

import msgspec
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
    """`published_at` is when it was first published; `description` is what others read instead of the prompt."""

    visibility: str
    remixable: bool
    caption: str
    topics: tuple[str, ...]
    published_at: datetime
    description: str | None = None


class Restriction(msgspec.Struct, frozen=True):
    cause_id: str
    rule: str


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is None when the comment was deleted or is hidden by a decision."""

    id: str
    video_id: str
    account_id: str
    parent_id: str | None
    text: str | None
    at: datetime
    hidden: bool


class CommentPage(msgspec.Struct, frozen=True):
    items: list[Comment]
    has_more: bool


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A video as a page shows it, texts opened. `state` is queued | in_progress | completed | failed | cancelled,
    `verb` is create, import or the relation to the first parent; durations are seconds, `size` is "WIDTHxHEIGHT".
    `prompt` is what the viewer may read: of a published video with a description, others read that. `remixes` counts
    direct children of any relation that were not deleted. `restrictions` are told to the owner alone: others do not
    get a card."""

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
    extensions: int
    hold_id: str | None
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
    restrictions: tuple[Restriction, ...]
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
        return {card.id: card for card in await _open(opener, await cursor.fetchall(), viewer)}


async def videos_of(db: AsyncConnection, account_id: str, after: str, limit: int) -> list[str]:
    """All that the account has ever made and not deleted: ids in order, behind `after`."""
    return await _ids(db, _VIDEOS_OF, account_id, after, limit)


async def comments_of(db: AsyncConnection, account_id: str, after: str, limit: int) -> list[str]:
    """All that the account has said and not deleted: ids in order, behind `after`."""
    return await _ids(db, _COMMENTS_OF, account_id, after, limit)


async def likes_of(db: AsyncConnection, account_id: str, after: str, limit: int) -> list[str]:
    """Videos that the account likes: ids in order, behind `after`."""
    return await _ids(db, _LIKES_OF, account_id, after, limit)


async def _ids(db: AsyncConnection, query: bytes, account_id: str, after: str, limit: int) -> list[str]:
    cursor = await db.execute(query, {"account": account_id, "after": after, "limit": limit})
    return [id_ for (id_,) in await cursor.fetchall()]


async def comments(db: AsyncConnection, opener: Opener, video_id: str, *, after: str | None, limit: int) -> CommentPage:
    """What was said about a video, oldest first. `after` is the id of the last one seen."""
    async with db.cursor(row_factory=class_row(Comment)) as cursor:
        await cursor.execute(_COMMENTS, {"video": video_id, "after": after, "limit": limit + 1})
        rows = await cursor.fetchall()
    tokens = [row.text for row in rows if row.text is not None]
    clear = dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}
    opened = [msgspec.structs.replace(row, text=clear[row.text] if row.text is not None else None) for row in rows]
    return CommentPage(opened[:limit], has_more=len(rows) > limit)


class _Row(apply.Row, frozen=True, kw_only=True):
    likes: int
    remixes: int
    liked_by_viewer: bool


async def _page(db: AsyncConnection, opener: Opener, query: bytes, values: dict[str, Any], limit: int) -> Page:
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(query, {**values, "limit": limit + 1})
        rows = await cursor.fetchall()
    return Page(await _open(opener, rows[:limit], values["viewer"]), has_more=len(rows) > limit)


async def _require(db: AsyncConnection, query: bytes, after: str, owner_id: str) -> None:
    cursor = await db.execute(query, {"after": after, "owner": owner_id})
    if await cursor.fetchone() is None:
        raise NotFound("video_not_found", f"`after`: there is no video {after} in this list.", "after")


async def _open(opener: Opener, rows: list[_Row], viewer: str | None) -> list[Card]:
    tokens = [token for row in rows for token in _sealed(row, viewer)]
    clear = dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}
    return [_card(row, clear, viewer) for row in rows]


def _sealed(row: _Row, viewer: str | None) -> list[str]:
    single = (_prompt(row, viewer), row.error_message, row.caption, row.description)
    return [token for token in (*single, *row.understood, *row.ignored) if token is not None]


def _prompt(row: _Row, viewer: str | None) -> str | None:
    """Of a hidden prompt, others get no more than the description."""
    return row.prompt if row.description is None or viewer == row.owner_id else row.description


def _card(row: _Row, clear: dict[str, str], viewer: str | None) -> Card:
    prompt = _prompt(row, viewer)
    hides = prompt is not row.prompt
    opened = {
        "prompt": clear[prompt] if prompt is not None else "",
        "error_message": clear[row.error_message] if row.error_message is not None else None,
        "understood": [] if hides else _words(row.understood, clear),
        "ignored": [] if hides else _words(row.ignored, clear),
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
    description = clear[row.description] if row.description is not None else None
    return Publication(
        row.visibility, row.remixable, clear[row.caption], tuple(row.topics), row.published_at, description
    )


_CARD: Final = """
    select v.*, coalesce(l.count, 0) as likes, coalesce(r.count, 0) as remixes,
        exists (select from {videos}.likes m where m.video_id = v.id and m.account_id = %(viewer)s) as liked_by_viewer
    from {videos}.videos v
    left join {videos}.like_counts l on l.id = v.id
    left join {videos}.remix_counts r on r.id = v.id
"""
_MINE: Final = _CARD + "where v.owner_id = %(owner)s and v.state <> 'deleted'"
_THEIRS: Final = _CARD + "where v.owner_id = %(owner)s and v.visibility = 'public' and v.restrictions = '[]'"
_BEFORE: Final = " and (v.created_at, v.id) < (select created_at, id from {videos}.videos where id = %(after)s)"
_BEHIND: Final = " and (v.created_at, v.id) > (select created_at, id from {videos}.videos where id = %(after)s)"
_OLDER: Final = " and (v.published_at, v.id) < (select published_at, id from {videos}.videos where id = %(after)s)"
_NEWEST: Final = " order by v.created_at desc, v.id desc limit %(limit)s"
_OLDEST: Final = " order by v.created_at, v.id limit %(limit)s"
_LATEST: Final = " order by v.published_at desc, v.id desc limit %(limit)s"


def _bind(text: LiteralString) -> bytes:
    return statement(text, videos=VIDEOS.schema)


_LIST: Final = {"desc": _bind(_MINE + _NEWEST), "asc": _bind(_MINE + _OLDEST)}
_LIST_AFTER: Final = {"desc": _bind(_MINE + _BEFORE + _NEWEST), "asc": _bind(_MINE + _BEHIND + _OLDEST)}
_PROFILE: Final = _bind(_THEIRS + _LATEST)
_PROFILE_AFTER: Final = _bind(_THEIRS + _OLDER + _LATEST)
_CARDS: Final = _bind(
    _CARD
    + """
    where v.id = any(%(ids)s) and v.state <> 'deleted'
        and (v.owner_id = %(viewer)s or v.visibility is not null and v.restrictions = '[]')
    """
)
_VIDEOS_OF: Final = _bind("""
    select id from {videos}.videos where owner_id = %(account)s and state <> 'deleted' and id > %(after)s
    order by id limit %(limit)s
""")
_COMMENTS_OF: Final = _bind("""
    select id from {videos}.comments where account_id = %(account)s and text is not null and id > %(after)s
    order by id limit %(limit)s
""")
_LIKES_OF: Final = _bind("""
    select video_id from {videos}.likes where account_id = %(account)s and video_id > %(after)s
    order by video_id limit %(limit)s
""")
_COMMENTS: Final = _bind("""
    with said as (
        select c.*, exists (select from {videos}.hidden_comments h where h.comment_id = c.id) as hidden
        from {videos}.comments c where c.video_id = %(video)s
            and (%(after)s::text is null
                or (c.at, c.id) > (select at, id from {videos}.comments where id = %(after)s::text))
    )
    select id, video_id, account_id, parent_id, case when not hidden then text end as text, at, hidden
    from said order by at, id limit %(limit)s
""")
_OWN: Final = _bind("select from {videos}.videos where id = %(after)s and owner_id = %(owner)s")
_PUBLISHED_ONCE: Final = _bind(
    "select from {videos}.videos where id = %(after)s and owner_id = %(owner)s and published_at is not null"
)
