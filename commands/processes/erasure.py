"""What an erased account has left behind goes, piece by piece. Its texts are unreadable already: their key was
destroyed when the account was erased."""

from __future__ import annotations

from typing import Final

from commands.processes.plan import Plan
from commands.processes.videos import remove
from commands.work import CHARACTER, COMMENT, HANDLE, Work
from domain import character, engagement, handle
from domain.process import Item, ProcessStarted


async def listing(work: Work, plan: ProcessStarted, after: str, limit: int) -> list[str]:
    """Characters, comments, videos: in the order of their prefixes, which is that of their ids."""
    lists = work.world.lists
    found: list[str] = []
    for each in (lists.characters_of, lists.comments_of, lists.videos_of):
        if len(found) < limit:
            found += await each(plan.subject, after, limit - len(found))
    return found


async def settle(work: Work, plan: ProcessStarted, id_: str) -> Item:
    match id_.partition("_")[0]:
        case "video":
            return await remove(work, id_, plan.subject)
        case "char":
            return await _delete_character(work, id_, plan.subject)
        case "comment":
            return await _delete_comment(work, id_, plan.subject)
        case kind:
            raise ValueError(f"an account has no {kind}")


async def _delete_character(work: Work, character_id: str, account_id: str) -> Item:
    """Nobody is to be seen who was erased: the end of the consent hides everything with it, whoever made that. The
    handle is free for others."""
    state = await work.read(CHARACTER, character_id)
    if isinstance(state, character.Absent | character.Deleted):
        return Item(id=character_id, was="deleted", action="gone")
    reservation = state.made.handle_stream
    work.change(character_id, character.delete(state, character_id, account_id, "hide_all"))
    work.change(reservation, handle.release(await work.read(HANDLE, reservation), character_id))
    return Item(id=character_id, was="created", action="deleted")


async def _delete_comment(work: Work, comment_id: str, account_id: str) -> Item:
    state = await work.read(COMMENT, comment_id)
    if not isinstance(state, engagement.Comment):
        return Item(id=comment_id, was="deleted", action="gone")
    work.change(comment_id, engagement.delete_comment(state, comment_id, account_id))
    return Item(id=comment_id, was="commented", action="deleted")


PLAN: Final = Plan(listing, settle)
