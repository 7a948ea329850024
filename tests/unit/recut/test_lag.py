"""What `recut lag` and `recut project` show."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest

from domain.errors import Unavailable
from domain.gauges import Health, Lag
from recut import lag, projecting


class Gauges:
    """A consumer that takes 50 events between two looks."""

    def __init__(self, *, fails: int = 0) -> None:
        self._position = 0
        self._fails = fails

    async def lags(self) -> list[Lag]:
        if self._fails:
            self._fails -= 1
            raise Unavailable("database_unavailable", "The database cannot be reached: try again.")
        self._position = min(self._position + 50, 100)
        seconds = 2.0 if self._position < 100 else 0.0
        return [Lag("feed", "video", 0, 100, self._position, seconds), Lag("wallet", "account", 3, 7, 7, 0.0)]

    async def health(self) -> list[Health]:
        return [Health("feed", 1.0, 2, stopped=False), Health("wallet", 1.0, 0, stopped=True)]


async def test_once_for_people_and_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    await lag.once(Gauges(), as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "feed: 50 events, 50 behind, lag 2.0 s, dead letters: 2",
        "  video/0: 50 behind, lag 2.0 s",
        "wallet: 7 events, 0 behind, lag 0.0 s, dead letters: stopped",
    ]
    await lag.once(Gauges(), as_json=True)
    feed, wallet = json.loads(capsys.readouterr().out)
    assert (feed["behind"], feed["seconds"], [log["shard"] for log in feed["logs"]]) == (50, 2.0, [0])
    assert (wallet["behind"], wallet["stopped"], wallet["logs"]) == (0, True, [])


async def test_again_and_again_only_what_has_changed_is_told() -> None:
    told: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await lag.follow(lag.Board(Gauges(), ["feed"]), told.append, every=0.01)
    assert len(told) == 2
    assert told[0] == "feed: 50 events, 50 behind, lag 2.0 s, dead letters: 2"
    assert "events/s" in told[1]
    assert told[1].startswith("feed: 100 events, 0 behind")


async def test_a_database_that_is_away_ends_neither_the_table_nor_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projecting, "PLAIN_EVERY", 0.01)
    told: list[str] = []
    monkeypatch.setattr(projecting.log, "info", told.append)
    await projecting.beside(asyncio.sleep(0.2), lag.Board(Gauges(fails=2)))
    assert told[0].startswith("feed: 50 events")


def test_a_terminal_shows_a_table() -> None:
    table = lag.table([lag.Line("feed", 1_500, 20, 2.0, 10.0, 2.0, 0, stopped=False, logs=[])])
    assert [list(column.cells) for column in table.columns] == [
        ["feed"], ["1,500"], ["20"], ["2.0 s"], ["10"], ["2 s"], ["0"]
    ]  # fmt: skip
