"""What the edge asks of the read models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from api.tokens import Token
from projections.leaderboard.boards import Definition
from projections.videos.query import Card, Order, Page


class FeedRow(msgspec.Struct, frozen=True):
    video_id: str
    author_id: str
    source: str
    terms: dict[str, float]


class FeedPage(msgspec.Struct, frozen=True):
    items: list[FeedRow]
    weights: dict[str, float]
    ranker: str
    next_cursor: str | None


class BoardLine(msgspec.Struct, frozen=True):
    """`counted` is what the place depends on; `count` is all of it; `excluded` and what else is told, by reason."""

    rank: int
    id: str
    count: int
    counted: int
    excluded: dict[str, int]


class BoardPage(msgspec.Struct, frozen=True):
    definition: Definition
    rows: list[BoardLine]


class Kin(msgspec.Struct, frozen=True):
    """An ancestor, `depth` steps up, or a child (`depth` 1) with so many listed `descendants`."""

    id: str
    relation: str
    depth: int
    descendants: int


class Family(msgspec.Struct, frozen=True):
    ancestors: list[Kin]
    children: list[Kin]
    more: int
    counts: dict[str, int]


class Reads(Protocol):
    async def wait(self, model: str, token: Token, patience: float) -> bool:
        """False when the read model had not come so far in time."""
        ...

    async def reached(self, model: str) -> Token: ...

    async def own_videos(self, owner: str, *, after: str | None, limit: int, order: Order) -> Page: ...

    async def cards(self, ids: Sequence[str], viewer: str) -> dict[str, Card]: ...

    async def feed(self, viewer: str, cut: str, *, limit: int, cursor: str | None, now: datetime) -> FeedPage: ...

    async def board(self, board: str, window: str, *, limit: int, now: datetime) -> BoardPage: ...

    async def family(self, video_id: str, viewer: str, *, depth: int, limit: int) -> Family: ...
