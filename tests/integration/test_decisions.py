"""A decision over PostgreSQL: previewed, made, and refused once the family is another one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest

from commands.bus import Bus
from commands.moderation import DecideCase, preview
from domain.errors import IllegalState, Unavailable
from domain.ids import case_stream
from domain.moderation import Decided
from domain.recorded import Recorded
from domain.video import Parent
from infra.event_store import PostgresEventStore
from infra.migrate import ensure_logs
from infra.postgres import Pool, open_pool
from infra.previews import Previews
from projections import checkpoint, install
from projections.checkpoint import Epochs
from projections.db import connect
from projections.events import decode
from projections.registry import REMIX_GRAPH, VIDEOS
from recut import lists
from recut.lists import Lists
from tests.examples import DECISION_ID, MODERATOR
from tests.given import OTHER, OWNER, an_id, appending, completed, created, happened, published, remixed
from tests.outside import Outside
from tests.stores import open_store

ROOT = an_id("video", 500)


class Platform:
    def __init__(self, url: str, store: PostgresEventStore, pool: Pool) -> None:
        self.url, self.store = url, store
        self.world = msgspec.structs.replace(Outside().world(), lists=Lists(pool, store), previews=Previews(pool))
        self.bus = Bus(store, self.world)
        self._commands = 0

    async def remix(self, number: int) -> None:
        edge = Parent(video_id=ROOT, relation="remix", owner_id=OWNER)
        await happened(self.store, an_id("video", 500 + number), remixed(owner_id=OTHER, parents=(edge,)))

    async def project(self) -> None:
        """What the projector does, for the two models that lists come from."""
        with connect(self.url) as conn:
            epochs = Epochs(await self.store.epochs())
            for model in (VIDEOS, REMIX_GRAPH):
                checkpoint.run(conn, model, decode(await self._history(model.categories)), epochs)

    async def _history(self, categories: Sequence[str]) -> list[Recorded]:
        logs = [(head.category, head.shard) for head in await self.store.heads() if head.category in categories]
        return [event for log in logs for event in await self.store.read(*log, 0, 1_000)]

    async def decide(self, digest: str) -> dict[str, Any]:
        self._commands += 1
        command = DecideCase(
            decision_id=DECISION_ID,
            subject=ROOT,
            moderator_id=MODERATOR,
            action="hide",
            scope="subtree",
            ground="terms",
            policy="harassment",
            facts="insults a person",
            preview_digest=digest,
        )
        return (await self.bus.dispatch(command, appending(key=f"command {self._commands}").origin)).answer


@pytest.fixture
async def platform(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    monkeypatch.setattr(lists, "PATIENCE", 0.3)
    ensure_logs(fresh_database, 4)
    with connect(fresh_database) as conn:
        install.install(conn)
    async with open_pool(fresh_database) as pool, open_store(fresh_database, shards=4) as store:
        platform = Platform(fresh_database, store, pool)
        await happened(store, ROOT, created(), completed(), published())
        for number in range(1, 4):
            await platform.remix(number)
        yield platform


async def test_a_preview_waits_for_the_read_models(platform: Platform) -> None:
    with pytest.raises(Unavailable) as refusal:
        await preview(platform.store, platform.world, ROOT, "subtree")
    assert refusal.value.code == "read_model_behind"


async def test_a_family_is_decided_on_as_it_was_seen(platform: Platform) -> None:
    await platform.project()
    seen = await preview(platform.store, platform.world, ROOT, "subtree")
    assert (seen.total, seen.counts.published, seen.counts.drafts, seen.counts.others) == (4, 1, 3, 3)
    for number in range(4, 9):
        await platform.remix(number)
    await platform.project()
    assert (await platform.decide(seen.digest))["affected"] == 9
    [fact] = await platform.store.load(case_stream(ROOT))
    assert isinstance(fact.event, Decided)
    assert (fact.event.affected, fact.event.preview_digest, fact.event.facts) == (9, seen.digest, "insults a person")


async def test_a_family_that_has_grown_is_previewed_again(platform: Platform) -> None:
    await platform.project()
    seen = await preview(platform.store, platform.world, ROOT, "subtree")
    for number in range(4, 10):
        await platform.remix(number)
    await platform.project()
    with pytest.raises(IllegalState) as refusal:
        await platform.decide(seen.digest)
    assert refusal.value.code == "preview_outdated"
    assert await platform.store.load(case_stream(ROOT)) == []
    again = await preview(platform.store, platform.world, ROOT, "subtree")
    assert (await platform.decide(again.digest))["affected"] == 10
