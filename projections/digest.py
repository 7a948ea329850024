"""Rows as a number: equal for equal rows, in whatever order they lie. So two fills can be compared without either."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import msgspec
from psycopg import sql

from projections import schemas
from projections.db import Connection

# What is not derived from the events: how they came, and which of them were refused.
BESIDE: Final = ("checkpoints", "dead_letters", "attempts")


class TableDigest(msgspec.Struct, frozen=True):
    rows: int
    digest: str


class Digest(msgspec.Struct, frozen=True):
    tables: dict[str, TableDigest]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def sha256(self) -> str:
        told = [f"{name} {table.rows} {table.digest}" for name, table in sorted(self.tables.items())]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def digest(conn: Connection, schema: str) -> Digest:
    """Of every table that `apply` fills. To compare two schemas, ask in one `snapshot`."""
    names = [name for name in schemas.tables(conn, schema) if name not in BESIDE]
    with conn.transaction():
        _speak_plainly(conn)
        return Digest({name: _table(conn, schema, name) for name in names})


def differences(here: Digest, there: Digest) -> list[str]:
    """The tables whose rows differ, each with a few words."""
    return [
        f"{name}: {_rows(here.tables, name)} and {_rows(there.tables, name)} rows"
        for name in sorted(here.tables.keys() | there.tables.keys())
        if here.tables.get(name) != there.tables.get(name)
    ]


@contextmanager
def snapshot(conn: Connection) -> Iterator[None]:
    """Everything that is read inside is as it was when this began, whoever writes meanwhile."""
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.execute("select 1")  # the snapshot is taken by the first question
        yield


def _rows(tables: Mapping[str, TableDigest], name: str) -> str:
    return str(tables[name].rows) if name in tables else "no"


def _speak_plainly(conn: Connection) -> None:
    """The same text for the same value, wherever it is asked."""
    plain = {"timezone": "UTC", "datestyle": "ISO", "extra_float_digits": "1", "bytea_output": "hex"}
    for setting in plain.items():
        conn.execute("select set_config(%s, %s, true)", setting)


def _table(conn: Connection, schema: str, table: str) -> TableDigest:
    row = conn.execute(sql.SQL(_DIGEST).format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return TableDigest(row[0], f"{int(row[1]) % 2**64:016x}{int(row[2]) % 2**64:016x}")


# The sum of a 128-bit digest of each row: the order does not matter, nothing is sorted or gathered in memory.
_DIGEST: Final = """
    select count(*), coalesce(sum(('x' || substr(row_digest, 1, 16))::bit(64)::bigint), 0),
        coalesce(sum(('x' || substr(row_digest, 17, 16))::bit(64)::bigint), 0)
    from (select md5(t::text) as row_digest from {} as t) as digests
"""
