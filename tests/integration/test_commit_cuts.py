"""An ambiguous commit is resolved: whoever is told that a command failed can believe it, and nothing happens twice."""

from __future__ import annotations

from tests.fault.commit_cuts import cut


async def test_connections_cut_before_during_and_after_the_commit_do_no_damage(fresh_database: str) -> None:
    assert await cut(fresh_database, 24, seed=7) == []


async def test_the_oracle_sees_the_damage_of_a_store_that_does_not_send_again(fresh_database: str) -> None:
    """It tells a client "failed" of what the cut after the commit has left in the database."""
    damage = await cut(fresh_database, 12, seed=7, patience=0.0)
    assert any("was told failed: 1 events and 1 answers are stored" in problem for problem in damage)
