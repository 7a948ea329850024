"""Credits for a generation: what it would cost, and setting them aside. For the handlers that queue one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from commands.days import day_of, zone_for
from commands.folds import Folds
from commands.ports import EventStore, Queue
from commands.work import ACCOUNT, SPIKE, WALLET, Work, fold
from domain import wallet
from domain.admission import Admission, Line, admit
from domain.ids import wallet_stream
from domain.model import Model
from domain.policy import SPIKE as POLICY
from domain.policy import SpikePolicy
from domain.price import price
from domain.queue import FREE, PAID


async def hold(
    work: Work, *, account_id: str, video_id: str, model: Model, seconds: int, size: str, tier: str | None
) -> wallet.Held:
    """Adds the events to `work`, the day's allowance first when this is its first use.

    Raises `PaymentRequired` or `Invalid`, and `Limited` or `Unavailable` with the time after which to try again.
    """
    stream = wallet_stream(account_id)
    policy = await work.read(SPIKE, POLICY)
    state = await work.read(WALLET, stream)
    today = day_of(work.now, zone_for(policy, await work.read(ACCOUNT, account_id)))
    granted = wallet.grant(state, account_id, policy, today, work.now)
    state = _usable(state, granted, today, work.now)
    line = await line_of(work.world.queue, model.model)
    cost = price(model.price_per_second, seconds, size, policy.price_percent)
    admission = admit(policy, tier, state, cost, line)
    held = wallet.hold(state, account_id, video_id, admission.tier, admission.price, policy)
    work.change(stream, [*granted, held])
    return held


async def quote(
    store: EventStore,
    queue: Queue,
    now: datetime,
    *,
    account_id: str,
    model: Model,
    seconds: int,
    size: str,
    tier: str | None,
) -> Admission:
    """What `hold` would come to, without holding anything. Raises what `hold` raises."""
    policy, _ = await fold(store, SPIKE, POLICY)
    state = await current(Folds(store), policy, now, account_id)
    line = await line_of(queue, model.model)
    return admit(policy, tier, state, price(model.price_per_second, seconds, size, policy.price_percent), line)


async def current(folds: Folds, policy: SpikePolicy, now: datetime, account_id: str) -> wallet.Wallet:
    """The wallet as its owner may use it: with the allowance that the next use would be granted."""
    state, _ = await folds.of(WALLET, wallet_stream(account_id))
    owner, _ = await folds.of(ACCOUNT, account_id)
    today = day_of(now, zone_for(policy, owner))
    return _usable(state, wallet.grant(state, account_id, policy, today, now), today, now)


async def line_of(queue: Queue, model: str) -> Line:
    free, paid = await queue.standing(model, FREE), await queue.standing(model, PAID)
    return Line(free.waiting, paid.waiting, free.seconds_each, free.slots)


def _usable(state: wallet.Wallet, granted: list[wallet.Event], today: wallet.Day, now: datetime) -> wallet.Wallet:
    """After the day's allowance. Whoever has moved to where it is still yesterday waits for the end of today there."""
    for event in granted:
        state = wallet.evolve(state, event, now)
    if state.resets_at is None or state.resets_at <= now:
        return msgspec.structs.replace(state, resets_at=today.ends_at)
    return state
