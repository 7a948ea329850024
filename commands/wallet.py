"""Commands on wallets and their handlers. Holds are made where a generation is queued: see `paying.py`."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.days import day_of, zone_for
from commands.work import ACCOUNT, SPIKE, VIDEO, WALLET, Handler, Work
from domain import account, video, wallet
from domain.ids import wallet_stream
from domain.policy import SPIKE as POLICY


class GrantAllowance(msgspec.Struct, frozen=True, kw_only=True):
    """The time of the day's allowance has come. `day` keeps apart the commands of different days."""

    account_id: str
    day: str


class AddCredits(msgspec.Struct, frozen=True, kw_only=True):
    """Credits were paid for, or are given. `payment` is the provider's name of what counts once."""

    account_id: str
    provider: str
    payment: str
    credits: int
    cause: str = "purchase"


class SettleHold(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    video_id: str
    cause: str


class ReleaseHold(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    video_id: str
    cause: str


class ExpireHold(msgspec.Struct, frozen=True, kw_only=True):
    """The hold has been open for long: if its video has ended, so does the hold."""

    account_id: str
    video_id: str


async def grant_allowance(command: GrantAllowance, work: Work) -> None:
    owner = await work.read(ACCOUNT, command.account_id)
    if not isinstance(owner, account.Open):
        return
    policy = await work.read(SPIKE, POLICY)
    stream = wallet_stream(command.account_id)
    state = await work.read(WALLET, stream)
    today = day_of(work.now, zone_for(policy, owner))
    work.change(stream, wallet.grant_by_timer(state, command.account_id, policy, today, work.now))


async def add_credits(command: AddCredits, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    stream = wallet_stream(command.account_id)
    state = await work.read(WALLET, stream)
    events = wallet.add(state, command.account_id, command.provider, command.payment, command.credits, command.cause)
    work.change(stream, events)
    work.answer = {"account_id": command.account_id, "payment": command.payment, "credits": command.credits}


async def settle_hold(command: SettleHold, work: Work) -> None:
    stream = wallet_stream(command.account_id)
    state = await work.read(WALLET, stream)
    work.change(stream, wallet.settle(state, command.account_id, command.video_id, command.cause))


async def release_hold(command: ReleaseHold, work: Work) -> None:
    stream = wallet_stream(command.account_id)
    state = await work.read(WALLET, stream)
    work.change(stream, wallet.release(state, command.account_id, command.video_id, command.cause))


async def expire_hold(command: ExpireHold, work: Work) -> None:
    """While the generation may still be delivered the hold stays: whoever ends it ends the hold."""
    stream = wallet_stream(command.account_id)
    state = await work.read(WALLET, stream)
    match await work.read(VIDEO, command.video_id):
        case video.Queued() | video.InProgress():
            return
        case video.Completed():
            work.change(stream, wallet.settle(state, command.account_id, command.video_id, "expired"))
        case _:
            work.change(stream, wallet.release(state, command.account_id, command.video_id, "expired"))


HANDLERS: Final[dict[type, Handler]] = {
    GrantAllowance: grant_allowance,
    AddCredits: add_credits,
    SettleHold: settle_hold,
    ReleaseHold: release_hold,
    ExpireHold: expire_hold,
}
