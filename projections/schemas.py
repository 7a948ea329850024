"""The schemas that a read model has beside its live one, and how they change places.

<name>_v<N>       what the queries of this version read
<name>_v<N>_next  is being filled, to take its place
<name>_v<N>_old   what it took the place of, for going back
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from projections.db import Connection
from projections.model import ReadModel, lock_of

NEXT: Final = "_next"
OLD: Final = "_old"
# So long may a drop wait for readers, who wait behind it.
DROP_PATIENCE: Final = "2s"
DROP_TRIES: Final = 5


class InUse(Exception):
    """Another process is filling the schema, or readers do not let go of it: try again later."""


def exists(conn: Connection, schema: str) -> bool:
    return conn.execute("select from pg_namespace where nspname = %s", [schema]).fetchone() is not None


def tables(conn: Connection, schema: str) -> list[str]:
    query = "select tablename::text from pg_tables where schemaname = %s order by 1"
    return [name for (name,) in conn.execute(query, [schema])]


def is_empty(conn: Connection, schema: str) -> bool:
    """Whether nothing was ever applied to it, or it is not there."""
    if not exists(conn, schema):
        return True
    query = sql.SQL("select from {}.checkpoints limit 1").format(sql.Identifier(schema))
    return conn.execute(query).fetchone() is None


def parked(conn: Connection, schema: str) -> int:
    return _count(conn, sql.SQL("select count(*) from {}.dead_letters").format(sql.Identifier(schema)))


def versions(conn: Connection, model: ReadModel) -> dict[str, int]:
    """All schemas of the model, whoever's, with the version of each; the live one of this version included."""
    pattern = rf"^{re.escape(model.name)}_v([0-9]+)({NEXT}|{OLD})?$"
    found = conn.execute("select nspname::text from pg_namespace where nspname ~ %s order by 1", [pattern])
    return {name: int(re.findall(pattern, name)[0][0]) for (name,) in found}


def hurry(conn: Connection) -> None:
    """For filling a schema that nobody reads yet: what a crash of the server takes from it is filled again. Statements
    are many and short, too short to be compiled."""
    settings = ("synchronous_commit = off", "jit = off", "work_mem = '64MB'", "maintenance_work_mem = '256MB'")
    for setting in settings:
        conn.execute(f"set {setting}".encode())


@contextmanager
def filling(conn: Connection, schema: str) -> Iterator[None]:
    """One process at a time fills a schema: it may be dropped and made anew. Raises `InUse`."""
    key = lock_of(f"{schema} is being filled")
    row = conn.execute("select pg_try_advisory_lock(%s)", [key]).fetchone()
    if not (row and row[0]):
        raise InUse(f"{schema} is being filled by another process: wait for it, or stop it")
    try:
        yield
    finally:
        conn.execute("select pg_advisory_unlock(%s)", [key])


@contextmanager
def held(conn: Connection, schema: str) -> Iterator[None]:
    """Nobody else writes the schema meanwhile. `checkpoint.run` on this connection does."""
    conn.execute("select pg_advisory_lock(%s)", [lock_of(schema)])
    try:
        yield
    finally:
        conn.execute("select pg_advisory_unlock(%s)", [lock_of(schema)])


def lock(conn: Connection, *schemas: str) -> None:
    """For the rest of the transaction. The live one first, always: so nobody waits in a circle."""
    for schema in schemas:
        conn.execute("select pg_advisory_xact_lock(%s)", [lock_of(schema)])


def rename(conn: Connection, schema: str, name: str) -> None:
    """Statements that were prepared follow; those that run go on where they are."""
    conn.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(schema), sql.Identifier(name)))


def drop(conn: Connection, schema: str) -> None:
    """Raises `InUse`."""
    query = sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema))
    for _ in range(DROP_TRIES):
        try:
            with conn.transaction():
                conn.execute("select set_config('lock_timeout', %s, true)", [DROP_PATIENCE])
                conn.execute(query)
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            continue
    raise InUse(f"{schema} cannot be dropped, as somebody reads it: try again")


def settle(conn: Connection, schema: str, how: LiteralString = "vacuum (analyze)") -> None:
    """What many rows were written to is planned by what it holds now. Outside of any transaction."""
    for table in tables(conn, schema):
        conn.execute(sql.SQL("{} {}").format(sql.SQL(how), sql.Identifier(schema, table)))


def sketch(conn: Connection, schema: str) -> None:
    """A look at what was written so far, so that what follows is not planned for empty tables. A small sample will do:
    it costs a twentieth, and the tables are settled when they are full."""
    with conn.transaction():
        conn.execute("set local default_statistics_target = 5")
        settle(conn, schema, "analyze")


def note(conn: Connection, schema: str, text: str) -> None:
    conn.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(text)))


def noted(conn: Connection, schema: str) -> str:
    query = "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s"
    row = conn.execute(query, [schema]).fetchone()
    return (row[0] or "") if row else ""


def size(conn: Connection, schemas: Sequence[str]) -> int:
    """Bytes on disk, indexes included."""
    query = (
        "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(%s) and c.relkind = 'r'"
    )
    row = conn.execute(query, [list(schemas)]).fetchone()
    return int(row[0]) if row else 0


def _count(conn: Connection, query: sql.Composed) -> int:
    row = conn.execute(query).fetchone()
    return int(row[0]) if row else 0
