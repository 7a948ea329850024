"""What the edge knows of an account: its keys and its name."""

from __future__ import annotations

from typing import Final

from infra.postgres import Pool, fetch

REVOKE: Final = """
    update edge.api_keys set revoked_at = coalesce(revoked_at, now()), name = '' where account_id = %s
"""
FORGET_NAME: Final = "delete from edge.accounts where account_id = %s"


class Edge:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def forget(self, account_id: str) -> None:
        """No key of the account counts any more, and its name stands for nobody. Harmless when repeated."""
        await fetch(self._pool, REVOKE, (account_id,))
        await fetch(self._pool, FORGET_NAME, (account_id,))
