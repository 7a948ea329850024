"""Commands on accounts and their handlers."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.work import ACCOUNT, Handler, Work
from domain import account


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    name: str


async def open_account(command: OpenAccount, work: Work) -> None:
    state = await work.read(ACCOUNT, command.account_id)
    work.change(command.account_id, account.open_account(state, command.account_id, command.name))
    work.answer = {"account_id": command.account_id}


HANDLERS: Final[dict[type, Handler]] = {
    OpenAccount: open_account,
}
