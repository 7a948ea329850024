"""A decision to hide, carried through its scope: one video, everything that descends from it, or everything that stars
a character."""

from __future__ import annotations

from typing import Final

from commands.processes.plan import Plan
from commands.processes.videos import hide
from commands.work import CASE, VIDEO, Work
from domain.ids import case_stream
from domain.process import Item, ProcessStarted

CAUSE: Final = "moderation"


async def listing(work: Work, plan: ProcessStarted, after: str, limit: int) -> list[str]:
    match plan.policy:
        case "subtree":
            return await work.world.lists.subtree(plan.subject, after, limit)
        case "uses_of_character":
            return await work.world.lists.uses(plan.subject, after, limit)
        case "node":
            return [plan.subject] if plan.subject > after else []
        case _:
            raise ValueError(f"a decision has no scope {plan.policy}")


async def settle(work: Work, plan: ProcessStarted, video_id: str) -> Item:
    state = await work.read(VIDEO, video_id)
    return hide(work, video_id, state, cause=CAUSE, cause_id=plan.cause_id, rule=plan.rule)


async def holds(work: Work, plan: ProcessStarted) -> bool:
    """One whose reversal was quicker than its cascade hides nothing."""
    case = await work.read(CASE, case_stream(plan.subject))
    return case.file.ruling(plan.cause_id).stands


PLAN: Final = Plan(listing, settle, holds)
