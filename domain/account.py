"""An account: who owns videos, likes and, later, characters and credits."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.errors import NotFound
from domain.fields import AccountText, Id, Word

ROLES = ("creator", "moderator", "analyst", "admin")


class AccountOpened(msgspec.Struct, frozen=True, kw_only=True):
    """An account exists. `name` is what people see."""

    account_id: Id
    name: AccountText
    region: Word | None
    birth_year: int | None


Event = AccountOpened


class Unknown(msgspec.Struct, frozen=True):
    pass


class Open(msgspec.Struct, frozen=True):
    account_id: str
    name: str
    opened_at: datetime


Account = Unknown | Open


def evolve(state: Account, event: Event, at: datetime) -> Account:
    del state
    return Open(event.account_id, event.name, at)


def open_account(state: Account, account_id: str, name: str) -> list[Event]:
    if isinstance(state, Open):
        return []
    return [AccountOpened(account_id=account_id, name=name, region=None, birth_year=None)]


def require_open(state: Account, account_id: str) -> Open:
    if isinstance(state, Unknown):
        raise NotFound("account_not_found", f"There is no account {account_id}.")
    return state
