"""Is a text anywhere at all? Every row, record, object and file is read, as whoever had stolen them would read them.

What is found is told by its place, never with what stands around it.
"""

from __future__ import annotations

import asyncio
import errno
import os
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import msgspec
from psycopg import sql

from infra.kafka import KafkaAdmin
from infra.kafka_reader import KafkaReader, StoredRecord
from infra.needles import Needles
from infra.objects import Objects
from infra.postgres import Connection, connect

CHUNK_BYTES: Final = 4 * 2**20
ZIP: Final = b"PK\x03\x04"
COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\x00"
COPY_HEADER_BYTES: Final = 19

TABLES: Final = """
    select nspname, relname,
        array(select attname from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
              order by attnum)::text[]
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'm') and nspname !~ '^(pg_|information_schema$)'
    order by nspname, relname
"""
# Samples of values that the planner keeps, of rows that are gone, too.
STATISTICS: Final = sql.SQL(
    "select tablename, attname, most_common_vals::text, histogram_bounds::text, most_common_elems::text from pg_stats"
)


class Find(msgspec.Struct, frozen=True):
    """`form` is how the text lies there: text, json, base64, hex, utf-16."""

    place: str
    form: str


class Scan(msgspec.Struct):
    """What was searched, what was found, and what could not be read and so proves nothing."""

    tables: int = 0
    rows: int = 0
    topics: int = 0
    records: int = 0
    objects: int = 0
    files: int = 0
    bytes: int = 0
    found: list[Find] = []
    unread: list[str] = []

    @property
    def clean(self) -> bool:
        return not self.found and not self.unread

    @property
    def lines(self) -> list[str]:
        return [
            f"searched {self.tables} tables with {self.rows} rows, {self.topics} topics with {self.records} records, "
            f"{self.objects} objects, {self.files} files: {self.bytes / 1e6:.1f} MB",
            *(f"found as {find.form}: {find.place}" for find in self.found),
            *(f"could not be read: {place}" for place in self.unread),
            *([] if self.found else ["The text is nowhere." if self.clean else "The text is nowhere else."]),
        ]


