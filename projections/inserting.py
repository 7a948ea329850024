"""New rows written by COPY, which costs PostgreSQL a third of what an `insert` costs.

COPY knows no conflicts: it is for rows that cannot be there yet, as what follows from an event that is applied once. A
row that is there all the same is the fault of its event, as any other violated constraint. A few rows go as one
statement, which is one journey to the server instead of two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, TypeVar, get_args, get_type_hints

import msgspec
from psycopg import sql

from projections.db import Connection

FEW: Final = 100
NULL: Final = "\\N"
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_QUOTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})
Column = Sequence[Any]


class Insert:
    """Rows of one table. `fields`: the names of its columns with their Python types, in the order of the values."""

    def __init__(self, table: LiteralString, fields: Mapping[str, Any]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, fields))
        parts = {"table": sql.Identifier(table), "names": names}
        self._copy = sql.SQL("copy {table} ({names}) from stdin").format(**parts).as_bytes()
        self._insert = (
            sql.SQL(
                "insert into {table} ({names}) select {names} from json_populate_recordset(null::{table}, %s::json)"
            )
            .format(**parts)
            .as_bytes()
        )
        self._names = tuple(fields)
        self._writers = [_writer(kind) for kind in fields.values()]

    def __call__(self, conn: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """In the order of the table's key they are written fastest."""
        listed = list(rows)
        if len(listed) >= FEW:
            with conn.cursor() as cursor, cursor.copy(self._copy) as copying:
                copying.write(self._text(listed))
        elif listed:
            objects = [dict(zip(self._names, row, strict=True)) for row in listed]
            conn.execute(self._insert, [msgspec.json.encode(objects).decode()])

    def _text(self, rows: Sequence[tuple[Any, ...]]) -> str:
        """As COPY reads it: a line for each row, tabs between its values."""
        columns = [write(column) for write, column in zip(self._writers, zip(*rows, strict=True), strict=True)]
        return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


R = TypeVar("R", bound=msgspec.Struct)


def insert_of(table: LiteralString, row: type[R]) -> Callable[[Connection, Iterable[R]], None]:
    """For rows whose fields are the table's columns."""
    insert = Insert(table, get_type_hints(row))
    return lambda conn, rows: insert(conn, map(msgspec.structs.astuple, rows))


def _writer(kind: Any) -> Callable[[Column], Iterable[str]]:
    options = [option for option in get_args(kind) if option is not type(None)]
    if type(None) in get_args(kind):
        write = _writer(options[0])
        return lambda column: _nullable(write, column)
    if kind is str:
        return _escaped
    if kind in (int, float, bool, datetime):
        return lambda column: map(str, column)
    if options == [str] or options == [str, ...]:
        return lambda column: _escaped(list(map(_array, column)))
    return lambda column: _escaped([msgspec.json.encode(value).decode() for value in column])


def _nullable(write: Callable[[Column], Iterable[str]], column: Column) -> Iterable[str]:
    if None not in column:
        return write(column)
    written = iter(write([value for value in column if value is not None]))
    return [NULL if value is None else next(written) for value in column]


def _escaped(column: Sequence[str]) -> Sequence[str]:
    together = "".join(column)
    if not any(sign in together for sign in "\\\t\n\r"):
        return column
    return [value.translate(_ESCAPED) for value in column]


def _array(items: Sequence[str]) -> str:
    quoted = ",".join([f'"{item.translate(_QUOTED)}"' for item in items])
    return f"{{{quoted}}}"
