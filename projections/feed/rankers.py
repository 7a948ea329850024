"""Which ranker counts: the newest that operators have decided on, else the one that comes with the software."""

from __future__ import annotations

from typing import Any

import msgspec

from projections.db import AsyncConnection
from projections.feed import statements
from projections.feed.ranker import RANKER, Ranker


async def newest(db: AsyncConnection) -> Ranker:
    found = await (await db.execute(statements.NEWEST_RANKER)).fetchone()
    return known_as(found[0] if found else None)


async def of_version(db: AsyncConnection, version: int) -> Ranker | None:
    if version == RANKER.version:
        return RANKER
    found = await (await db.execute(statements.RANKER, [version])).fetchone()
    return known_as(found[0]) if found else None


def known_as(row: dict[str, Any] | None) -> Ranker:
    """`row` None: nobody has decided anything."""
    return msgspec.convert(row, Ranker) if row else RANKER
