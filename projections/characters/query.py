"""One's own characters, where they appear, and what was made under which version of their consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg import sql
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.ports import Opener
from projections.registry import CHARACTERS


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A character as its owner sees it, texts opened. `uses` counts the videos that star it."""

    id: str
    kind: str
    state: str
    handle: str
    name: str
    description: str
    rig: str
    version: int
    audience: str
    expires_at: datetime | None
    created_at: datetime
    uses: int


class Use(msgspec.Struct, frozen=True):
    """A video that stars the character, drafts and others' drafts included."""

    video_id: str
    owner_id: str
    consent_version: int
    at: datetime


async def owned(
    db: AsyncConnection, opener: Opener, owner_id: str, *, after: str | None = None, limit: int = 20
) -> list[Card]:
    """The owner's characters that were not deleted, by id (time of creation), behind `after`."""
    async with db.cursor(row_factory=class_row(Card)) as cursor:
        await cursor.execute(_OWNED, {"owner": owner_id, "after": after or "", "limit": limit})
        rows = await cursor.fetchall()
    clear = await _opened(opener, [text for row in rows for text in (row.handle, row.name, row.description)])
    return [
        msgspec.structs.replace(row, handle=clear[row.handle], name=clear[row.name], description=clear[row.description])
        for row in rows
    ]


async def uses(
    db: AsyncConnection, character_id: str, *, version: int | None = None, after: str = "", limit: int = 50
) -> list[Use]:
    """By the id of the video, behind `after`; those that relied on one version of the consent, or all."""
    async with db.cursor(row_factory=class_row(Use)) as cursor:
        await cursor.execute(_USES, {"character": character_id, "version": version, "after": after, "limit": limit})
        return await cursor.fetchall()


async def characters_of(db: AsyncConnection, account_id: str, after: str, limit: int) -> list[str]:
    """Ids of the account's characters that were not deleted, in order, behind `after`."""
    cursor = await db.execute(_IDS, {"owner": account_id, "after": after, "limit": limit})
    return [id_ for (id_,) in await cursor.fetchall()]


async def _opened(opener: Opener, tokens: Sequence[str]) -> dict[str, Any]:
    return dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}


_OWNED: Final[sql.Composed] = statement(
    """
    select id, kind, state, handle, name, description, rig, version, audience, expires_at, created_at,
        (select count(*) from {characters}.uses u where u.character_id = c.id) as uses
    from {characters}.characters c where owner_id = %(owner)s and state <> 'deleted' and id > %(after)s
    order by id limit %(limit)s
    """,
    characters=CHARACTERS.schema,
)
_USES: Final[sql.Composed] = statement(
    """
    select video_id, owner_id, consent_version, at from {characters}.uses
    where character_id = %(character)s and video_id > %(after)s
        and (%(version)s::int is null or consent_version = %(version)s::int)
    order by video_id limit %(limit)s
    """,
    characters=CHARACTERS.schema,
)
_IDS: Final[sql.Composed] = statement(
    """
    select id from {characters}.characters where owner_id = %(owner)s and state <> 'deleted' and id > %(after)s
    order by id limit %(limit)s
    """,
    characters=CHARACTERS.schema,
)
