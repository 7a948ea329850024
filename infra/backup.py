"""A backup is a folder: one snapshot of the whole database, and a manifest that says what it is.

The manifest is written last: a folder without one is no backup.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
CHUNK_BYTES: Final = 1 << 20

HEADS: Final = """
    select category, shard, position, coalesce(event_id::text, '')
    from log.logs left join log.events using (category, shard, position) order by category, shard
"""
EPOCH: Final = "select epoch::text from log.epochs order by started_at desc limit 1"
MIGRATIONS: Final = "select name from public.recut_migrations order by name"


class BackupError(Exception):
    """One sentence that tells the operator what does not fit."""


class Tools(NamedTuple):
    """PostgreSQL's own programs, not older than the server; `environ` is what they are given."""

    dump: str
    restore: str
    environ: Mapping[str, str]


class File(msgspec.Struct, frozen=True):
    sha256: str
    bytes: int


class Head(msgspec.Struct, frozen=True):
    """The last event of a log; position 0 and no id for an empty one."""

    category: str
    shard: int
    position: int
    event_id: str


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a backup comes from. `master_key` is a digest: the key itself is kept elsewhere. `objects` is where the
    media lie that the log names; they are to be kept beside the backup unless they are in it."""

    recut: str
    master_key: str
    objects: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`files`: everything else in the folder, by its path there."""

    format: int = FORMAT
    taken_at: datetime
    origin: Origin
    postgresql: str
    migrations: list[str]
    epoch: str
    heads: list[Head]
    files: dict[str, File]

    @property
    def events(self) -> int:
        return sum(head.position for head in self.heads)


def claim(folder: Path) -> None:
    """Makes the folder; what is in it already is never mixed with a backup."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        holds_something = any(folder.iterdir())
    except OSError as error:
        raise BackupError(f"{folder} cannot hold a backup ({error.strerror}): name a new folder") from None
    if holds_something:
        raise BackupError(f"{folder} is not empty: name a new folder for each backup")


def dump(url: str, folder: Path, tools: Tools, origin: Origin) -> Manifest:
    """Writes the database as it is at one moment, while others go on writing."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot, taken_at = _row(connection, "select pg_export_snapshot(), now()")
        heads = [Head(*row) for row in connection.execute(HEADS).fetchall()]
        epoch = _row(connection, EPOCH)[0]
        migrations = [name for (name,) in connection.execute(MIGRATIONS).fetchall()]
        version = str(connection.info.parameter_status("server_version")).split()[0]
        file = folder / DUMP
        run(tools, tools.dump, url, ["--format=custom", f"--snapshot={snapshot}", f"--file={file}"])
    file.chmod(0o600)
    return Manifest(
        taken_at=taken_at,
        origin=origin,
        postgresql=version,
        migrations=migrations,
        epoch=epoch,
        heads=heads,
        files={DUMP: digest(file)},
    )


def seal(folder: Path, manifest: Manifest) -> None:
    """From here on the folder is a backup."""
    draft = folder / f"{MANIFEST}.new"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    for entry in [*(folder / name for name in manifest.files), draft]:
        _sync(entry)
    draft.replace(folder / MANIFEST)
    _sync(folder)


def read(folder: Path) -> Manifest:
    """The manifest, once every file that it names is as it was written."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError:
        raise BackupError(f"{folder} holds no backup: it has no {MANIFEST}, as one that was not finished") from None
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError:
        raise BackupError(f"{folder / MANIFEST} cannot be read: take another backup") from None
    if manifest.format != FORMAT:
        raise BackupError(f"{folder} has the format {manifest.format}: restore it with the version that made it")
    for problem in damages(folder, manifest.files):
        raise BackupError(f"{folder} is damaged, {problem}: take another backup")
    return manifest


def damages(folder: Path, files: Mapping[str, File]) -> Iterable[str]:
    for name, wanted in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            yield f"the manifest names {name}, which lies elsewhere"
        elif not path.is_file():
            yield f"{name} is missing"
        elif digest(path) != wanted:
            yield f"{name} is not what was written"


def digest(path: Path) -> File:
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
            size += len(chunk)
    return File(found.hexdigest(), size)


def run(tools: Tools, program: str, url: str, arguments: Sequence[str]) -> None:
    """The password is not among the arguments, which other users of the machine can read."""
    parameters = conninfo_to_dict(url)
    environ = dict(tools.environ)
    if password := parameters.pop("password", None):
        environ["PGPASSWORD"] = str(password)
    command = [program, f"--dbname={make_conninfo('', **parameters)}", *arguments]
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise BackupError(f"{program} cannot be run ({error.strerror}): install the client of PostgreSQL") from None
    if done.returncode:
        # The last line only: those before it may quote rows.
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise BackupError(f"{Path(program).name} failed: {said}")


def _row(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise BackupError("The database holds no event store: run `recut migrate`, or set another RECUT_DATABASE_URL")
    return tuple(row)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
