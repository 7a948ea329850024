from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commands.work import WALLET
from domain.errors import IllegalState, Invalid, PaymentRequired
from domain.ids import hold_of
from domain.policy import SpikePolicy
from domain.wallet import (
    MOST_CREDITS,
    AllowanceGranted,
    Day,
    Line,
    Purchased,
    Settled,
    add,
    grant,
    grant_by_timer,
    hold,
    release,
    settle,
)
from tests.examples import allowance_granted, held, lines, purchased, released, settled
from tests.given import AT, OTHER, OWNER, VIDEO_ID, an_id, given

POLICY = SpikePolicy(allowance=10)
TODAY = Day("2026-01-01", AT.replace(hour=0) + timedelta(days=1))
TOMORROW = Day("2026-01-02", AT.replace(hour=0) + timedelta(days=2))
NEXT_DAY = TODAY.ends_at
SECOND = an_id("video", 9)


def granting(today: Day = TOMORROW, now: Any = NEXT_DAY, policy: SpikePolicy = POLICY) -> Any:
    return lambda wallet: grant(wallet, OWNER, policy, today, now)


def by_timer(today: Day = TOMORROW, now: Any = NEXT_DAY, policy: SpikePolicy = POLICY) -> Any:
    return lambda wallet: grant_by_timer(wallet, OWNER, policy, today, now)


def holding(tier: str = "free", price: int = 4, video_id: str = VIDEO_ID) -> Any:
    return lambda wallet: [hold(wallet, OWNER, video_id, tier, price, POLICY)]


def wallet_of(*events: Any) -> Any:
    return given(WALLET, *events).state


def test_lines_that_do_not_add_up_make_no_booking() -> None:
    with pytest.raises(ValueError, match="add up to zero"):
        Purchased(
            account_id=OWNER,
            lines=(Line(account="paid", amount=5),),
            cause="gift",
            provider="m",
            payment="1",
            credits=5,
        )


# The allowance of a day.


def test_the_first_use_brings_the_allowance() -> None:
    given(WALLET).when(granting(TODAY, AT)).then(allowance_granted())


def test_a_new_day_sets_the_pocket_to_the_allowance() -> None:
    wallet = given(WALLET, allowance_granted(), held(price=4), settled())
    wallet.when(granting()).then(next_day(4))


def test_a_lower_allowance_takes_what_is_too_much() -> None:
    wallet = given(WALLET, allowance_granted())
    wallet.when(granting(policy=SpikePolicy(allowance=3))).then(next_day(-7, allowance=3))


def test_a_full_pocket_begins_its_new_day_all_the_same() -> None:
    """Or the next use of that day would be granted twice."""
    given(WALLET, allowance_granted()).when(granting()).then(next_day(0))


def test_there_is_no_second_allowance_before_the_day_has_ended() -> None:
    wallet = given(WALLET, allowance_granted(), held(price=10))
    wallet.when(granting(TOMORROW, NEXT_DAY - timedelta(seconds=1))).then_nothing()


def test_moving_to_where_tomorrow_has_begun_earns_nothing() -> None:
    """The zone moves east before every midnight: each move would bring an allowance an hour later."""
    moved = allowance_granted(day="2026-01-02", resets_at=AT)
    wallet = given(WALLET, moved, held(price=10))
    wallet.when(granting(TOMORROW, AT + timedelta(hours=1))).then_nothing()


def test_moving_back_to_where_it_is_still_yesterday_earns_nothing() -> None:
    wallet = given(WALLET, allowance_granted(day="2026-01-02", resets_at=AT), held(price=10))
    wallet.when(granting(TODAY, AT + timedelta(hours=1))).then_nothing()


def test_the_timer_fills_a_pocket_that_was_used() -> None:
    given(WALLET, allowance_granted(), held(price=4)).when(by_timer()).then(next_day(4))


def test_the_timer_leaves_a_full_pocket_alone() -> None:
    """So the timers of accounts that do nothing end."""
    given(WALLET, allowance_granted()).when(by_timer()).then_nothing()


def test_the_timer_comes_late_and_the_first_use_was_there() -> None:
    wallet = given(WALLET, allowance_granted(), held(price=4), next_day(4), held(video_id=SECOND, price=2))
    wallet.when(by_timer()).then_nothing()


def next_day(amount: int, allowance: int = 10) -> AllowanceGranted:
    moved = lines("allowance", "free", amount) if amount else ()
    return allowance_granted(lines=moved, day="2026-01-02", resets_at=TOMORROW.ends_at, allowance=allowance)


# Holds.


def test_a_hold_moves_the_price_out_of_its_pocket() -> None:
    given(WALLET, allowance_granted()).when(holding()).then(held(price=4))
    given(WALLET, purchased()).when(holding("paid", 8)).then(held(tier="paid", price=8))


