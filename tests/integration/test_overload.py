"""A full queue of the event store, as a client of the API meets it."""

from __future__ import annotations

import asyncio

import httpx2
import msgspec

from api.app import create_app
from commands.bus import Bus
from tests.given import OTHER, OWNER, appending, opened
from tests.stores import held_logs, open_store, until, waiting_for_a_lock
from tests.unit.api.world import KEY, Platform

CLIENTS = 12
CAPACITY = 2
FOLLOW = f"/v1/accounts/{OTHER}/follow"


async def test_a_full_queue_answers_503_and_when_to_come_back(fresh_database: str) -> None:
    async with open_store(fresh_database, capacity=CAPACITY, writers=1) as store:
        for account in (OWNER, OTHER):
            await store.append(appending((account, 0, opened(account_id=account)), key=account))
        platform = await asyncio.to_thread(Platform)  # it runs an event loop of its own
        deps = msgspec.structs.replace(platform.deps, store=store, bus=Bus(store, platform.deps.world))
        transport = httpx2.ASGITransport(app=create_app(deps))
        headers = {"Authorization": f"Bearer {KEY}"}
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
            async with held_logs(fresh_database):
                first = asyncio.create_task(client.post(FOLLOW))
                await until(lambda: waiting_for_a_lock(fresh_database))
                others = [asyncio.create_task(client.post(FOLLOW)) for _ in range(CLIENTS)]
                await until(lambda: _answered(others, CLIENTS - CAPACITY))
                replies = [task.result() for task in others if task.done()]
                waiting = [task for task in others if not task.done()]
                assert len(waiting) == CAPACITY
                assert {(r.status_code, r.json()["code"]) for r in replies} == {(503, "overloaded")}
                assert {(r.headers["retry-after"], r.headers["retry-after-ms"]) for r in replies} == {("1", "1000")}
                assert {r.headers["content-type"] for r in replies} == {"application/problem+json"}
            assert {r.status_code for r in await asyncio.gather(first, *waiting)} == {200}
            assert (await client.post(FOLLOW)).status_code == 200


async def _answered(requests: list[asyncio.Task[httpx2.Response]], count: int) -> bool:
    return sum(request.done() for request in requests) >= count
