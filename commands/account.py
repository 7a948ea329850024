"""Commands on accounts and their handlers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from commands.days import find_zone
from commands.work import ACCOUNT, FOLLOW, Handler, Work
from domain import account, engagement
from domain.errors import Invalid, NotFound
from domain.ids import follow_stream, shown


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    name: str


class ChangeProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What is None stays as it is."""

    account_id: str
    name: str | None = None
    bio: str | None = None
    time_zone: str | None = None


class SetPreference(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is JSON."""

    account_id: str
    key: str
    value: str
    expires_at: datetime | None = None


class RemovePreference(msgspec.Struct, frozen=True, kw_only=True):
    """With `set_at`, only the one that was set then."""

    account_id: str
    key: str
    cause: str = "owner"
    set_at: datetime | None = None


class BlockAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    blocked_id: str


class UnblockAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    blocked_id: str


class RequestExport(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    export_id: str


class EraseAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is the account itself, an admin, or the system: the edge has checked which."""

    account_id: str
    by: str


async def open_account(command: OpenAccount, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    work.change(command.account_id, account.open_account(state, command.account_id, command.name))
    work.answer = {"account_id": command.account_id}


async def change_profile(command: ChangeProfile, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    known = account.require_open(state, command.account_id)
    _require_zone(command.time_zone)
    events = account.change_profile(
        state,
        command.account_id,
        known.name if command.name is None else command.name,
        known.bio if command.bio is None else command.bio,
        known.time_zone if command.time_zone is None else command.time_zone,
    )
    work.change(command.account_id, events)
    work.answer = {"account_id": command.account_id}


def _require_zone(name: str | None) -> None:
    try:
        find_zone(name or "UTC")
    except Invalid:
        message = "`time_zone` is no name of a time zone, such as Europe/Berlin."
        raise Invalid("unknown_time_zone", message, "time_zone") from None


async def set_preference(command: SetPreference, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    events = account.set_preference(state, command.account_id, command.key, command.value, command.expires_at, work.now)
    work.change(command.account_id, events)
    work.answer = {"account_id": command.account_id, "key": command.key}


async def remove_preference(command: RemovePreference, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    events = account.remove_preference(state, command.account_id, command.key, command.cause, command.set_at)
    work.change(command.account_id, events)
    work.answer = {"account_id": command.account_id}  # the key may be anything, and answers are kept


async def block_account(command: BlockAccount, work: Work) -> None:
    """Whatever one of the two follows of the other ends."""
    account.require_open(await work.read(ACCOUNT, command.blocked_id), command.blocked_id)
    state = await work.read(ACCOUNT, command.account_id)
    work.change(command.account_id, account.block(state, command.account_id, command.blocked_id))
    for one, other in ((command.account_id, command.blocked_id), (command.blocked_id, command.account_id)):
        stream = follow_stream(one, other)
        work.change(stream, engagement.unfollow(await work.read(FOLLOW, stream), one, other))
    work.answer = {"account_id": command.blocked_id}


async def unblock_account(command: UnblockAccount, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    work.change(command.account_id, account.unblock(state, command.account_id, command.blocked_id))
    work.answer = {"account_id": shown(command.blocked_id, "acct")}


async def request_export(command: RequestExport, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    work.change(command.account_id, account.request_export(state, command.account_id, command.export_id, work.now))
    work.answer = {"export_id": command.export_id}


async def erase_account(command: EraseAccount, work: Work) -> None:
    """The store destroys the account's key in the transaction that records the event."""
    state = await work.read(ACCOUNT, command.account_id)
    work.change(command.account_id, account.erase(state, command.account_id, command.by))
    work.answer = {"account_id": command.account_id}


async def nobody_blocks(work: Work, by: str, others: Iterable[str], refusal: NotFound) -> None:
    """Raises the refusal when one of the others has blocked `by`, or the other way round: each is to the other as if
    it did not exist. Under conditions: no race with a block."""
    mine = await work.read(ACCOUNT, by)
    for other in sorted(set(others) - {by}):
        theirs = await work.read(ACCOUNT, other)
        if not (account.not_blocked(theirs, by) and account.not_blocked(mine, other)):
            raise refusal


HANDLERS: Final[dict[type, Handler]] = {
    OpenAccount: open_account,
    ChangeProfile: change_profile,
    SetPreference: set_preference,
    RemovePreference: remove_preference,
    BlockAccount: block_account,
    UnblockAccount: unblock_account,
    RequestExport: request_export,
    EraseAccount: erase_account,
}
