"""Two processes append to the same streams as fast as they can: is there a deadlock, a hole, half a command?

`python -m tests.fault.two_writers --seconds 60` prints the numbers and ends with 1 on any damage. Each command changes
two of twenty streams in different logs, in random order, and relies on a third.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import random
import sys
import time
from collections import Counter
from typing import Any, Final

from domain.errors import Conflict
from infra.event_store import PostgresEventStore
from tests.fault.scratch import database
from tests.given import an_id, appending, liked, opened
from tests.stores import everything, open_store, query

PROCESSES: Final = 2
CLIENTS: Final = 16  # in each process
STREAMS: Final = 10  # of each of two categories
DEADLOCKS: Final = "select deadlocks from pg_stat_database where datname = current_database()"


async def strike(store: PostgresEventStore, chance: random.Random, key: str) -> str:
    """What became of one command."""
    like, other = (f"like_{number}" for number in chance.sample(range(STREAMS), 2))
    account = an_id("acct", chance.randrange(STREAMS))
    versions = {stream: len(await store.load(stream)) for stream in (like, account, other)}
    changes = [(like, versions[like], liked()), (account, versions[account], opened(account_id=account))]
    chance.shuffle(changes)
    try:
        await store.append(appending(*changes, relying_on={other: versions[other]}, key=key))
    except Conflict:
        return "conflict"
    return "won"


async def fight(url: str, process: int, seconds: float) -> Counter[str]:
    chance, until = random.Random(process), time.monotonic() + seconds
    outcomes: Counter[str] = Counter()

    async def client(name: int) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            outcomes[await strike(store, chance, f"{process}.{name}.{number}")] += 1

    async with open_store(url) as store:
        await asyncio.gather(*(client(name) for name in range(CLIENTS)))
    return outcomes


def _process(url: str, process: int, seconds: float, results: Any) -> None:
    logging.basicConfig(level=logging.ERROR)
    results.put(asyncio.run(fight(url, process, seconds)))


async def damage(url: str, won: int) -> list[str]:
    """Of the logs, after `won` commands of two events each."""
    problems = []
    async with open_store(url) as store:
        recorded = await everything(store)
        heads = await store.heads()
    for head in heads:
        log = [each for each in recorded if (each.category, each.shard) == (head.category, head.shard)]
        if [each.position for each in log] != list(range(1, head.position + 1)):
            problems.append(f"{head.category}/{head.shard} has a hole")
        if [each.recorded_at for each in log] != sorted(each.recorded_at for each in log):
            problems.append(f"{head.category}/{head.shard} goes back in time")
    halves = {key for key, count in Counter(each.causation for each in recorded).items() if count != 2}
    if halves or len(recorded) != 2 * won:
        problems.append(f"{len(halves)} halves of commands; {len(recorded)} events of {won} commands")
    [(deadlocks,)] = await query(url, DEADLOCKS)
    if deadlocks:
        problems.append(f"{deadlocks} deadlocks")
    print(
        f"log          {len(recorded)} events in {sum(head.position > 0 for head in heads)} logs, {deadlocks} deadlocks"
    )
    return problems


def run(url: str, seconds: float) -> list[str]:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [context.Process(target=_process, args=(url, n, seconds, results)) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    outcomes = sum((results.get(timeout=seconds + 60) for _ in processes), Counter[str]())
    for process in processes:
        process.join()
    print(f"load         {PROCESSES} processes, {CLIENTS} clients each, {seconds:.0f} s: {dict(outcomes)}")
    return asyncio.run(damage(url, outcomes["won"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    with database() as url:
        problems = run(url, arguments.seconds)
    for problem in problems:
        print(f"DAMAGE       {problem}")
    print("DAMAGE: see above" if problems else "no deadlock, no hole, no half command")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
