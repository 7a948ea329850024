"""A generated history that lies in the past: each part is moved there after it was written, as only a test may do; and
the hours in between are closed."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from typing import Any, Final

from domain.policy import HourClosed
from domain.recorded import Recorded
from inference.models import SKETCH_1
from infra.clock import utc_now
from infra.event_store import PostgresEventStore
from projections import install
from projections.checkpoint import Epochs
from projections.db import connect
from projections.registry import LEADERBOARD, REMIX_GRAPH
from recut.generator import story
from recut.generator.shape import Sizes, draw
from recut.generator.world import World
from recut.generator.writing import Writing
from tests.projections import batches, fill, merged
from tests.stores import open_store, query

HOUR: Final = timedelta(hours=1)
# How long ago each part happened: the accounts were opened first, what was made in the first slice is of accounts that
# are younger than a day. What comes last happens now, behind the last closed hour.
AGO: Final = tuple(timedelta(hours=hours) for hours in (60, 40, 35, 30, 25, 20, 15, 10, 5))


async def make(url: str, sizes: Sizes, seed: int) -> list[HourClosed]:
    """The hours that were closed, in order."""
    async with open_store(url) as store:
        world = World(draw(sizes, seed), seed, SKETCH_1, handle_stream, utc_now)
        writing = Writing(store, f"oracle-{seed}", utc_now)
        for number, part in enumerate(story.parts(world)):
            if number == len(AGO):
                await close_hours(store)
            [[began]] = await query(url, "select clock_timestamp()")
            await writing.write(part, lambda name, written: None)
            if number < len(AGO):
                await move(url, began, AGO[number])
        return [fact.event for fact in await store.load("hours")]


def handle_stream(handle: str) -> str:
    return f"handle_{hashlib.sha256(handle.encode()).hexdigest()}"


async def move(url: str, began: Any, ago: timedelta) -> None:
    await query(url, "update log.events set recorded_at = recorded_at - %s where recorded_at >= %s", (ago, began))
    await query(url, "update log.logs set at = at - %s where at >= %s", (ago, began))


async def close_hours(store: PostgresEventStore) -> None:
    end = await store.last_hour()
    assert end
    while await store.close_hour(end + HOUR):
        end += HOUR


async def read(url: str) -> tuple[dict[tuple[str, int], list[Recorded]], Epochs]:
    async with open_store(url) as store:
        logs = {
            (head.category, head.shard): await store.read(head.category, head.shard, 0, 1_000_000)
            for head in await store.heads()
            if head.position
        }
        return logs, Epochs(await store.epochs())


def project(url: str, logs: dict[tuple[str, int], list[Recorded]], epochs: Epochs, seed: int) -> None:
    """The read models that are asked, from some merge of the logs."""
    for model in (LEADERBOARD, REMIX_GRAPH):
        dice = random.Random(seed)
        wanted = {log: events for log, events in logs.items() if log[0] in model.categories}
        with connect(url) as conn:
            install.install(conn)
            fill(conn, model, batches(merged(wanted, dice), dice, 2_000), epochs)
