"""What is known of an account outside the log, gone."""

from __future__ import annotations

from infra.edge import Edge
from infra.postgres import Pool, ask
from projections.feed import memory
from projections.inbox import marks


class Forgetting:
    """As `Edge` in `streams/ports.py`: its keys and name first, so that no page of the feed is remembered behind it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._edge = Edge(pool)

    async def forget(self, account_id: str) -> None:
        await self._edge.forget(account_id)
        await ask(self._pool, lambda db: memory.forget(db, account_id))
        await ask(self._pool, lambda db: marks.forget(db, account_id))
