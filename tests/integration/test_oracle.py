"""What the read models answer about a generated history is what an outsider computes from its exported files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg

from projections.registry import LEADERBOARD, REMIX_GRAPH
from recut import exporting
from recut.generator.shape import sizes
from tests.oracle import compare, history
from tests.oracle.__main__ import look
from tests.oracle.compare import Compared
from tests.stores import query

SIZES = sizes(200, family=40, chain=30)


async def test_boards_and_lineage_agree_now_and_then(fresh_database: str, tmp_path: Path) -> None:
    hours = [hour.ended_at for hour in await history.make(fresh_database, SIZES, 11)]
    exporting.export(fresh_database, None, None, tmp_path / "out")
    logs, epochs = await history.read(fresh_database)
    await asyncio.to_thread(history.project, fresh_database, logs, epochs, 11)
    moments = [None, *compare.instants(hours)]
    assert len(set(moments)) == 4
    assert await look(fresh_database, tmp_path / "out", moments) == 0
    for moment in moments:
        boards, lineage = await seen(fresh_database, tmp_path / "out", moment)
        assert boards.answers == 25
        assert boards.rows > 100
        assert lineage.rows > 30
    await spoil(fresh_database)
    for moment in (None, hours[-1]):
        boards, lineage = await seen(fresh_database, tmp_path / "out", moment)
        assert boards.differences
        assert lineage.differences


async def seen(url: str, folder: Path, moment: object) -> tuple[Compared, Compared]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        return await compare.boards(db, folder, moment), await compare.lineage(db, folder, moment)  # type: ignore[arg-type]


async def spoil(url: str) -> None:
    """What an outsider must notice."""
    board, graph = LEADERBOARD.schema, REMIX_GRAPH.schema
    await query(url, f"update {board}.standings set listed = false")
    await query(url, f"update {board}.snapshots set rows = (rows::jsonb - 0)::json")
    await query(url, f"update {graph}.edges set relation = 'edit' where relation = 'remix'")
