"""An account as others see it, and as it sees itself: profile, preferences, blocks, and its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh
from api.parsing import read_body, text
from api.present import require_id, unix, video_of
from api.query import bounded
from api.routing import Endpoint
from api.schemas import Account, Page, Video
from commands.account import (
    BlockAccount,
    ChangeProfile,
    EraseAccount,
    RemovePreference,
    SetPreference,
    UnblockAccount,
)
from commands.work import ACCOUNT, fold
from domain.account import Open, require_open
from domain.errors import Invalid, NotFound
from domain.fields import ERASED
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
        bio=known.bio,
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
    known = require_open(state, account_id)
    if await call.edge.authors.apart(call.viewer, account_id):
        raise NotFound("account_not_found", f"There is no account {account_id}.", "account_id")
    return known


class OwnAccount(msgspec.Struct, kw_only=True):
    object: str = "account"
    id: str
    name: str
    bio: str
    time_zone: str
    created_at: int
    preferences: dict[str, Preference]
    blocked: list[str]
    muted: list[str]


class Preference(msgspec.Struct, kw_only=True):
    value: Any
    expires_at: datetime | None


class ProfileBody(msgspec.Struct, kw_only=True):
    """What is left out stays as it is. `time_zone` is an IANA name."""

    name: str | None = None
    bio: str | None = None
    time_zone: str | None = None


class PreferenceBody(msgspec.Struct, kw_only=True):
    """`value` has the type of the key; it counts until `expires_at`."""

    value: Any
    expires_at: datetime | None = None


class EraseBody(msgspec.Struct, kw_only=True):
    """`confirm` is the id of the account."""

    confirm: str


class Blocked(msgspec.Struct, kw_only=True):
    object: str = "block"
    account_id: str
    blocked: bool


class Erased(msgspec.Struct, kw_only=True):
    object: str = "account.erased"
    id: str
    erased: bool = True


async def mine(call: Call) -> Response:
    return reply(await _own(call))


async def _own(call: Call) -> OwnAccount:
    account_id = call.require().account
    state, _ = await fold(call.deps.store, ACCOUNT, account_id)
    known, now = require_open(state, account_id), call.deps.clock.now()
    valid = {key: kept for key, kept in known.preferences.items() if not kept.expires_at or kept.expires_at > now}
    return OwnAccount(
        id=account_id,
        name=known.name,
        bio=known.bio,
        time_zone=known.time_zone,
        created_at=unix(known.opened_at),
        preferences={
            key: Preference(value=_read(kept.value), expires_at=kept.expires_at) for key, kept in sorted(valid.items())
        },
        blocked=sorted(known.blocked),
        muted=sorted(known.steering.muted),
    )


def _read(value: str) -> Any:
    return None if value == ERASED else msgspec.json.decode(value)


async def change(call: Call) -> Response:
    body = await read_body(call.request)
    command = ChangeProfile(
        account_id=call.require().account,
        name=text(body, "name"),
        bio=text(body, "bio"),
        time_zone=text(body, "time_zone"),
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await _own(call)), outcome)


async def prefer(call: Call) -> Response:
    body = await read_body(call.request)
    if "value" not in body:
        raise Invalid("invalid_value", "`value` is missing.", "value")
    command = SetPreference(
        account_id=call.require().account,
        key=call.path("key"),
        value=msgspec.json.encode(body["value"]).decode(),
        expires_at=_time(body, "expires_at"),
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await _own(call)), outcome)


def _time(body: dict[str, Any], name: str) -> datetime | None:
    value = text(body, name)
    if not value:
        return None
    try:
        found = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(f"invalid_{name}", f"`{name}` must be a time like 2026-12-31T12:00:00Z.", name)
    return found


async def forget_preference(call: Call) -> Response:
    outcome = await call.dispatch(RemovePreference(account_id=call.require().account, key=call.path("key")))
    return call.wrote(reply(await _own(call)), outcome)


async def block(call: Call) -> Response:
    command = BlockAccount(account_id=call.require().account, blocked_id=account_of(call))
    outcome = await call.dispatch(command)
    return call.wrote(reply(Blocked(account_id=command.blocked_id, blocked=True)), outcome)


async def unblock(call: Call) -> Response:
    command = UnblockAccount(account_id=call.require().account, blocked_id=account_of(call))
    outcome = await call.dispatch(command)
    return call.wrote(reply(Blocked(account_id=command.blocked_id, blocked=False)), outcome)


async def erase(call: Call) -> Response:
    """For ever: nothing that the account has said or made can be read from now on."""
    body, account_id = await read_body(call.request), call.require().account
    if text(body, "confirm") != account_id:
        raise Invalid("not_confirmed", "`confirm` must be the id of the account that is to be erased.", "confirm")
    outcome = await call.dispatch(EraseAccount(account_id=account_id, by=account_id), body)
    return call.wrote(reply(Erased(id=account_id)), outcome)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET", path="/v1/account", handler=mine, summary="One's own account", tag="accounts", answer=OwnAccount
    ),
    Endpoint(
        method="PATCH",
        path="/v1/account",
        handler=change,
        summary="Change name, bio or time zone",
        tag="accounts",
        body=ProfileBody,
        answer=OwnAccount,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/account",
        handler=erase,
        summary="Erase the account, for ever",
        tag="accounts",
        body=EraseBody,
        answer=Erased,
    ),
    Endpoint(
        method="PUT",
        path="/v1/account/preferences/{key}",
        handler=prefer,
        summary="Set a preference, for good or for a time",
        tag="accounts",
        body=PreferenceBody,
        answer=OwnAccount,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/account/preferences/{key}",
        handler=forget_preference,
        summary="Remove a preference",
        tag="accounts",
        answer=OwnAccount,
    ),
    Endpoint(
        method="POST",
        path="/v1/accounts/{account_id}/block",
        handler=block,
        summary="Block an account: each is as if the other did not exist",
        tag="accounts",
        answer=Blocked,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/accounts/{account_id}/block",
        handler=unblock,
        summary="Stop blocking an account",
        tag="accounts",
        answer=Blocked,
    ),
)
