"""A worker's machine needs no more of the database than the manual gives it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from infra.jobs import Jobs
from infra.postgres import open_pool
from tests.contract.test_jobs import BOTH, bundle

MANUAL = Path(__file__).parents[2] / "docs" / "runbooks" / "worker.md"
ROLE = "recut_worker"


@pytest.fixture
def as_worker(fresh_database: str) -> str:
    """The address by which the manual's user reaches the database."""
    found = re.search(r"```sql\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    assert found
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute(f"drop role if exists {ROLE}".encode())
        connection.execute(found[1].encode())
    parts = urlsplit(fresh_database)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{ROLE}:...@{place}"))


def test_the_user_of_the_manual_can_work_and_read_nothing_else(fresh_database: str, as_worker: str) -> None:
    async def story() -> None:
        async with open_pool(fresh_database) as pool:
            for video in ("video_1", "video_2"):
                await Jobs(pool).enqueue(account_id="acct_1", tier="free", bundle=bundle(video))
            await Jobs(pool).dispatch("video_2", 1, "w1")
        async with open_pool(as_worker) as pool:
            jobs = Jobs(pool)
            await jobs.hello("w1", models=("m",), engine="e", slots=1, busy=0, partitions=BOTH)
            claim = await jobs.claim("video_1", 1, "w1")
            assert claim
            assert claim.bundle == bundle("video_1")
            assert await jobs.beat("video_1", 1, "w1", 1, 2) == "go on"
            await jobs.reported("video_1", 1, "w1")
            await jobs.goodbye("w1")
            assert [job.video_id for job in await jobs.waiting(["m"])] == ["video_2"]

    asyncio.run(story())
    try:
        with psycopg.connect(as_worker, autocommit=True) as connection:
            for table in ("log.events", "keys.accounts", "edge.api_keys"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select 1 from {table}".encode())
    finally:
        with psycopg.connect(fresh_database, autocommit=True) as connection:
            connection.execute(f"drop owned by {ROLE}; drop role {ROLE}".encode())
