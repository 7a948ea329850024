"""An account: who owns videos, likes, characters and credits; what it prefers, whom it does not want, and its end."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.errors import NotFound
from domain.fields import AccountText, Id, Word

ROLES = ("creator", "moderator", "analyst", "admin")


class AccountOpened(msgspec.Struct, frozen=True, kw_only=True):
    """An account exists. `name` is what people see; `birth_year` is a number, `time_zone` an IANA name."""

    account_id: Id
    name: AccountText
    region: Word | None
    birth_year: AccountText | None
    time_zone: Word


class AccountOpenedV1(msgspec.Struct, frozen=True, kw_only=True):
    """As it was recorded until the year of birth was sealed. No writer ever knew one."""

    account_id: Id
    name: AccountText
    region: Word | None
    birth_year: int | None


class ProfileChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What people see, and when the account's days begin."""

    account_id: Id
    name: AccountText
    bio: AccountText
    time_zone: Word


class PreferenceSet(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is from a closed list, `value` is JSON. It counts until `expires_at`."""

    account_id: Id
    key: Word
    value: AccountText
    expires_at: datetime | None


class PreferenceRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """`cause` is owner | expired."""

    account_id: Id
    key: Word
    cause: Word


class AccountBlocked(msgspec.Struct, frozen=True, kw_only=True):
    """The account does not want to deal with another one: each is as if the other did not exist."""

    account_id: Id
    blocked_id: Id


class AccountUnblocked(msgspec.Struct, frozen=True, kw_only=True):
    """It does not mind any more."""

    account_id: Id
    blocked_id: Id


class ExportRequested(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the platform knows of the account is to be put into one file."""

    account_id: Id
    export_id: Id


class AccountErased(msgspec.Struct, frozen=True, kw_only=True):
    """The end. In the transaction that records this the account's key is destroyed."""

    account_id: Id
    by: Id


Event = (
    AccountOpened
    | ProfileChanged
    | PreferenceSet
    | PreferenceRemoved
    | AccountBlocked
    | AccountUnblocked
    | ExportRequested
    | AccountErased
)


class Unknown(msgspec.Struct, frozen=True):
    pass


class Open(msgspec.Struct, frozen=True):
    account_id: str
    name: str
    opened_at: datetime
    blocked: frozenset[str] = frozenset()


Account = Unknown | Open


def evolve(state: Account, event: Event, at: datetime) -> Account:
    match event:
        case AccountOpened():
            return Open(event.account_id, event.name, at)
        case AccountBlocked() if isinstance(state, Open):
            return msgspec.structs.replace(state, blocked=state.blocked | {event.blocked_id})
        case AccountUnblocked() if isinstance(state, Open):
            return msgspec.structs.replace(state, blocked=state.blocked - {event.blocked_id})
        case _:
            return state


def open_account(state: Account, account_id: str, name: str) -> list[Event]:
    if isinstance(state, Open):
        return []
    return [AccountOpened(account_id=account_id, name=name, region=None, birth_year=None, time_zone="UTC")]


def require_open(state: Account, account_id: str) -> Open:
    if isinstance(state, Unknown):
        raise NotFound("account_not_found", f"There is no account {account_id}.")
    return state


def not_blocked(owner: Account, by: str) -> bool:
    """Whether `owner` deals with `by`."""
    return not (isinstance(owner, Open) and by in owner.blocked)
