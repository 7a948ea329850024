"""A log that was begun by an older version: what it wrote is read as if it had been written today."""

from __future__ import annotations

import json
from typing import Any

from commands.work import ACCOUNT, fold
from domain.account import Open
from projections.events import decode
from tests.given import OWNER, appending, happened, opened
from tests.stores import open_store, query


async def aged(url: str) -> None:
    """Turns the one event of the account into what version 1 has written."""
    [(data,)] = await query(url, "select data from log.events where stream = %s", (OWNER,))
    fields: dict[str, Any] = json.loads(bytes(data))
    del fields["time_zone"]
    fields["birth_year"] = 1815
    statement = "update log.events set type = 'account.opened.v1', data = %s where stream = %s"
    await query(url, statement, (json.dumps(fields).encode(), OWNER))


async def test_an_event_of_version_1_is_read_as_version_2(fresh_database: str) -> None:
    async with open_store(fresh_database) as store:
        await happened(store, OWNER, opened(name="Ada"))
        await aged(fresh_database)
        [fact] = await store.load(OWNER)
        assert (fact.recorded.type, fact.event) == ("account.opened.v1", opened(name="Ada", time_zone="UTC"))
        assert (await store.first([OWNER]))[OWNER] == fact
        state, version = await fold(store, ACCOUNT, OWNER)
        assert isinstance(state, Open)
        assert (state.name, version) == ("Ada", 1)


async def test_consumers_of_the_log_read_it_the_same_and_the_log_keeps_what_was_written(fresh_database: str) -> None:
    async with open_store(fresh_database) as store:
        result = await happened(store, OWNER, opened())
        await aged(fresh_database)
        [at] = result.positions
        [recorded] = await store.read(at.category, at.shard, 0, 10)
        [event] = decode([recorded])
        assert type(event.event) is type(opened())
        assert event.event.name.startswith(f"sealed:{OWNER}:")
        assert json.loads(recorded.data)["birth_year"] == 1815
        again = await store.append(appending((OWNER, 1, opened()), key="next"))
        assert again.positions[0].position == 2
