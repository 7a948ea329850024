"""The only constructor: builds the adapters, hands them to whoever needs them, runs one process."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import secrets
import signal
import sys
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
import uvloop

from commands.account import OpenAccount
from commands.bus import Bus
from commands.model import RegisterModel
from commands.reactions import CATEGORIES as REACTIONS
from commands.wallet import AddCredits
from commands.work import WALLET, World, fold
from domain.errors import RecutError
from domain.ids import is_id, wallet_stream
from domain.payment import parse_packs
from domain.provenance import Known
from domain.queue import TIERS
from domain.recorded import Origin
from infra.accounts import Accounts
from infra.api_keys import ApiKeys
from infra.audit import AuditedStore
from infra.clock import SystemClock, SystemIds
from infra.event_store import PostgresEventStore
from infra.gauges import Gauges
from infra.handles import Handles
from infra.job_seal import seal, unseal
from infra.jobs import Jobs
from infra.kafka import KafkaAdmin, KafkaPublisher, KafkaSubscription
from infra.kafka_reader import KafkaReader
from infra.kafka_tails import KafkaTails
from infra.keys import Hmac, Keyring, MasterKeyMismatch, PostgresKeyTable, derive
from infra.lines import Lines
from infra.log_history import LogHistory
from infra.mapper import Mapper, Opener
from infra.migrate import MigrationError, ensure_logs, migrate
from infra.models import InstalledModels
from infra.objects import Objects
from infra.policies import Policies
from infra.postgres import Pool, ask, open_pool
from infra.previews import Previews
from infra.relay_log import RelayBell, RelayLog
from infra.root_secret import root_secret
from infra.screener import RuleScreener
from infra.timers import TimerTable
from projections import db, install
from projections.events import Event
from projections.feed import query as feed
from projections.model import ReadModel
from projections.registry import BY_NAME, MODELS
from projections.videos.films import films
from recut import lag, making, projecting, provenance
from recut.dead_letters import Desk
from recut.errors import OperatorError
from recut.forgetting import Forgetting
from recut.lists import Lists
from recut.local.home import Home
from recut.local.status import mark_ready
from recut.rebuilding import Tools
from recut.settings import Settings
from streams.audit import Auditor
from streams.audit_report import Report
from streams.catch_up import Interrupted, catch_up
from streams.consumer import Consumer
from streams.dispatcher import Dispatcher
from streams.errors import HistoryDiffers, Stopped
from streams.host import Host
from streams.metrics import Metrics, Watches, listen
from streams.outcomes import Outcomes
from streams.ports import Publisher
from streams.projector import Projector
from streams.projector_ports import Watch
from streams.reactor import NAME as REACTOR_NAME
from streams.reactor import SCHEMA as REACTOR
from streams.reactor import VERSION as REACTOR_VERSION
from streams.reactor import Reactor
from streams.rebuild import Fill
from streams.relay import Relay
from streams.sweeper import Sweeper, Swept, WrongStore
from streams.timers import Timers
from streams.topics import ensure_topics, outcomes, tickets

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette

    from inference.ports import Runner
    from inference.provenance.check import Checker
    from inference.sandbox import Sandbox
    from infra.stripe_payments import StripePayments
    from recut.tracing import TracedApp, Tracing
    from streams.worker_metrics import WorkerMetrics

log = logging.getLogger(__name__)
T = TypeVar("T")

SHARDS: Final = "select category, count(*)::int from log.logs group by category"
IDLE_SECONDS: Final = 20  # for which a read model's writer may be silent inside a transaction, and lock out others
SYSTEM: Final = "system"  # the actor of what no account asked for


# The database, the topics and the registry, brought to this version.


def prepare(settings: Settings) -> None:
    """Before anything runs. Harmless when repeated. Raises `OperatorError` with one sentence."""
    from recut import rebuilding, rotation

    try:
        make_master_key(settings)
        shards = prepare_database(settings)
        rotation.finish(settings)
        ensure_topics(KafkaAdmin(settings.kafka), settings.topic_prefix, shards, settings.replication)
        with_filling(settings, lambda tools: rebuilding.fill_new(tools, MODELS))
        asyncio.run(register_models(settings))
    except (MigrationError, RecutError, Stopped) as error:
        raise OperatorError(str(error)) from error


def prepare_database(settings: Settings) -> dict[str, int]:
    """How many logs each category has."""
    migrate(settings.database_url)
    ensure_logs(settings.database_url, settings.shards)
    with db.connect(settings.database_url) as conn:
        install.install(conn)
        return dict(conn.execute("select category, count(*)::int from log.logs group by category").fetchall())


async def register_models(settings: Settings) -> None:
    offered = await asyncio.to_thread(making.offered, settings)
    async with write_side(settings) as side:
        for model in offered:
            await side.bus.dispatch(RegisterModel(model=model), origin(SYSTEM))


def make_master_key(settings: Settings) -> None:
    """The embedded runtime's own; a production setting is never written to disk."""
    file = master_key_file(settings)
    if settings.master_key or file.exists():
        return
    write_key(file)


