"""Credits around a generation: held, settled, released, granted. A command that only holds stands for those that queue
a video."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Final

import msgspec
import pytest

from commands import bus as module
from commands.bus import Bus
from commands.folds import Folds
from commands.paying import current, hold, quote
from commands.policy import ChangeSpikePolicy
from commands.wallet import AddCredits, ExpireHold, GrantAllowance, ReleaseHold, SettleHold
from commands.work import WALLET, Work, fold
from domain.errors import Invalid, Limited, NotFound, PaymentRequired, RecutError, Unavailable
from domain.ids import hold_of, wallet_stream
from domain.policy import SPIKE, SpikePolicy
from domain.queue import Standing
from domain.recorded import Origin
from domain.wallet import AllowanceGranted, Held, Wallet
from infra.memory import MemoryEventStore
from tests.examples import purchased, spike_policy_changed
from tests.given import AT, OWNER, a_model, an_id, completed, created, failed, happened, opened
from tests.outside import Outside

STREAM: Final = wallet_stream(OWNER)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    tier: str | None = None
    seconds: int = 4


async def hold_credits(command: Hold, work: Work) -> None:
    held = await hold(
        work,
        account_id=OWNER,
        video_id=command.video_id,
        model=a_model(),
        seconds=command.seconds,
        size="720x1280",
        tier=command.tier,
    )
    work.answer = {"tier": held.tier, "price": held.price, "hold_id": held.hold_id}


@pytest.fixture(autouse=True)
def _holding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.HANDLERS, Hold, hold_credits)


class Platform:
    def __init__(self, *, allowance: int = 10, paid: int = 0) -> None:
        self.outside = Outside()
        self.store = MemoryEventStore(now=self.outside.now)
        self.bus = Bus(self.store, self.outside.world())
        self._count = 0
        asyncio.run(self._begin(allowance, paid))

    async def _begin(self, allowance: int, paid: int) -> None:
        await happened(self.store, OWNER, opened())
        await self.spike(allowance=allowance, zone="UTC", price_percent=100, free_concurrency=20, paid_concurrency=40)
        if paid:
            await happened(self.store, STREAM, purchased(credits=paid))

    async def spike(self, **changes: Any) -> None:
        await happened(self.store, SPIKE, spike_policy_changed(**changes))

    def sends(self, command: Any, by: str = OWNER) -> dict[str, Any]:
        self._count += 1
        key = f"command {self._count}"
        origin = Origin(account=by, key=key, request_hash=b"", occurred_at=AT, causation=key, correlation=key)
        return asyncio.run(self.bus.dispatch(command, origin)).answer

    def holds(self, number: int, tier: str | None = None, seconds: int = 4) -> dict[str, Any]:
        return self.sends(Hold(video_id=an_id("video", number), tier=tier, seconds=seconds))

    def refuses(self, kind: type[RecutError], code: str, command: Any) -> Any:
        with pytest.raises(kind) as caught:
            self.sends(command)
        assert (type(caught.value), caught.value.code) == (kind, code)
        return caught.value

    def video(self, number: int, *events: Any) -> str:
        video_id = an_id("video", number)
        asyncio.run(happened(self.store, video_id, created(), *events))
        return video_id

    @property
    def wallet(self) -> Wallet:
        return asyncio.run(fold(self.store, WALLET, STREAM))[0]

    @property
    def events(self) -> list[Any]:
        return [fact.event for fact in asyncio.run(self.store.load(STREAM))]


def test_the_first_hold_brings_the_allowance_and_fixes_price_and_policy() -> None:
    platform = Platform()
    answer = platform.holds(1)
    granted, held = platform.events
    assert answer == {"tier": "free", "price": 4, "hold_id": hold_of(an_id("video", 1))}
    assert isinstance(granted, AllowanceGranted)
    assert (granted.day, granted.resets_at, granted.policy_version) == ("2026-01-01", AT.replace(hour=0, day=2), 1)
    assert isinstance(held, Held)
    assert (held.price, held.factor_percent, held.policy_version) == (4, 100, 1)
    assert (platform.wallet.free, platform.wallet.held) == (6, 4)


def test_when_the_allowance_is_used_up_paid_credits_are_next() -> None:
    platform = Platform(paid=4)
    assert [platform.holds(number)["tier"] for number in (1, 2, 3)] == ["free", "free", "paid"]
    refusal = platform.refuses(PaymentRequired, "insufficient_credits", Hold(video_id=an_id("video", 4)))
    assert "2026-01-02T00:00+00:00" in refusal.message
    assert (platform.wallet.free, platform.wallet.paid, platform.wallet.held) == (2, 0, 12)


def test_what_costs_too_much_leaves_no_trace() -> None:
    """Not even the allowance: a refused command records nothing."""
    platform = Platform()
    platform.refuses(PaymentRequired, "insufficient_credits", Hold(video_id=an_id("video", 1), seconds=12))
    assert platform.events == []


def test_the_next_day_has_an_allowance_of_its_own() -> None:
    platform = Platform()
    platform.holds(1)
    platform.holds(2)
    platform.outside.passes(hours=11, minutes=59)
    platform.refuses(PaymentRequired, "insufficient_credits", Hold(video_id=an_id("video", 3)))
    platform.outside.passes(minutes=1)
    assert platform.holds(3)["tier"] == "free"
    assert (platform.wallet.free, platform.wallet.day) == (6, "2026-01-02")


def test_the_price_of_a_spike_is_fixed_when_it_is_held() -> None:
    platform = Platform(allowance=100)
    platform.holds(1)
    asyncio.run(platform.spike(version=2, allowance=100, price_percent=200, free_concurrency=20))
    assert platform.holds(2)["price"] == 8
    platform.sends(SettleHold(account_id=OWNER, video_id=an_id("video", 1), cause="completed"))
    assert platform.wallet.held == 8
    assert platform.wallet.free == 88


def test_the_limits_of_the_policy_count_open_holds() -> None:
    platform = Platform(allowance=100)
    asyncio.run(platform.spike(version=2, allowance=100, free_concurrency=2))
    platform.holds(1)
    platform.holds(2)
    platform.refuses(Limited, "too_many_running", Hold(video_id=an_id("video", 3)))
    platform.sends(ReleaseHold(account_id=OWNER, video_id=an_id("video", 1), cause="failed"))
    assert platform.holds(3)["tier"] == "free"


def test_a_full_line_takes_no_more_free_ones() -> None:
    platform = Platform(paid=10)
    platform.outside.line = Standing(waiting=5, seconds_each=4.0, slots=1)
    asyncio.run(platform.spike(version=2, free_queue_limit=5, free_concurrency=20))
    platform.refuses(Unavailable, "demand_spike", Hold(video_id=an_id("video", 1)))
    assert platform.holds(1, "paid")["tier"] == "paid"


def test_a_quote_is_what_a_hold_would_come_to() -> None:
    platform = Platform(paid=4)
    platform.outside.line = Standing(waiting=3, seconds_each=4.0, slots=1)

    def ask(tier: str | None = None, seconds: int = 4) -> Any:
        return asyncio.run(
            quote(
                platform.store,
                platform.outside,
                AT,
                account_id=OWNER,
                model=a_model(),
                seconds=seconds,
                size="720x1280",
                tier=tier,
            )
        )

    first = ask()
    assert (first.tier, first.price, first.place) == ("free", 4, 4)
    assert first.wait_seconds > 0
    assert "number 4" in first.reason
    assert platform.events == [purchased(credits=4)]
    assert ask("paid").tier == "paid"
    with pytest.raises(PaymentRequired):
        ask(seconds=12)


# Ends of holds.


def test_settling_and_releasing_again_does_nothing() -> None:
    platform = Platform()
    platform.holds(1)
    settle = SettleHold(account_id=OWNER, video_id=an_id("video", 1), cause="completed")
    release = ReleaseHold(account_id=OWNER, video_id=an_id("video", 1), cause="failed")
    for command in (settle, settle, release, release):
        platform.sends(command)
    assert len(platform.events) == 3
    assert (platform.wallet.free, platform.wallet.held) == (6, 0)


@pytest.mark.parametrize(
    ("events", "free", "held"),
    [
        ((), 6, 4),  # it waits: whoever ends it ends the hold
        ((completed(),), 6, 0),
        ((failed(),), 10, 0),
    ],
)
def test_an_old_hold_ends_as_its_video_did(events: tuple[Any, ...], free: int, held: int) -> None:
    platform = Platform()
    platform.holds(1)
    video_id = platform.video(1, *events)
    for _ in range(2):
        platform.sends(ExpireHold(account_id=OWNER, video_id=video_id))
    assert (platform.wallet.free, platform.wallet.held) == (free, held)


def test_the_hold_of_a_video_that_never_was_goes_back() -> None:
    platform = Platform()
    platform.holds(1)
    platform.sends(ExpireHold(account_id=OWNER, video_id=an_id("video", 1)))
    assert (platform.wallet.free, platform.wallet.held) == (10, 0)


# Allowance and credits.


def test_the_timer_grants_what_was_used_and_then_leaves_the_account_alone() -> None:
    platform = Platform()
    platform.holds(1)
    timer = GrantAllowance(account_id=OWNER, day="2026-01-01")
    platform.sends(timer)
    assert platform.wallet.day == "2026-01-01"
    platform.outside.passes(hours=12)
    for _ in range(2):
        platform.sends(timer)
    assert (platform.wallet.free, platform.wallet.day, len(platform.events)) == (10, "2026-01-02", 3)
    platform.outside.passes(hours=24)
    platform.sends(GrantAllowance(account_id=OWNER, day="2026-01-02"))
    assert len(platform.events) == 3


def test_the_timer_of_an_account_that_is_not_there_grants_nothing() -> None:
    platform = Platform()
    platform.sends(GrantAllowance(account_id=an_id("acct", 77), day="2026-01-01"))
    assert asyncio.run(platform.store.load(wallet_stream(an_id("acct", 77)))) == []


def test_moving_the_zone_of_the_policy_earns_nothing() -> None:
    """Each move goes to where midnight has just passed: on one day there is one allowance all the same."""
    platform = Platform()
    platform.holds(1)
    platform.holds(2)
    zones = ["Pacific/Kiritimati", "Pacific/Tongatapu", "Pacific/Auckland", "Asia/Tokyo", "America/Los_Angeles"]
    used = 0
    for number, zone in enumerate(zones, 3):
        asyncio.run(platform.spike(version=number, zone=zone, allowance=10, free_concurrency=20, price_percent=100))
        platform.outside.passes(hours=2)
        try:
            platform.holds(number)
            used += 1
        except PaymentRequired:
            pass
    assert used == 0
    asyncio.run(platform.spike(version=9, zone="UTC", allowance=10, free_concurrency=20, price_percent=100))
    platform.outside.passes(hours=14)
    assert platform.holds(9)["tier"] == "free"


def test_a_wallet_that_waits_elsewhere_says_when() -> None:
    platform = Platform()
    platform.holds(1)
    asyncio.run(platform.spike(version=2, zone="America/Los_Angeles", allowance=10))
    platform.outside.passes(hours=13)  # over there it is still the first of January
    policy = SpikePolicy(version=2, zone="America/Los_Angeles", allowance=10)
    state = asyncio.run(current(Folds(platform.store), policy, platform.outside.now(), OWNER))
    assert (state.free, state.resets_at) == (6, AT + timedelta(hours=20))


def test_credits_are_added_once_for_a_payment() -> None:
    platform = Platform()
    command = AddCredits(account_id=OWNER, provider="stripe", payment="cs_1", credits=50)
    for _ in range(2):
        platform.sends(command, by="stripe")
    assert platform.wallet.paid == 50
    platform.refuses(NotFound, "account_not_found", msgspec.structs.replace(command, account_id=an_id("acct", 77)))


def test_a_zone_that_does_not_exist_becomes_no_policy() -> None:
    platform = Platform()
    wanted = SpikePolicy(zone="Europe/Atlantis", reason="peak")
    platform.refuses(Invalid, "unknown_time_zone", ChangeSpikePolicy(wanted=wanted, by=OWNER))
    assert platform.sends(ChangeSpikePolicy(wanted=SpikePolicy(zone="account", reason="peak"), by=OWNER)) == {
        "version": 2
    }
