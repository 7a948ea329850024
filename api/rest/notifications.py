"""What an account is told: the newest first, and what it has read of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.consistency import Freshness, fresh
from api.parsing import flag, read_body, text, words
from api.present import unix
from api.query import bounded
from api.routing import CURSOR, Endpoint, Param, limit_param
from api.schemas import AsOf, Author
from commands.work import ACCOUNT, fold
from domain.account import Open
from domain.errors import Invalid
from projections.inbox import query
from projections.inbox.query import Wanted
from projections.inbox.rows import KINDS

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
MOST_IDS: Final = 100
PREFERENCE: Final = "notifications"


class Notification(msgspec.Struct, kw_only=True):
    """`actor` is the account that did it, null where none did or where many are counted. `subject` is what it is about,
    `details` says the rest: `count` of likes in one `hour` (whole hours since 1970), the reasons of a decision, a code,
    a version. `text` is what was said: a comment, or why something was decided."""

    id: str
    kind: str
    at: int
    read: bool
    actor: Author | None
    subject: str
    video_id: str | None
    comment_id: str | None
    text: str | None
    details: dict[str, Any]
    object: str = "notification"


class Notifications(msgspec.Struct, kw_only=True):
    """`unread` counts up to 100, on whichever page."""

    data: list[Notification]
    has_more: bool
    next_cursor: str | None
    unread: int
    as_of: AsOf
    object: str = "list"


class ReadBody(msgspec.Struct, kw_only=True):
    """One of the three: everything (`all`), one notification and all older ones (`up_to`), or single ones (`ids`)."""

    all: bool = False
    up_to: str | None = None
    ids: list[str] = []


class Unread(msgspec.Struct, kw_only=True):
    """How many are left, up to 100."""

    unread: int
    object: str = "notifications"


async def listing(call: Call) -> Response:
    body, freshness = await page(call)
    return reply(body, headers=freshness.headers)


async def page(call: Call) -> tuple[Notifications, Freshness]:
    """Of whoever has blocked the caller nothing is shown either: the page is then shorter than `limit`."""
    account, unread_only = call.require().account, _flag(call, "unread")
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    wanted = await wishes(call, account)
    freshness = await fresh(call, "inbox")
    asked = msgspec.structs.replace(wanted, unread_only=unread_only)
    found = await call.deps.reads.notifications(account, asked, limit=limit, cursor=cursor)
    actors = await call.edge.authors.of(each.actor for each in found.items if each.actor)
    apart = await call.edge.authors.apart_from(account, actors)
    body = Notifications(
        data=[_shown(each, actors) for each in found.items if each.actor not in apart],
        has_more=found.next_cursor is not None,
        next_cursor=found.next_cursor,
        unread=await call.deps.reads.unread(account, wanted),
        as_of=freshness.as_of,
    )
    return body, freshness


def _flag(call: Call, name: str) -> bool:
    given = call.request.query_params.get(name, "")
    if given not in ("", "true", "false"):
        raise Invalid(f"invalid_{name}", f"`{name}` is true or false.", name)
    return given == "true"


def _shown(each: query.Notification, actors: dict[str, Author]) -> Notification:
    return Notification(
        id=each.id,
        kind=each.kind,
        at=unix(each.at),
        read=each.read,
        actor=actors[each.actor] if each.actor else None,
        subject=each.subject,
        video_id=each.video_id,
        comment_id=each.comment_id,
        text=each.text,
        details=each.about,
    )


async def wishes(call: Call, account: str) -> Wanted:
    """From the account's own stream, so that a block or a mute counts at once: also that of another account, of whom
    nothing is to be seen."""
    state, _ = await fold(call.deps.store, ACCOUNT, account)
    if not isinstance(state, Open):
        return Wanted()
    return Wanted(muted=_muted(state, call.deps.clock.now()), blocked=state.blocked | state.steering.muted)


def _muted(state: Open, now: datetime) -> frozenset[str]:
    """`{"muted": ["liked", ...]}`; what is no kind mutes nothing."""
    preference = state.preferences.get(PREFERENCE)
    if preference is None or (preference.expires_at is not None and preference.expires_at <= now):
        return frozenset()
    muted = msgspec.json.decode(preference.value).get("muted")
    return frozenset(each for each in muted if each in KINDS) if isinstance(muted, list) else frozenset()


async def mark(call: Call) -> Response:
    """No command: what somebody has read is no fact. Harmless when repeated."""
    account = call.require().account
    await read_up(call, account, await read_body(call.request))
    return reply(Unread(unread=await call.deps.reads.unread(account, await wishes(call, account))))


async def read_up(call: Call, account: str, body: dict[str, Any]) -> None:
    everything, up_to, ids = flag(body, "all", False), text(body, "up_to") or None, words(body, "ids")
    if (everything is True) + (up_to is not None) + bool(ids) != 1:
        raise Invalid("invalid_read", "Say one of `all`, `up_to` and `ids`.", "all")
    if len(ids) > MOST_IDS:
        raise Invalid("too_many_ids", f"`ids` names at most {MOST_IDS}: use `up_to` for more.", "ids")
    reads = call.deps.reads
    if ids:
        await reads.mark_read(account, ids)
    else:
        await reads.mark_up_to(account, up_to)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/notifications",
        handler=listing,
        summary="What the caller is told, newest first",
        tag="social",
        params=(
            Param(
                name="unread",
                description="Only what was not read",
                schema={"type": "string", "enum": ["true", "false"], "default": "false"},
            ),
            limit_param(DEFAULT_LIMIT, MAX_LIMIT),
            CURSOR,
            Param(
                name="Recut-Token",
                place="header",
                description="The token of a command: the answer has seen it, or says `Stale: true`",
                schema={"type": "string"},
            ),
        ),
        answer=Notifications,
    ),
    Endpoint(
        method="POST",
        path="/v1/notifications/read",
        handler=mark,
        summary="Mark notifications as read: all, up to one, or single ones",
        tag="social",
        body=ReadBody,
        answer=Unread,
    ),
)
