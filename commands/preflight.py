"""What a queueing command would come to, by the very handler that carries it out, on work that is never recorded."""

from __future__ import annotations

from typing import Any

import msgspec

from commands.bus import HANDLERS
from commands.paying import line_of
from commands.ports import EventStore
from commands.work import SPIKE, WALLET, Work, World
from domain.admission import explain, wait_seconds
from domain.consent import Verdict
from domain.errors import RecutError, Rejected, Unavailable
from domain.ids import wallet_stream
from domain.policy import SPIKE as POLICY
from domain.recorded import Origin
from domain.video import Queueing
from domain.wallet import Held


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """`free` and `paid` are what would be left; `place` counts from 1 in the line of the tier."""

    model: str
    seconds: int
    size: str
    tier: str
    price: int
    free: int
    paid: int
    place: int
    wait_seconds: int
    reason: str


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """Either `refusal`, what the command would be answered with, or an estimate. `verdicts` are on all characters that
    were looked at, those of the parents included."""

    refusal: RecutError | None
    verdicts: tuple[Verdict, ...]
    estimate: Estimate | None


async def preflight(store: EventStore, world: World, command: Any) -> Preflight:
    """`command` is one that queues a generation. Nothing of it is recorded, not even that somebody asked."""
    nothing = Origin(
        account=command.account_id,
        key="",
        request_hash=b"",
        occurred_at=world.clock.now(),
        causation="",
        correlation="",
    )
    work = Work(store, world, nothing)
    try:
        await HANDLERS[type(command)](command, work)
    except (Rejected, Unavailable) as refusal:
        return Preflight(refusal=refusal, verdicts=tuple(work.verdicts), estimate=None)
    return Preflight(refusal=None, verdicts=tuple(work.verdicts), estimate=await _estimate(work, command.account_id))


async def _estimate(work: Work, account_id: str) -> Estimate:
    changes = {change.stream: change.events for change in work.effect().changes}
    events = [event for of_stream in changes.values() for event in of_stream]
    queued = next(event for event in events if isinstance(event, Queueing))
    held = next(event for event in events if isinstance(event, Held))
    wallet = await work.read(WALLET, wallet_stream(account_id))
    for event in changes[wallet_stream(account_id)]:
        wallet = WALLET.evolve(wallet, event, work.now)
    policy = await work.read(SPIKE, POLICY)
    line = await line_of(work.world.queue, queued.resolved_model)
    return Estimate(
        model=queued.resolved_model,
        seconds=queued.seconds,
        size=queued.size,
        tier=held.tier,
        price=held.price,
        free=wallet.free,
        paid=wallet.paid,
        place=line.waiting(held.tier) + 1,
        wait_seconds=wait_seconds(policy, held.tier, line),
        reason=explain(policy, held.tier, line),
    )
