"""An account says one word everywhere, and is erased; is the word anywhere?

`python -m tests.fault.erasure_scan` runs an instance of its own in a temporary folder and reads all of it: every row,
record, object, log and file of the servers. Before the erasure the word is shown to whoever may see it, and lies
nowhere in clear but in the media themselves; afterwards it is nowhere. At the end it is put where it does not belong,
to see that it would have been found. Ends with 1 on any difference.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import confluent_kafka
import psycopg

from infra.objects import Objects
from projections import db
from tests import erasing
from tests.fault import compare, refill
from tests.fault.kill_loop import Client, audit, free_port, recut, wait_for_rest

# A word that a video says stands in its files: these are deleted, not sealed.
MEDIA = "object v/"


class Scanned:
    """What `recut scan` has said, as an operator would run it."""

    def __init__(self, text: str) -> None:
        command = [sys.executable, "-m", "recut", "scan", "--json", text]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout, done.stderr
        found = json.loads(done.stdout)
        self.code = done.returncode
        self.places = [each["place"] for each in found["found"]]
        self.unread = found["unread"]
        self.line = (
            f"{found['tables']} tables with {found['rows']} rows, {found['topics']} topics with {found['records']} "
            f"records, {found['objects']} objects, {found['files']} files: {found['bytes'] / 1e6:.0f} MB"
        )

    def outside_media(self) -> list[str]:
        return [place for place in self.places if not place.startswith(MEDIA)] + self.unread


def run() -> list[str]:
    recut("up", "--detach")
    url, canary = compare.status()["url"], erasing.new_canary()
    leaver, witness = (_client(url, name) for name in (canary, "witness"))
    story = erasing.tell(leaver, witness, canary)
    problems = [f"before: {page} does not show it" for page in _settled(story)]
    wait_for_rest()
    print(f"said         by {story.account_id}, and shown on {len(story.pages())} pages and in its export")
    before = _scan("before", canary)
    problems += [f"before: in clear in {place}" for place in before.outside_media()]
    if len(before.places) == len(before.outside_media()):
        problems.append("before: the media do not hold what is said in them: nothing was tested")
    rows = _rows()

    said = recut("erase", canary, "--yes")
    print("\n".join(f"erase        {line}" for line in said.splitlines()))
    wait_for_rest()
    problems += [f"after: {page} shows it" for page in erasing.still_seen(story)]
    after = _scan("after", canary)
    problems += [f"after: in clear in {place}" for place in [*after.places, *after.unread]]
    problems += _compare(rows)
    problems += ["the audit found differences"] if not audit() else []
    return problems + _planted(canary)


def _client(url: str, name: str) -> Client:
    key = recut("key", "create", "--account", name, "--role", "creator").split()[-1]
    return Client(url, key, threading.Event())


def _settled(story: erasing.Story) -> list[str]:
    """Pages follow the log at a distance."""
    wait_for_rest()
    return erasing.unseen(story)


def _scan(when: str, text: str) -> Scanned:
    found = Scanned(text)
    print(f"scan {when:7s} {found.line}")
    for place in found.places[:20]:
        print(f"             in {place}")
    print(f"             {len(found.places)} places, exit code {found.code}")
    return found


def _rows() -> tuple[dict[str, int], erasing.Rows]:
    """How many events each read model was filled with, and its rows."""
    with db.connect(compare.status()["database"]) as conn:
        history = refill.history(conn)
        return {each.event_id: each.position for each in history}, erasing.replayed(conn, history, refill.epochs(conn))


def _compare(before: tuple[dict[str, int], erasing.Rows]) -> list[str]:
    """The same events give the same rows, to the byte, with the key and without it; and the live rows are those of all
    events."""
    ids, rows = before
    with db.connect(compare.status()["database"]) as conn:
        history, owners = refill.history(conn), refill.epochs(conn)
        again = erasing.replayed(conn, [each for each in history if each.event_id in ids], owners)
        problems = [f"{model} is filled otherwise without the key" for model in rows if rows[model] != again[model]]
        problems += [f"{model} differs from its replay" for model in refill.differing_models(conn, history, owners)]
    count = sum(len(lines) for tables in rows.values() for lines in tables.values())
    print(
        f"replay       {len(ids)} events give the same {count} rows of {len(rows)} read models with and without the key"
    )
    return problems


def _planted(canary: str) -> list[str]:
    """One place of each kind. What follows them is not read by anybody."""
    running = compare.status()
    with psycopg.connect(running["database"], autocommit=True) as conn:
        conn.execute("create table public.planted (note jsonb)")
        conn.execute("insert into public.planted values (jsonb_build_object('a', %s::text))", (f"x{canary}x",))
    producer = confluent_kafka.Producer({"bootstrap.servers": running["kafka"]})
    producer.produce("recut.telemetry", b"x", headers=[("x", canary.encode("utf-16-le"))])
    producer.flush(10)
    asyncio.run(
        Objects(running["objects"]).put(f"planted/{canary.upper()}", canary.encode().hex().encode(), "text/plain")
    )
    Path(running["home"], "logs", "planted.log").write_text(json.dumps({"name": canary}))
    places = _scan("planted", canary).places
    wanted = ("database, public.planted.note", "kafka, recut.telemetry", "object planted/", "file logs/planted.log")
    return [
        f"planted in {place} and not found" for place in wanted if not any(each.startswith(place) for each in places)
    ]


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="recut-erasure-"))
    os.environ["RECUT_HOME"], os.environ["RECUT_PORT"] = str(folder / "home"), str(free_port())
    print(f"machine      {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    try:
        problems: list[Any] = run()
    finally:
        recut("down")
        shutil.rmtree(folder, ignore_errors=True)
    for problem in problems:
        print(f"DIFFERENT    {problem}")
    print("DAMAGE: see above" if problems else "the word was shown, the account erased, and the word is nowhere")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
