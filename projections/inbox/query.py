"""An account's notifications, the newest first, and what it has read of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import class_row

from projections.db import AsyncConnection, statement
from projections.inbox.rows import KINDS
from projections.paging import decode_cursor, encode_cursor
from projections.ports import Opener
from projections.registry import INBOX

MOST_COUNTED: Final = 100


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """`actor` is the account that did it, where one did; `count` of likes. `text` is what was said, opened."""

    id: str
    kind: str
    at: datetime
    read: bool
    actor: str | None
    subject: str
    video_id: str | None
    comment_id: str | None
    about: dict[str, Any]
    text: str | None


class InboxPage(msgspec.Struct, frozen=True):
    items: list[Notification]
    next_cursor: str | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an account does not want to be told: of some kinds, and by some accounts. A like by one of them does not
    count, and an hour without another is not told of."""

    muted: Collection[str] = ()
    blocked: Collection[str] = ()
    unread_only: bool = False


class _Where(msgspec.Struct, frozen=True, array_like=True):
    at: datetime
    category: str
    shard: int
    position: int
    id: str


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    at: datetime
    category: str
    shard: int
    position: int
    read: bool
    actor: str | None
    subject: str
    video_id: str | None
    comment_id: str | None
    about: dict[str, Any]
    text: str | None
    apart: int


_BEGINNING: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
_END: Final = _Where(datetime.fromisoformat("9999-12-31T00:00:00+00:00"), "", 0, 0, "")


async def page(
    db: AsyncConnection,
    opener: Opener,
    *,
    key: bytes,
    account_id: str,
    wanted: Wanted,
    limit: int,
    cursor: str | None,
) -> InboxPage:
    purpose = f"inbox {account_id}"
    where = decode_cursor(key, purpose, cursor, _Where) if cursor else _END
    values = {**await _values(db, account_id, wanted), **msgspec.structs.asdict(where), "limit": limit + 1}
    async with db.cursor(row_factory=class_row(_Row)) as rows:
        await rows.execute(_PAGE, values)
        found = await rows.fetchall()
    items = found[:limit]
    last = items[-1] if len(found) > limit else None
    following = _Where(last.at, last.category, last.shard, last.position, last.id) if last else None
    texts = await _opened(opener, [row.text for row in items if row.text is not None])
    shown = [_notification(row, texts) for row in items]
    return InboxPage(shown, encode_cursor(key, purpose, following) if following else None)


async def unread(db: AsyncConnection, account_id: str, wanted: Wanted) -> int:
    """How many, up to `MOST_COUNTED`."""
    values = await _values(db, account_id, msgspec.structs.replace(wanted, unread_only=True))
    found = await (await db.execute(_UNREAD, {**values, "limit": MOST_COUNTED})).fetchone()
    return int(found[0]) if found else 0


async def _values(db: AsyncConnection, account_id: str, wanted: Wanted) -> dict[str, Any]:
    """What was read by the mark is not even looked at where only the unread is wanted: it is the most by far."""
    mark = await (await db.execute(_SINCE, [account_id])).fetchone() if wanted.unread_only else None
    at, category, shard, position = mark or (_BEGINNING, "", 0, 0)
    return {
        "account": account_id,
        "kinds": [kind for kind in KINDS if kind not in wanted.muted],
        "blocked": sorted(wanted.blocked),
        "unread": wanted.unread_only,
        "since_at": at,
        "since_category": category,
        "since_shard": shard,
        "since_position": position,
    }


def _notification(row: _Row, texts: dict[str, str]) -> Notification:
    about = {**row.about, "count": row.about["count"] - row.apart} if row.kind == "liked" else row.about
    return Notification(
        id=row.id,
        kind=row.kind,
        at=row.at,
        read=row.read,
        actor=row.actor,
        subject=row.subject,
        video_id=row.video_id,
        comment_id=row.comment_id,
        about=about,
        text=None if row.text is None else texts[row.text],
    )


async def _opened(opener: Opener, tokens: Sequence[str]) -> dict[str, str]:
    return dict(zip(tokens, await opener.open(tokens), strict=True)) if tokens else {}


_SCHEMAS: Final = {"inbox": INBOX.schema, "state": "inbox_state"}
# Whose video was deleted, whose comment is hidden, or what a decision on the very video says better, is not shown.
_SHOWN: Final = """
    from {inbox}.notifications n
    left join {state}.marks m on m.account_id = n.recipient
    left join {state}.reads r on r.account_id = n.recipient and r.id = n.id
    left join {inbox}.videos v on v.id = n.video_id
    cross join lateral (
        select
            coalesce((n.at, n.category, n.shard, n.position) <= (m.at, m.category, m.shard, m.position), false)
            or coalesce((n.at, n.category, n.shard, n.position) <= (r.at, r.category, r.shard, r.position), false)
            as read,
            case when n.kind = 'liked' and %(blocked)s::text[] <> '{{}}' then (
                select count(*) from {inbox}.likes l where l.video_id = n.video_id
                    and l.hour = (n.about ->> 'hour')::int and l.account_id = any(%(blocked)s::text[])
            ) else 0 end as apart
    ) as seen
    where n.recipient = %(account)s
        and (n.at, n.category, n.shard, n.position)
            > (%(since_at)s, %(since_category)s, %(since_shard)s, %(since_position)s)
        and n.kind = any(%(kinds)s)
        and (n.actor is null or n.actor <> all(%(blocked)s::text[]))
        and (n.kind <> 'liked' or (n.about ->> 'count')::bigint > seen.apart)
        and v.gone is not true
        and not exists (select from {inbox}.hidden_comments h where h.comment_id = n.comment_id)
        and not exists (
            select from {inbox}.decisions d where d.decision_id = n.cause and d.subject = n.video_id
        )
        and not (%(unread)s and seen.read)
"""
_SINCE: Final = statement("select at, category, shard, position from {state}.marks where account_id = %s", **_SCHEMAS)
_PAGE: Final = statement(
    """
    select n.id, n.kind, n.at, n.category, n.shard, n.position, n.actor, n.subject, n.video_id, n.comment_id, n.about,
        n.text, seen.apart, seen.read
    """
    + _SHOWN
    + """
        and (n.at, n.category, n.shard, n.position, n.id) < (%(at)s, %(category)s, %(shard)s, %(position)s, %(id)s)
    order by n.at desc, n.category desc, n.shard desc, n.position desc, n.id desc limit %(limit)s
    """,
    **_SCHEMAS,
)
_COUNT: Final = "select count(*) from (select 1 " + _SHOWN + " limit %(limit)s) as first"  # noqa: S608 - constants
_UNREAD: Final = statement(_COUNT, **_SCHEMAS)
