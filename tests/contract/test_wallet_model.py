"""The wallet's read model, in every history: as the wallet's own state says, now and at every moment of its past."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest

from commands.work import WALLET
from domain import catalog, wallet
from domain.errors import Invalid
from domain.recorded import Position, Recorded
from projections.checkpoint import Epochs
from projections.db import AsyncConnection, Connection
from projections.registry import WALLET as MODEL
from projections.wallet import query
from tests.histories import World, make
from tests.projections import batches, fill, merged

KEY = b"0123456789abcdef"


@pytest.fixture(params=(1, 2))
def world(request: pytest.FixtureRequest, read_models: Connection) -> World:
    world = make(request.param, 2_000)
    dice = random.Random(5)
    fill(read_models, MODEL, batches(merged(world.logs(), dice), dice, 40), Epochs(world.epochs()))
    return world


@pytest.fixture
async def db(read_models_url: str) -> AsyncIterator[AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(read_models_url, autocommit=True) as db:
        yield db


def booked(world: World) -> dict[str, list[tuple[Recorded, Any]]]:
    found = defaultdict(list)
    for recorded in world.history:
        if recorded.stream.startswith("wallet_"):
            found[recorded.stream.removeprefix("wallet_")].append(
                (recorded, catalog.decode(recorded.type, recorded.data))
            )
    return found


def states(facts: list[tuple[Recorded, Any]]) -> Iterator[tuple[Recorded, wallet.Wallet]]:
    state = wallet.NOTHING
    for recorded, event in facts:
        state = WALLET.evolve(state, event, recorded.recorded_at)
        yield recorded, state


async def statement_of(db: AsyncConnection, account: str, limit: int) -> list[query.Booking]:
    found: list[query.Booking] = []
    cursor = None
    while True:
        page = await query.bookings(db, key=KEY, account_id=account, limit=limit, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


async def test_a_statement_has_every_booking_with_what_there_was_after_it(world: World, db: AsyncConnection) -> None:
    for account, facts in booked(world).items():
        shown = await statement_of(db, account, 3)
        folded = list(states(facts))
        assert [each.event_id for each in shown] == [recorded.event_id for recorded, _ in reversed(folded)]
        after = [(each.free, each.paid, each.held) for each in reversed(shown)]
        assert after == [(state.free, state.paid, state.held) for _, state in folded]


async def test_lines_run_up_to_the_balance_of_their_account(world: World, db: AsyncConnection) -> None:
    kinds = set()
    for account, facts in booked(world).items():
        shown = reversed(await statement_of(db, account, 50))
        running: dict[str, int] = defaultdict(int)
        for booking, (_, event) in zip(shown, facts, strict=True):
            assert [(line.account, line.amount) for line in booking.lines] == [
                (line.account, line.amount) for line in event.lines
            ]
            for line in booking.lines:
                running[line.account] += line.amount
                assert line.balance == running[line.account]
                assert line.counter_account is not None
            kinds.add(booking.kind)
        assert sum(running.values()) == 0
    assert kinds == {"granted", "purchased", "held", "settled", "released"}


def seen(found: query.Balances) -> tuple[Any, ...]:
    holds = [(hold.hold_id, hold.video_id, hold.tier, hold.price, hold.at) for hold in found.holds]
    return found.free, found.paid, found.held, found.day, found.resets_at, found.allowance, holds


def expected(state: wallet.Wallet) -> tuple[Any, ...]:
    holds = [(hold.hold_id, hold.video_id, hold.tier, hold.price, hold.at) for hold in state.holds.values()]
    return state.free, state.paid, state.held, state.day, state.resets_at, state.allowance, holds


def folded_until(facts: list[tuple[Recorded, Any]], moment: datetime) -> wallet.Wallet:
    state = wallet.NOTHING
    for recorded, event in facts:
        if recorded.recorded_at <= moment:
            state = WALLET.evolve(state, event, recorded.recorded_at)
    return state


async def test_balances_of_any_moment(world: World, db: AsyncConnection) -> None:
    held = 0
    for account, facts in booked(world).items():
        for recorded, _ in facts[:: max(1, len(facts) // 8)]:
            moment = recorded.recorded_at
            found = await query.at_moment(db, account, moment)
            assert seen(found) == expected(folded_until(facts, moment))
            held += found.held
    assert held
    assert await query.at_moment(db, account, world.history[0].recorded_at) == query.NOTHING


async def test_balances_of_an_hour_that_was_closed(world: World, db: AsyncConnection) -> None:
    hours = [
        catalog.decode(recorded.type, recorded.data) for recorded in world.history if recorded.stream == "hours"
    ]  # fmt: skip
    for hour in hours[:: max(1, len(hours) // 5)]:
        vector = [Position(at.category, at.shard, at.position) for at in hour.positions]
        for account, facts in booked(world).items():
            found = await query.at_positions(db, account, vector)
            before = [(recorded, event) for recorded, event in facts if recorded.recorded_at < hour.ended_at]
            assert seen(found) == expected(list(states(before))[-1][1] if before else wallet.NOTHING)


async def test_positions_that_leave_the_log_of_the_wallet_out_are_no_answer(world: World, db: AsyncConnection) -> None:
    account, facts = next(each for each in booked(world).items() if each[1])
    last, _ = facts[-1]
    own, other = Position("account", last.shard, last.position), Position("account", (last.shard + 1) % 3, 9)
    found = await query.at_positions(db, account, [own, other], partial=True)
    assert found.version == len(facts)
    with pytest.raises(Invalid, match="log of this wallet"):
        await query.at_positions(db, account, [other], partial=True)
    assert await query.at_positions(db, "acct_nobody", [other], partial=True) == query.NOTHING


async def test_a_cursor_is_the_account_s_own(world: World, db: AsyncConnection) -> None:
    one, other = list(booked(world))[:2]
    page = await query.bookings(db, key=KEY, account_id=one, limit=1, cursor=None)
    assert page.next_cursor
    with pytest.raises(Invalid):
        await query.bookings(db, key=KEY, account_id=other, limit=1, cursor=page.next_cursor)
    assert (await query.bookings(db, key=KEY, account_id="acct_nobody", limit=1, cursor=None)).version == 0
