"""`recut erase`: the end of an account, and what became of everything that it had."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from commands.account import EraseAccount
from commands.work import ACCOUNT, PROCESS, fold
from domain.account import Unknown
from domain.errors import RecutError
from domain.ids import is_id, process_of
from domain.process import Finished, Receipt, receipt
from infra.accounts import Accounts
from infra.clock import SystemIds
from infra.keys import Hmac
from recut import wiring
from recut.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from recut.settings import Settings
    from recut.wiring import WriteSide

RECEIPT_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.2


def erase(
    settings: Settings, account: str, confirmed: Callable[[str], bool], *, patience: float = RECEIPT_SECONDS
) -> None:
    """`account` is an id or a name. `patience`: for so long the receipt is waited for."""
    try:
        asyncio.run(_erase(settings, account, confirmed, patience))
    except RecutError as error:
        raise OperatorError(error.message) from error


async def _erase(settings: Settings, account: str, confirmed: Callable[[str], bool], patience: float) -> None:
    async with wiring.write_side(settings, connections=2) as side:
        account_id = await _find(side, account)
        question = f"Erase {account_id} for ever, with every text, video, character and key of it?"
        if not await asyncio.to_thread(confirmed, question):
            return
        await side.bus.dispatch(EraseAccount(account_id=account_id, by=wiring.SYSTEM), wiring.origin(wiring.SYSTEM))
        process_id = process_of((await side.store.load(account_id))[-1].recorded.event_id)
        print(f"{account_id} is erased: its key is destroyed, and nothing that it wrote can be read any more")
        ended = await _wait(side, process_id, patience)
    print("\n".join(lines(ended)) if ended else _goes_on(process_id))


async def _find(side: WriteSide, account: str) -> str:
    account_id: str | None = account
    if not is_id(account, "acct"):
        account_id = await Accounts(side.pool, Hmac(side.root), SystemIds()).find(account)
    if account_id is None or isinstance((await fold(side.store, ACCOUNT, account_id))[0], Unknown):
        raise OperatorError("There is no such account: give its id, or its name as `recut key create` was given it")
    return account_id


async def _wait(side: WriteSide, process_id: str, patience: float) -> Receipt | None:
    """The receipt, if the process has ended in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        state, _ = await fold(side.store, PROCESS, process_id)
        if isinstance(state, Finished):
            return receipt(state)
        if loop.time() > deadline:
            return None
        await asyncio.sleep(POLL_SECONDS)


def lines(ended: Receipt) -> list[str]:
    counts = ", ".join(f"{count} {action}" for action, count in ended.counts.items()) or "nothing was left of it"
    return [
        f"receipt {ended.plan.process_id}: {counts}",
        *(f"  {item.id}  was {item.was}, is {item.action}" for item in ended.items),
        f"  sha256 {ended.digest}",
    ]


def _goes_on(process_id: str) -> str:
    return (
        f"Its videos, characters, comments and files go as soon as `recut relay` and `recut streams` run; "
        f"the receipt will be {process_id}"
    )
