"""Leaderboards by plain SQL in DuckDB, from exported events."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

SETUP: Final = Path(__file__).with_name("boards.sql").read_text()
EVENTS: Final = """
    create or replace temp table events as
    select category, shard, position, stream, version, type, recorded_at, data::json as data
    from read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true)
    where {before}
"""
# A vote comes from a ring when both authors like at least so many of each other's videos.
RINGS: Final = """
    create or replace temp table rings as
    with pairs as (select account_id, owner_id, count(*) as n from likes where account_id <> owner_id group by all)
    select mine.account_id as voter, mine.owner_id as author
    from pairs mine join pairs theirs on theirs.account_id = mine.owner_id and theirs.owner_id = mine.account_id
    where mine.n >= 5 and theirs.n >= 5
"""
PLACES: Final = """
    with places as (
        select id, count(*) as count, count(*) filter (where counts) as counted, count(*) filter (where own) as own,
            count(*) filter (where young) as young, count(*) filter (where not_served) as not_served,
            count(*) filter (where corrected) as corrected, count(*) filter (where counts and ring) as pending,
            coalesce(max(moment) filter (where counts), max(moment)) as reached_at
        from judged where board = ? and moment >= ?::timestamptz
        group by id
    )
    select rank() over (order by counted desc) as rank, places.* exclude (reached_at)
    from places where id in (select id from listed)
    order by counted desc, reached_at, id
"""
CLOSED: Final = "select max((data->>'ended_at')::timestamptz) from events where type = 'platform.hour_closed.v1'"
HOURS: Final[dict[str, int | None]] = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "all": None}


class Place(msgspec.Struct, frozen=True):
    rank: int
    id: str
    count: int
    counted: int
    own: int
    young: int
    not_served: int
    corrected: int
    pending: int


class Boards:
    def __init__(self, folder: Path, before: datetime | None = None) -> None:
        """`before`: the end of a closed hour. Without, the boards are those of now."""
        self._db = duckdb.connect()
        self._db.execute("set timezone = 'UTC'")
        condition = f"recorded_at < '{before.isoformat()}'::timestamptz" if before else "true"
        self._db.execute(EVENTS.format(folder=folder, before=condition))
        tables, judged = SETUP.split("create or replace temp table judged")
        self._db.execute(tables)
        self._db.execute(RINGS)
        self._db.execute("create or replace temp table judged" + judged)
        self._end = before or self._one(CLOSED)

    def places(self, board: str, window: str) -> list[Place]:
        hours = HOURS[window]
        since = self._end - timedelta(hours=hours) if self._end and hours else datetime(1970, 1, 1)  # noqa: DTZ001
        return [Place(*row) for row in self._db.execute(PLACES, [board, since]).fetchall()]

    def _one(self, query: str) -> Any:
        found = self._db.execute(query).fetchone()
        return found[0] if found else None
