"""Keys: one for each account, wrapped by the master key; and keyed digests for what must be found but not read.

An account is forgotten by destroying its key. Whatever was sealed with it, in the log, in read models, in topics and
backups of them, reads as `ERASED` from then on.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import time
from collections.abc import Collection
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import IllegalState
from infra.postgres import Pool, fetch

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
# For so long a process may not hear that another one destroyed a key.
CACHE_SECONDS: Final = 1.0
CACHED_KEYS: Final = 10_000


class MasterKeyMismatch(Exception):
    """The master key is not the one that wrapped the keys of this database."""

    def __init__(self) -> None:
        super().__init__("The master key does not fit this database: set the one that wraps its keys")


class KeyTable(Protocol):
    async def read(self, accounts: Collection[str]) -> dict[str, bytes | None]:
        """Wrapped keys by account; None = destroyed, absent = never made."""
        ...

    async def add(self, account: str, wrapped: bytes) -> None:
        """Keeps what is there already, a destroyed key included."""
        ...

    async def destroy(self, account: str) -> None: ...


class PostgresKeyTable:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, accounts: Collection[str]) -> dict[str, bytes | None]:
        query = "select account_id, wrapped from keys.accounts where account_id = any(%s)"
        rows = await fetch(self._pool, query, (list(accounts),))
        return dict(rows)

    async def add(self, account: str, wrapped: bytes) -> None:
        query = "insert into keys.accounts (account_id, wrapped) values (%s, %s) on conflict do nothing"
        await fetch(self._pool, query, (account, wrapped))

    async def destroy(self, account: str) -> None:
        """Also for an account without a key, which then never gets one."""
        query = """
            insert into keys.accounts (account_id, wrapped) values (%s, null)
            on conflict (account_id) do update set wrapped = null
        """
        await fetch(self._pool, query, (account,))


class Keyring:
    """Opened keys of accounts, remembered for a moment."""

    def __init__(self, table: KeyTable, master: bytes) -> None:
        self._table = table
        self._master = AESGCM(derive(master, "account keys"))
        self._cache: dict[str, tuple[float, AESGCM | None]] = {}
        self._missing: set[str] = set()
        self._reading: asyncio.Task[dict[str, AESGCM | None]] | None = None

    async def for_sealing(self, account: str) -> AESGCM:
        """The account's key, made when it has none. `IllegalState` when the account was erased."""
        found = await self.for_opening({account})
        if account not in found:
            await self._table.add(account, self._wrap(account, AESGCM.generate_key(bit_length=KEY_BYTES * 8)))
            found = await self.for_opening({account})
        key = found[account]
        if key is None:
            raise IllegalState("account_erased", f"Account {account} was erased: nothing can be written for it.")
        return key

    async def for_opening(self, accounts: Collection[str]) -> dict[str, AESGCM | None]:
        """Keys by account; None = destroyed, absent = never made."""
        now = time.monotonic()
        fresh = {account: self._cache[account] for account in accounts if account in self._cache}
        found = {account: key for account, (until, key) in fresh.items() if now < until}
        missing = {account for account in accounts if account not in found}
        if missing:
            read = await self._read(missing)
            found.update((account, read[account]) for account in missing if account in read)
        return found

    async def destroy(self, account: str) -> None:
        """For ever. Nothing that was sealed for the account can be read again."""
        await self._table.destroy(account)
        self._cache.pop(account, None)

    def drop(self, account: str) -> None:
        """The account's key was changed or destroyed in the table: do not use the remembered one. Other processes may
        use theirs for another second."""
        self._cache.pop(account, None)

    async def _read(self, missing: set[str]) -> dict[str, AESGCM | None]:
        """Everyone who misses a key at this moment shares one statement."""
        self._missing |= missing
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_together())
        return await asyncio.shield(self._reading)

    async def _read_together(self) -> dict[str, AESGCM | None]:
        await asyncio.sleep(0)
        missing, self._missing, self._reading = self._missing, set(), None
        return self._remember(time.monotonic(), await self._table.read(missing))

    def _remember(self, now: float, rows: dict[str, bytes | None]) -> dict[str, AESGCM | None]:
        keys = {account: self._unwrap(account, wrapped) for account, wrapped in rows.items()}
        if len(self._cache) > CACHED_KEYS:
            self._cache.clear()
        self._cache.update({account: (now + CACHE_SECONDS, key) for account, key in keys.items()})
        return keys

    def _wrap(self, account: str, key: bytes) -> bytes:
        return encrypt(self._master, key, account.encode())

    def _unwrap(self, account: str, wrapped: bytes | None) -> AESGCM | None:
        if wrapped is None:
            return None
        try:
            return AESGCM(decrypt(self._master, wrapped, account.encode()))
        except InvalidTag as error:
            raise MasterKeyMismatch from error


class Hmac:
    """Keyed digests: equal for equal input, and useless to anyone without the root secret."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._keys: dict[str, bytes] = {}

    def digest(self, purpose: str, data: bytes) -> bytes:
        """32 bytes. Digests of different purposes cannot be compared. `purpose` comes from a short list."""
        if purpose not in self._keys:
            self._keys[purpose] = derive(self._root, f"hmac {purpose}")
        return hmac.digest(self._keys[purpose], data, hashlib.sha256)


def derive(secret: bytes, purpose: str) -> bytes:
    """From the master key or the root secret, which have the same length."""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"the master key has {KEY_BYTES} bytes, not {len(secret)}")
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"recut {purpose}".encode()).derive(secret)


def encrypt(key: AESGCM, data: bytes, belongs_to: bytes) -> bytes:
    """Nonce and ciphertext. Opens only with the same `belongs_to`."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, belongs_to)


def decrypt(key: AESGCM, sealed: bytes, belongs_to: bytes) -> bytes:
    return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to)