def write_key(file: Path) -> None:
    """A new one. All of it or nothing is there, and what it wraps later is never there without it."""
    draft = file.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        output.write(b64encode(secrets.token_bytes(32)))
        output.flush()
        os.fsync(output.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """The name of a new file survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def master_key(settings: Settings) -> bytes:
    if settings.master_key:
        return b64decode(settings.master_key)
    try:
        return b64decode(master_key_file(settings).read_bytes())
    except FileNotFoundError:
        raise OperatorError("RECUT_MASTER_KEY is not set: give the 32 bytes, base64, that wrap all keys") from None


def master_key_file(settings: Settings) -> Path:
    return Home(settings.home).root / "master.key"


# What several processes share.


class WriteSide(msgspec.Struct, frozen=True):
    """Everything that commands need, alive. Digests and signatures are made with `root`."""

    root: bytes
    pool: Pool
    keyring: Keyring
    store: PostgresEventStore
    models: InstalledModels
    jobs: Jobs
    world: World
    bus: Bus


@asynccontextmanager
async def write_side(
    settings: Settings, *, connections: int = 8, tracing: Tracing | None = None
) -> AsyncIterator[WriteSide]:
    """`connections`: at most so many for reading."""
    async with open_pool(settings.database_url, size=connections) as pool, RelayBell(settings.database_url) as bell:
        keyring, root = Keyring(PostgresKeyTable(pool), master_key(settings)), await read_root(settings, pool)
        async with event_store(settings, pool, keyring, bell.ring, tracing) as store:
            models, jobs = InstalledModels(store), Jobs(pool)
            world = World(
                models=models,
                workers=jobs,
                impressions=Impressions(pool),
                clock=SystemClock(),
                handles=Handles(Hmac(root)),
                screener=RuleScreener(),
                queue=Lines(jobs),
                lists=Lists(pool, store),
                previews=Previews(pool),
            )
            yield WriteSide(root, pool, keyring, store, models, jobs, world, _bus(store, world, tracing))


async def read_root(settings: Settings, pool: Pool) -> bytes:
    try:
        return await root_secret(pool, master_key(settings))
    except MasterKeyMismatch as error:
        raise OperatorError(str(error)) from error


class Impressions:
    """What the feed remembers to have served, for the commands."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def served(self, account_id: str, video_id: str) -> bool:
        return await ask(self._pool, lambda conn: feed.was_served(conn, account_id, video_id))


def event_store(
    settings: Settings,
    pool: Pool,
    keyring: Keyring,
    wake: Callable[[], None] = lambda: None,
    tracing: Tracing | None = None,
) -> PostgresEventStore:
    url, mapper = settings.database_url, Mapper(keyring)
    if tracing is None:
        return PostgresEventStore(url, pool, mapper, shards=settings.shards, wake=wake)
    from recut.tracing import TracedStore

    return TracedStore(url, pool, mapper, shards=settings.shards, wake=wake, tracing=tracing)


def _bus(store: PostgresEventStore, world: World, tracing: Tracing | None) -> Bus:
    if tracing is None:
        return Bus(store, world)
    from recut.tracing import TracedBus

    return TracedBus(store, world, tracing)


@asynccontextmanager
async def traced(settings: Settings, process: str) -> AsyncIterator[Tracing | None]:
    """None when there is nowhere to send spans to: then nothing of it is loaded."""
    if not settings.otel_exporter_otlp_endpoint:
        yield None
        return
    from recut.tracing import begin

    endpoint, headers = settings.otel_exporter_otlp_endpoint, settings.otel_exporter_otlp_headers
    tracing = begin(process, endpoint, headers, settings.otel_traces_sampler_arg)
    try:
        yield tracing
    finally:
        await asyncio.to_thread(tracing.close)


def origin(account: str) -> Origin:
    """Of a command that nobody sends twice."""
    key = SystemIds().new("cmd")
    now = SystemClock().now()
    return Origin(account=account, key=key, request_hash=b"", occurred_at=now, causation=key, correlation=key)


# Commands for the operator.


def create_key(settings: Settings, account: str, role: str) -> str:
    try:
        return asyncio.run(_create_key(settings, account, role))
    except RecutError as error:
        raise OperatorError(error.message) from error


async def _create_key(settings: Settings, name: str, role: str) -> str:
    async with write_side(settings) as side:
        accounts = Accounts(side.pool, Hmac(side.root), SystemIds())
        account_id = await accounts.account_id_for(name)
        await side.bus.dispatch(OpenAccount(account_id=account_id, name=name.strip()), origin(account_id))
        return await ApiKeys(side.pool).create(account_id, role, "command line")


def give_credits(settings: Settings, account: str, credits: int) -> int:
    """What the account has afterwards, without its allowance. `account` is an id or a name."""
    try:
        return asyncio.run(_give_credits(settings, account, credits))
    except RecutError as error:
        raise OperatorError(error.message) from error


async def _give_credits(settings: Settings, account: str, credits: int) -> int:
    async with write_side(settings) as side:
        account_id = account
        if not is_id(account, "acct"):
            accounts = Accounts(side.pool, Hmac(side.root), SystemIds())
            account_id = await accounts.account_id_for(account)
        gift = SystemIds().new("gift")
        command = AddCredits(account_id=account_id, provider="manual", payment=gift, credits=credits, cause="gift")
        await side.bus.dispatch(command, origin(SYSTEM))
        state, _ = await fold(side.store, WALLET, wallet_stream(account_id))
        return state.paid


def run_migrate(settings: Settings) -> None:
    prepare(settings)


def run_audit(settings: Settings, as_json: bool) -> int:
    """Prints what was found; the exit code."""
    try:
        report = asyncio.run(_audit(settings))
    except RecutError as error:
        raise OperatorError(error.message) from error
    print(msgspec.json.encode(report).decode() if as_json else "\n".join(report.lines))
    return 0 if report.equal else HistoryDiffers.exit_code


async def _audit(settings: Settings) -> Report:
    consumers = {model.schema: model.categories for model in MODELS} | {REACTOR: REACTIONS}
    async with open_pool(settings.database_url, size=1) as pool, AuditedStore(pool) as store:
        return await Auditor(store, KafkaReader(settings.kafka), settings.topic_prefix, consumers).run()


def watched() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Whose lag is told: name -> schema with the checkpoints, categories."""
    models = {model.name: (model.schema, model.categories) for model in MODELS}
    return models | {REACTOR_NAME: (REACTOR, REACTIONS)}


def with_gauges(settings: Settings, question: Callable[[Gauges], Coroutine[Any, Any, None]]) -> None:
    async def ask_gauges() -> None:
        async with open_pool(settings.database_url, size=1) as pool:
            await question(Gauges(pool, watched()))

    _told(ask_gauges())


def with_dead_letters(settings: Settings, consumer: str, question: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """`consumer`: whose dead letters are to be taken; empty when they are only looked at."""

    async def ask_desk() -> T:
        async with open_pool(settings.database_url, size=2) as pool, AuditedStore(pool) as history:
            with db.connect(settings.database_url) as conn:
                install.create_bare(conn, REACTOR)
                models = {**BY_NAME, REACTOR_NAME: ReadModel(REACTOR_NAME, REACTOR_VERSION, REACTIONS, _not_loaded)}
                if consumer != REACTOR_NAME:
                    return await question(Desk(conn, models, history))
                async with write_side(settings) as side:
                    reactor = _reactor(settings, side, Objects(settings.objects))
                    await reactor.start()
                    return await question(Desk(conn, {**models, REACTOR_NAME: reactor.model}, history))

    return _told(ask_desk())


def _not_loaded(conn: db.Connection, events: Sequence[Event]) -> None:
    raise OperatorError("The reactor takes its dead letters by `recut dead-letters retry reactor` only")


def _told(question: Coroutine[Any, Any, T]) -> T:
    """What stops us is told in one sentence."""
    try:
        return asyncio.run(question)
    except RecutError as error:
        raise OperatorError(error.message) from error
    except Stopped as error:
        raise OperatorError(str(error)) from error


def with_reactions(settings: Settings, question: Callable[[TimerTable], Coroutine[Any, Any, T]]) -> T:
    """What the table of waiting commands answers."""

    async def ask_table() -> T:
        async with open_pool(settings.database_url, size=1) as pool:
            return await question(TimerTable(pool))

    try:
        return asyncio.run(ask_table())
    except RecutError as error:
        raise OperatorError(error.message) from error


def run_sweep(settings: Settings, hours: int | None, *, keep: bool, force: bool) -> Swept:
    """Files that the log does not name and that are so old. `keep`: only looked at."""

    async def sweep() -> Swept:
        grace = timedelta(hours=settings.orphan_hours if hours is None else hours)
        async with write_side(settings) as side:
            sweeper = Sweeper(Objects(settings.objects), side.store, SystemClock().now, grace)
            return await sweeper.sweep(keep=keep, force=force)

    try:
        return asyncio.run(sweep())
    except RecutError as error:
        raise OperatorError(error.message) from error
    except (WrongStore, OSError) as error:
        raise OperatorError(str(error)) from error


def with_filling(settings: Settings, work: Callable[[Tools], T]) -> T:
    """What is done to the schemas of read models: fills, swaps, replays."""
    with db.connect(settings.database_url) as connection:
        records = KafkaReader(settings.kafka)
        connect = functools.partial(db.connect, settings.database_url)
        return work(Tools(connect, LogHistory(connection), records, settings.topic_prefix))


# The processes.


def run_relay(settings: Settings) -> None:
    _run("relay", settings, _relay(settings))


async def _relay(settings: Settings) -> None:
    async with (
        traced(settings, "relay") as tracing,
        open_pool(settings.database_url) as pool,
        event_store(settings, pool, Keyring(PostgresKeyTable(pool), master_key(settings))) as store,
        RelayLog(settings.database_url) as cursors,
    ):
        publisher = _publisher(settings, tracing)
        mark_ready("relay")
        await Relay(store, cursors, publisher, KafkaTails(settings.kafka), settings.topic_prefix).run()


def _publisher(settings: Settings, tracing: Tracing | None) -> Publisher:
    publisher = KafkaPublisher(settings.kafka)
    if tracing is None:
        return publisher
    from recut.tracing import TracedPublisher

    return TracedPublisher(publisher, tracing)


def run_api(settings: Settings) -> None:
    _run("api", settings, _api(settings))


async def _api(settings: Settings) -> None:
    import uvicorn

    from api.app import create_app
    from api.ports import Deps
    from api.read_models import ReadModels
    from inference.sandbox import Sandbox
    from inference.uploads.files import Files

    sandbox = Sandbox()
    async with traced(settings, "api") as tracing, write_side(settings, tracing=tracing) as side:
        secret = derive(side.root, "api signatures")
        deps = Deps(
            provenance=_checker(settings, side, sandbox),
            files=Files(sandbox),
            bus=side.bus,
            world=side.world,
            store=side.store,
            reads=ReadModels(side.pool, Opener(side.keyring), secret, side.store.epochs),
            models=side.models,
            workers=side.jobs,
            jobs=side.jobs,
            objects=Objects(settings.objects),
            keys=ApiKeys(side.pool),
            reactions=TimerTable(side.pool),
            gauges=Gauges(side.pool, watched()),
            clock=SystemClock(),
            ids=SystemIds(),
            secret=secret,
            public_url=settings.public_url,
            payments=payments(settings),
            packs=parse_packs(settings.packs),
            topic_prefix=settings.topic_prefix,
            metrics_token=settings.metrics_token,
        )
        config = uvicorn.Config(
            _traced_app(create_app(deps), tracing),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        server, loop = uvicorn.Server(config), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):  # requests under way end first
            loop.add_signal_handler(number, server.handle_exit, signal.SIGTERM, None)
        await server.serve()


def _traced_app(app: Starlette, tracing: Tracing | None) -> Starlette | TracedApp:
    if tracing is None:
        return app
    from recut.tracing import TracedApp

    return TracedApp(app, tracing)


def _checker(settings: Settings, side: WriteSide, sandbox: Sandbox) -> Checker:
    from inference.provenance.check import Checker

    provenance.require_library()
    return Checker(sandbox, provenance.mark_key(side.root), provenance.anchors(settings), Films(side.pool))


class Films:
    """The log's films, for who checks a file."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def films(self, video_ids: Sequence[str], marks: Sequence[str]) -> list[Known]:
        return await ask(self._pool, lambda conn: films(conn, video_ids, marks))


def payments(settings: Settings) -> StripePayments | None:
    """None: credits are not sold. The library is loaded by who sells."""
    if not settings.stripe_secret and not settings.stripe_webhook_secret:
        return None
    if not settings.stripe_secret or not settings.stripe_webhook_secret:
        raise OperatorError("RECUT_STRIPE_SECRET and RECUT_STRIPE_WEBHOOK_SECRET belong together: set both, or none")
    try:
        from infra.stripe_payments import StripePayments
    except ImportError as error:
        raise OperatorError("Payments need the `stripe` package: install recut[stripe]") from error
    return StripePayments(settings.stripe_secret, settings.stripe_webhook_secret, settings.public_url)


def run_streams(settings: Settings) -> None:
    from streams.app import end_now

    _run("streams", settings, _streams(settings))
    end_now(0)  # whatever Faust has left running holds nothing of value


async def _streams(settings: Settings) -> None:
    """The Faust app with read models and reactor, and beside it the loops that move jobs. Any that fails, ends all."""
    from streams.app import dying, serve

    prefix, objects, stop = settings.topic_prefix, Objects(settings.objects), _stop_signal()
    publisher = KafkaPublisher(settings.kafka)
    async with traced(settings, "streams") as tracing, write_side(settings, tracing=tracing) as side:

        def connect() -> db.Connection:
            return db.connect(settings.database_url, idle_seconds=IDLE_SECONDS)

        dispatcher = Dispatcher(side.jobs, Policies(side.store), publisher, prefix)
        sweep = Sweeper(objects, side.store, SystemClock().now, timedelta(hours=settings.orphan_hours)).run
        timers = Timers(side.jobs, TimerTable(side.pool), side.store, side.bus, SystemClock(), sweep)
        watch = _watch(settings, tracing)
        reactor = _reactor(settings, side, objects, enqueued=dispatcher.wake, deferred=timers.wake, watch=watch)
        consumers: list[Consumer] = [Projector(MODELS, connect, side.store, watch), reactor]
        host = Host(settings.kafka, prefix, consumers, side.store, instance=settings.instance or None)
        reports = KafkaSubscription(settings.kafka, f"{prefix}.outcomes", [outcomes(prefix)])
        loops = [
            Outcomes(reports, side.jobs, side.bus, unseal).run(),
            dispatcher.run(),
            timers.run(),
        ]
        with dying():
            await asyncio.to_thread(_catch_up, "streams", settings, MODELS, stop.is_set)
            await _beside(loops, serve(host, stop, lambda: mark_ready("streams")))
            await reports.close()  # or the next process would wait for reports until the session of this one ends


def _reactor(
    settings: Settings,
    side: WriteSide,
    objects: Objects,
    *,
    enqueued: Callable[[], None] = lambda: None,
    deferred: Callable[[], None] = lambda: None,
    watch: Watch | None = None,
) -> Reactor:
    def connect() -> db.Connection:
        return db.connect(settings.database_url)

    return Reactor(
        side.store,
        side.jobs,
        objects,
        TimerTable(side.pool),
        Forgetting(side.pool),
        connect,
        side.store,
        enqueued=enqueued,
        deferred=deferred,
        watch=watch,
        mark_key=provenance.mark_key(side.root),
        label=settings.visible_label == "on",
    )


def _watch(settings: Settings, tracing: Tracing | None) -> Watch | None:
    """Who wants to know of every batch; None when nobody does."""
    watches: list[Watch] = []
    if settings.metrics_port:
        metrics = Metrics()
        listen(metrics, settings.metrics_host, settings.metrics_port, settings.metrics_token)
        watches.append(metrics)
    if tracing:
        from recut.tracing import TracedApply

        watches.append(TracedApply(tracing))
    return Watches(watches) if watches else None


def run_project(settings: Settings, models: Sequence[ReadModel]) -> None:
    from streams.app import end_now

    _run("project", settings, _project(settings, models))
    end_now(0)


async def _project(settings: Settings, models: Sequence[ReadModel]) -> None:
    """Read models and nothing else. It reads the event store to heal gaps, and never needs a key."""
    from streams.app import dying

    def connect() -> db.Connection:
        return db.connect(settings.database_url, idle_seconds=IDLE_SECONDS)

    stop, only = _stop_signal(), [model.name for model in models]
    async with (
        traced(settings, "project") as tracing,
        open_pool(settings.database_url, size=2) as pool,
        AuditedStore(pool) as history,
    ):
        projector = Projector(models, connect, history, _watch(settings, tracing))
        host = Host(settings.kafka, settings.topic_prefix, [projector], history, instance=settings.instance or None)
        board = lag.Board(Gauges(pool, watched()), only)
        with dying():
            await projecting.beside(_project_live(settings, models, host, stop), board)


async def _project_live(settings: Settings, models: Sequence[ReadModel], host: Host, stop: asyncio.Event) -> None:
    from streams.app import serve

    await asyncio.to_thread(_catch_up, "project", settings, models, stop.is_set)
    await serve(host, stop, lambda: mark_ready("project"))


def _catch_up(process: str, settings: Settings, models: Sequence[ReadModel], is_ending: Callable[[], bool]) -> None:
    def go_on(events: int) -> None:
        mark_ready(process)  # a long fill is no failure to start
        if is_ending():
            raise Interrupted

    # A connection for each model: tables of the same name are others, so what was prepared for one is not for another.
    with ExitStack() as stack:
        own = [stack.enter_context(db.connect(settings.database_url)) for _ in models]
        history = LogHistory(stack.enter_context(db.connect(settings.database_url)))
        fills = [Fill(mine, model, model.schema, history, go_on) for mine, model in zip(own, models, strict=True)]
        catch_up(fills, KafkaReader(settings.kafka), settings.topic_prefix, is_ending)


async def _beside(loops: Sequence[Coroutine[Any, Any, None]], main: Coroutine[Any, Any, None]) -> None:
    """Runs the loops until `main` returns; the first failure of any is raised."""
    tasks = [asyncio.ensure_future(loop) for loop in loops]
    end = asyncio.ensure_future(main)
    await asyncio.wait([*tasks, end], return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, end):
        if task.done():
            task.result()
        task.cancel()


def run_worker(settings: Settings) -> None:
    _run("worker", settings, _worker(settings))


async def _worker(settings: Settings) -> None:
    from inference.worker import Worker

    prefix, watch = settings.topic_prefix, _worker_watch(settings)
    stop, hurry = _two_signals()
    by_tier = {tier: tickets(prefix, tier) for tier in TIERS}
    subscription = KafkaSubscription(settings.kafka, f"{prefix}.workers", list(by_tier.values()))
    publisher = KafkaPublisher(settings.kafka)
    async with traced(settings, "worker") as tracing, open_pool(settings.database_url, size=3) as pool:
        engines = making.engines(settings, watch, lambda engine: _traced_runner(engine, tracing))
        worker = Worker(
            SystemIds().new("worker"),
            tickets=subscription,
            claims=Jobs(pool),
            objects=Objects(settings.objects),
            reports=publisher,
            engines=engines,
            seal=seal,
            topics=by_tier,
            outcomes=outcomes(prefix),
            watch=watch,
            signer=provenance.signer(settings),
            drain_seconds=settings.worker_drain_seconds,
        )
        await engines.start()
        mark_ready("worker")
        try:
            await worker.run(stop, hurry)
        finally:
            await engines.stop()
            await subscription.close()
            publisher.close()


def _worker_watch(settings: Settings) -> WorkerMetrics:
    from streams.worker_metrics import WorkerMetrics

    metrics = WorkerMetrics()
    if settings.worker_metrics_port:
        listen(metrics, settings.metrics_host, settings.worker_metrics_port, settings.metrics_token)
    return metrics


def _traced_runner(engine: Runner, tracing: Tracing | None) -> Runner:
    if tracing is None:
        return engine
    from recut.tracing import TracedRunner

    return TracedRunner(engine, tracing)


def _two_signals() -> tuple[asyncio.Event, asyncio.Event]:
    """The first SIGTERM sets the one, any after it the other: for what may take long to end what it has begun."""
    stop, hurry, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()

    def told() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    return stop, hurry


def _stop_signal() -> asyncio.Event:
    """Set by the first SIGTERM: for a process that ends what it has begun."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


def _run(name: str, settings: Settings, process: Coroutine[Any, Any, None]) -> None:
    """Until SIGTERM. What a restart cannot mend ends with its own exit code, for the supervisor to tell."""
    logging.basicConfig(
        level=settings.log_level.upper(), format=f"%(asctime)s {name} %(levelname)s %(message)s", stream=sys.stderr
    )
    try:
        uvloop.run(_until_terminated(process))
    except Stopped as error:
        log.critical("%s", error)
        sys.exit(error.exit_code)


async def _until_terminated(process: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(process)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")
