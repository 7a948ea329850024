"""From an acknowledged command to its effect in a read model, with the relay and the projector as processes.

Each command publishes a video or takes it back, many accounts on many videos: one stream is read, one event is
appended, and all models that show videos change. Commands that read more (a like looks at the liker, the video, blocks
and what was served) measure the write side: two cores that also run everything else decide no 500 of them a second.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import uvloop

from commands.video import PublishVideo, UnpublishVideo
from domain import catalog
from domain.errors import Rejected, Unavailable
from domain.recorded import Position
from projections.registry import BY_NAME
from recut import generating, wiring
from recut.generator.shape import sizes
from recut.settings import Settings, load
from tests.runtime import create_database, with_database

PREFIX: Final = "seen"
VIDEOS: Final = 1_000
RATE: Final = 500
SECONDS: Final = 20
LOOK_SECONDS: Final = 0.01
WATCHED: Final = ("videos", "feed", "leaderboard", "remix_graph")


def environ(kafka: str, url: str, prefix: str, home: str = "") -> dict[str, str]:
    given = {
        "RECUT_KAFKA": kafka,
        "RECUT_DATABASE_URL": url,
        "RECUT_TOPIC_PREFIX": prefix,
        "RECUT_LOG_LEVEL": "warning",
    }
    return {**os.environ, **given, **({"RECUT_HOME": home} if home else {})}


def main(kafka: str, url: str, rate: int = RATE) -> None:
    with tempfile.TemporaryDirectory(prefix="recut-bench-") as home:
        create_database(url, "seen")
        env = environ(kafka, with_database(url, "seen"), PREFIX, home)
        settings = load(env)
        wiring.prepare(settings)
        generating.generate(settings, 1, sizes(VIDEOS), add=False)
        with process(env, "relay"), process(env, "project"):
            print(f"commands at {rate}/s for {SECONDS} s: acknowledged -> visible", flush=True)
            for name, waits in uvloop.run(measure(settings, rate)).items():
                print(f"{name:13}{summary(waits)}   (budget p50 < 150 ms, p99 < 1 s)")


@contextmanager
def process(env: dict[str, str], *arguments: str) -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-m", "recut", *arguments], env=env, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def summary(waits: Sequence[float]) -> str:
    if not waits:
        return "nothing was seen"
    ordered = sorted(waits)
    at = {share: ordered[int(len(ordered) * share / 100)] * 1000 for share in (50, 95, 99)}
    return f"p50 {at[50]:,.0f} ms  p95 {at[95]:,.0f} ms  p99 {at[99]:,.0f} ms  max {ordered[-1] * 1000:,.0f} ms  {len(ordered):,} commands"  # noqa: E501


async def measure(settings: Settings, rate: int) -> dict[str, list[float]]:
    """An open loop: the next command is given when its time has come, whatever became of the last one."""
    async with wiring.write_side(settings) as side:
        videos = await published(side.store)
        seen = Seen(settings.database_url)
        await seen.caught_up(await side.store.heads())
        looking = asyncio.create_task(seen.look())
        tasks = []
        began = time.perf_counter()
        for number in range(rate * SECONDS):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(give(side.bus, seen, turn(videos, number))))
        await asyncio.gather(*tasks)
        await seen.caught_up(await side.store.heads())
        looking.cancel()
        if seen.busy:
            print(f"{seen.busy.total()} commands were told to come again, {dict(seen.busy)}: too slow for {rate}/s")
        if seen.refused:
            print(f"{seen.refused.total()} commands were refused, {dict(seen.refused)}")
        return seen.waits


def turn(videos: Sequence[tuple[str, str]], number: int) -> PublishVideo | UnpublishVideo:
    """One video after another, all of them taken back, then all published again."""
    times, place = divmod(number, len(videos))
    video_id, owner_id = videos[place]
    return (PublishVideo if times % 2 else UnpublishVideo)(video_id=video_id, account_id=owner_id)


async def published(store: Any) -> list[tuple[str, str]]:
    """Videos and their owners."""
    videos = []
    for head in await store.heads():
        for recorded in await store.read(head.category, head.shard, 0, head.position) if head.position else ():
            if recorded.type == "video.published.v1":
                owner = catalog.decode(recorded.type, recorded.data).owner_id
                videos.append((recorded.stream, owner))
    return videos


async def give(bus: Any, seen: Seen, command: Any) -> None:
    try:
        outcome = await bus.dispatch(command, wiring.origin(command.account_id))
    except Rejected as error:
        seen.refused[error.code] += 1  # it was hidden since
        return
    except Unavailable as error:
        seen.busy[error.code] += 1
        return
    for position in outcome.positions:
        seen.acknowledged(position)


Progress = dict[tuple[str, int], int]


class Seen:
    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: dict[str, list[tuple[Position, float]]] = {name: [] for name in WATCHED}
        self.waits: dict[str, list[float]] = {name: [] for name in WATCHED}
        self.busy: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def acknowledged(self, position: Position) -> None:
        for waiting in self._waiting.values():
            waiting.append((position, time.perf_counter()))

    async def look(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as conn:
            while True:
                found = await progress(conn)
                now = time.perf_counter()
                for name in WATCHED:
                    self._note(name, found[name], now)
                await asyncio.sleep(LOOK_SECONDS)

    def _note(self, name: str, done: Progress, now: float) -> None:
        left = []
        for position, since in self._waiting[name]:
            if done.get((position.category, position.shard), 0) >= position.position:
                self.waits[name].append(max(0.0, now - since))
            else:
                left.append((position, since))
        self._waiting[name] = left

    async def caught_up(self, heads: Sequence[Position]) -> None:
        async with asyncio.timeout(120), await psycopg.AsyncConnection.connect(self._url, autocommit=True) as conn:
            for name in WATCHED:
                wanted = [head for head in heads if head.position and head.category in BY_NAME[name].categories]
                while not _are_in((await progress(conn))[name], wanted):
                    await asyncio.sleep(0.1)


def _are_in(done: Progress, wanted: Sequence[Position]) -> bool:
    return all(done.get((each.category, each.shard), 0) >= each.position for each in wanted)


async def progress(conn: Any) -> dict[str, Progress]:
    """Of all that are watched, in one question: who measures is not to be what is measured."""
    found: dict[str, Progress] = {name: {} for name in WATCHED}
    for name, category, shard, position in await (await conn.execute(_PROGRESS)).fetchall():
        found[name][category, shard] = position
    return found


_PROGRESS: Final = " union all ".join(
    f"select '{name}', category, shard, position from {BY_NAME[name].schema}.checkpoints" for name in WATCHED
).encode()
