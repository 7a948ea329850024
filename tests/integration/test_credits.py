"""Credits under concurrency, on a real PostgreSQL: nothing is spent twice, whoever asks at the same time."""

from __future__ import annotations

import asyncio

import pytest

from tests.fault.credits import CREATES, CREDIT_FOR, PRICE, is_right, race, report


@pytest.mark.parametrize(("free", "paid"), [(10, 0), (0, 10), (5, 5)], ids=["allowance", "paid", "both"])
def test_with_credit_for_ten_ten_of_a_hundred_creates_are_taken(fresh_database: str, free: int, paid: int) -> None:
    done = asyncio.run(race(fresh_database, free=free, paid=paid))
    print(report(done))
    assert done.answers == {"accepted": CREDIT_FOR, "insufficient_credits": CREATES - CREDIT_FOR}
    assert done.held_for == sorted(done.accepted) == sorted(done.recorded)
    assert (done.wallet.free, done.wallet.paid, done.wallet.held) == (0, 0, CREDIT_FOR * PRICE)
    assert sum(done.book.values()) == 0
    assert done.book["held"] == CREDIT_FOR * PRICE
    assert done.conflicts > 0, "the two stores never met: nothing was tested"
    assert is_right(done)


def test_no_more_are_under_way_than_the_policy_allows(fresh_database: str) -> None:
    done = asyncio.run(race(fresh_database, free=CREATES, paid=0, at_once=7))
    assert done.answers == {"accepted": 7, "too_many_running": CREATES - 7}
    assert done.held_for == sorted(done.accepted) == sorted(done.recorded)
    assert done.conflicts > 0


def test_holds_that_end_several_times_at_once_end_once(fresh_database: str) -> None:
    done = asyncio.run(race(fresh_database, free=5, paid=5, end=True))
    assert done.book["spent"] == CREDIT_FOR // 2 * PRICE
    assert (done.wallet.held, done.wallet.free + done.wallet.paid) == (0, CREDIT_FOR // 2 * PRICE)
    assert sum(done.book.values()) == 0
    assert len([fact for fact in done.statement if fact.recorded.type in ENDS]) == CREDIT_FOR


ENDS = ("wallet.settled.v1", "wallet.released.v1")
