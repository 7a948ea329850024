"""Read models are rebuilt and swapped while people read and write: does any request fail, is any event lost?

`python -m tests.fault.swap_load [--seconds 10]` runs an instance of its own in a temporary folder.

1. The same version: every read model is filled beside the live one, one fill is killed with kill -9 and gone on with,
   each takes the place of the live one and goes back again.
2. A new version, with another type of a column, from a changed copy of the program: filled before anyone reads it,
   then a second API and projector of the new version start beside the old ones, all requests move over, and back.

Requests are never repeated: one that fails is counted, and 0 is what is asked for. In the end the rows of both versions
are compared byte for byte with those of a fresh fill from the log.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from projections import schemas
from projections.model import ReadModel
from projections.registry import FEED, MODELS, REMIX_GRAPH
from tests.fault import compare
from tests.fault.kill_loop import free_port, recut, start, wait_for_rest

ROOT: Final = Path(__file__).parent.parent.parent
PACKAGES: Final = ("domain", "commands", "projections", "streams", "inference", "api", "infra", "recut", "tests")
READERS, WRITERS = 3, 2


class Load:
    """Reads and writes until told to stop. `url` may change at any time."""

    def __init__(self, url: str, key: str, videos: Sequence[str]) -> None:
        self.url = url
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self.slowest = 0.0
        self._key, self._videos = key, videos
        self._stop = threading.Event()
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        threads += [threading.Thread(target=self._write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(60)

    def choose_videos(self) -> None:
        """Those that the account may see: from some it is kept away, which is no failure."""
        self._videos = [video_id for video_id in self._videos if self._send("POST", f"/v1/videos/{video_id}/like")]
        assert self._videos
        self.answers.clear()
        self.failures.clear()

    def _read(self) -> None:
        pages = (
            "/v1/feed?cut=latest",
            "/v1/feed?cut=for_you",
            "/v1/leaderboards/most_liked?window=all",
            "/v1/leaderboards/most_remixed?window=all",
            "/v1/videos?limit=20",
            "/v1/wallet",
            "/v1/notifications",
        )
        while not self._stop.is_set():
            self._send("GET", random.choice([*pages, f"/v1/videos/{random.choice(self._videos)}/lineage"]))

    def _write(self) -> None:
        while not self._stop.is_set():
            verb = random.choice(("POST", "POST", "DELETE"))
            self._send(verb, f"/v1/videos/{random.choice(self._videos)}/like")
            self._stop.wait(0.02)

    def _send(self, method: str, path: str) -> bool:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": str(uuid.uuid4())}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                reply.read()
                answer = str(reply.status)
        except urllib.error.HTTPError as error:
            answer = f"{error.code} {error.read()[:200]!r}"
        except (OSError, TimeoutError) as error:
            answer = type(error).__name__
        with self._lock:
            self.answers[method] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if not answer.startswith("2"):
                self.failures.append(f"{method} {path}: {answer}")
        return answer.startswith("2")


def published(url: str) -> list[str]:
    with psycopg.connect(url) as conn:
        rows = conn.execute(
            f"select id from {compare.schema_of('videos')}.videos where visibility = 'public' order by id limit 60"
        ).fetchall()
    return [row[0] for row in rows]


def command(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Of the program in `folder`."""
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def rebuild(*arguments: str, folder: Path = ROOT) -> bool:
    found = command("recut", "rebuild", *arguments, folder=folder)
    print("".join(f"             {line}\n" for line in (found.stdout + found.stderr).splitlines()), end="", flush=True)
    return found.returncode == 0


def kill_one(model: ReadModel, url: str) -> None:
    """Somewhere in its fill."""
    child = subprocess.Popen(
        [sys.executable, "-m", "recut", "rebuild", model.name, "--no-swap"], stdout=subprocess.DEVNULL
    )
    with psycopg.connect(url, autocommit=True) as conn:
        while not schemas.exists(conn, f"{model.schema}{schemas.NEXT}"):
            assert child.poll() is None, "the fill has ended before it began"
    time.sleep(random.uniform(0, 0.5))
    child.send_signal(signal.SIGKILL)
    print(f"kill -9      of the fill of {model.name}, exit code {child.wait()}")


