"""Connections, statements bound to a schema, and rows written as sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, LiteralString, TypeVar

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow, class_row

from projections.arrays import FastListDumper

Connection = psycopg.Connection[TupleRow]
AsyncConnection = psycopg.AsyncConnection[TupleRow]


def connect(url: str, *, idle_seconds: int = 0) -> Connection:
    """For one writer or for installing: transactions are begun explicitly. A process that falls asleep inside one loses
    it after `idle_seconds`, and with it the lock on which others wait; 0 for never."""
    options = f"-c idle_in_transaction_session_timeout={idle_seconds * 1000}" if idle_seconds else ""
    conn = psycopg.connect(url, autocommit=True, application_name="recut projection", options=options)
    conn.adapters.register_dumper(list, FastListDumper)
    return conn


def statement(text: LiteralString, **schemas: str) -> bytes:
    """`text` with each `{name}` replaced by the quoted name of a schema. Put together once: psycopg would do it again
    for every page."""
    return sql.SQL(text).format(**{name: sql.Identifier(schema) for name, schema in schemas.items()}).as_bytes()


def upsert(table: LiteralString, row: type[msgspec.Struct], key: tuple[str, ...]) -> sql.Composed:
    """Writes whole rows, given as one JSON array of objects with the fields of `row`, over those with the same key."""
    columns = [sql.Identifier(name) for name in row.__struct_fields__]
    rest = [sql.Identifier(name) for name in row.__struct_fields__ if name not in key]
    return sql.SQL(
        "insert into {table} ({columns}) select {columns} from json_populate_recordset(null::{table}, %s::json)"
        " on conflict ({key}) do update set {changes}"
    ).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(columns),
        key=sql.SQL(", ").join(map(sql.Identifier, key)),
        changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in rest),
    )


R = TypeVar("R", bound=msgspec.Struct)


def load_rows(
    conn: Connection, table: LiteralString, row: type[R], key: LiteralString, ids: Collection[str]
) -> list[R]:
    """The columns are named: a statement that is prepared for one schema must not mean another result in the next."""
    if not ids:
        return []
    fields = sql.SQL(", ").join(map(sql.Identifier, row.__struct_fields__))
    query = sql.SQL("select {} from {} where {} = any(%s)").format(fields, sql.Identifier(table), sql.Identifier(key))
    with conn.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(query, [sorted(ids)]).fetchall()


def write_rows(conn: Connection, upserting: sql.Composed, rows: Iterable[msgspec.Struct]) -> None:
    """In order of their keys, so that the same batch always takes the same locks in the same order."""
    listed = list(rows)
    if listed:
        conn.execute(upserting, [msgspec.json.encode(listed).decode()])


def add_counts(conn: Connection, table: LiteralString, deltas: Mapping[str, int]) -> None:
    """Adds to the counts of a table (id, count). A count of zero has no row: rows follow from what is counted alone."""
    changed = {key: delta for key, delta in sorted(deltas.items()) if delta}
    if not changed:
        return
    names = {"table": sql.Identifier(table)}
    conn.execute(
        sql.SQL(
            "insert into {table} (id, count) select * from unnest(%s::text[], %s::bigint[])"
            " on conflict (id) do update set count = {table}.count + excluded.count"
        ).format(**names),
        [list(changed), list(changed.values())],
    )
    lowered = [key for key, delta in changed.items() if delta < 0]
    conn.execute(sql.SQL("delete from {table} where id = any(%s) and count = 0").format(**names), [lowered])


def columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows turned into columns, as `unnest` wants them."""
    listed = list(rows)
    return [[row[i] for row in listed] for i in range(width)]
