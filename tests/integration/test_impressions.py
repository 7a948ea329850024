from __future__ import annotations

import psycopg
import pytest

from domain.errors import Unavailable
from infra import postgres
from infra.postgres import open_pool
from projections import db, install
from recut.wiring import Impressions

CUT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid = %s"


async def test_a_command_asks_again_when_the_connection_was_cut(fresh_database: str) -> None:
    with db.connect(fresh_database) as other:
        install.install(other)
        other.execute("insert into feed_state.served values ('acct_1', 'video_1', now(), '')")
        async with open_pool(fresh_database, size=1) as pool:
            async with pool.connection() as connection:
                pid = connection.info.backend_pid
            assert other.execute(CUT, [pid]).fetchone() == (True,)

            assert await Impressions(pool).served("acct_1", "video_1")
            assert not await Impressions(pool).served("acct_1", "video_2")


async def test_a_database_that_stays_away_is_said_to_be_away(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.1)

    async def gone(*_: object) -> bool:
        raise psycopg.OperationalError("the server is gone")

    monkeypatch.setattr("recut.wiring.feed.was_served", gone)
    async with open_pool(fresh_database, size=1) as pool:
        with pytest.raises(Unavailable):
            await Impressions(pool).served("acct_1", "video_1")
