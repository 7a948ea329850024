"""The adapter's own part: a broken connection is no answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from psycopg import OperationalError

from api import read_models
from api.read_models import ReadModels
from api.tokens import Token
from domain.errors import Unavailable
from domain.recorded import Position


class BreakingPool:
    """Breaks a number of times, then hands out itself as a connection."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        if self.breaks:
            self.breaks -= 1
            raise OperationalError("the server closed the connection")
        yield self

    async def execute(self, *_: Any) -> Any:
        return self

    async def fetchall(self) -> list[Any]:
        return []

    async def fetchone(self) -> None:
        return None


async def no_epochs() -> list[tuple[str, Position]]:
    return []


def models(breaks: int) -> ReadModels:
    return ReadModels(BreakingPool(breaks), None, b"key", no_epochs)  # type: ignore[arg-type]


async def test_a_broken_connection_is_tried_again() -> None:
    standing = await models(2).standing("videos")
    assert (standing.reached.positions, standing.stale_since) == ((), None)


async def test_a_database_that_stays_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_models, "PATIENCE", 0.0)
    with pytest.raises(Unavailable, match="cannot be reached"):
        await models(1_000).standing("videos")
    with pytest.raises(Unavailable, match="cannot be reached"):
        await models(1_000).wait("videos", Token("e", (Position("video", 1, 1),)), 1.0)


async def test_no_ids_are_no_question() -> None:
    assert await models(1_000).cards([], "") == {}
