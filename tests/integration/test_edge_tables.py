"""API keys and account names: found, and not readable for who reads the tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from infra import api_keys
from infra.accounts import Accounts
from infra.api_keys import ApiKeys
from infra.clock import SystemIds
from infra.keys import Hmac
from infra.memory import MASTER
from infra.postgres import Pool, open_pool
from tests.given import OTHER, OWNER
from tests.stores import query


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    async with open_pool(fresh_database) as opened:
        yield opened


async def test_a_key_tells_account_and_role(pool: Pool) -> None:
    keys = ApiKeys(pool)
    mine, yours = await keys.create(OWNER, "creator", "laptop"), await keys.create(OTHER, "admin", "laptop")
    assert len({mine, yours}) == 2
    assert len(mine) == len("rk_") + 32
    assert await keys.find(mine) == (OWNER, "creator")
    assert await ApiKeys(pool).find(yours) == (OTHER, "admin")
    assert await keys.find(mine[:-1]) is None
    assert await keys.find("rk_") is None


async def test_a_revoked_key_is_none(pool: Pool) -> None:
    here, there = ApiKeys(pool), ApiKeys(pool)
    key = await here.create(OWNER, "creator", "laptop")
    assert await here.find(key) == await there.find(key) == (OWNER, "creator")
    assert await here.revoke(key)
    assert await here.find(key) is None
    assert await there.find(key) == (OWNER, "creator")  # another process remembers it for seconds
    assert not await here.revoke(key)


async def test_a_process_does_not_remember_a_key_for_long(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "CACHE_SECONDS", 0.0)
    here, there = ApiKeys(pool), ApiKeys(pool)
    key = await here.create(OWNER, "creator", "laptop")
    assert await there.find(key) == (OWNER, "creator")
    await here.revoke(key)
    assert await there.find(key) is None


async def test_no_key_and_no_name_can_be_read_from_the_tables(pool: Pool, fresh_database: str) -> None:
    key = await ApiKeys(pool).create(OWNER, "creator", "laptop")
    await Accounts(pool, Hmac(MASTER), SystemIds()).account_id_for("Ada Lovelace")
    text = str(
        await query(fresh_database, "select k::text from edge.api_keys k union select a::text from edge.accounts a")
    )
    assert key not in text
    assert "ada" not in text.lower()
    assert key.encode().hex() not in text


async def test_a_name_stands_for_one_account(pool: Pool) -> None:
    accounts = Accounts(pool, Hmac(MASTER), SystemIds())
    ada = await accounts.account_id_for("Ada")
    assert await accounts.account_id_for(" ADA ") == ada
    assert await accounts.account_id_for("\uff21da") == ada
    assert await accounts.account_id_for("Bob") != ada
    assert ada.startswith("acct_")


async def test_a_name_asked_for_at_once_stands_for_one_account(pool: Pool) -> None:
    accounts = Accounts(pool, Hmac(MASTER), SystemIds())
    assert len(set(await asyncio.gather(*(accounts.account_id_for("Ada") for _ in range(10))))) == 1
