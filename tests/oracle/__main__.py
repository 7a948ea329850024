"""Exports a generated history and computes lineage and leaderboards anew, without a word of the platform's code; then
compares with what the read models answer: now, and as of three closed hours.

    python -m tests.oracle [--videos 600] [--seed 7] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import psycopg

from infra.migrate import migrate
from recut import exporting
from recut.generator.shape import Sizes, sizes
from recut.local.postgres import Postgres
from tests.oracle import compare, history
from tests.oracle.compare import Compared


def run(url: str, size: Sizes, seed: int, folder: Path) -> int:
    """How many answers differ."""
    hours = [hour.ended_at for hour in asyncio.run(history.make(url, size, seed))]
    print(exporting.describe(exporting.export(url, None, None, folder), folder))
    logs, epochs = asyncio.run(history.read(url))
    history.project(url, logs, epochs, seed)
    return asyncio.run(look(url, folder, [None, *compare.instants(hours)]))


async def look(url: str, folder: Path, moments: Sequence[datetime | None]) -> int:
    wrong = 0
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        for moment in moments:
            wrong += _told("boards", "DuckDB", moment, await compare.boards(db, folder, moment))
            wrong += _told("lineage", "networkx", moment, await compare.lineage(db, folder, moment))
    print("every answer agrees" if not wrong else f"{wrong} answers differ")
    return wrong


def _told(what: str, by: str, moment: datetime | None, compared: Compared) -> int:
    when = f"as of {moment:%Y-%m-%dT%H:%M}Z" if moment else "now"
    wrong = len(compared.differences)
    print(
        f"{what:8} by {by:9}{when:24}{compared.answers:>6,} answers, {compared.rows:>6,} rows, {wrong} differ",
        flush=True,
    )
    for difference in compared.differences[:5]:
        print(f"    {difference}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="a new folder for the exported files")
    arguments = parser.parse_args()
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="recut-oracle-") as folder,
        Postgres(Path(folder) / "postgres", options={"fsync": "off"}) as server,
    ):
        migrate(server.address)
        size = sizes(arguments.videos, family=arguments.videos // 6, chain=min(60, arguments.videos // 10))
        wrong = run(server.address, size, arguments.seed, arguments.keep or Path(folder) / "export")
    print(f"{time.perf_counter() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
