"""A ranker that an operator changes over HTTP ranks the next page; and each page proves itself afterwards, with the
command that operators have."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from api.app import create_app
from api.read_models import ReadModels
from commands.bus import Bus
from infra.event_store import PostgresEventStore
from infra.keys import Keyring, PostgresKeyTable
from infra.mapper import Opener
from infra.memory import MASTER
from infra.postgres import Pool, open_pool
from projections import checkpoint, install
from projections.checkpoint import Epochs
from projections.db import connect
from projections.events import decode
from projections.feed import sessions
from projections.feed.ranker import RANKER
from projections.registry import FEED, VIDEOS
from recut.cli import main
from recut.forgetting import Forgetting
from tests.given import OTHER, OWNER, completed, created, happened, opened, published
from tests.stores import everything, open_store, query
from tests.unit.api.world import KEY, OTHER_KEY, Platform

ADMIN_KEY = "rk_the_key_of_the_admin_00000000000000"
BY_AGE = {**RANKER.weights, "hot": 0.0, "fresh": 0.0, "author_repeat": 0.0, "follow": -3.0}


class Here:
    """The edge over a real store, with the read models that feed pages are made of."""

    def __init__(self, url: str, store: PostgresEventStore, clients: dict[str, httpx2.AsyncClient]) -> None:
        self.url, self.store = url, store
        self.ada, self.bob, self.admin = (clients[key] for key in (KEY, OTHER_KEY, ADMIN_KEY))

    async def catch_up(self) -> None:
        events, epochs = await everything(self.store), Epochs(await self.store.epochs())
        with connect(self.url) as conn:
            for model in (FEED, VIDEOS):
                checkpoint.run(
                    conn, model, decode(each for each in events if each.category in model.categories), epochs
                )

    async def feed(self, client: httpx2.AsyncClient, **params: Any) -> Any:
        await self.catch_up()
        return await ok(client.get("/v1/feed", params=params))


async def ok(response: Any) -> Any:
    answer = await response
    assert answer.status_code == 200, answer.text
    return answer.json()


@asynccontextmanager
async def running(url: str, outside: Platform) -> AsyncIterator[Here]:
    with connect(url) as conn:
        install.install(conn)
    async with open_pool(url, size=4) as pool, open_store(url) as store:
        for account, name in ((OWNER, "Ada"), (OTHER, "Bob")):
            await happened(store, account, opened(account_id=account, name=name))
        app = create_app(_deps(outside, pool, store))
        clients = {key: _client(app, key) for key in (KEY, OTHER_KEY, ADMIN_KEY)}
        yield Here(url, store, clients)
        for client in clients.values():
            await client.aclose()


def _deps(outside: Platform, pool: Pool, store: PostgresEventStore) -> Any:
    reads = ReadModels(pool, Opener(Keyring(PostgresKeyTable(pool), MASTER)), b"k" * 32, store.epochs)
    return msgspec.structs.replace(outside.deps, store=store, bus=Bus(store, outside.deps.world), reads=reads)


def _client(app: Any, key: str) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test", headers=headers)


@pytest.fixture
def outside() -> Platform:
    """The ports beside the store and the read models."""
    platform = Platform()
    platform.keys.keys[ADMIN_KEY] = (OWNER, "admin")
    return platform


@pytest.fixture
async def here(fresh_database: str, outside: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Here]:
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")
    async with running(fresh_database, outside) as here:
        yield here


async def publish(here: Here, number: int, owner: str) -> str:
    video = f"video_01kdwpvng0e0080000000000{number:02}"
    await happened(here.store, video, created(owner_id=owner), completed(owner_id=owner), published(owner_id=owner))
    return video


async def recut(*args: str) -> int:
    return await asyncio.to_thread(main, args)


async def test_the_next_page_is_ranked_by_the_new_ranker_and_every_page_proves_itself(
    here: Here, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    someone, followed = "acct_01kdwpvng0e008000000000007", "acct_01kdwpvng0e008000000000008"
    for account in (someone, followed):
        await happened(here.store, account, opened(account_id=account))
    mine, other = await publish(here, 1, followed), await publish(here, 2, someone)
    for client in (here.ada, here.bob):
        await ok(client.post(f"/v1/accounts/{followed}/follow"))

    before = await here.feed(here.ada)
    assert [item["video"]["id"] for item in before["data"]] == [mine, other]
    body = {"ranker": "newest", "weights": BY_AGE, "reason": "a test", "parameters": {"author_decay": 0.5}}
    await ok(here.admin.put("/v1/platform/ranker", json=body, headers={"If-Match": '"0"'}))
    after = await here.feed(here.bob)
    assert [item["video"]["id"] for item in after["data"]] == [other, mine]
    whys = [page["data"][0]["why"] for page in (before, after)]
    assert [(why["ranker"], why["version"]) for why in whys] == [("built-in-2", 0), ("newest", 1)]

    frozen = await ok(here.bob.get(f"/v1/feed/sessions/{after['session']}"))
    assert [place["why"] for place in frozen["data"]] == [item["why"] for item in after["data"]]
    assert (frozen["version"], frozen["parameters"]["author_decay"]) == (1, 0.5)
    assert (await here.ada.get(f"/v1/feed/sessions/{after['session']}")).status_code == 404

    for page in (before, after):
        assert await recut("feed", "recompute", page["session"]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["equal", "equal"]
    await query(here.url, f"update feed_state.sessions set items = '\\x{sessions.pressed([]).hex()}'")
    assert await recut("feed", "recompute", after["session"], "--json") == 1
    assert len(json.loads(capsys.readouterr().out)["differences"]) == 1
    assert await recut("feed", "recompute", "none") not in (0, 1)

    await compared(here, mine, capsys, tmp_path)


async def compared(here: Here, liked: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    await ok(here.bob.post(f"/v1/videos/{liked}/like"))
    await here.catch_up()
    hotter = tmp_path / "hotter.json"
    hotter.write_text(json.dumps({"weights": {"follow": 5.0, "hot": 1.0}}))
    capsys.readouterr()
    for _ in range(2):
        assert await recut("compare-rankers", "1", str(hotter), "--seed", "3", "--json") == 0
    one, again = capsys.readouterr().out.splitlines()
    found = json.loads(one)
    assert one == again
    assert (found["a"], found["summary"]["sessions"], found["summary"]["overlap"]) == ("newest (version 1)", 2, 1.0)
    assert found["summary"]["correlation"] == -1.0
    assert [each["liked"] for each in found["sessions"] if each["liked"]] == [{liked: "b"}]
    assert await recut("compare-rankers", "0", "1") == 0
    assert "was liked later: a has it first" in capsys.readouterr().out
    assert await recut("compare-rankers", "0", "9") not in (0, 1)


async def test_an_erased_account_is_forgotten_by_the_feed(here: Here) -> None:
    video = await publish(here, 1, OTHER)
    page = await here.feed(here.ada)
    assert (await ok(here.ada.post("/v1/feed/seen", json={"video_ids": [video]})))["noted"] == 1
    assert page["session"]
    async with open_pool(here.url) as pool:
        await Forgetting(pool).forget(OWNER)
    for table in ("sessions", "served", "seen"):
        assert await query(here.url, f"select * from feed_state.{table} where account_id = %s", (OWNER,)) == []
