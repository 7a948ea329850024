"""Whatever happens to a wallet, in whatever order: no pocket is negative, the book adds up to nothing, and what is held
is what the open holds say."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.admission import Line, admit
from domain.errors import Rejected, Unavailable
from domain.policy import SpikePolicy
from domain.wallet import NOTHING, AllowanceGranted, Booking, Day, Wallet, add, evolve, grant, hold, release, settle
from tests.given import AT, OWNER, an_id

VIDEOS = st.integers(0, 9).map(lambda number: an_id("video", number))
NOBODY = Line(0, 0, 4.0, 1)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(0, 5), st.integers(-3, 60)),
        st.tuples(st.just("hold"), VIDEOS, st.sampled_from([None, "free", "paid"]), st.integers(0, 30)),
        st.tuples(st.just("settle"), VIDEOS),
        st.tuples(st.just("release"), VIDEOS),
        st.tuples(st.just("pass"), st.integers(0, 40)),
        st.tuples(st.just("move"), st.integers(-12, 14)),
        st.tuples(st.just("policy"), st.integers(0, 50), st.integers(1, 5)),
    ),
    max_size=60,
)


class World:
    """A wallet, a clock, the zone of its owner as hours from UTC, and the policy."""

    def __init__(self) -> None:
        self.wallet, self.now, self.zone = NOTHING, AT, 0
        self.policy = SpikePolicy(allowance=20)
        self.book: Counter[str] = Counter()
        self.events: list[Any] = []

    def today(self) -> Day:
        local = (self.now + timedelta(hours=self.zone)).date()
        ends = datetime.combine(local + timedelta(days=1), time(), UTC) - timedelta(hours=self.zone)
        return Day(local.isoformat(), ends)

    def happened(self, *events: Any) -> None:
        for event in events:
            self.wallet = evolve(self.wallet, event, self.now)
            self.events.append((self.now, event))
            for line in event.lines:
                self.book[line.account] += line.amount

    def do(self, kind: str, *arguments: Any) -> None:
        match kind, arguments:
            case "buy", (payment, credits):
                self.happened(*add(self.wallet, OWNER, "test", str(payment), credits, "purchase"))
            case "hold", (video_id, wanted, price):
                self.happened(*grant(self.wallet, OWNER, self.policy, self.today(), self.now))
                tier = admit(self.policy, wanted, self.wallet, price, NOBODY).tier
                self.happened(hold(self.wallet, OWNER, video_id, tier, price, self.policy))
            case "settle", (video_id,):
                self.happened(*settle(self.wallet, OWNER, video_id, "completed"))
            case "release", (video_id,):
                self.happened(*release(self.wallet, OWNER, video_id, "failed"))
            case "pass", (hours,):
                self.now += timedelta(hours=hours)
            case "move", (zone,):
                self.zone = zone
            case "policy", (allowance, concurrency):
                self.policy = SpikePolicy(allowance=allowance, free_concurrency=concurrency)


@settings(max_examples=400, deadline=None)
@given(steps)
def test_the_book_balances(history: list[Any]) -> None:
    world = World()
    for step in history:
        with suppress(Rejected, Unavailable):
            world.do(*step)
        assert_balanced(world.wallet, world.book)
    assert_no_day_twice(world)


def assert_balanced(wallet: Wallet, book: Counter[str]) -> None:
    assert wallet.free >= 0
    assert wallet.paid >= 0
    assert sum(book.values()) == 0
    assert (book["free"], book["paid"], book["held"]) == (wallet.free, wallet.paid, wallet.held)
    assert wallet.held == sum(hold.price for hold in wallet.holds.values())
    assert book["spent"] >= 0


def assert_no_day_twice(world: World) -> None:
    granted = [(at, event) for at, event in world.events if isinstance(event, AllowanceGranted)]
    for (_, before), (at, after) in pairwise(granted):
        assert at >= before.resets_at
        assert after.day > before.day
    if granted:  # as many as there were dates between the first and the last moment, wherever one was
        first, last = granted[0][0], granted[-1][0]
        assert len(granted) <= (last - first) / timedelta(days=1) + 3


def test_a_booking_is_what_moves_credits() -> None:
    """`evolve` believes the lines of any event: nothing else changes a pocket."""
    fields = set(Booking.__struct_fields__)
    assert fields == {"account_id", "lines", "cause"}
