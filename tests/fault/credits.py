"""A hundred creates at once with credit for ten, through two buses with stores of their own, as two processes have
them. Exactly ten may be taken, and the book must say so.

`python -m tests.fault.credits` runs it on a PostgreSQL of its own in a temporary folder.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec

from commands.bus import Bus
from commands.video import CreateVideo
from commands.wallet import ReleaseHold, SettleHold
from commands.work import VIDEO, WALLET, fold
from domain.errors import Conflict, RecutError
from domain.ids import model_stream, wallet_stream
from domain.policy import SPIKE
from domain.recorded import Answered, Append, Appended, Fact, Origin
from domain.video import Absent
from domain.wallet import Held, Wallet
from tests.examples import purchased, spike_policy_changed
from tests.given import AT, OWNER, an_id, happened, opened, registered
from tests.outside import Outside
from tests.stores import held_logs, open_store, until, waiting_for_a_lock

CREATES: Final = 100
CREDIT_FOR: Final = 10
PRICE: Final = 4


class Counted:
    """A store, and how many of its appends met another command."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.conflicts = 0

    async def append(self, append: Append) -> Appended | Answered:
        try:
            result: Appended | Answered = await self._store.append(append)
        except Conflict:
            self.conflicts += 1
            raise
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class Race(msgspec.Struct):
    """What came of it. `answers` counts them by code, "accepted" among them."""

    answers: Counter[str]
    accepted: list[str]
    recorded: list[str]  # videos that exist
    statement: list[Fact]
    wallet: Wallet
    conflicts: int
    seconds: float

    @property
    def book(self) -> Counter[str]:
        book: Counter[str] = Counter()
        for fact in self.statement:
            for line in fact.event.lines:
                book[line.account] += line.amount
        return book

    @property
    def held_for(self) -> list[str]:
        return sorted(fact.event.video_id for fact in self.statement if isinstance(fact.event, Held))


async def race(url: str, *, free: int, paid: int, at_once: int = CREATES, end: bool = False) -> Race:
    """`free` and `paid` videos are affordable, `at_once` may be under way per tier. `end`: afterwards every hold is
    settled or released, each several times at once and on both buses."""
    async with open_store(url) as one, open_store(url) as two:
        await _prepare(one, free, paid, at_once)
        stores = [Counted(one), Counted(two)]
        buses = [Bus(store, Outside().world()) for store in stores]
        videos = [an_id("video", number) for number in range(CREATES)]
        began = time.perf_counter()
        async with held_logs(url):  # until both processes have decided on the same wallet
            creates = [asyncio.ensure_future(_create(buses[n % 2], video)) for n, video in enumerate(videos)]
            await until(lambda: waiting_for_a_lock(url, 2))
        answers = await asyncio.gather(*creates)
        seconds = time.perf_counter() - began
        accepted = [video for video, answer in zip(videos, answers, strict=True) if answer == "accepted"]
        if end:
            await asyncio.gather(*(_end(bus, n, video) for bus in buses * 2 for n, video in enumerate(accepted)))
        states = {video: (await fold(two, VIDEO, video))[0] for video in videos}
        return Race(
            answers=Counter(answers),
            accepted=accepted,
            recorded=[video for video, state in states.items() if not isinstance(state, Absent)],
            statement=await two.load(wallet_stream(OWNER)),
            wallet=(await fold(two, WALLET, wallet_stream(OWNER)))[0],
            conflicts=sum(store.conflicts for store in stores),
            seconds=seconds,
        )


async def _prepare(store: Any, free: int, paid: int, at_once: int) -> None:
    await happened(store, OWNER, opened())
    await happened(store, model_stream("sketch-1"), registered())
    policy = spike_policy_changed(
        allowance=free * PRICE, price_percent=100, free_concurrency=at_once, paid_concurrency=at_once
    )
    await happened(store, SPIKE, policy)
    if paid:
        await happened(store, wallet_stream(OWNER), purchased(credits=paid * PRICE))


async def _create(bus: Bus, video_id: str) -> str:
    command = CreateVideo(video_id=video_id, account_id=OWNER, model="sketch-1", prompt="a red cat", seed=7, tier=None)
    return await _send(bus, command, video_id)


async def _end(bus: Bus, number: int, video_id: str) -> str:
    kind = SettleHold if number % 2 else ReleaseHold
    command = kind(account_id=OWNER, video_id=video_id, cause="completed" if number % 2 else "failed")
    return await _send(bus, command, f"end {id(bus)} {time.perf_counter_ns()} {video_id}")


async def _send(bus: Bus, command: Any, key: str) -> str:
    origin = Origin(account=OWNER, key=key, request_hash=key.encode(), occurred_at=AT, causation=key, correlation=key)
    try:
        await bus.dispatch(command, origin)
    except RecutError as error:
        return error.code
    return "accepted"


def report(done: Race) -> str:
    booked = "\n".join(f"  {_line(fact)}" for fact in done.statement)
    return (
        f"{CREATES} creates at once, credit for {CREDIT_FOR}: {dict(done.answers)} in {done.seconds:.2f} s, "
        f"{done.conflicts} conflicts between the two stores\n"
        f"book: {dict(sorted(done.book.items()))}, sum {sum(done.book.values())}\n{booked}"
    )


def _line(fact: Fact) -> str:
    event = fact.event
    lines = ", ".join(f"{line.account} {line.amount:+d}" for line in event.lines)
    about = getattr(event, "video_id", None) or getattr(event, "payment", None) or getattr(event, "day", "")
    return f"{fact.recorded.version:3d} {fact.recorded.type:28s} {event.cause:12s} {about:34s} {lines}"


def is_right(done: Race) -> bool:
    return (
        done.answers == {"accepted": CREDIT_FOR, "insufficient_credits": CREATES - CREDIT_FOR}
        and done.held_for == sorted(done.accepted) == sorted(done.recorded)
        and sum(done.book.values()) == 0
        and min(done.wallet.free, done.wallet.paid) >= 0
    )


def main() -> int:
    from infra.migrate import migrate
    from recut.local.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="recut-credits-") as folder, Postgres(Path(folder)) as server:
        migrate(server.address)
        done = asyncio.run(race(server.address, free=CREDIT_FOR // 2, paid=CREDIT_FOR // 2))
    print(report(done))
    return 0 if is_right(done) else 1


if __name__ == "__main__":
    sys.exit(main())
