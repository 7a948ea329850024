"""`recut reactions` on a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from infra.postgres import open_pool
from infra.timers import TimerTable
from recut.cli import main
from tests.contract.test_timers import a_timer


@pytest.fixture
def database(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("RECUT_DATABASE_URL", fresh_database)
    monkeypatch.setenv("RECUT_KAFKA", "127.0.0.1:1")
    return fresh_database


def on(database: str, step: Callable[[TimerTable], Awaitable[Any]]) -> Any:
    async def once() -> Any:
        async with open_pool(database) as pool:
            return await step(TimerTable(pool))

    return asyncio.run(once())


async def park(table: TimerTable) -> None:
    for key in ("settle", "other"):
        await table.put(a_timer(key), at_once=True)
        await table.park(a_timer(key), "ValueError")
    await table.put(a_timer("refused"), at_once=True)
    await table.refuse("refused", "no_hold")


def test_what_is_stuck_is_seen_and_sent_or_dropped(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    on(database, park)
    assert main(["reactions", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["parked", "other"], ["parked", "settle"], ["refused", "refused"]]
    assert "settle_hold of settle" in lines[1]
    assert "1 attempts, the last: ValueError" in lines[1]
    assert lines[2].endswith(": no_hold")

    assert main(["reactions", "retry", "settle"]) == 0
    assert main(["reactions", "drop", "other"]) == 0
    capsys.readouterr()
    assert main(["reactions", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["waiting"], [each["key"] for each in found["refused"]]) == ([], ["refused"])


def test_a_key_that_is_not_there_is_told_in_one_line(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reactions", "retry", "fox"]) != 0
    assert main(["reactions", "drop", "fox"]) != 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert all("fox" in line and line.startswith("recut: ") for line in said)


def test_without_trouble_it_says_so(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reactions", "list"]) == 0
    assert capsys.readouterr().out == "Nothing is parked, tried again or was refused.\n"