@pytest.mark.parametrize(("tier", "price"), [("free", 11), ("paid", 1), ("paid", 0), ("free", -5)])
def test_no_pocket_goes_below_zero(tier: str, price: int) -> None:
    given(WALLET, allowance_granted()).when(holding(tier, price)).then_refused(PaymentRequired, "insufficient_credits")


def test_a_video_has_one_hold() -> None:
    wallet = given(WALLET, allowance_granted(), held())
    wallet.when(holding(price=1)).then_refused(IllegalState, "already_held")


def test_a_delivered_generation_is_paid_once() -> None:
    wallet = given(WALLET, allowance_granted(), held())
    wallet.when(lambda state: settle(state, OWNER, VIDEO_ID, "completed")).then(settled())
    wallet = given(WALLET, allowance_granted(), held(), settled())
    wallet.when(lambda state: settle(state, OWNER, VIDEO_ID, "completed")).then_nothing()
    wallet.when(lambda state: release(state, OWNER, VIDEO_ID, "failed")).then_nothing()


def test_what_was_not_delivered_goes_back_where_it_came_from() -> None:
    paid = given(WALLET, purchased(), held(tier="paid"))
    paid.when(lambda state: release(state, OWNER, VIDEO_ID, "failed")).then(released(lines=lines("held", "paid", 4)))
    again = given(WALLET, allowance_granted(), held(), released())
    again.when(lambda state: release(state, OWNER, VIDEO_ID, "failed")).then_nothing()
    again.when(lambda state: settle(state, OWNER, VIDEO_ID, "completed")).then_nothing()
    assert (again.state.free, again.state.held) == (10, 0)


def test_what_comes_back_on_a_later_day_does_not_add_up_to_more_than_its_allowance() -> None:
    wallet = WALLET.evolve(
        wallet_of(allowance_granted(), held()), allowance_granted(lines=lines("allowance", "free", 4)), NEXT_DAY
    )
    back = release(wallet, OWNER, VIDEO_ID, "cancelled")
    assert back == [released(lines=lines("held", "allowance", 4), cause="cancelled")]
    after = WALLET.evolve(wallet, back[0], NEXT_DAY)
    assert (after.free, after.held) == (10, 0)


def test_what_comes_back_on_a_later_day_fills_what_was_used_of_its_allowance() -> None:
    wallet = WALLET.evolve(
        wallet_of(allowance_granted(), held()), allowance_granted(lines=lines("allowance", "free", 4)), NEXT_DAY
    )
    wallet = WALLET.evolve(wallet, held(video_id=SECOND, lines=lines("free", "held", 3), price=3), NEXT_DAY)
    [back] = release(wallet, OWNER, VIDEO_ID, "cancelled")
    assert WALLET.evolve(wallet, back, NEXT_DAY).free == 10
    assert back.lines == (*lines("held", "free", 3), *lines("held", "allowance", 1))


def test_ending_a_hold_that_never_was_does_nothing() -> None:
    given(WALLET).when(lambda state: settle(state, OWNER, VIDEO_ID, "completed")).then_nothing()
    given(WALLET).when(lambda state: release(state, OWNER, VIDEO_ID, "failed")).then_nothing()


def test_a_hold_ends_at_its_own_price() -> None:
    wallet = given(WALLET, purchased(), held(tier="paid", price=7), held(tier="paid", video_id=SECOND, price=2))
    wallet.when(lambda state: settle(state, OWNER, SECOND, "completed")).then(
        Settled(
            account_id=OWNER,
            lines=lines("held", "spent", 2),
            cause="completed",
            hold_id=hold_of(SECOND),
            video_id=SECOND,
        )
    )
    assert (wallet.state.paid, wallet.state.held, wallet.state.open_holds("paid")) == (91, 9, 2)


# Purchases.


def adding(credits: int = 100, payment: str = "payment-1", provider: str = "manual") -> Any:
    return lambda state: add(state, OWNER, provider, payment, credits, "purchase")


def test_a_payment_counts_once() -> None:
    given(WALLET).when(adding()).then(purchased())
    given(WALLET, purchased()).when(adding()).then_nothing()
    given(WALLET, purchased()).when(adding(7)).then_nothing()


def test_another_payment_counts_too_and_so_does_one_of_another_provider() -> None:
    given(WALLET, purchased()).when(adding(payment="payment-2")).then(purchased(payment="payment-2"))
    given(WALLET, purchased()).when(adding(provider="stripe")).then(purchased(provider="stripe"))


@pytest.mark.parametrize("credits", [0, -1, MOST_CREDITS + 1])
def test_nobody_buys_less_than_a_credit(credits: int) -> None:
    given(WALLET).when(adding(credits)).then_refused(Invalid, "invalid_credits", "credits")


def test_paid_credits_do_not_end_with_the_day() -> None:
    wallet = given(WALLET, allowance_granted(), purchased(account_id=OTHER), next_day(0))
    assert (wallet.state.free, wallet.state.paid) == (10, 100)
