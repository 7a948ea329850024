from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.admission import Admission, Line, admit, explain, wait_seconds
from domain.errors import Invalid, Limited, PaymentRequired, RecutError, Unavailable
from domain.policy import SpikePolicy
from domain.wallet import Hold, Wallet
from tests.given import AT

NOBODY = Line(free=0, paid=0, seconds_each=4.0, slots=2)
LONG = Line(free=11, paid=0, seconds_each=4.0, slots=1)
WALLET = Wallet(free=10, paid=50, allowance=10, resets_at=AT, day="2026-01-01")


def busy(tier: str, count: int, **changes: Any) -> Wallet:
    holds = {f"video_{n}": Hold(f"hold_{n}", f"video_{n}", tier, 4, AT) for n in range(count)}
    return Wallet(**{"free": 10, "paid": 50, "holds": holds, "allowance": 10, "resets_at": AT, **changes})


def refused(kind: type[RecutError], code: str, attempt: Callable[[], Any]) -> Any:
    with pytest.raises(kind) as caught:
        attempt()
    assert (type(caught.value), caught.value.code) == (kind, code)
    return caught.value


def test_a_free_one_while_the_allowance_covers_it() -> None:
    assert admit(SpikePolicy(), None, WALLET, 10, NOBODY) == Admission(
        tier="free", price=10, place=1, wait_seconds=0, reason=""
    )


def test_else_a_paid_one() -> None:
    assert admit(SpikePolicy(), None, WALLET, 11, NOBODY).tier == "paid"


@pytest.mark.parametrize("tier", ["free", "paid"])
def test_what_is_asked_for_is_given(tier: str) -> None:
    assert admit(SpikePolicy(), tier, WALLET, 10, NOBODY).tier == tier


def test_an_unknown_tier_is_told_so() -> None:
    refused(Invalid, "invalid_tier", lambda: admit(SpikePolicy(), "gold", WALLET, 1, NOBODY))


@pytest.mark.parametrize(
    ("wanted", "price", "words"),
    [
        (None, 51, ["costs 51", "10 free and 50 paid", "10 again at 2026-01-01T12:00+00:00"]),
        ("free", 11, ["costs 11", "10 free credits are left", "10 again at 2026-01-01T12:00+00:00"]),
        ("paid", 51, ["costs 51", "50 paid credits are left"]),
    ],
)
def test_too_few_credits_are_told_with_the_price_and_the_reset(
    wanted: str | None, price: int, words: list[str]
) -> None:
    message = refused(
        PaymentRequired, "insufficient_credits", lambda: admit(SpikePolicy(), wanted, WALLET, price, NOBODY)
    ).message
    assert all(word in message for word in words)
    assert ("again at" in message) == (wanted != "paid")


@pytest.mark.parametrize(("tier", "policy"), [("free", "free_concurrency"), ("paid", "paid_concurrency")])
def test_so_many_under_way_and_no_more(tier: str, policy: str) -> None:
    limits = SpikePolicy(**{policy: 3})
    assert admit(limits, tier, busy(tier, 2), 1, NOBODY).tier == tier
    refusal = refused(Limited, "too_many_running", lambda: admit(limits, tier, busy(tier, 3), 1, NOBODY))
    assert refusal.retry_after == 4.0


def test_each_tier_has_its_own_limit() -> None:
    assert admit(SpikePolicy(free_concurrency=1), "paid", busy("free", 9), 1, NOBODY).tier == "paid"


def test_a_full_free_queue_takes_no_more_free_ones() -> None:
    limits = SpikePolicy(free_queue_limit=11, reason="holiday peak")
    refusal = refused(Unavailable, "demand_spike", lambda: admit(limits, "free", WALLET, 1, LONG))
    assert refusal.message == (
        "The free queue is full because: holiday peak. Try again later; a paid one would start now."
    )
    assert refusal.retry_after == 4.0
    assert admit(limits, "paid", WALLET, 1, LONG).place == 1
    assert admit(SpikePolicy(free_queue_limit=12), "free", WALLET, 1, LONG).place == 12


def test_the_wait_counts_the_turns_of_the_other_tier() -> None:
    policy = SpikePolicy(paid_share=80)
    assert wait_seconds(policy, "free", Line(1, 0, 5.0, 1)) == 5
    assert wait_seconds(policy, "free", Line(1, 100, 5.0, 1)) == 45  # itself, before it one, and four paid for each
    assert wait_seconds(policy, "free", Line(1, 3, 5.0, 1)) == 20
    assert wait_seconds(policy, "paid", Line(100, 8, 5.0, 1)) == 50
    assert wait_seconds(policy, "free", Line(9, 0, 5.0, 3)) == 15
    assert wait_seconds(policy, "free", Line(1, 0, 5.0, 0)) == 5


def test_people_are_told_why_they_wait() -> None:
    policy = SpikePolicy(reason="holiday peak")
    assert explain(policy, "free", LONG) == (
        "The free queue is long because: holiday peak. Yours is number 12, about 44 s; a paid one would start now."
    )
    assert explain(SpikePolicy(), "free", Line(4, 2, 3.0, 1)) == (
        "The free queue is long. Yours is number 5, about 18 s; a paid one would start in about 6 s."
    )
    assert (
        explain(SpikePolicy(), "paid", Line(0, 4, 3.0, 1)) == "The paid queue is long. Yours is number 5, about 12 s."
    )
    assert explain(policy, "free", NOBODY) == ""
