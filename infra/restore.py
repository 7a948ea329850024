"""Bringing a database back to an earlier moment, beside the one that is there, which is replaced at the very end.

What the log has lost may live on in Kafka. So the restored log begins a new epoch, which owns all positions from there
on; records of earlier epochs at these positions count for nobody any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import msgspec
import psycopg
from psycopg import sql

from infra.backup import DUMP, HEADS, BackupError, Manifest, Tools, run
from infra.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCHS: Final = "ledger/epochs/"
ERASURES: Final = "ledger/erasures/"
MAINTENANCE: Final = "postgres"  # the database from which others are made and renamed
JOBS: Final = 2  # tables that are filled side by side

SESSIONS: Final = """
    select count(*) from pg_stat_activity
    where datname = %s and backend_type = 'client backend' and pid <> pg_backend_pid()
"""
# Epochs that began after the backup, in a future that is lost by now: known, so that their records in Kafka are not
# taken for a stranger's, and owners of nothing, as the epoch that begins now is a later one at the same positions.
LOST_EPOCHS: Final = """
    insert into log.epochs (epoch, category, shard, first_position, started_at)
    select lost.epoch, category, shard, position + 1, lost.started_at
    from log.logs cross join unnest(%s::uuid[], %s::timestamptz[]) as lost (epoch, started_at)
    where lost.epoch not in (select epoch from log.epochs)
"""
# Later than all others, whatever the clock of this machine says.
NEW_EPOCH: Final = """
    insert into log.epochs (epoch, category, shard, first_position, started_at)
    select %s, category, shard, position + 1, latest.at
    from log.logs cross join (
        select greatest(clock_timestamp(), max(started_at) + interval '1 microsecond') as at from log.epochs
    ) as latest
    returning started_at
"""


class EpochBegan(msgspec.Struct, frozen=True):
    """An entry of the ledger in the object store."""

    epoch: UUID
    started_at: datetime


class Erased(msgspec.Struct, frozen=True):
    """An entry of the ledger in the object store."""

    account_id: str
    event_id: str
    erased_at: datetime


class Place(NamedTuple):
    """Databases of one server: the one that is used, the one that is being filled, and where the old one goes."""

    url: str
    live: str
    fresh: str

    @property
    def fresh_url(self) -> str:
        return with_database(self.url, self.fresh)

    def aside(self, now: datetime) -> str:
        return f"{self.live}_before_{now:%Y%m%d%H%M%S}"


def place_of(url: str) -> Place:
    live = urlsplit(url).path.lstrip("/")
    if not live:
        raise BackupError("RECUT_DATABASE_URL names no database: put its name behind the address")
    return Place(url, live, f"{live}_restoring")


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def refuse_if_used(place: Place) -> None:
    """Whoever is connected would write to a log that is about to be replaced."""
    with _maintenance(place) as server:
        row = server.execute(SESSIONS, (place.live,)).fetchone()
    if row and row[0]:
        raise BackupError(
            f"The database {place.live} is in use by {row[0]} sessions: stop every process of Recut first, "
            "in the embedded setup with `recut down`"
        )


@contextmanager
def filling(place: Place) -> Iterator[str]:
    """An empty database beside the live one, which is dropped again if what is done with it fails."""
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(place.fresh))
    create = sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(place.fresh))
    try:
        with _maintenance(place) as server:
            server.execute(drop)  # of a restore that was interrupted
            server.execute(create)
    except psycopg.errors.InsufficientPrivilege:
        raise BackupError(
            "The user of RECUT_DATABASE_URL may not create databases: restore with one that may"
        ) from None
    try:
        yield place.fresh_url
    except BaseException:
        with _maintenance(place) as server:
            server.execute(drop)
        raise


def load(url: str, folder: Path, tools: Tools, manifest: Manifest) -> None:
    arguments = ["--no-owner", "--no-privileges", "--exit-on-error", f"--jobs={JOBS}", str(folder / DUMP)]
    run(tools, tools.restore, url, arguments)
    with psycopg.connect(url, autocommit=True) as connection:
        heads = connection.execute(HEADS).fetchall()
        connection.execute("analyze")
    if heads != [msgspec.structs.astuple(head) for head in manifest.heads]:
        raise BackupError("The restored logs do not end where the manifest says: take another backup")


def begin_epoch(url: str, ledger: Sequence[EpochBegan]) -> EpochBegan:
    """From here on the log owns nothing that was written behind its end in an earlier life. The cursors of the relay
    stay: at the time of the backup Kafka had what they promise, and the relay compares at its start."""
    epoch = uuid4()
    with psycopg.connect(url) as connection:
        connection.execute(LOST_EPOCHS, ([each.epoch for each in ledger], [each.started_at for each in ledger]))
        row = connection.execute(NEW_EPOCH, (epoch,)).fetchone()
    if row is None:
        raise BackupError("The backup holds no log")
    return EpochBegan(epoch, row[0])


def swap(place: Place, aside: str) -> bool:
    """Puts the filled database in the place of the live one, in one transaction; whether there was one."""
    rename = sql.SQL("alter database {} rename to {}")
    with _maintenance(place) as server, server.transaction():
        found = server.execute("select 1 from pg_database where datname = %s", (place.live,)).fetchone()
        try:
            if found:
                server.execute(rename.format(sql.Identifier(place.live), sql.Identifier(aside)))
            server.execute(rename.format(sql.Identifier(place.fresh), sql.Identifier(place.live)))
        except psycopg.errors.ObjectInUse:
            raise BackupError(
                f"The database {place.live} came into use meanwhile: stop every process of Recut and restore again; "
                "nothing was changed"
            ) from None
    return bool(found)


def drop(place: Place, name: str) -> None:
    with _maintenance(place) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


class Ledger:
    """What must outlive the database: entries in the object store, one object each."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def erasures(self) -> list[Erased]:
        return await self._read(ERASURES, Erased)

    async def epochs(self) -> list[EpochBegan]:
        """In the order in which they began."""
        return sorted(await self._read(EPOCHS, EpochBegan), key=lambda entry: entry.started_at)

    async def add(self, entry: EpochBegan) -> None:
        """Before the first event of the epoch."""
        await self._objects.put(f"{EPOCHS}{entry.epoch}.json", msgspec.json.encode(entry), "application/json")

    async def _read(self, prefix: str, kind: type[Any]) -> list[Any]:
        keys = sorted([key async for key in self._objects.keys(prefix)])
        return [msgspec.json.decode(await self._objects.get(key), type=kind) for key in keys]


@contextmanager
def _maintenance(place: Place) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(with_database(place.url, MAINTENANCE), autocommit=True, connect_timeout=5) as server:
        yield server
