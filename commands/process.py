"""Commands on processes and their handlers. A step is one append: what is next is listed, read, changed, and recorded
with what happened to each; so the receipt is exact, and a step that is told twice, or too late, does nothing."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from commands.processes import cascade, erasure, reversal, revocation
from commands.processes.plan import Plan
from commands.work import PROCESS, Handler, Work
from domain import process
from domain.process import ProcessStarted, Running

PLANS: Final[dict[str, Plan]] = {
    "revocation": revocation.PLAN,
    "cascade": cascade.PLAN,
    "reversal": reversal.PLAN,
    "erasure": erasure.PLAN,
}
# Things that one step changes; and ids that are looked through at a time for what has slipped in.
AT_ONCE: Final = 50
SWEEP: Final = 2_000


class StartProcess(msgspec.Struct, frozen=True, kw_only=True):
    """The fields are those of `ProcessStarted`."""

    process_id: str
    kind: str
    subject: str
    owner_id: str
    cause_id: str
    policy: str
    rule: str


class AdvanceProcess(msgspec.Struct, frozen=True, kw_only=True):
    """Take the next step, if `step` is the one that the process has come to."""

    process_id: str
    step: int


async def start_process(command: StartProcess, work: Work) -> None:
    plan = ProcessStarted(**msgspec.structs.asdict(command))
    state = await work.read(PROCESS, plan.process_id)
    if isinstance(state, process.Absent) and await PLANS[plan.kind].precondition(work, plan):
        work.change(plan.process_id, process.start(state, plan))


async def advance_process(command: AdvanceProcess, work: Work) -> None:
    state = await work.read(PROCESS, command.process_id)
    if not isinstance(state, Running) or state.step != command.step:
        return
    settle = PLANS[state.plan.kind].settle
    items = await asyncio.gather(*[settle(work, state.plan, id_) for id_ in await _next(work, state)])
    work.change(command.process_id, process.record(state, items))


async def _next(work: Work, state: Running) -> list[str]:
    """What comes after the last id; in the end whatever has slipped in before it; then nothing."""
    listing = PLANS[state.plan.kind].listing
    return await listing(work, state.plan, state.cursor, AT_ONCE) or await _slipped_in(work, state)


async def _slipped_in(work: Work, state: Running) -> list[str]:
    listing = PLANS[state.plan.kind].listing
    seen, after, found = state.seen(), "", list[str]()
    while len(found) < AT_ONCE and (page := await listing(work, state.plan, after, SWEEP)):
        found += [id_ for id_ in page if id_ not in seen]
        after = page[-1]
    return found[:AT_ONCE]


HANDLERS: Final[dict[type, Handler]] = {
    StartProcess: start_process,
    AdvanceProcess: advance_process,
}
