"""The restore drill: a running instance is set back to a backup, twice; does anything of the lost future show?

`python -m tests.fault.restore_drill` runs an instance of its own in a temporary folder. Both backups are taken under
load. What happens afterwards reaches Kafka and the read models, and is lost by the restore: Kafka keeps it for ever,
and nobody must take it for history. Ends with 1 on any difference.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from infra.backup import MANIFEST, Manifest
from projections import db
from tests.fault import compare, refill
from tests.fault.kill_loop import Client, Load, audit, free_port, recut, start, wait_for_rest

RESTORES = 2
LISTS = (
    "/v1/videos?limit=100",
    "/v1/feed?cut=latest",
    "/v1/feed?cut=for_you",
    "/v1/leaderboards/most_liked?window=all",
)

LOST = """
    select event_id::text, stream, version from log.events
    join unnest(%s::text[], %s::int[], %s::bigint[]) as head (category, shard, position) using (category, shard)
    where events.position > head.position
"""
TABLES = """
    select table_schema, table_name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
"""


class Lost(msgspec.Struct, frozen=True):
    """What was written after a backup."""

    events: list[str]
    videos: list[str]


class Drill:
    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds
        self._url, _, keys = start()
        # Nobody cuts the connections here: these stop with the load that uses them.
        self._clients = [Client(self._url, key, threading.Event()) for key in keys]
        self._survivors: list[str] = []
        self._lost: list[Lost] = []
        self.problems: list[str] = []

    def run(self) -> None:
        for number in range(1, RESTORES + 1):
            leaver, account = self._open_account(f"leaver-{number}")
            manifest = self._back_up_under_load(self._folder / f"backup-{number}")
            self._erase(leaver, account)
            lost = self._note_the_future(manifest)
            began = time.monotonic()
            recut("down")
            said = recut("restore", str(self._folder / f"backup-{number}"), "--drop-old")
            print("\n".join(f"restore {number}    {line}" for line in said.splitlines()))
            recut("up", "--detach")
            print(f"restore {number}    stopped, restored and ready again in {time.monotonic() - began:.1f} s")
            self._survivors = [video for video in self._survivors if video not in lost.videos]
            self._load(self._seconds)
            wait_for_rest()
            self._check(number)
            self._check_erased(number, account)

    def _load(self, seconds: float, meanwhile: list[str] | None = None) -> None:
        """With `meanwhile` a command in the middle of it."""
        stop = threading.Event()
        load = Load(self._clients, stop)
        load.videos = list(self._survivors)
        threads = [threading.Thread(target=load.run_videos, daemon=True) for _ in range(2)]
        threads += [threading.Thread(target=load.run_likes, args=(number,), daemon=True) for number in (0, 1)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        if meanwhile:
            print(f"backup       {recut(*meanwhile).splitlines()[0]}")
            time.sleep(seconds)
        stop.set()
        for thread in threads:
            thread.join(60)
        self._survivors = list(dict.fromkeys([*load.videos, *(child for child, _ in load.remixes)]))
        print(f"load         {dict(load.answers)}")

    def _back_up_under_load(self, folder: Path) -> Manifest:
        self._load(self._seconds, ["backup", str(folder)])
        wait_for_rest()
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)

    def _open_account(self, name: str) -> tuple[Client, str]:
        key = recut("key", "create", "--account", name, "--role", "creator").split()[-1]
        with psycopg.connect(compare.status()["database"]) as conn:
            row = conn.execute("select account_id from edge.api_keys order by created_at desc limit 1").fetchone()
        return Client(self._url, key, threading.Event()), row[0] if row else ""

    def _erase(self, client: Client, account: str) -> None:
        status, _ = client.send("DELETE", "/v1/account", {"confirm": account})
        if status != 200:
            self.problems.append(f"the erasure of {account} was answered with {status}")
        wait_for_rest()

    def _check_erased(self, number: int, account: str) -> None:
        """The backup had the key of an account that was erased later."""
        with psycopg.connect(compare.status()["database"]) as conn:
            key = conn.execute("select wrapped from keys.accounts where account_id = %s", (account,)).fetchall()
            events = conn.execute("select type from log.events where stream = %s order by version", (account,))
            types = [type_ for (type_,) in events.fetchall()]
        if key != [(None,)] or types[-1:] != ["account.erased.v1"]:
            self.problems.append(f"after restore {number}: {account} is not erased: {types}")
        print(f"erasure      the account that left after the backup is erased again: {types}")

    def _note_the_future(self, manifest: Manifest) -> Lost:
        heads = [[getattr(head, name) for head in manifest.heads] for name in ("category", "shard", "position")]
        with psycopg.connect(compare.status()["database"]) as conn:
            rows = conn.execute(LOST.encode(), heads).fetchall()
            videos = [stream for _, stream, version in rows if version == 1 and stream.startswith("video_")]
            seen = conn.execute(
                f"select count(*) from {compare.schema_of('videos')}.videos where id = any(%s)".encode(),
                (videos,),
            ).fetchone()
        lost = Lost([event for event, _, _ in rows], videos)
        shown = seen[0] if seen else 0
        print(f"lost future  {len(lost.events)} events, {len(videos)} new videos, {shown} of them on pages")
        if not shown:
            self.problems.append("no video of the lost future was on a page: nothing was tried")
        self._lost.append(lost)
        return lost

    def _check(self, number: int) -> None:
        running = compare.status()
        with psycopg.connect(running["database"]) as conn:
            stored = compare.stored_events(conn)
            problems = compare.compare_checkpoints(conn, stored) + compare.compare_rows(conn, stored)
            problems += compare.compare_wallets([event for log in stored.values() for event in log])
            problems += self._traces(conn)
            epochs = conn.execute("select count(distinct epoch) from log.epochs").fetchone()
        problems += self._pages()
        with db.connect(running["database"]) as conn:
            events, owners = refill.history(conn), refill.epochs(conn)
            different = refill.differing_models(conn, events, owners)
        problems += [f"{schema} is not what a fold of the log gives" for schema in different]
        if epochs != (number + 1,):
            problems.append(f"{epochs} epochs are known after {number} restores")
        print(f"fold         {len(events)} events fold to the same rows in all but {len(different)} read models")
        problems += self._audit()
        self.problems += [f"after restore {number}: {problem}" for problem in problems]

    def _traces(self, conn: psycopg.Connection[Any]) -> list[str]:
        """Rows anywhere in the database that name an event or a video of a lost future."""
        names = [f"%{name}%" for lost in self._lost for name in (*lost.events, *lost.videos)]
        problems, tables = [], conn.execute(TABLES.encode()).fetchall()
        for schema, table in tables:
            query = sql.SQL("select count(*) from {} as t where t::text like any(%s)")
            found = conn.execute(query.format(sql.Identifier(schema, table)), (names,)).fetchone()
            if found and found[0]:
                problems.append(f"{found[0]} rows of {schema}.{table} come from a lost future")
        print(f"traces       {len(names)} lost names sought in {len(tables)} tables, {len(problems)} tables hold some")
        return problems

    def _pages(self) -> list[str]:
        videos = [video for lost in self._lost for video in lost.videos]
        answers = [
            (video, client.send("GET", f"/v1/videos/{video}")[0]) for client in self._clients for video in videos
        ]
        problems = [f"GET of the lost {video} answers {status}" for video, status in answers if status != 404]
        for client in self._clients:
            for path in LISTS:
                status, page = client.send("GET", path)
                if status != 200:
                    problems.append(f"{path} answers {status}")
                problems += [f"{path} shows {video}" for video in _named(videos, page)]
        print(f"pages        {len(answers)} lost videos asked for, {len(LISTS)} lists read, {len(problems)} problems")
        return problems

    def _audit(self) -> list[str]:
        said = subprocess.run(
            [sys.executable, "-m", "recut", "audit", "--json"], capture_output=True, text=True, check=False
        )
        passed_over = sum(log["passed_over"] for log in json.loads(said.stdout)["logs"])
        problems = [] if audit() else ["the audit found differences"]
        lost = sum(len(each.events) for each in self._lost)
        if passed_over < lost:  # more when the relay has repeated some of them
            problems.append(f"Kafka holds {passed_over} records of lost futures, which had {lost} events")
        return problems


def _named(videos: Iterable[str], page: dict[str, Any]) -> list[str]:
    text = json.dumps(page)
    return [video for video in videos if video in text]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="of load before and after each backup and restore")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="recut-drill-"))
    os.environ["RECUT_HOME"], os.environ["RECUT_PORT"] = str(folder / "home"), str(free_port())
    print(f"machine      {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    try:
        drill = Drill(folder, arguments.seconds)
        drill.run()
    finally:
        recut("down")
        shutil.rmtree(folder, ignore_errors=True)
    for problem in drill.problems:
        print(f"DIFFERENT    {problem}")
    print("DAMAGE: see above" if drill.problems else f"{RESTORES} restores, nothing of a lost future is seen anywhere")
    return int(bool(drill.problems))


if __name__ == "__main__":
    sys.exit(main())
