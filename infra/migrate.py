"""Brings a database to the schema that this code needs. Safe to run from several processes at once.

Files are `NNNN_{pre,post}_name.sql`: `pre` runs before new code starts and must suit the old code too, `post` may run
once no old code is left. An applied file never changes again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from domain.catalog import CATEGORIES

Connection = psycopg.Connection[tuple[Any, ...]]

PHASES: Final = ("pre", "post")
NAME: Final = re.compile(r"\d{4}_(pre|post)_\w+\.sql")
# Any fixed number: whoever changes the schema holds it.
LOCK: Final = 0x5245435554
SINGLE: Final = frozenset({"platform"})  # categories whose events have one order

TABLE: Final = """
    create table if not exists public.recut_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
    )
"""


class MigrationError(Exception):
    """One sentence that tells the operator what does not fit."""


def migrate(url: str, phases: Sequence[str] = PHASES) -> list[str]:
    """Applies what is missing, in order of names, each file in a transaction of its own; returns what it applied."""
    with _locked(url) as connection:
        connection.execute(TABLE)
        applied = dict(connection.execute("select name, checksum from public.recut_migrations").fetchall())
        return [name for name, script in scripts(phases) if _apply(connection, name, script, applied.get(name))]


def scripts(phases: Sequence[str] = PHASES) -> list[tuple[str, str]]:
    """(name, SQL) of the migrations of these phases, in order."""
    folder = files("infra") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    matches = [match for name in names if (match := NAME.fullmatch(name))]
    if len(matches) != len(names):
        raise MigrationError(
            f"A file in infra/migrations is not named NNNN_pre_name.sql or NNNN_post_name.sql: {names}"
        )
    return [(match[0], (folder / match[0]).read_text("utf-8")) for match in matches if match[1] in phases]


def _apply(connection: Connection, name: str, script: str, known: str | None) -> bool:
    checksum = hashlib.sha256(script.encode()).hexdigest()
    if known is not None and known != checksum:
        raise MigrationError(
            f"Migration {name} was changed after it was applied to this database: restore the file, "
            f"and make the change in a new migration"
        )
    if known is None:
        with connection.transaction():
            connection.execute(script.encode())
            connection.execute("insert into public.recut_migrations (name, checksum) values (%s, %s)", (name, checksum))
    return known is None


def ensure_logs(url: str, shards: int, categories: Sequence[str] = CATEGORIES) -> None:
    """Gives each new category its logs. How many shards a category has is fixed at its birth: with another number,
    streams would move to other logs and lose their order, so it is refused."""
    with _locked(url) as connection, connection.transaction():
        known = dict(connection.execute("select category, count(*) from log.logs group by category").fetchall())
        for category in categories:
            wanted = 1 if category in SINGLE else shards
            if category not in known:
                _create_logs(connection, category, wanted)
            elif known[category] != wanted:
                raise MigrationError(
                    f"Category {category} was created with {known[category]} shards and cannot have {wanted}: "
                    f"set RECUT_SHARDS to {known[category]}"
                )


def _create_logs(connection: Connection, category: str, shards: int) -> None:
    connection.execute(
        "insert into log.logs (category, shard) select %s, generate_series(0, %s - 1)", (category, shards)
    )
    connection.execute(
        "insert into log.epochs (epoch, category, shard, first_position) select %s, category, shard, 1 "
        "from log.logs where category = %s",
        (_epoch(connection), category),
    )


def _epoch(connection: Connection) -> UUID:
    row = connection.execute("select epoch from log.epochs order by started_at desc limit 1").fetchone()
    return row[0] if row else uuid4()


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        try:
            yield connection
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (LOCK,))
