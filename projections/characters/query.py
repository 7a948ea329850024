"""One's own characters, where they appear, and what was made under which version of their consent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from domain.errors import Invalid
from domain.fields import ERASED
from domain.recorded import Position
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


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A video that stars the character. `visibility` is null for a draft; `hidden`: something restricts it."""

    video_id: str
    owner_id: str
    consent_version: int
    at: datetime
    state: str
    visibility: str | None
    hidden: bool


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a consent, texts opened. `audience` is null for a revocation, whose policy is `revocation`. `uses`
    counts the videos that relied on it."""

    version: int
    audience: str | None
    allowed: list[str]
    rules: list[str]
    text: str
    unclear: list[str]
    expires_at: datetime | None
    revocation: str | None
    at: datetime
    event_id: str
    cause: str
    uses: int


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
    db: AsyncConnection,
    character_id: str,
    *,
    viewer: str | None,
    version: int | None = None,
    after: str = "",
    limit: int = 50,
) -> list[Use]:
    """By the id of the video, behind `after`; those that relied on one version of the consent, or all. A `viewer` (an
    account, or empty for nobody in particular) sees what is public and what is his own; None sees all there are."""
    values = {"character": character_id, "version": version, "after": after, "limit": limit, "viewer": viewer}
    async with db.cursor(row_factory=class_row(Use)) as cursor:
        await cursor.execute(_USES, values)
        return await cursor.fetchall()


async def consents(db: AsyncConnection, opener: Opener, character_id: str) -> list[Consent]:
    """Every version, the newest first."""
    return await _consents(db, opener, _CONSENTS, {"character": character_id})


async def consent_at(
    db: AsyncConnection,
    opener: Opener,
    character_id: str,
    moment: datetime | Sequence[Position],
    *,
    partial: bool = False,
) -> Consent | None:
    """The version that counted when the moment ended, or when the logs had come so far; None before the first. Whether
    it had expired by then, `expires_at` says. A log that is missing had nothing yet; in `partial` positions it is not
    known, and if it is the character's own, there is no answer."""
    if isinstance(moment, datetime):
        found = await _consents(db, opener, _AT_MOMENT, {"character": character_id, "moment": moment})
        return found[0] if found else None
    reached = {at.shard: at.position for at in moment if at.category == "character"}
    if partial:
        await _require_shard(db, character_id, reached)
    values = {"character": character_id, "shards": list(reached), "positions": list(reached.values())}
    found = await _consents(db, opener, _AT_POSITIONS, values)
    return found[0] if found else None


async def _require_shard(db: AsyncConnection, character_id: str, reached: Collection[int]) -> None:
    found = await (await db.execute(_SHARD, [character_id])).fetchone()
    if found and found[0] not in reached:
        message = "`as_of` says nothing about the log of this character: use a time, or the token of such an answer."
        raise Invalid("invalid_as_of", message, "as_of")


async def _consents(db: AsyncConnection, opener: Opener, query: bytes, values: dict[str, Any]) -> list[Consent]:
    async with db.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(query, values)
        rows = await cursor.fetchall()
    clear = await _opened(opener, [token for row in rows for token in row.sealed])
    return [row.opened(clear) for row in rows]


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    audience: str | None
    allowed: list[str]
    rules: list[str]
    text: str | None
    unclear: list[str]
    expires_at: datetime | None
    revocation: str | None
    at: datetime
    event_id: str
    cause: str
    uses: int

    @property
    def sealed(self) -> list[str]:
        return [*self.rules, *self.unclear, *([self.text] if self.text is not None else [])]

    def opened(self, clear: dict[str, str]) -> Consent:
        fields = msgspec.structs.asdict(self)
        fields["text"] = "" if self.text is None else clear[self.text]
        fields["rules"], fields["unclear"] = _words(self.rules, clear), _words(self.unclear, clear)
        return Consent(**fields)


def _words(tokens: Sequence[str], clear: dict[str, str]) -> list[str]:
    """A sealed tuple is one token, whose text is the JSON of the tuple."""
    texts = [clear[token] for token in tokens]
    return texts if texts == [ERASED] else [word for text in texts for word in _decode_words(text)]


async def characters_of(db: AsyncConnection, account_id: str, after: str, limit: int) -> list[str]:
    """Ids of the account's characters that were not deleted, in order, behind `after`."""
    cursor = await db.execute(_IDS, {"owner": account_id, "after": after, "limit": limit})
    return [id_ for (id_,) in await cursor.fetchall()]


async def _opened(opener: Opener, tokens: Sequence[str]) -> dict[str, Any]:
    return dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}


_decode_words: Final = msgspec.json.Decoder(list[str]).decode
_OWNED: Final[bytes] = statement(
    """
    select id, kind, state, handle, name, description, rig, version, audience, expires_at, created_at,
        (select count(*) from {characters}.uses u where u.character_id = c.id) as uses
    from {characters}.characters c where owner_id = %(owner)s and state <> 'deleted' and id > %(after)s
    order by id limit %(limit)s
    """,
    characters=CHARACTERS.schema,
)
_USES: Final[bytes] = statement(
    """
    select u.video_id, u.owner_id, u.consent_version, u.at, v.state, v.visibility,
        cardinality(v.restrictions) > 0 as hidden
    from {characters}.uses u join {characters}.videos v on v.id = u.video_id
    where u.character_id = %(character)s and u.video_id > %(after)s
        and (%(version)s::int is null or u.consent_version = %(version)s::int)
        and (%(viewer)s::text is null or u.owner_id = %(viewer)s::text
            or (v.visibility = 'public' and cardinality(v.restrictions) = 0))
    order by u.video_id limit %(limit)s
    """,
    characters=CHARACTERS.schema,
)
_SHARD: Final[bytes] = statement(
    "select shard from {characters}.consents where character_id = %s and version = 1", characters=CHARACTERS.schema
)
_VERSIONS: Final = """
    select c.version, audience, allowed, rules, text, unclear, expires_at, revocation, at, event_id, cause,
        (select count(*) from {characters}.uses u
            where u.character_id = c.character_id and u.consent_version = c.version) as uses
    from {characters}.consents c
"""
_CONSENTS: Final[bytes] = statement(
    _VERSIONS + "where character_id = %(character)s order by version desc", characters=CHARACTERS.schema
)
_AT_MOMENT: Final[bytes] = statement(
    _VERSIONS + "where character_id = %(character)s and at <= %(moment)s order by version desc limit 1",
    characters=CHARACTERS.schema,
)
_AT_POSITIONS: Final[bytes] = statement(
    _VERSIONS
    + """
    join unnest(%(shards)s::int[], %(positions)s::bigint[]) as reached (shard, position)
        on reached.shard = c.shard and c.position <= reached.position
    where character_id = %(character)s order by version desc limit 1
    """,
    characters=CHARACTERS.schema,
)
_IDS: Final[bytes] = statement(
    """
    select id from {characters}.characters where owner_id = %(owner)s and state <> 'deleted' and id > %(after)s
    order by id limit %(limit)s
    """,
    characters=CHARACTERS.schema,
)
