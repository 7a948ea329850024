"""Creates the schemas of the read models that are not there yet, and brings what stands beside them to this version."""

from __future__ import annotations

from importlib.resources import files
from typing import Final, LiteralString

from psycopg import sql

from projections.db import Connection
from projections.model import ReadModel
from projections.registry import MODELS, STATES

_LOCK: Final = 7_305_061_122_460_741_991  # only that it is the same everywhere matters


def install(conn: Connection) -> None:
    """Harmless when repeated, and when two processes do it at once."""
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for model in MODELS:
            create(conn, model, model.schema)
        for name in STATES:
            _bring_up_to_date(conn, f"{name}_state", _read(name, "state.sql"))


def create(conn: Connection, model: ReadModel, schema: str, *, indexed: bool = True) -> None:
    """An empty `schema` for the model, unless it exists. What is to be filled first is not `indexed` yet."""
    scripts = [_read(model.name, "schema.sql"), _common()]
    with conn.transaction():
        _create(conn, schema, [*scripts, _indexes(model)] if indexed else scripts)


def index(conn: Connection, model: ReadModel, schema: str) -> None:
    """What the schema lacks of the indexes for queries. A sorted table's worth of them costs a part of what it costs to
    keep them row by row. Harmless when repeated."""
    with conn.transaction():
        conn.execute("select set_config('search_path', %s, true)", [schema])
        conn.execute(_indexes(model))


def create_bare(conn: Connection, schema: str) -> None:
    """A schema for a consumer without tables of its own: checkpoints and dead letters only."""
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        _create(conn, schema, [_common()])


def _create(conn: Connection, schema: str, scripts: list[bytes]) -> None:
    if not _exists(conn, schema):
        _run(conn, schema, scripts, "create schema {}")


def _bring_up_to_date(conn: Connection, schema: str, script: bytes) -> None:
    """State is never made anew, so its script runs every time, and each of its statements is harmless when repeated."""
    _run(conn, schema, [script], "create schema if not exists {}")


def _exists(conn: Connection, schema: str) -> bool:
    return conn.execute("select from pg_namespace where nspname = %s", [schema]).fetchone() is not None


def _run(conn: Connection, schema: str, scripts: list[bytes], create: LiteralString) -> None:
    conn.execute(sql.SQL(create).format(sql.Identifier(schema)))
    conn.execute("select set_config('search_path', %s, true)", [schema])
    for script in scripts:
        conn.execute(script)


def _indexes(model: ReadModel) -> bytes:
    """Those that `apply` does without; a model that has no such file needs all of its."""
    file = files(f"projections.{model.name}").joinpath("indexes.sql")
    return file.read_bytes() if file.is_file() else b""


def _read(name: str, file: str) -> bytes:
    return files(f"projections.{name}").joinpath(file).read_bytes()


def _common() -> bytes:
    return files("projections").joinpath("common.sql").read_bytes()
