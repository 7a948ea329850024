"""The hunter finds the race where it is, and not in our store."""

from __future__ import annotations

from tests.fault.race_hunter import hunt_naive, hunt_ours


async def test_nothing_is_missed_in_our_store(fresh_database: str) -> None:
    written, missed = await hunt_ours(fresh_database, 2.0, 16)
    assert (written > 100, missed) == (True, 0)


async def test_the_hunter_is_not_blind(fresh_database: str) -> None:
    written, missed = await hunt_naive(fresh_database, 2.0, 16)
    assert 0 < missed < 2 * written
