"""Three projectors under kills and sleep: the small run of what `make failover` does for minutes."""

from __future__ import annotations

from tests.fault.failover import Plan, run


def test_processes_share_the_work_and_take_over(kafka: str, fresh_database: str) -> None:
    assert run(kafka, fresh_database, Plan(kills=3, sleeps=1, events=900, seed=5)) == 0
