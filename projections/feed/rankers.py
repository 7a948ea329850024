"""Which ranker counts: the newest that operators have decided on, else the one that comes with the software."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.ranker import RANKER, Ranker


async def newest(db: AsyncConnection) -> Ranker:
    found = await (await db.execute(statements.NEWEST_RANKER)).fetchone()
    return _ranker(found) if found else RANKER


async def of_version(db: AsyncConnection, version: int) -> Ranker | None:
    if version == RANKER.version:
        return RANKER
    found = await (await db.execute(statements.RANKER, [version])).fetchone()
    return _ranker(found) if found else None


def _ranker(row: Sequence[Any]) -> Ranker:
    return msgspec.convert(dict(zip(("version", "ranker", "weights", "parameters"), row, strict=True)), Ranker)