class Scanner:
    def __init__(self, text: str) -> None:
        self._needles = Needles(text)
        self.scan = Scan()

    async def database(self, url: str) -> None:
        """Every table of every schema but the system's own, by all columns, in their binary form."""
        connection = await connect(url)
        async with connection:
            cursor = await connection.execute(TABLES.encode())
            for schema, table, columns in await cursor.fetchall():
                await self._table(connection, schema, table, columns)
            columns = ["table", "column", "most_common_vals", "histogram_bounds", "most_common_elems"]
            await self._rows(connection, STATISTICS, "pg_stats", columns)

    async def _table(self, connection: Connection, schema: str, table: str, columns: list[str]) -> None:
        query = sql.SQL("select ctid, {} from {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, table)
        )
        await self._rows(connection, query, f"{schema}.{table}", ["ctid", *columns])
        self.scan.tables += 1

    async def _rows(self, connection: Connection, query: sql.Composable, name: str, columns: list[str]) -> None:
        statement = sql.SQL("copy ({}) to stdout (format binary)").format(query)
        async with connection.cursor() as cursor, cursor.copy(statement) as copy:
            async for message in copy:
                row = bytes(message)
                row = row[COPY_HEADER_BYTES:] if row.startswith(COPY_HEADER) else row
                if len(row) > 2:  # neither header alone nor end
                    self.scan.rows += 1
                    self._row(name, columns, row)

    def _row(self, name: str, columns: list[str], row: bytes) -> None:
        self.scan.bytes += len(row)
        if self._needles.forms_in(row):
            for column, value in zip(columns, _values(row), strict=True):
                self._note(f"database, {name}.{column}{_place_of(columns, row)}", value)

    async def kafka(self, servers: str, prefix: str) -> None:
        """Every record of every topic of ours: key, value and headers."""
        topics = await asyncio.to_thread(KafkaAdmin(servers).partitions)
        ours = sorted(topic for topic in topics if topic.startswith(f"{prefix}."))
        reader = KafkaReader(servers)
        for place, (begin, end) in (await reader.bounds(ours)).items():
            async for batch in reader.read(place, begin, end):
                for record in batch:
                    self._record(f"kafka, {place[0]}/{place[1]} at {record.offset}", record)
        self.scan.topics += len(ours)

    def _record(self, place: str, record: StoredRecord) -> None:
        self.scan.records += 1
        parts = [("key", record.key or b""), ("value", record.value or b"")]
        parts += [(f"header {name}", name.encode() + b"\0" + (value or b"")) for name, value in record.headers]
        for part, data in parts:
            self.scan.bytes += len(data)
            self._note(f"{place}, {part}", data)

    async def objects(self, objects: Objects) -> None:
        async for key in objects.keys(""):
            self._note(f"object {key}, its name", key.encode())
            with tempfile.TemporaryFile() as copy:
                try:
                    async for chunk in objects.stream(key):
                        copy.write(chunk)
                    copy.flush()  # what is in the buffer is a hole to the file system
                except FileNotFoundError:
                    continue  # deleted meanwhile
                await asyncio.to_thread(self._stream, f"object {key}", copy)
            self.scan.objects += 1

    def folder(self, root: Path, *, but: Path | None = None) -> None:
        """Every file below `root`, its name too; not what lies below `but`."""
        for folder, names, files in os.walk(root):
            names[:] = sorted(name for name in names if but is None or Path(folder, name) != but)
            for name in sorted(files):
                path = Path(folder, name)
                if path.is_file() and not path.is_symlink():
                    self._file(path, f"file {path.relative_to(root)}")

    def _file(self, path: Path, place: str) -> None:
        try:
            with path.open("rb") as file:
                self._note(f"{place}, its name", path.name.encode())
                self._stream(place, file)
        except FileNotFoundError:
            return  # a server has tidied up
        except OSError as error:
            self.scan.unread.append(f"{place} ({error.strerror})")
            return
        self.scan.files += 1

    def _stream(self, place: str, file: IO[bytes]) -> None:
        """A file by its pieces, and what is packed in it."""
        forms: dict[str, None] = {}
        for piece in _pieces(file, self._needles.overlap):
            self.scan.bytes += len(piece)
            forms.update(dict.fromkeys(self._needles.forms_in(piece)))
        self.scan.found += [Find(place, form) for form in forms]
        file.seek(0)
        if file.read(len(ZIP)) == ZIP:
            self._zip(place, file)

    def _zip(self, place: str, file: IO[bytes]) -> None:
        try:
            with zipfile.ZipFile(file) as archive:
                for entry in archive.infolist():
                    self._note(f"{place}, name of an entry", entry.filename.encode())
                    with archive.open(entry) as packed:
                        self._stream(f"{place}, entry {entry.filename}", packed)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            self.scan.unread.append(f"{place} ({type(error).__name__})")

    def _note(self, place: str, data: bytes) -> None:
        self.scan.found += [Find(place, form) for form in self._needles.forms_in(data)]


def _values(row: bytes) -> Iterator[bytes]:
    """Of the binary format of COPY: a count, then each value behind its length."""
    (count,), at = struct.unpack_from("!h", row), 2
    for _ in range(count):
        (size,) = struct.unpack_from("!i", row, at)
        at += 4
        yield row[at : at + max(size, 0)]
        at += max(size, 0)


def _place_of(columns: list[str], row: bytes) -> str:
    if columns[0] != "ctid":
        return ""
    block, line = struct.unpack("!IH", next(_values(row)))
    return f", row ({block},{line})"


def _pieces(file: IO[bytes], overlap: int) -> Iterator[bytes]:
    """Each begins with the end of the one before. Holes, of which Kafka's indexes are made, hold nothing."""
    tail, at = b"", 0
    while (at := _next_data(file, at)) >= 0:
        file.seek(at)
        chunk = file.read(CHUNK_BYTES)
        if not chunk:
            return
        yield tail + chunk
        tail, at = (tail + chunk)[-overlap:], at + len(chunk)


def _next_data(file: IO[bytes], at: int) -> int:
    """Where the next bytes that were ever written begin; -1 = there are none."""
    if isinstance(file, zipfile.ZipExtFile):
        return at
    try:
        return os.lseek(file.fileno(), at, os.SEEK_DATA)
    except OSError as error:
        return -1 if error.errno == errno.ENXIO else at  # nothing behind; or the file system knows no holes
