"""What pages cost: feed, lineage, cascade preview and leaderboards on a million videos, beside what they would cost
without their tables.

    python -m tests.benchmarks.bench_read [--small] [--videos 1000000 ...] [--seconds 3] [--only feed] [--keep FOLDER]

The read models are filled by their own `apply` from events that are made in memory (`platform.py`), with times of the
last thirty days; `--hours` of them are closed. Then each page is asked for by one and by two clients, first while
nothing is written, then while a process for each model writes `--rate` events a second. Later pages belong to sessions
whose first page is not timed. An embedded PostgreSQL is started with its usual settings, in a temporary folder, or in
one that is kept: then the next run with the same sizes finds the models filled, and goes on with the writing.

What is warm: before anything is timed, the database is vacuumed and analysed, as time would have done, its checkpoint
is written, and the bench waits until no worker of autovacuum is busy. Then each page is asked for by one client, up to
300 times within 4 s: so the 300 viewers have been here before, and what their pages read lies
in memory, PostgreSQL's own or the system's; the rest of the platform need not. Each client asks a few times more before
its time counts, as long as its connection plans anew.

After each timed page `select 1` is asked and timed apart: `machine` is what a round trip takes at that moment, so the
machine's own share. Where others work beside the benchmark, that and `load` say more about a p99 than the page does,
and `least` is what is left of the page.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import platform as machine
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from projections import install
from projections.db import AsyncConnection, Connection, connect
from projections.registry import FEED, LEADERBOARD, REMIX_GRAPH
from recut.generator.shape import Sizes, draw
from recut.local.postgres import Postgres
from tests.benchmarks.filling import Filler
from tests.benchmarks.platform import Platform, whole_hour
from tests.benchmarks.reading import AREAS, VIEWERS, Case, cases, yardsticks
from tests.runtime import create_database, with_database

FULL: Final = {"videos": 1_000_000, "accounts": 100_000, "follows": 3_000_000, "likes": 2_000_000, "edges": 500_000,
               "family": 100_000, "chain": 256, "hours": 48, "seconds": 3.0}  # fmt: skip
SMALL: Final = {"videos": 4_000, "accounts": 800, "follows": 8_000, "likes": 12_000, "edges": 2_000, "family": 800,
                "chain": 256, "hours": 44, "seconds": 0.3}  # fmt: skip
MODELS: Final = {model.name: model for model in (FEED, REMIX_GRAPH, LEADERBOARD)}
CLIENTS: Final = (1, 2)
PATIENCE: Final = 300.0  # seconds for autovacuum
ROUND, ROUND_SECONDS = VIEWERS, 4.0  # each page is asked for so often before all that is timed, or for so long
WARM: Final = 20  # questions of a client that are not timed, unless they take half of the time
FEW: Final = 10  # questions are timed at least


class Took(msgspec.Struct):
    """Seconds of the pages, and of `select 1` after each. `load`: how many wanted a core, in the last minute."""

    page: list[float]
    nothing: list[float]
    load: float


Measured = dict[str, dict[str, Took]]  # case -> situation


async def measure(url: str, case: Case, clients: int, seconds: float) -> Took:
    timed = await asyncio.gather(*(_client(url, case, seconds) for _ in range(clients)))
    page, nothing = zip(*(each for client in timed for each in client), strict=True)
    return Took(sorted(page), sorted(nothing), os.getloadavg()[0])


async def _client(url: str, case: Case, seconds: float) -> list[tuple[float, float]]:
    """(page, nothing) of each question."""
    took: list[tuple[float, float]] = []
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        began, asked = time.perf_counter(), 0
        async for page in _asked(db, case):
            now, nothing = time.perf_counter(), await _timed(db.execute("select 1"))
            asked += 1
            if asked > WARM or now > began + seconds / 2:
                took.append((page, nothing))
            if len(took) >= FEW and now > began + seconds:
                break
    return took


async def _asked(db: AsyncConnection, case: Case) -> AsyncIterator[float]:
    """Asks again and again: what each took."""
    ask = case.make()
    prepare = getattr(ask, "prepare", None)
    while True:
        if prepare:
            await prepare(db)
        yield await _timed(ask(db))


async def _timed(awaited: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await awaited
    return time.perf_counter() - began


def warm(url: str, chosen: Sequence[Case]) -> None:
    began = time.perf_counter()
    counts = [asyncio.run(_round(url, case)) for case in chosen]
    took = time.perf_counter() - began
    print(f"each page was asked for {min(counts)} to {max(counts)} times before, in {took:.0f} s", flush=True)


async def _round(url: str, case: Case) -> int:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        began, asked = time.perf_counter(), 0
        async for _ in _asked(db, case):
            asked += 1
            if asked >= ROUND or time.perf_counter() > began + ROUND_SECONDS:
                break
    return asked


def settle(url: str) -> None:
    """What the filling left is tidied up, and nobody is at it any more."""
    began = time.perf_counter()
    with connect(url) as conn:
        conn.execute("vacuum (analyze)")
        conn.execute("checkpoint")
        while (busy := _vacuuming(conn)) and time.perf_counter() < began + PATIENCE:
            time.sleep(1)
    still = f"; STILL BUSY: {', '.join(busy)}" if busy else ""
    print(f"vacuumed, analysed, checkpoint written in {time.perf_counter() - began:.0f} s{still}", flush=True)


def _vacuuming(conn: Connection) -> list[str]:
    query = "select coalesce(query, 'autovacuum') from pg_stat_activity where backend_type = 'autovacuum worker'"
    return [text for (text,) in conn.execute(query)]


async def _yardstick(url: str, query: Any, values: dict[str, Any]) -> float:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        return statistics.median([await _once(db, query, values) for _ in range(3)])


async def _once(db: AsyncConnection, query: Any, values: dict[str, Any]) -> float:
    began = time.perf_counter()
    await (await db.execute(query, values)).fetchall()
    return time.perf_counter() - began


def run(url: str, platform: Platform, seconds: float, hours: int, fillers: Sequence[Filler]) -> int:
    """How many budgets were missed."""
    measured: Measured = {}
    filled = {filler.model.name for filler in fillers}
    chosen = [case for case in cases(platform, hours) if AREAS[case.area].name in filled]
    warm(url, chosen)
    for writing in (False, True):
        for filler in fillers:
            filler.write(writing)
        for case in chosen:
            for clients in CLIENTS:
                situation = f"{clients} client{'s' * (clients > 1)}{', writing' * writing}"
                measured.setdefault(case.name, {})[situation] = asyncio.run(measure(url, case, clients, seconds))
    for filler in fillers:
        filler.write(False)
    missed = _print(chosen, measured)
    print(f"\n{'yardstick':46}{'':30}{'median of 3':>12}{'times our p50':>15}")
    for beside, what, query, values in yardsticks(platform):
        if beside not in measured:
            continue
        took = asyncio.run(_yardstick(url, query, values))
        ours = _quantile(measured[beside]["1 client"].page, 0.5)
        print(f"{beside:46}{what:30}{took * 1000:>9,.1f} ms{took / ours:>14,.0f}x")
    return missed


def _print(chosen: Sequence[Case], measured: Measured) -> int:
    missed = 0
    print(f"\n{'':66}{'asked':>7}{'least':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'machine p50':>13}{'p99':>7}{'load':>6}"
          "   p99 in ms")  # fmt: skip
    for case in chosen:
        for situation, took in measured[case.name].items():
            pages = "".join(f"{_millis(took.page, part):>9.2f}" for part in (0.0, 0.5, 0.95, 0.99))
            nothing = f"{_millis(took.nothing, 0.5):>13.2f}{_millis(took.nothing, 0.99):>7.2f}{took.load:>6.1f}"
            kept = case.budget is None or _millis(took.page, 0.99) < case.budget
            missed += not kept
            verdict = f"< {case.budget:g}: {'kept' if kept else 'MISSED'}" if case.budget else ""
            print(f"{case.name:46}{situation:20}{len(took.page):>7,}{pages}{nothing}   {verdict}")
    print(f"\n{missed} budgets missed" if missed else "\nall budgets kept")
    return missed


def _millis(ordered: list[float], part: float) -> float:
    return _quantile(ordered, part) * 1000


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def fill(url: str, platform: Platform, rate: int, only: Sequence[str]) -> list[Filler]:
    """What an earlier run has filled, in a kept folder, is left as it was."""
    with connect(url) as conn:
        install.install(conn)
        conn.execute("create table if not exists public.filled (model text primary key, events bigint not null)")
        known = dict(conn.execute("select model, events from public.filled").fetchall())
        fillers = [Filler(url, MODELS[name], platform, rate, known.get(MODELS[name].schema, 0)) for name in only]
        for filler in fillers:
            _report(conn, filler, known)
    return fillers


def note(url: str, fillers: Sequence[Filler]) -> str:
    """Ends the writing. What was written is there for the next run, too."""
    with connect(url) as conn:
        written = {filler.model.schema: filler.stop() for filler in fillers}
        for schema, count in written.items():
            conn.execute("update public.filled set events = events + %s where model = %s", [count, schema])
    return ", ".join(f"{schema}: {count:,} events written meanwhile" for schema, count in written.items())


def _report(conn: Connection, filler: Filler, known: dict[str, int]) -> None:
    events, seconds = filler.wait()
    if filler.model.schema in known:
        print(f"{filler.model.schema} was filled by an earlier run: {events:,} events", flush=True)
        return
    conn.execute("insert into public.filled values (%s, %s)", [filler.model.schema, events])
    print(f"{filler.model.schema} filled: {events:,} events in {seconds:.0f} s, {events / seconds:,.0f}/s", flush=True)


def describe(url: str, platform: Platform) -> None:
    shape = platform.shape
    with psycopg.connect(url) as connection:
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        settings = {name: connection.execute("select current_setting(%s)", (name,)).fetchone() for name in names}
    print(
        f"{machine.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {machine.python_version()}"
    )
    print("PostgreSQL " + ", ".join(f"{name} {row[0]}" for name, row in settings.items() if row))
    print(", ".join(f"{name} {version(name)}" for name in ("psycopg", "msgspec", "numpy")))
    print(
        f"{shape.sizes.videos:,} videos ({shape.listed.sum():,} public), {shape.sizes.accounts:,} accounts, "
        f"{len(shape.follows):,} follows, {len(shape.likes):,} likes, {sum(map(len, shape.parents)):,} edges, "
        f"a root with {shape.sizes.family:,} descendants, a chain of {max(shape.depth)}",
        flush=True,
    )


@contextmanager
def database(kept: Path | None, name: str) -> Iterator[str]:
    """One of this name, new unless its folder was kept."""
    with tempfile.TemporaryDirectory(prefix="recut-bench-") as folder, Postgres(kept or Path(folder)) as server:
        with connect(server.address) as conn:
            known = conn.execute("select from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            create_database(server.address, name)
        yield with_database(server.address, name)


def name_of(platform: Platform, seed: int, hours: int) -> str:
    """Of a database for this very history."""
    text = f"{platform.shape.sizes.entropy(seed)} {hours} {platform.now.isoformat()}"
    return f"bench_read_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def end_of_time(kept: Path | None) -> datetime:
    """The last whole hour; in a kept folder, the one of its first run."""
    file = kept and kept / "bench-read-now"
    if file and file.exists():
        return datetime.fromisoformat(file.read_text())
    now = whole_hour()
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(now.isoformat())
    return now


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="a folder for the database, to be filled once")
    parser.add_argument("--only", choices=list(MODELS), nargs="+", default=list(MODELS), help="read models")
    parser.add_argument("--small", action="store_true", help="some thousand videos: does it work at all?")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=int, default=500, help="events a second and model, while writing")
    parser.add_argument("--strict", action="store_true", help="end with 1 when a budget is missed")
    for name, value in FULL.items():
        parser.add_argument(f"--{name}", type=type(value))
    arguments = parser.parse_args(argv)
    usual = SMALL if arguments.small else FULL
    given = {name: getattr(arguments, name) if getattr(arguments, name) is not None else usual[name] for name in FULL}
    seconds, hours = given.pop("seconds"), int(given.pop("hours"))
    sizes = Sizes(**given, comments=0, characters=max(10, int(given["videos"]) // 1_000))
    platform = Platform(draw(sizes, arguments.seed), end_of_time(arguments.keep), hours)
    with database(arguments.keep, name_of(platform, arguments.seed, hours)) as url:
        describe(url, platform)
        fillers = fill(url, platform, arguments.rate, arguments.only)
        settle(url)
        try:
            missed = run(url, platform, seconds, hours, fillers)
        finally:
            print(note(url, fillers))
    return int(bool(missed) and arguments.strict)


if __name__ == "__main__":
    raise SystemExit(main())
