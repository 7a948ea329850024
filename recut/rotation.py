"""`recut rotate-master-key`: a new key for everything that the old one has wrapped, with every process stopped.

The database changes over in one transaction. The embedded runtime's key lies in a file, which changes over before or
after it, never with it; so the new key is written beside the old one first, durably, and takes its place last. Cut
short in between, one of the two fits the database, and `finish` finds out which.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64decode
from typing import TYPE_CHECKING

import psycopg

from infra import root_secret
from infra.keys import MasterKeyMismatch
from infra.migrate import MigrationError, migrate
from infra.postgres import connect
from recut import wiring
from recut.backup import stopped_server
from recut.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

    from recut.settings import Settings


def rotate(settings: Settings) -> None:
    with stopped_server(settings) as addressed:
        try:
            migrate(addressed.database_url)
            _rotate_setting(addressed) if settings.master_key else _rotate_file(addressed)
        except (MigrationError, MasterKeyMismatch, root_secret.InUse) as error:
            raise OperatorError(str(error)) from error
        except psycopg.OperationalError as error:
            raise OperatorError(f"The database failed ({type(error).__name__}): run it again") from error
    print("Keep the old key with the backups that were taken until now: they open with no other")


def _rotate_setting(settings: Settings) -> None:
    if not settings.master_key_next or settings.master_key_next == settings.master_key:
        raise OperatorError(
            "RECUT_MASTER_KEY_NEXT is not set: give the other 32 bytes, base64, that are to wrap all keys from now on"
        )
    count = asyncio.run(_change(settings.database_url, wiring.master_key(settings), _next(settings)))
    print(f"{_said(count)}: set RECUT_MASTER_KEY to what RECUT_MASTER_KEY_NEXT is, unset that, and start again")


def _rotate_file(settings: Settings) -> None:
    old, file = wiring.master_key(settings), next_file(settings)
    if not file.exists():  # else a rotation was cut short, and the database may know this one already
        wiring.write_key(file)
    count = asyncio.run(_change(settings.database_url, old, _next(settings)))
    adopt(settings)
    print(f"{_said(count)}, which lies in {wiring.master_key_file(settings)}")


async def _change(url: str, old: bytes, new: bytes) -> int | None:
    """How many keys of accounts were wrapped anew; None when all of them were already."""
    connection = await connect(url)
    async with connection:
        if await root_secret.fits(connection, new):
            return None
        return await root_secret.rotate(connection, old, new)


def finish(settings: Settings) -> None:
    """Before anything reads the key: ends a rotation that was cut short after the database had changed over. One that
    was cut short before it leaves a new key that nothing is wrapped by; the next rotation takes it."""
    if not settings.master_key and next_file(settings).exists() and asyncio.run(_is_done(settings)):
        adopt(settings)


async def _is_done(settings: Settings) -> bool:
    connection = await connect(settings.database_url)
    async with connection:
        return await root_secret.fits(connection, _next(settings))


def adopt(settings: Settings) -> None:
    file = wiring.master_key_file(settings)
    os.replace(next_file(settings), file)
    wiring.sync_folder(file.parent)


def next_file(settings: Settings) -> Path:
    return wiring.master_key_file(settings).with_suffix(".next")


def _next(settings: Settings) -> bytes:
    return b64decode(settings.master_key_next or next_file(settings).read_bytes())


def _said(count: int | None) -> str:
    return "All keys were wrapped by the new one already" if count is None else f"{count} keys have a new master key"
