"""Commands that steer one's own feed: wishes, their undoing, and mutes."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.work import ACCOUNT, CHARACTER, HANDLE, Handler, Work
from domain import account, steering
from domain.account import Open
from domain.character import Absent, Deleted
from domain.errors import Invalid, NotFound
from domain.handle import HANDLE as HANDLE_SHAPE
from domain.handle import Reserved
from domain.ids import is_id
from domain.steering import MAX_WISH, Ignored, Reading, Wanted
from domain.text import require_text
from domain.wish_text import read_wish, settled


class MakeWish(msgspec.Struct, frozen=True, kw_only=True):
    """`words` is what somebody wishes, as they said it."""

    account_id: str
    wish_id: str
    words: str


class UndoRule(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    rule_id: str


class UndoWish(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    wish_id: str


class MuteAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`muted` is an account's id, or the handle of a character of whoever is to be muted."""

    account_id: str
    muted: str


class UnmuteAccount(msgspec.Struct, frozen=True, kw_only=True):
    """As to mute."""

    account_id: str
    muted: str


async def make_wish(command: MakeWish, work: Work) -> None:
    known = await _known(command.account_id, work)
    if not len(command.words.strip()) >= 1 or len(command.words) > MAX_WISH:
        raise Invalid("invalid_wish", f"`wish` has 1 to {MAX_WISH} characters.", "wish")
    require_text(command.words, "wish")
    reading = await _with_ids(read_wish(command.words), command.account_id, work)
    events = steering.make_wish(known.steering, command.account_id, command.wish_id, command.words, reading, work.now)
    work.change(command.account_id, events)
    work.answer = {"wish_id": command.wish_id}


async def _known(account_id: str, work: Work) -> Open:
    return account.require_open(await work.read(ACCOUNT, account_id), account_id)


async def _with_ids(reading: Reading, by: str, work: Work) -> Reading:
    """Ids in the place of names. A name of nobody, or of whoever is kept apart from `by`, is told as unknown."""
    wanted: list[Wanted] = []
    ignored: list[Ignored] = list(reading.ignored)
    for each in reading.wanted:
        if each.kind not in ("character", "author"):
            wanted.append(each)
        elif value := await _id_of(each, by, work):
            wanted.append(msgspec.structs.replace(each, value=value))
        else:
            ignored.append(Ignored(each.value, "unknown_name"))
    return settled(wanted, ignored)


async def _id_of(wanted: Wanted, by: str, work: Work) -> str | None:
    if wanted.kind == "author" and is_id(wanted.value, "acct"):
        return wanted.value if await _deals_with(wanted.value, by, work) else None
    found = await _named(wanted.value, work)
    if found is None or not await _deals_with(found.owner_id, by, work):
        return None
    return found.owner_id if wanted.kind == "author" else found.character_id


async def _named(name: str, work: Work) -> Reserved | None:
    """The character with this id or @handle, and its owner."""
    if is_id(name, "char"):
        character = await work.read(CHARACTER, name)
        return None if isinstance(character, Absent | Deleted) else Reserved(name, character.made.owner_id)
    found = await work.read(HANDLE, work.world.handles.stream(name.removeprefix("@")))
    return found if isinstance(found, Reserved) else None


async def _deals_with(other: str, by: str, work: Work) -> bool:
    theirs, mine = await work.read(ACCOUNT, other), await work.read(ACCOUNT, by)
    return isinstance(theirs, Open) and account.not_blocked(theirs, by) and account.not_blocked(mine, other)


async def undo_rule(command: UndoRule, work: Work) -> None:
    known = await _known(command.account_id, work)
    work.change(command.account_id, steering.undo_rule(known.steering, command.account_id, command.rule_id, work.now))
    work.answer = {"account_id": command.account_id}


async def undo_wish(command: UndoWish, work: Work) -> None:
    known = await _known(command.account_id, work)
    work.change(command.account_id, steering.undo_wish(known.steering, command.account_id, command.wish_id, work.now))
    work.answer = {"account_id": command.account_id}


async def mute_account(command: MuteAccount, work: Work) -> None:
    known = await _known(command.account_id, work)
    muted_id = await _account(command.muted, command.account_id, work)
    account.require_open(await work.read(ACCOUNT, muted_id), muted_id)
    work.change(command.account_id, steering.mute(known.steering, command.account_id, muted_id))
    work.answer = {"account_id": muted_id}


async def unmute_account(command: UnmuteAccount, work: Work) -> None:
    """Of an account that is gone, too."""
    known = await _known(command.account_id, work)
    muted_id = await _account(command.muted, command.account_id, work)
    work.change(command.account_id, steering.unmute(known.steering, command.account_id, muted_id))
    work.answer = {"account_id": muted_id}


async def _account(name: str, by: str, work: Work) -> str:
    """A handle leads to whoever has the character, unless one of the two has blocked the other."""
    if is_id(name, "acct"):
        return name
    found = await _named(name, work) if HANDLE_SHAPE.fullmatch(name.removeprefix("@")) else None
    if found is None or not await _deals_with(found.owner_id, by, work):
        raise NotFound("account_not_found", "There is no account with this id or handle.", "account_id")
    return found.owner_id


HANDLERS: Final[dict[type, Handler]] = {
    MakeWish: make_wish,
    UndoRule: undo_rule,
    UndoWish: undo_wish,
    MuteAccount: mute_account,
    UnmuteAccount: unmute_account,
}
