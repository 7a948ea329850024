"""The chain of a remix of a remix with a character, over the real event store: each step is proved by an event that
lies where the answer says, and by consent as it was, whatever came later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import msgspec
import pytest

from api.app import create_app
from commands.bus import Bus
from infra.event_store import PostgresEventStore
from tests.given import OTHER, OWNER, a_model, completed, happened, opened, registered, started
from tests.stores import open_store
from tests.unit.api.test_characters import REX
from tests.unit.api.world import KEY, OTHER_KEY, Platform

ABLE = {"max_characters": 2, "aliases": ("sora-2",)}


class Api:
    def __init__(self, store: PostgresEventStore, ada: httpx2.AsyncClient, bob: httpx2.AsyncClient) -> None:
        self.store, self.ada, self.bob = store, ada, bob

    async def made(self, client: httpx2.AsyncClient, path: str, owner: str, prompt: str) -> str:
        video_id: str = (await ok(client.post(path, json={"prompt": prompt})))["id"]
        await happened(self.store, video_id, started(owner_id=owner), completed(owner_id=owner))
        await ok(client.post(f"/v1/videos/{video_id}/publish", json={"description": f"about {owner[-1]}"}))
        return video_id

    async def chain(self, video_id: str) -> list[dict[str, Any]]:
        links: list[dict[str, Any]] = (await ok(self.ada.get(f"/v1/videos/{video_id}/chain")))["data"]
        return links


async def ok(response: Any) -> Any:
    answer = await response
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def outside() -> Platform:
    """The ports beside the store."""
    platform = Platform()
    platform.models.models = [a_model(**ABLE)]
    return platform


@asynccontextmanager
async def api(outside: Platform, url: str) -> AsyncIterator[Api]:
    async with open_store(url) as store:
        for account, name in ((OWNER, "Ada"), (OTHER, "Bob")):
            await happened(store, account, opened(account_id=account, name=name))
        await happened(store, "model_sketch-1", registered(**ABLE))
        bus = Bus(store, outside.deps.world)
        app = create_app(msgspec.structs.replace(outside.deps, store=store, bus=bus))
        async with client(app, KEY) as ada, client(app, OTHER_KEY) as bob:
            yield Api(store, ada, bob)


def client(app: Any, key: str) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test", headers=headers)


async def test_each_step_is_proved_by_events_that_lie_where_it_says(outside: Platform, fresh_database: str) -> None:
    async with api(outside, fresh_database) as here:
        rex = (await ok(here.bob.post("/v1/characters", json=REX)))["id"]
        consent = {"audience": "everyone", "text": "Never say 'dragon'."}
        await ok(here.bob.put(f"/v1/characters/{rex}/consent", json=consent))
        first = await here.made(here.bob, "/v1/videos", OTHER, "@Rex runs in a park")
        second = await here.made(here.ada, f"/v1/videos/{first}/remix", OWNER, "make it night")
        third = await here.made(here.ada, f"/v1/videos/{second}/remix", OWNER, "now it rains")

        links = await here.chain(third)
        assert [link["id"] for link in links] == [third, second, first]
        assert [link["prompt"] for link in links] == ["now it rains", "make it night", "about 2"]
        assert [parent["place"] for link in links for parent in link["parents"]] == [1, 2]
        [use] = links[0]["characters"]
        assert (use["id"], use["consent_version"], use["in_force"], use["allowed"]) == (rex, 2, 2, True)
        for where in [use["consent"], *(fact for link in links for fact in link["facts"])]:
            await lies(here.store, where)

        await ok(here.bob.post(f"/v1/characters/{rex}/revoke", json={"policy": "freeze"}))
        assert await here.chain(third) == links

        await ok(here.bob.request("DELETE", "/v1/account", json={"confirm": OTHER}))
        later = await here.chain(third)
        assert [link["characters"][0]["allowed"] for link in later] == [None, None, True]  # the owner always may
        assert [link["facts"] for link in later] == [link["facts"] for link in links]
        assert "park" not in str(later)


async def lies(store: PostgresEventStore, where: dict[str, Any]) -> None:
    category, _, shard = where["log"].partition("/")
    [recorded] = await store.read(category, int(shard), where["position"] - 1, 1)
    assert (recorded.event_id, recorded.version) == (where["event_id"], where["version"])
    assert int(recorded.recorded_at.timestamp()) == where["at"]
