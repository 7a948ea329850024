"""API keys. The key is shown once, when it is made; the table has its digest only."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Final

from infra.postgres import Pool, fetch

PREFIX: Final = "rk_"
LENGTH: Final = 32
# For so long a process may accept a key that another one has revoked.
CACHE_SECONDS: Final = 5.0
CACHED_KEYS: Final = 10_000

FIND: Final = "select account_id, role from edge.api_keys where key_hash = %s and revoked_at is null"
CREATE: Final = """
    insert into edge.api_keys (key_hash, account_id, role, name) values (%s, %s, %s, %s) on conflict do nothing
"""
REVOKE: Final = """
    update edge.api_keys set revoked_at = now() where key_hash = %s and revoked_at is null returning key_hash
"""


class ApiKeys:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._cache: dict[bytes, tuple[float, tuple[str, str]]] = {}

    async def create(self, account_id: str, role: str, name: str) -> str:
        """A new key. It cannot be read again: the caller shows it and forgets it."""
        key = PREFIX + secrets.token_urlsafe(LENGTH)[:LENGTH]
        await fetch(self._pool, CREATE, (self.digest(key), account_id, role, name))
        return key

    async def find(self, key: str) -> tuple[str, str] | None:
        """(account id, role) of a valid key."""
        return await self.find_digest(self.digest(key))

    def digest(self, key: str) -> bytes:
        """A key has 192 random bits: nothing is gained by a slow digest."""
        return hashlib.sha256(key.encode()).digest()

    async def find_digest(self, digest: bytes) -> tuple[str, str] | None:
        now = time.monotonic()
        until, found = self._cache.get(digest, (0.0, None))
        if found and now < until:
            return found
        rows = await fetch(self._pool, FIND, (digest,))
        if not rows:
            return None
        return self._remember(digest, now, (rows[0][0], rows[0][1]))

    async def revoke(self, key: str) -> bool:
        """False when there is no such key, or no more."""
        self._cache.pop(self.digest(key), None)
        return bool(await fetch(self._pool, REVOKE, (self.digest(key),)))

    def _remember(self, digest: bytes, now: float, found: tuple[str, str]) -> tuple[str, str]:
        if len(self._cache) >= CACHED_KEYS:
            self._cache.clear()
        self._cache[digest] = (now + CACHE_SECONDS, found)
        return found
