"""The end of an account and the end of its key are one transaction in PostgreSQL, and the ledger says so."""

from __future__ import annotations

import pytest

from domain.errors import Conflict
from tests.examples import erased
from tests.given import OTHER, OWNER, VIDEO_ID, appending, created, happened, opened
from tests.stores import open_store, query

KEYS = "select account_id, wrapped is null from keys.accounts order by account_id"
LEDGER = "select account_id, event_id::text from keys.erasures"


async def test_the_key_goes_exactly_when_the_event_comes(fresh_database: str) -> None:
    async with open_store(fresh_database) as store:
        await happened(store, OWNER, opened())
        await happened(store, OTHER, opened(account_id=OTHER))
        await happened(store, VIDEO_ID, created())
        with pytest.raises(Conflict):
            await store.append(appending((OWNER, 1, erased()), relying_on={VIDEO_ID: 7}, key="relied on too much"))
        assert await query(fresh_database, KEYS) == [(OWNER, False), (OTHER, False)]
        assert await query(fresh_database, LEDGER) == []
        command = appending((OWNER, 1, erased()), relying_on={VIDEO_ID: 1}, key="the end")
        await store.append(command)
        [_, fact] = await store.load(OWNER)
        for _ in range(2):  # sent again, it is the same command
            assert await query(fresh_database, KEYS) == [(OWNER, True), (OTHER, False)]
            assert await query(fresh_database, LEDGER) == [(OWNER, fact.recorded.event_id)]
            await store.append(command)


async def test_an_account_that_never_had_a_key_never_gets_one(fresh_database: str) -> None:
    async with open_store(fresh_database) as store:
        await store.append(appending((OWNER, 0, erased()), key="the end"))
        assert await query(fresh_database, KEYS) == [(OWNER, True)]
