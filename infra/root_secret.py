"""The root secret, and a new master key for everything that the old one has wrapped.

Digests and signatures come from the root: they must outlive the master key, which wraps it as it wraps the keys of
accounts. So a new master key changes nothing that anyone can see.
"""

from __future__ import annotations

import os
from typing import Final

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.keys import KEY_BYTES, MasterKeyMismatch, decrypt, derive, encrypt
from infra.postgres import Connection, Pool, fetch

NAME: Final = "root"
AT_ONCE: Final = 5_000

READ: Final = "select wrapped from keys.secrets where name = %s"
ADD: Final = "insert into keys.secrets (name, wrapped) values (%s, %s) on conflict do nothing"
# Digests were made in this database before it had a root: with the master key's own bytes.
IS_OLD: Final = "select exists (select from log.commands) or exists (select from edge.accounts)"
# Whoever starts meanwhile waits here for the root secret, and then sees that its master key does not fit any more.
LOCK: Final = "lock table keys.accounts, keys.secrets in access exclusive mode"
PATIENCE: Final = "set local lock_timeout = '5s'"
# Whoever has started would wrap the keys of new accounts with the old master key.
OTHERS: Final = """
    select count(*) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""
SECRETS: Final = "select name, wrapped from keys.secrets"
REPLACE: Final = "update keys.secrets set wrapped = %s where name = %s"
PAGE: Final = """
    select account_id, wrapped from keys.accounts
    where account_id > %s and wrapped is not null order by account_id limit %s
"""
CHANGE: Final = """
    update keys.accounts set wrapped = given.wrapped
    from unnest(%s::text[], %s::bytea[]) as given (account_id, wrapped)
    where accounts.account_id = given.account_id
"""


class InUse(Exception):
    """Other processes are connected to the database."""

    def __init__(self) -> None:
        super().__init__(
            "The database is in use: stop every process of Recut first, in the embedded setup with `recut down`"
        )


class Wrapping:
    """What one master key does."""

    def __init__(self, master: bytes) -> None:
        self._accounts = AESGCM(derive(master, "account keys"))
        self._secrets = AESGCM(derive(master, "secrets"))

    def wrap_secret(self, name: str, secret: bytes) -> bytes:
        return encrypt(self._secrets, secret, name.encode())

    def unwrap_secret(self, name: str, wrapped: bytes) -> bytes:
        return _unwrap(self._secrets, name, wrapped)

    def wrap_key(self, account: str, key: bytes) -> bytes:
        return encrypt(self._accounts, key, account.encode())

    def unwrap_key(self, account: str, wrapped: bytes) -> bytes:
        return _unwrap(self._accounts, account, wrapped)


def _unwrap(key: AESGCM, name: str, wrapped: bytes) -> bytes:
    try:
        return decrypt(key, wrapped, name.encode())
    except InvalidTag as error:
        raise MasterKeyMismatch from error


async def root_secret(pool: Pool, master: bytes) -> bytes:
    """Made at the first start. `MasterKeyMismatch` when another master key has wrapped it."""
    wrapping = Wrapping(master)
    while not (rows := await fetch(pool, READ, (NAME,))):
        [[old]] = await fetch(pool, IS_OLD)
        await fetch(pool, ADD, (NAME, wrapping.wrap_secret(NAME, master if old else os.urandom(KEY_BYTES))))
    return wrapping.unwrap_secret(NAME, rows[0][0])


async def fits(connection: Connection, master: bytes) -> bool:
    """Whether this master key is the one that has wrapped the root. A database without a root has none that fits."""
    cursor = await connection.execute(READ.encode(), (NAME,))
    row = await cursor.fetchone()
    try:
        return row is not None and bool(Wrapping(master).unwrap_secret(NAME, row[0]))
    except MasterKeyMismatch:
        return False


async def rotate(connection: Connection, old: bytes, new: bytes) -> int:
    """Wraps every key and secret with `new`: all of them, in one transaction, or none. How many keys of accounts.
    Raises `InUse` while anyone else is connected."""
    before, after = Wrapping(old), Wrapping(new)
    async with connection.transaction():
        await _lock(connection)
        # A database that had no root until now: its digests were made with the old master key's own bytes.
        await connection.execute(ADD.encode(), (NAME, before.wrap_secret(NAME, old)))
        for name, wrapped in await _rows(connection, SECRETS):
            secret = before.unwrap_secret(name, wrapped)
            await connection.execute(REPLACE.encode(), (after.wrap_secret(name, secret), name))
        return await _rotate_accounts(connection, before, after)


async def _lock(connection: Connection) -> None:
    await connection.execute(PATIENCE.encode())
    try:
        await connection.execute(LOCK.encode())
    except psycopg.errors.LockNotAvailable:
        raise InUse from None
    cursor = await connection.execute(OTHERS.encode())
    if (row := await cursor.fetchone()) and row[0]:
        raise InUse


async def _rotate_accounts(connection: Connection, before: Wrapping, after: Wrapping) -> int:
    cursor, count = "", 0
    while rows := await _rows(connection, PAGE, (cursor, AT_ONCE)):
        ids = [account for account, _ in rows]
        keys = [after.wrap_key(account, before.unwrap_key(account, wrapped)) for account, wrapped in rows]
        await connection.execute(CHANGE.encode(), (ids, keys))
        cursor, count = ids[-1], count + len(ids)
    return count


async def _rows(connection: Connection, query: str, parameters: tuple[object, ...] = ()) -> list[tuple[str, bytes]]:
    cursor: psycopg.AsyncCursor[tuple[str, bytes]] = await connection.execute(query.encode(), parameters)
    return await cursor.fetchall()
