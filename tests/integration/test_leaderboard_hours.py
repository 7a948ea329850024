"""Boards as of an hour through the real store: what is liked, the hour that is closed, and what happens after it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from api.read_models import ReadModels
from domain.policy import HourClosed, LeaderboardCorrected
from domain.recorded import Position
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Opener
from infra.memory import MASTER
from infra.postgres import Pool, open_pool
from projections import checkpoint, install
from projections.checkpoint import Epochs
from projections.db import connect
from projections.events import decode
from projections.leaderboard.query import Board
from projections.registry import LEADERBOARD
from tests.given import OTHER, OWNER, VIDEO_ID, completed, created, happened, liked, opened, published, unliked
from tests.stores import everything, open_store, query

LIKE = f"like_{VIDEO_ID}_{OTHER}"
HOUR = timedelta(hours=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Side:
    """A store, the read model behind it, and a way to let time pass."""

    def __init__(self, url: str, store: PostgresEventStore, reads: ReadModels) -> None:
        self.url = url
        self.store = store
        self.reads = reads

    async def later(self, time: timedelta) -> None:
        """Everything so far happened earlier than it did."""
        await query(self.url, "update log.events set recorded_at = recorded_at - %s", (time,))
        await query(self.url, "update log.logs set at = at - %s where position > 0", (time,))

    async def close_hours(self) -> list[HourClosed]:
        """All that have ended, one after another, as the clock loop does after a pause."""
        end = await self.store.last_hour()
        while end and await self.store.close_hour(end + HOUR):
            end += HOUR
        return [fact.event for fact in await self.store.load("hours")]

    async def project(self) -> None:
        events = [each for each in await everything(self.store) if each.category in LEADERBOARD.categories]
        epochs = Epochs(await self.store.epochs())
        await asyncio.to_thread(self._write, events, epochs)

    def _write(self, events: Sequence[Any], epochs: Epochs) -> None:
        with connect(self.url) as conn:
            install.install(conn)
            checkpoint.run(conn, LEADERBOARD, decode(events), epochs)

    async def board(self, as_of: datetime | dict[str, int] | None = None, window: str = "all", **more: Any) -> Board:
        return await self.reads.board("most_liked", window, limit=20, as_of=as_of, **more)


def reads(pool: Pool, store: PostgresEventStore) -> ReadModels:
    return ReadModels(pool, Opener(Keyring(PostgresKeyTable(pool), MASTER)), b"k" * 32, store.epochs)


def places(board: Board) -> list[tuple[str, int, int]]:
    return [(row.id, row.count, row.counted) for row in board.rows]


async def test_a_like_that_is_taken_back_stays_in_the_hours_in_which_it_stood(fresh_database: str) -> None:
    async with open_store(fresh_database, shards=4) as store, open_pool(fresh_database, size=2) as pool:
        side = Side(fresh_database, store, reads(pool, store))
        await happened(store, OTHER, opened(account_id=OTHER), by=OTHER)
        await happened(store, VIDEO_ID, created(), completed(), published())
        await happened(store, LIKE, liked(), by=OTHER)
        await side.later(2 * HOUR)
        await happened(store, LIKE, unliked(), by=OTHER)
        await side.later(2 * HOUR)
        hours = await side.close_hours()
        await side.project()

        assert places(await side.board()) == []
        then = hours[0].ended_at
        past = await side.board(then)
        assert places(past) == [(VIDEO_ID, 1, 1)]
        assert past.until == past.closed_at == then
        assert places(await side.board(then, "hour")) == [(VIDEO_ID, 1, 1)]
        assert places(await side.board(then + HOUR, "hour")) == []
        assert places(await side.board(then + HOUR * 1.9)) == [(VIDEO_ID, 1, 1)]
        assert (await side.board(then + HOUR * 1.9)).until == then + HOUR
        assert places(await side.board(hours[-1].ended_at)) == []
        reached = [Position(each.category, each.shard, each.position) for each in hours[0].positions]
        assert sorted(past.reached.positions) == sorted(reached)
        vector = {f"{each.category}/{each.shard}": each.position for each in past.reached.positions}
        assert places(await side.board(vector)) == places(past)


async def test_a_correction_is_seen_from_its_hour_on(fresh_database: str) -> None:
    async with open_store(fresh_database, shards=4) as store, open_pool(fresh_database, size=2) as pool:
        side = Side(fresh_database, store, reads(pool, store))
        await happened(store, VIDEO_ID, created(), completed(), published())
        await happened(store, LIKE, liked(), by=OTHER)
        await side.later(2 * HOUR)
        correction = LeaderboardCorrected(
            correction_id="correction_1", accounts=(OTHER,), since=LONG_AGO, undo=False, reason="bad", by=OWNER
        )
        await happened(store, "policy_leaderboard", correction)
        await side.later(2 * HOUR)
        hours = await side.close_hours()
        before, after = hours[0].ended_at, hours[-1].ended_at
        await side.project()
        assert places(await side.board()) == [(VIDEO_ID, 1, 0)]
        assert places(await side.board(before)) == [(VIDEO_ID, 1, 1)]
        assert places(await side.board(before, corrected=True)) == [(VIDEO_ID, 1, 0)]
        assert places(await side.board(after)) == [(VIDEO_ID, 1, 0)]
        receipt = await side.reads.board_receipt("most_liked", "all", VIDEO_ID, limit=5)
        [event] = receipt.events
        [like] = [each for each in await everything(store) if each.stream == LIKE]
        assert (event.log, event.position, event.excluded) == (f"engagement/{like.shard}", like.position, ["corrected"])
