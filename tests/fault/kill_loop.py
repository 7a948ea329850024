"""kill -9 of each process at random under a load of creates, likes and remixes; then: what was lost, what was doubled?

`python -m tests.fault.kill_loop --seconds 300` runs an instance of its own in a temporary folder. Each client request
carries an Idempotency-Key and is repeated until it is answered, as a careful client does; what was answered must be
there in the end, once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg

from tests.fault import compare

VICTIMS = ("api", "relay", "streams", "worker", "kafka", "postgres")
PROMPTS = ("a red cat walks on the beach", "two dogs run in a park", "a robot dances in the city at night")
PATCHES = ("make it night", "make it rain", "make it snow")


class Client:
    """One account. A request is sent again, under the same key, until somebody answers."""

    def __init__(self, url: str, key: str, stop: threading.Event) -> None:
        self.url, self.key, self._stop = url, key, stop
        self.repeats = 0

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        key = str(uuid.uuid4())
        while True:
            try:
                return self._once(method, path, body, key)
            except (OSError, TimeoutError):
                self.repeats += 1
                time.sleep(0.2)

    def _once(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=15) as reply:
                return reply.status, json.loads(reply.read() or b"{}")
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise OSError(f"{error.code}") from error
            return error.code, json.loads(error.read() or b"{}")


class Load:
    """Creates, publishes, likes and remixes until told to stop; remembers what was answered."""

    def __init__(self, clients: list[Client], stop: threading.Event) -> None:
        self.clients, self.stop = clients, stop
        self.videos: list[str] = []
        self.remixes: list[tuple[str, str]] = []
        self.likes: dict[tuple[str, int], bool] = {}
        self.answers: Counter[str] = Counter()

    def run_videos(self) -> None:
        while not self.stop.is_set():
            status, video = self.clients[0].send("POST", "/v1/videos", create_body())
            self._note("create", status)
            if status < 300:
                self.videos.append(video["id"])
                self._finish(video["id"])
                self.stop.wait(0.5)

    def _finish(self, video_id: str) -> None:
        """Waits for the end, publishes, and asks for a remix of every second one."""
        while not self.stop.is_set():
            _, video = self.clients[0].send("GET", f"/v1/videos/{video_id}")
            if video.get("status") in ("completed", "failed"):
                break
            self.stop.wait(0.5)
        else:
            return
        self._note("publish", self.clients[0].send("POST", f"/v1/videos/{video_id}/publish", {})[0])
        if random.random() < 0.5:
            status, child = self.clients[1].send(
                "POST", f"/v1/videos/{video_id}/remix", {"prompt": random.choice(PATCHES)}
            )
            self._note("remix", status)
            if status < 300:
                self.remixes.append((child["id"], video_id))

    def run_likes(self, number: int) -> None:
        while not self.stop.is_set():
            self.stop.wait(0.1)
            if self.videos:
                self._like(random.choice(self.videos[-10:]), number)

    def _like(self, video_id: str, number: int) -> None:
        likes = random.random() < 0.7
        status, _ = self.clients[number].send("POST" if likes else "DELETE", f"/v1/videos/{video_id}/like")
        self._note("like" if likes else "unlike", status)
        if status < 300:
            self.likes[video_id, number] = likes

    def _note(self, what: str, status: int) -> None:
        self.answers[f"{what} {status}"] += 1


def create_body() -> dict[str, Any]:
    return {"prompt": random.choice(PROMPTS), "size": "144x256", "seconds": "4"}


def kill_at_random(stop: threading.Event, kills: Counter[str]) -> None:
    """One victim every 3 to 8 seconds, each kind in turn but in random order."""
    order: list[str] = []
    while not stop.wait(random.uniform(3, 8)):
        order = order or random.sample(VICTIMS, len(VICTIMS))
        victim = order.pop()
        pid = compare.status().get("pids", {}).get(victim)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                kills[victim] += 1


def recut(*arguments: str) -> str:
    command = [sys.executable, "-m", "recut", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_rest(seconds: float = 180) -> None:
    """Until no job is open, the relay has caught up and every read model and the reactor stand at the heads."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(1)
        try:
            with psycopg.connect(compare.status()["database"]) as conn:
                if at_rest(conn):
                    return
        except (psycopg.OperationalError, KeyError):
            continue
    print(f"NOT AT REST after {seconds:.0f} s")