def newer_program(folder: Path) -> None:
    """This program with another version of `remix_graph`: one column has another type."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    registry, tables = folder / "projections/registry.py", folder / "projections/remix_graph/schema.sql"
    text, found = re.subn(
        r'ReadModel\("remix_graph", \d+', f'ReadModel("remix_graph", {REMIX_GRAPH.version + 1}', registry.read_text()
    )
    assert found == 1
    registry.write_text(text)
    text, found = re.subn(r"\bshard int\b", "shard bigint", tables.read_text())
    assert found > 0
    tables.write_text(text)


@contextmanager
def deployed(folder: Path, running: dict[str, Any], home: Path) -> Iterator[str]:
    """The API and the projector of the newer program, beside the older ones; the address of the API."""
    port = free_port()
    environ = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "RECUT_DATABASE_URL": running["database"],
        "RECUT_KAFKA": running["kafka"],
        "RECUT_PORT": str(port),
        "RECUT_INSTANCE": "newer",
    }
    log = (home / "newer.log").open("ab")
    children = [
        subprocess.Popen([sys.executable, "-m", "recut", *words], cwd=folder, env=environ, stdout=log, stderr=log)
        for words in (["project", "--only", "remix_graph"], ["api"])
    ]
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url)
        yield url
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            child.wait(30)


def wait_until_ready(url: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} is not ready after {seconds:.0f} s")


def newest_is_at_rest(url: str, schema: str, seconds: float = 60) -> None:
    query = (
        f"select count(*) from log.logs l left join {schema}.checkpoints c using (category, shard)"
        " where category = 'video' and l.position <> coalesce(c.position, 0)"
    )
    deadline = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as conn:
        while conn.execute(query).fetchone() != (0,) and time.monotonic() < deadline:
            time.sleep(0.2)


def run(seconds: float, videos: int, home: Path) -> int:
    url, _, keys = start()
    recut("generate", "--videos", str(videos), "--add")
    wait_for_rest()
    running = compare.status()
    load = Load(url, keys[0], published(running["database"]))
    load.choose_videos()
    folder = home / "newer"
    newer_program(folder)
    with load.running():
        right = same_version(running["database"])
        print(f"requests     {dict(load.answers)} so far, {len(load.failures)} failed")
        right &= new_version(load, folder, running, home, seconds)
    wait_for_rest()
    print(f"requests     {dict(load.answers)}, {len(load.failures)} failed, the slowest took {load.slowest:.2f} s")
    for failure in load.failures[:10]:
        print(f"FAILED       {failure}")
    # Nobody has fed the newer version since it was taken away again; to come back to it is to bring it along.
    right &= rebuild("remix_graph", folder=folder)
    names = [model.name for model in MODELS]
    for where, of in ((ROOT, names), (folder, ["remix_graph"])):
        found = command("tests.fault.refill", running["database"], *of, folder=where)
        print(found.stdout + found.stderr, end="")
        right &= found.returncode == 0
    right &= not load.failures
    print("0 failed, 0 lost, 0 doubled" if right else "DAMAGE: see above")
    return 0 if right else 1


def same_version(database: str) -> bool:
    print("same version, swap and back, under load")
    kill_one(FEED, database)
    right = rebuild("feed", "--resume") and rebuild("feed", "--back")
    for model in MODELS:
        if model is not FEED:
            right &= rebuild(model.name) and rebuild(model.name, "--back")
    return right


def new_version(load: Load, folder: Path, running: dict[str, Any], home: Path, seconds: float) -> bool:
    print(f"new version of remix_graph, deployed for {seconds:.0f} s, and back, under load")
    right = rebuild("remix_graph", folder=folder)
    older = load.url
    with deployed(folder, running, home) as newer:
        load.url = newer
        time.sleep(seconds)
        load.url = older
        time.sleep(seconds / 2)
        newest_is_at_rest(running["database"], f"remix_graph_v{REMIX_GRAPH.version + 1}")
    return right


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--videos", type=int, default=500)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="recut-fault-"))
    os.environ["RECUT_HOME"], os.environ["RECUT_PORT"] = str(home), str(free_port())
    try:
        return run(arguments.seconds, arguments.videos, home)
    finally:
        recut("down")
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
