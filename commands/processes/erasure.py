"""What an erased account has left behind goes, piece by piece. Its texts are unreadable already: their key was
destroyed when the account was erased."""

from __future__ import annotations

from typing import Final

from commands.processes.plan import Plan
from commands.processes.videos import remove
from commands.work import COMMENT, Work
from domain import engagement
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
    kind = id_.partition("_")[0]
    if kind == "video":
        return await remove(work, id_, plan.subject)
    return await _delete_comment(work, id_, plan.subject)


async def _delete_comment(work: Work, comment_id: str, account_id: str) -> Item:
    state = await work.read(COMMENT, comment_id)
    if not isinstance(state, engagement.Comment):
        return Item(id=comment_id, was="deleted", action="gone")
    work.change(comment_id, engagement.delete_comment(state, comment_id, account_id))
    return Item(id=comment_id, was="commented", action="deleted")


PLAN: Final = Plan(listing, settle)