def at_rest(conn: psycopg.Connection[Any]) -> bool:
    videos = compare.schema_of("videos")
    open_videos = f"select count(*) from {videos}.videos where state in ('queued', 'in_progress')"
    behind = (
        "select count(*) from log.logs l left join relay.cursors c using (category, shard)"
        " where l.position > coalesce(c.position, 0)"
    )
    due = "select count(*) from timers.due where due_at <= now() and state = 'due'"
    checks = [open_videos, behind, due] + [
        f"select count(*) from log.logs l left join {compare.schema_of(name)}.checkpoints c"
        f" using (category, shard) where category in ({words(categories)}) and l.position <> coalesce(c.position, 0)"
        for name, categories in compare.FOLLOWERS.items()
    ]
    return all(conn.execute(query).fetchone() == (0,) for query in checks)


def words(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def check_answers(conn: psycopg.Connection[Any], load: Load, accounts: list[str]) -> list[str]:
    """What clients were told must be in the log exactly once."""
    rows = conn.execute(
        "select stream from log.events where type in ('video.created.v1', 'video.remixed.v1')"
    ).fetchall()
    streams = Counter(row[0] for row in rows)
    told = [*load.videos, *(child for child, _ in load.remixes)]
    problems = [f"lost: {video_id}" for video_id in told if streams[video_id] != 1]
    problems += [f"doubled: {stream} was never answered" for stream in streams.keys() - set(told)]
    liked = set(conn.execute(f"select video_id, account_id from {compare.schema_of('videos')}.likes").fetchall())
    wanted = {(video_id, accounts[number]) for (video_id, number), likes in load.likes.items() if likes}
    problems += [f"like {pair} was answered otherwise" for pair in liked ^ wanted]
    print(f"answers      {len(told)} videos and {len(wanted)} likes were confirmed, {len(problems)} differ")
    return problems


def run(seconds: float) -> int:
    url, accounts, keys = start()
    stop, kills = threading.Event(), Counter[str]()
    clients = [Client(url, key, stop) for key in keys]
    load = Load(clients, stop)
    threads = [threading.Thread(target=load.run_videos, daemon=True) for _ in range(2)]
    threads += [threading.Thread(target=load.run_likes, args=(number,), daemon=True) for number in (0, 1)]
    threads.append(threading.Thread(target=kill_at_random, args=(stop, kills), daemon=True))
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join(60)
    wait_for_rest()
    print(f"machine      {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(f"kills        {sum(kills.values())} in {seconds:.0f} s: {dict(kills)}")
    print(f"load         {dict(load.answers)}, {sum(client.repeats for client in clients)} requests repeated")
    running = compare.status()
    with psycopg.connect(running["database"]) as conn:
        problems = check_answers(conn, load, accounts)
        for problem in problems[:20]:
            print(f"DIFFERENT  {problem}")
        different = compare.report(conn, running["kafka"])
    damaged = not audit() or bool(problems) or bool(different)
    print("DAMAGE: see above" if damaged else "0 lost, 0 doubled")
    return int(damaged)


def audit() -> bool:
    """Event by event, where `compare` looks at ids and rows."""
    command = [sys.executable, "-m", "recut", "audit"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    print(found.stdout + found.stderr, end="")
    return found.returncode == 0


def start() -> tuple[str, list[str], list[str]]:
    recut("up", "--detach")
    url = compare.status()["url"]
    keys = [recut("key", "create", "--account", name, "--role", "creator").split()[-1] for name in ("ada", "grace")]
    for name in ("ada", "grace"):
        recut("credits", name, "10000")  # a long run makes more videos than a day's allowance
    with psycopg.connect(compare.status()["database"]) as conn:
        rows = conn.execute("select account_id from edge.api_keys order by created_at").fetchall()
    return url, [row[0] for row in rows], keys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    random.seed(seed)
    print(f"seed         {seed}")
    folder = Path(tempfile.mkdtemp(prefix="recut-fault-"))
    os.environ["RECUT_HOME"], os.environ["RECUT_PORT"] = str(folder), str(free_port())
    try:
        return run(arguments.seconds)
    finally:
        recut("down")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
