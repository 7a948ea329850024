"""The event store beside what else there is, in one run: appends, `Application.save()`, commands, loads.

    python -m tests.benchmarks.bench_store [--url postgresql://...] [--seconds 2] [--rounds 3]

Every append is a command of its own: one small event on a new stream, its idempotency key and its answer. The
yardstick stores the same bytes with `insert_events`, one event a call, as `Application.save()` does; plain INSERT
stores the bytes and nothing else. Then an unmodified `Application.save()` of one new aggregate, in as many threads as
savers, through the library's module and through ours. Then whole commands: load, decide, append. Rounds are
interleaved, medians count. Without --url an embedded PostgreSQL is started in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psycopg
import uvloop

from infra.migrate import migrate
from recut.local.postgres import Postgres
from tests.benchmarks.appending import Measure, created, like, ours, plain, yardstick
from tests.benchmarks.deciding import creating, loading, publishing
from tests.benchmarks.saving import library_module, our_module, saves
from tests.runtime import create_database, execute, with_database

Case = Callable[[str, float], Measure]
Results = dict[str, list[Measure]]

WAITING: Final = (1, 16, 64, 256)
ONE: Final = "pyeventsourcing default, 1 thread"
FOUR: Final = "pyeventsourcing default, 4 threads"
BUDGETS: Final = {"append, 256 waiting": 20, "save(), our module, savers: 256": 8}  # times `ONE`
SAVE: Final = "save(), pyeventsourcing default"
VERSIONS: Final = ("eventsourcing", "psycopg", "msgspec", "uvloop", "cryptography")


def append_cases() -> dict[str, Case]:
    def append(waiting: int, make: Callable[[], tuple[str, Any]]) -> Case:
        return lambda url, seconds: uvloop.run(ours(url, waiting, seconds, make))

    def insert(connections: int) -> Case:
        return lambda url, seconds: uvloop.run(plain(url, connections, seconds))

    return {
        ONE: lambda url, seconds: yardstick(url, 1, seconds),
        FOUR: lambda url, seconds: yardstick(url, 4, seconds),
        "plain psycopg INSERT, 1 connection": insert(1),
        "plain psycopg INSERT, 16 connections": insert(16),
        **{f"append, {waiting} waiting": append(waiting, like) for waiting in WAITING},
        "append of a sealed video.created, 256 waiting": append(256, created),
    }


def save_cases() -> dict[str, Case]:
    def mine(savers: int) -> Case:
        return lambda url, seconds: saves(our_module(url), savers, seconds)

    def theirs(savers: int) -> Case:
        return lambda url, seconds: saves(library_module(url, savers), savers, seconds)

    return {
        **{f"{SAVE}, savers: {savers}": theirs(savers) for savers in WAITING},
        **{f"save(), our module, savers: {savers}": mine(savers) for savers in WAITING},
    }


def command_cases() -> dict[str, Case]:
    def load(events: int, *, remembered: bool) -> Case:
        return lambda url, seconds: uvloop.run(loading(url, events, seconds, remembered=remembered))

    return {
        "publish/unpublish, 64 waiting": lambda url, seconds: uvloop.run(publishing(url, seconds)),
        "create with its hold, 64 accounts": lambda url, seconds: uvloop.run(creating(url, seconds)),
        "load and decide, 20 events": load(20, remembered=False),
        "load and decide, 20 events, remembered": load(20, remembered=True),
        "load and decide, 2,000 events": load(2_000, remembered=False),
        "load and decide, 2,000 events, remembered": load(2_000, remembered=True),
    }


def run(url: str, seconds: float, rounds: int) -> None:
    appends, saved, commands = append_cases(), save_cases(), command_cases()
    results: Results = {}
    # What the budgets compare is measured one right after the other: a machine is not the same a minute later.
    everything = {**appends, **saved, **commands}
    order = sorted(everything, key=lambda name: name not in (ONE, FOUR, *BUDGETS))
    for _ in range(rounds):
        for name in order:
            results.setdefault(name, []).append(everything[name](url, seconds))
    yardsticks = (_rate(results, ONE), _rate(results, FOUR))
    for title, cases in (("appends", appends), ("saves", saved), ("commands, loads", commands)):
        print(f"\n{title:46}{'a second':>10}{'(lowest-highest)':>18}{'p50':>10}{'/ default':>11}{'/ 4 threads':>12}")
        for name in cases:
            _print_row(name, results[name], yardsticks if cases is not commands else ())
    _print_budgets(results)


def _print_row(name: str, measured: list[Measure], yardsticks: tuple[float, ...]) -> None:
    rate, latency = _medians(measured)
    spread = f"({min(r for r, _ in measured):,.0f}-{max(r for r, _ in measured):,.0f})"
    ratios = "".join(f"{rate / each:>10.1f}x" for each in yardsticks)
    print(f"{name:46}{rate:>10,.0f}{spread:>18}{latency * 1000:>7.2f} ms{ratios}")


def _print_budgets(results: Results) -> None:
    print("\nof the default recorder, by round:        1 thread  4 threads    budget (1 thread)")
    for name, budget in BUDGETS.items():
        one, four = _ratio(results, name, ONE), _ratio(results, name, FOUR)
        print(f"{name:40}{one:>8.1f}x{four:>10.1f}x    >= {budget}x: {'kept' if one >= budget else 'MISSED'}")
    for savers in WAITING:
        ratio = _ratio(results, f"save(), our module, savers: {savers}", f"{SAVE}, savers: {savers}")
        print(f"save() of {savers} savers through our module: {ratio:.1f}x of through the library's own")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nmemory of this process, at most: {peak:,.0f} MiB, most of it the commands that were made ahead")


def _ratio(results: Results, name: str, yardstick: str) -> float:
    """The median of the rounds' ratios."""
    pairs = zip(results[name], results[yardstick], strict=True)
    return statistics.median(mine / theirs for (mine, _), (theirs, _) in pairs)


def _rate(results: Results, name: str) -> float:
    return _medians(results[name])[0]


def _medians(measured: list[Measure]) -> Measure:
    return statistics.median(rate for rate, _ in measured), statistics.median(latency for _, latency in measured)


def describe(url: str) -> None:
    with psycopg.connect(url) as connection:
        settings = {
            name: connection.execute("select current_setting(%s)", (name,)).fetchone()
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        }
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}")
    print("PostgreSQL " + ", ".join(f"{name} {row[0]}" for name, row in settings.items() if row))
    print(", ".join(f"{name} {version(name)}" for name in VERSIONS))


@contextmanager
def database(url: str | None) -> Iterator[str]:
    """A new database and, for our module, one beside it; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="recut-bench-") as folder:
        server = None if url else Postgres(Path(folder))
        base = url or server.start()  # type: ignore[union-attr]
        name = f"bench_{time.monotonic_ns()}"
        names = (name, f"{name}_library")
        try:
            for each in names:
                create_database(base, each)
            migrate(with_database(base, name))
            yield with_database(base, name)
        finally:
            for each in names:
                execute(base, f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")
            if server:
                server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with database(arguments.url) as url:
        describe(url)
        run(url, arguments.seconds, arguments.rounds)


if __name__ == "__main__":
    main()
