"""`recut export`: a part of the log as Parquet files, with a manifest that proves what they hold."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import psycopg

from infra import log_ranges, parquet
from infra.parquet import File
from recut.errors import OperatorError
from recut.local.status import recut_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.log_ranges import Connection, Log, Vector

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"


class Range(msgspec.Struct, frozen=True):
    """A log from position `first` to `last`, both included: nothing is missing between them."""

    category: str
    shard: int
    first: int
    last: int
    events: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Says nothing about when or where it was made, so that the same part of the same log gives the same file.
    `recorded_from` and `recorded_to` are what was asked for; `logs` is what it came to."""

    format: int = FORMAT
    recut: str
    writer: str
    epoch: str
    recorded_from: datetime | None
    recorded_to: datetime | None
    events: int
    types: dict[str, int]
    logs: list[Range]
    files: list[File]


def export(url: str, start: str | None, end: str | None, folder: Path) -> Manifest:
    """Writes what was recorded from `start` on and before `end`; without them, from the beginning and up to now. The
    folder is there when it is complete, and not before."""
    begins, ends = moment(start, "--from"), moment(end, "--to")
    with _told(), _connected(url) as connection, _draft(folder) as draft:
        for time, option in ((begins, "--from"), (ends, "--to")):
            if time and not log_ranges.has_passed(connection, time):
                raise OperatorError(f"{option} lies in the future, where more will happen: name a time that has passed")
        with _snapshot(connection):
            manifest = write(connection, begins, ends, draft)
        content = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
        (draft / MANIFEST).write_bytes(content)
    return manifest


def write(connection: Connection, start: datetime | None, end: datetime | None, folder: Path) -> Manifest:
    until: Vector = log_ranges.heads(connection)
    until = log_ranges.reached(connection, until, end) if end else until
    after: Vector = log_ranges.reached(connection, until, start) if start else {}
    writer, owners = parquet.Writer(folder), log_ranges.epochs(connection)
    seen: Counter[Log] = Counter()
    types: Counter[str] = Counter()
    for day, begin, stop in log_ranges.days(connection, after, until):
        for rows in log_ranges.read(connection, begin, stop):
            seen.update((row[1], row[2]) for row in rows)
            types.update(row[0] for row in rows)
            writer.write(day, ((row, owners.owner(row[1], row[2], row[3])) for row in rows))
    writer.close()
    return Manifest(
        recut=recut_version(),
        writer=parquet.version(),
        epoch=owners.current,
        recorded_from=start,
        recorded_to=end,
        events=seen.total(),
        types=dict(sorted(types.items())),
        logs=_ranges(after, until, seen),
        files=writer.files,
    )


def _ranges(after: Vector, until: Vector, seen: Counter[Log]) -> list[Range]:
    ranges = [
        Range(*log, after.get(log, 0) + 1, last, seen[log])
        for log, last in sorted(until.items())
        if last > after.get(log, 0)
    ]
    for each in ranges:
        if each.events != each.last - each.first + 1:
            raise OperatorError(
                f"The log {each.category}/{each.shard} has a hole between {each.first} and {each.last}: "
                "run `recut audit`, and restore a backup"
            )
    return ranges


def moment(text: str | None, option: str) -> datetime | None:
    """A date means its beginning in UTC; a time says its zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        is_date = date.fromisoformat(text[:10]) and len(text) == len("2026-11-01")
    except ValueError:
        raise OperatorError(f"{option} is a date or a time, as in 2026-11-01 or 2026-11-01T12:00Z") from None
    if found.tzinfo is None and not is_date:
        raise OperatorError(f"{option} needs its zone, as in 2026-11-01T12:00Z")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def describe(manifest: Manifest, folder: Path) -> str:
    size = sum(file.bytes for file in manifest.files)
    return (
        f"{manifest.events} events of {len(manifest.logs)} logs and {len(manifest.types)} types, "
        f"{len(manifest.files)} files, {size / 1e6:.1f} MB: {folder}"
    )


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """Days begin in UTC."""
    zone = "-c timezone=UTC"
    with psycopg.connect(url, autocommit=True, application_name="recut export", options=zone) as connection:
        yield connection


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """One for the whole export."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        yield


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its name in the end. What is in the wanted one is never mixed."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OperatorError(f"{folder} is not empty: name a new folder for each export")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield draft
        _sync(draft / MANIFEST)
        _sync(draft)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sync(entry: Path) -> None:
    descriptor = os.open(entry, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except parquet.MissingPackage as error:
        raise OperatorError(str(error)) from error
    except psycopg.OperationalError as error:
        raise OperatorError(f"The database does not do what it should ({type(error).__name__}): try again") from error
    except OSError as error:
        raise OperatorError(f"A file could not be written ({error.strerror}): name another folder") from error
