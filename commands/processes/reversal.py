"""A decision that does not hold any more: everything that its cascade has hidden is seen again, unless something else
hides it. What was cancelled stays so."""

from __future__ import annotations

from typing import Final

from commands.processes.plan import Plan
from commands.processes.videos import lift
from commands.work import PROCESS, Work
from domain import process
from domain.ids import cascade_of
from domain.process import Absent, Finished, Item, ProcessStarted, Running


async def ends_cascade(work: Work, plan: ProcessStarted) -> bool:
    """A cascade that is still under way hides nothing more: its receipt ends here, so what it lists is what is
    lifted."""
    cascade_id = cascade_of(plan.cause_id)
    state = await work.read(PROCESS, cascade_id)
    if isinstance(state, Running):
        work.change(cascade_id, [process.finish(state)])
    return True


async def listing(work: Work, plan: ProcessStarted, after: str, limit: int) -> list[str]:
    state = await work.read(PROCESS, cascade_of(plan.cause_id))
    if isinstance(state, Absent):
        return []
    run = state.run if isinstance(state, Finished) else state
    return sorted(item.id for item in run.items if item.action == "hidden" and item.id > after)[:limit]


async def settle(work: Work, plan: ProcessStarted, video_id: str) -> Item:
    return await lift(work, video_id, plan.cause_id)


PLAN: Final = Plan(listing, settle, ends_cascade)
