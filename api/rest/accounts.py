"""An account as others see it: its name, who follows it, what it has published."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh
from api.present import require_id, video_of
from api.query import bounded
from api.schemas import Account, Page, Video
from commands.work import ACCOUNT, fold
from domain.account import Open, require_open
from domain.errors import NotFound
from domain.ids import is_id

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100


async def retrieve(call: Call) -> Response:
    freshness = await fresh(call, "feed")
    return reply(await account(call), headers=freshness.headers)


async def account(call: Call) -> Account:
    known = await _open(call)
    found = await call.deps.reads.follows(known.account_id, call.viewer)
    return Account(
        id=known.account_id,
        name=known.name,
        followers=found.followers,
        following=found.following,
        followed=found.followed_by_viewer,
    )


async def listing(call: Call) -> Response:
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    await _open(call)
    freshness = await fresh(call, "videos")
    data, following = await published(call, limit)
    body = Page(data=data, has_more=following is not None, next_cursor=following, as_of=freshness.as_of)
    return reply(body, headers=freshness.headers)


async def published(call: Call, limit: int) -> tuple[list[Video], str | None]:
    """What the account of the path has published for everyone, newest first, and the cursor of the next page."""
    cursor = call.request.query_params.get("cursor") or None
    after = cursor and require_id(cursor)
    page = await call.deps.reads.profile(account_of(call), call.viewer, after=after, limit=limit)
    following = page.items[-1].id if page.items and page.has_more else None
    return [video_of(call, card) for card in page.items], following


def account_of(call: Call) -> str:
    account_id = call.path("account_id")
    if not is_id(account_id, "acct"):
        raise NotFound("account_not_found", f"There is no account {account_id[:80]}.", "account_id")
    return account_id


async def _open(call: Call) -> Open:
    account_id = account_of(call)
    state, _ = await fold(call.deps.store, ACCOUNT, account_id)
    return require_open(state, account_id)
