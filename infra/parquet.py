"""Events as Parquet: one row an event, in folders `dt=<day>/type=<wire name>/`, texts in their sealed form.

The same rows give the same bytes, under the same version of pyarrow.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from infra.log_ranges import Row

ROWS_OF_GROUP: Final = 20_000
ROWS_OF_FILE: Final = 1_000_000
CHUNK_BYTES: Final = 1 << 20


class MissingPackage(Exception):
    """Parquet is an extra that is not installed."""

    def __init__(self) -> None:
        super().__init__("Parquet needs the `pyarrow` package: install recut[parquet]")


class File(msgspec.Struct, frozen=True):
    """`path` is relative to the folder of the export."""

    path: str
    rows: int
    bytes: int
    sha256: str


def _pyarrow() -> tuple[Any, Any]:
    """Loaded by who exports: no other process needs it."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingPackage from error
    return pyarrow, pyarrow.parquet


def version() -> str:
    return f"pyarrow {_pyarrow()[0].__version__}"


class Writer:
    """Writes rows that come sorted by day and type, and holds one group in memory. `files` is what was written."""

    def __init__(self, folder: Path) -> None:
        self._arrow, self._parquet = _pyarrow()
        self._schema = _schema(self._arrow)
        self._folder = folder
        self._place: tuple[date, str] | None = None
        self._rows: list[Sequence[Any]] = []
        self._file: Any = None
        self._path = Path()
        self._written = 0
        self._number = 0
        self.files: list[File] = []

    def write(self, day: date, rows: Iterable[tuple[Row, str]]) -> None:
        """`rows`: as `infra/log_ranges.py` reads them, each with its epoch."""
        for row, epoch in rows:
            if (day, row[0]) != self._place:
                self._begin(day, row[0])
            self._rows.append((*row[1:], epoch))
            if len(self._rows) == ROWS_OF_GROUP:
                self._flush()

    def close(self) -> None:
        self._finish()
        self._place = None

    def _begin(self, day: date, type_: str) -> None:
        self._finish()
        self._place, self._number = (day, type_), 0

    def _flush(self) -> None:
        if not self._rows:
            return
        if self._file is None:
            self._open()
        columns = [
            self._arrow.array(column, field.type)
            for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._file.write_table(
            self._arrow.Table.from_arrays(columns, schema=self._schema), row_group_size=ROWS_OF_GROUP
        )
        self._written += len(self._rows)
        self._rows = []
        if self._written >= ROWS_OF_FILE:
            self._finish()

    def _open(self) -> None:
        assert self._place is not None
        day, type_ = self._place
        self._path = self._folder / f"dt={day}" / f"type={type_}" / f"part-{self._number:04}.parquet"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._parquet.ParquetWriter(self._path, self._schema, compression="zstd", compression_level=6)
        self._number += 1

    def _finish(self) -> None:
        self._flush()
        if self._file is None:
            return
        self._file.close()
        size, digest = _digest(self._path)
        self.files.append(File(self._path.relative_to(self._folder).as_posix(), self._written, size, digest))
        self._file, self._written = None, 0


def _schema(arrow: Any) -> Any:
    """What is not in the names of the folders. `data` is the event's JSON."""
    time, word = arrow.timestamp("us", tz="UTC"), arrow.string()
    return arrow.schema(
        [
            ("category", word), ("shard", arrow.int32()), ("position", arrow.int64()), ("event_id", word),
            ("stream", word), ("version", arrow.int32()), ("occurred_at", time), ("recorded_at", time), ("actor", word),
            ("causation", word), ("correlation", word), ("traceparent", word), ("data", word), ("epoch", word),
        ]
    )  # fmt: skip


def _digest(path: Path) -> tuple[int, str]:
    """Of a file that is on the disk from here on."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
        os.fsync(file.fileno())
        return file.tell(), digest.hexdigest()
