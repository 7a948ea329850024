"""Cuts the connection before, during and after COMMIT, again and again: is anything lost, said to have failed though it
was stored, or stored twice?

`python -m tests.fault.commit_cuts --cuts 200` prints the counts and ends with 1 on any damage.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
from collections import Counter

from domain.errors import Unavailable
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Mapper
from infra.memory import MASTER
from infra.postgres import open_pool
from tests.fault.proxy import MOMENTS, Proxy
from tests.fault.scratch import database
from tests.stores import assert_hole_free, like, query

NEIGHBOURS = 4  # commands that are written beside the one that is cut


async def cut(url: str, cuts: int, seed: int, *, patience: float = 10.0) -> list[str]:
    """Damage, in words. A store without patience does not send again: it shows what damage looks like."""
    chance = random.Random(seed)
    told: dict[int, str] = {}
    async with Proxy(url) as proxy, open_pool(url) as pool:
        mapper = Mapper(Keyring(PostgresKeyTable(pool), MASTER))
        async with PostgresEventStore(proxy.url, pool, mapper, patience=patience) as store:
            await store.append(like(0))
            for number in range(cuts):
                proxy.arm(chance.choice(MOMENTS) if number >= len(MOMENTS) else MOMENTS[number])
                first = 1 + number * NEIGHBOURS
                commands = range(first, first + NEIGHBOURS)
                told.update(zip(commands, await asyncio.gather(*(_tell(store, n) for n in commands)), strict=True))
            await asyncio.sleep(0.5)  # what a cut has left under way commits
            await assert_hole_free(store)
            print(f"cuts         {sum(proxy.cuts.values())}: {dict(sorted(proxy.cuts.items()))}")
    return await _damage(url, told)


async def _tell(store: PostgresEventStore, n: int) -> str:
    """What the client of command `n` was told."""
    try:
        return type(await store.append(like(n))).__name__
    except Unavailable:
        return "failed"


async def _damage(url: str, told: dict[int, str]) -> list[str]:
    events = Counter(row[0] for row in await query(url, "select stream from log.events"))
    commands = Counter(row[0] for row in await query(url, "select key from log.commands"))
    print(f"commands     {len(told)}, told {dict(Counter(told.values()))}; {sum(events.values())} events stored")
    problems = []
    for n, outcome in told.items():
        append = like(n)
        stored = events[append.changes[0].stream], commands[append.origin.key]
        wanted = (0, 0) if outcome == "failed" else (1, 1)
        if stored != wanted:
            problems.append(f"command {n} was told {outcome}: {stored[0]} events and {stored[1]} answers are stored")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    print(f"seed         {seed}")
    logging.basicConfig(level=logging.ERROR)
    with database() as url:
        problems = asyncio.run(cut(url, arguments.cuts, seed))
    for problem in problems:
        print(f"DAMAGE       {problem}")
    print("DAMAGE: see above" if problems else "none said to have failed that was stored, none stored twice")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
