"""Commands through the bus: load, decide, append. And what loading alone costs, for short streams and long ones."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from commands.bus import Bus
from commands.folds import Folds, fold
from commands.video import CreateVideo, PublishVideo, UnpublishVideo
from commands.work import WALLET
from domain import wallet
from domain.ids import wallet_stream
from domain.policy import DEFAULT, SPIKE, SpikePolicyChanged
from domain.queue import PAID
from domain.recorded import Append, Change, Origin
from infra.event_store import PostgresEventStore
from tests.benchmarks.appending import IDS, NOW, PROMPT, Measure, measured
from tests.given import completed, created, opened
from tests.outside import Outside
from tests.stores import open_store

CLIENTS: Final = 64
EACH: Final = 32  # videos of a client
RICH: Final = 1_000_000


def origin(account: str) -> Origin:
    key = IDS.new("cmd")
    return Origin(account=account, key=key, request_hash=b"", occurred_at=NOW, causation=key, correlation=key)


async def record(store: PostgresEventStore, account: str, stream: str, events: Sequence[Any], at: int = 0) -> None:
    await store.append(Append(origin(account), (Change(stream, at, tuple(events)),), (), b'{"ok":{}}'))


async def publishing(url: str, seconds: float) -> Measure:
    """Each client publishes its videos one after another, then takes them back, and so on."""
    async with open_store(url) as store:
        accounts = [IDS.new("acct") for _ in range(CLIENTS)]
        videos = {account: [IDS.new("video") for _ in range(EACH)] for account in accounts}
        made = ((account, video) for account in accounts for video in videos[account])
        await asyncio.gather(
            *[record(store, a, v, (created(owner_id=a), completed(owner_id=a))) for a, v in made],
        )
        clients = [_turns(account, videos[account]) for account in accounts]
        return await _dispatched(Bus(store, Outside().world()), accounts, clients, seconds)


def _turns(account: str, videos: list[str]) -> Iterator[Any]:
    for kind in itertools.cycle((PublishVideo, UnpublishVideo)):
        for video in videos:
            yield kind(video_id=video, account_id=account)


async def creating(url: str, seconds: float) -> Measure:
    """Each client is an account with credits of its own: account, model, policy and wallet are read, credits are held
    and the generation is queued, in one append over two streams."""
    async with open_store(url) as store:
        await _allow_many(store)
        accounts = [IDS.new("acct") for _ in range(CLIENTS)]
        await asyncio.gather(*[_enrich(store, account) for account in accounts])
        clients = [_wishes(account) for account in accounts]
        return await _dispatched(Bus(store, Outside().world()), accounts, clients, seconds)


async def _allow_many(store: PostgresEventStore) -> None:
    """How many generations an account may have open is not what is measured."""
    version = len(await store.load(SPIKE))
    admin = IDS.new("acct")
    change = SpikePolicyChanged(
        version=version + 1,
        allowance=0,
        zone=DEFAULT.zone,
        paid_share=DEFAULT.paid_share,
        price_percent=DEFAULT.price_percent,
        free_concurrency=1,
        paid_concurrency=10_000,
        free_queue_limit=None,
        reason="benchmark",
        by=admin,
    )
    await record(store, admin, SPIKE, [change], version)


async def _enrich(store: PostgresEventStore, account: str) -> None:
    await record(store, account, account, [opened(account_id=account)])
    await record(store, account, wallet_stream(account), _bought(wallet.NOTHING, account))


def _bought(state: wallet.Wallet, account: str) -> list[wallet.Event]:
    return wallet.add(state, account, "admin", IDS.new("pay"), RICH, "gift")


def _wishes(account: str) -> Iterator[Any]:
    while True:
        yield CreateVideo(
            video_id=IDS.new("video"), account_id=account, model="sketch-1", prompt=PROMPT, seed=7, tier=PAID
        )


async def _dispatched(bus: Bus, accounts: list[str], clients: list[Iterator[Any]], seconds: float) -> Measure:
    started = time.perf_counter()
    until = started + seconds
    pairs = zip(accounts, clients, strict=True)
    found = await asyncio.gather(*[_dispatch(bus, account, commands, until) for account, commands in pairs])
    return measured(started, list(itertools.chain.from_iterable(found)))


async def _dispatch(bus: Bus, account: str, commands: Iterator[Any], until: float) -> list[float]:
    latencies = []
    while (before := time.perf_counter()) < until:
        await bus.dispatch(next(commands), origin(account))
        latencies.append(time.perf_counter() - before)
    return latencies


async def loading(url: str, events: int, seconds: float, *, remembered: bool) -> Measure:
    """One client: the wallet is loaded, and a hold decided on it. `remembered`: as the bus loads, only what is new."""
    async with open_store(url) as store:
        account = IDS.new("acct")
        stream = wallet_stream(account)
        await record(store, account, stream, _history(account, events))
        folds = Folds(store)
        await folds.of(WALLET, stream)
        latencies = []
        started = time.perf_counter()
        while (before := time.perf_counter()) < started + seconds:
            state, version = await (folds.of(WALLET, stream) if remembered else fold(store, WALLET, stream))
            assert version == events
            wallet.hold(state, account, "video", PAID, 4, DEFAULT)
            latencies.append(time.perf_counter() - before)
        return measured(started, latencies)


def _history(account: str, count: int) -> list[wallet.Event]:
    """Two purchases, then generations: held, settled."""
    events: list[wallet.Event] = []
    state = wallet.NOTHING
    while len(events) < count:
        for event in _next(state, account, len(events)):
            events.append(event)
            state = wallet.evolve(state, event, NOW)
    return events


def _next(state: wallet.Wallet, account: str, made: int) -> list[wallet.Event]:
    if made < 2:
        return _bought(state, account)
    if state.holds:
        return wallet.settle(state, account, next(iter(state.holds)), "completed")
    return [wallet.hold(state, account, IDS.new("video"), PAID, 4, DEFAULT)]
