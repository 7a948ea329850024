"""What pages cost: feed, lineage, cascade preview and leaderboards on a million videos, beside what they would cost
without their tables.

    python -m tests.benchmarks.bench_read [--small] [--videos 1000000 ...] [--seconds 3] [--only feed] [--keep FOLDER]

The read models are filled by their own `apply` from events that are made in memory (`platform.py`), with times of the
last thirty days; `--hours` of them are closed. Then each page is asked for by one and by two clients, first while
nothing is written, then while a process for each model writes `--rate` events a second. Later pages belong to sessions
whose first page is not timed. An embedded PostgreSQL is started with its usual settings, in a temporary folder, or in
one that is kept: then the next run with the same sizes finds the models filled. After the filling the database is
vacuumed and analysed once, as time would have done. `select 1` is asked, too: what it takes is the machine's own
share. Where others work beside the benchmark, its p99 says more about them than about a page, and `least` is what is
left of the page.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psycopg

from projections import install
from projections.db import AsyncConnection, Connection, connect
from projections.registry import FEED, LEADERBOARD, REMIX_GRAPH
from recut.generator.shape import Sizes, draw
from recut.local.postgres import Postgres
from tests.benchmarks.filling import Filler
from tests.benchmarks.platform import Platform, whole_hour
from tests.benchmarks.reading import AREAS, Case, cases, yardsticks
from tests.runtime import create_database, with_database

FULL: Final = {"videos": 1_000_000, "accounts": 100_000, "follows": 3_000_000, "likes": 2_000_000, "edges": 500_000,
               "family": 100_000, "chain": 256, "hours": 48, "seconds": 3.0}  # fmt: skip
SMALL: Final = {"videos": 4_000, "accounts": 800, "follows": 8_000, "likes": 12_000, "edges": 2_000, "family": 800,
                "chain": 256, "hours": 44, "seconds": 0.3}  # fmt: skip
MODELS: Final = {model.name: model for model in (FEED, REMIX_GRAPH, LEADERBOARD)}
CLIENTS: Final = (1, 2)
WARM: Final = 20  # questions that are not timed, unless they take half of the time
FEW: Final = 10  # questions are timed at least
Measured = dict[str, dict[str, list[float]]]  # case -> situation -> seconds


async def measure(url: str, case: Case, clients: int, seconds: float) -> list[float]:
    return [
        took for each in await asyncio.gather(*(_client(url, case, seconds) for _ in range(clients))) for took in each
    ]


async def _client(url: str, case: Case, seconds: float) -> list[float]:
    ask, took = case.make(), []
    prepare = getattr(ask, "prepare", None)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        began, asked = time.perf_counter(), 0
        while len(took) < FEW or time.perf_counter() < began + seconds:
            if prepare:
                await prepare(db)
            before = time.perf_counter()
            await ask(db)
            asked += 1
            if asked > WARM or before > began + seconds / 2:
                took.append(time.perf_counter() - before)
    return took


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
    chosen = [case for case in cases(platform, hours) if case.area not in AREAS or AREAS[case.area].name in filled]
    for writing in (False, True):
        for filler in fillers:
            filler.write(writing)
        for case in chosen:
            for clients in CLIENTS:
                situation = f"{clients} client{'s' * (clients > 1)}{', writing' * writing}"
                took = asyncio.run(measure(url, case, clients, seconds))
                measured.setdefault(case.name, {})[situation] = sorted(took)
    for filler in fillers:
        filler.write(False)
    missed = _print(chosen, measured)
    print(f"\n{'yardstick':46}{'':30}{'median of 3':>12}{'times our p50':>15}")
    for beside, what, query, values in yardsticks(platform):
        if beside not in measured:
            continue
        took = asyncio.run(_yardstick(url, query, values))
        ours = _quantile(measured[beside]["1 client"], 0.5)
        print(f"{beside:46}{what:30}{took * 1000:>9,.1f} ms{took / ours:>14,.0f}x")
    return missed


def _print(chosen: Sequence[Case], measured: Measured) -> int:
    missed = 0
    print(f"\n{'':46}{'':20}{'asked':>7}{'least':>12}{'p50':>12}{'p95':>12}{'p99':>12}   budget (p99)")
    for case in chosen:
        for situation, took in measured[case.name].items():
            told = "".join(f"{_quantile(took, part) * 1000:>9.2f} ms" for part in (0.0, 0.5, 0.95, 0.99))
            kept = case.budget is None or _quantile(took, 0.99) * 1000 < case.budget
            missed += not kept
            verdict = f"< {case.budget:g} ms: {'kept' if kept else 'MISSED'}" if case.budget else ""
            print(f"{case.name:46}{situation:20}{len(took):>7,}{told}   {verdict}")
    print(f"\n{missed} budgets missed" if missed else "\nall budgets kept")
    return missed


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
        if known.keys() < {filler.model.schema for filler in fillers}:
            conn.execute("vacuum analyze")
            conn.execute("checkpoint")
    return fillers


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
        try:
            missed = run(url, platform, seconds, hours, fillers)
        finally:
            written = {filler.model.name: filler.stop() for filler in fillers}
        print(", ".join(f"{name}: {count:,} events written meanwhile" for name, count in written.items()))
    return int(bool(missed) and arguments.strict)


if __name__ == "__main__":
    raise SystemExit(main())
