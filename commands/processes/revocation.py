"""The end of a consent, carried through everything that stars the character, drafts and queued ones included."""

from __future__ import annotations

from typing import Final

from commands.processes.plan import Plan
from commands.processes.videos import hide, kept
from commands.work import VIDEO, Work
from domain.process import Item, ProcessStarted
from domain.video import Completed

CAUSE: Final = "consent_revoked"


async def listing(work: Work, plan: ProcessStarted, after: str, limit: int) -> list[str]:
    return await work.world.lists.uses(plan.subject, after, limit)


async def settle(work: Work, plan: ProcessStarted, video_id: str) -> Item:
    """What is not made yet is not made any more. Of the rest everything stays under `freeze`, and under `hide_mine`
    what others have made."""
    state = await work.read(VIDEO, video_id)
    if isinstance(state, Completed) and not _covers(plan, state.request.owner_id):
        return kept(video_id, state)
    return hide(work, video_id, state, cause=CAUSE, cause_id=plan.cause_id, rule=plan.rule)


def _covers(plan: ProcessStarted, owner_id: str) -> bool:
    return plan.policy == "hide_all" or (plan.policy == "hide_mine" and owner_id == plan.owner_id)


PLAN: Final = Plan(listing, settle)
