"""Migrations and the birth of logs on a real database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from domain.catalog import CATEGORIES
from infra import migrate as module
from infra.migrate import MigrationError, ensure_logs, migrate, scripts
from tests.runtime import create_database, execute, with_database


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    name = f"empty_{time.monotonic_ns()}"
    create_database(postgres_url, name)
    yield with_database(postgres_url, name)
    execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_each_migration_is_applied_once(empty_database: str) -> None:
    assert migrate(empty_database) == [name for name, _ in scripts()]
    assert migrate(empty_database) == []


def test_processes_that_start_together_apply_each_once(empty_database: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        applied = list(threads.map(migrate, [empty_database] * 8))
    assert sorted(map(len, applied)) == [0] * 7 + [len(scripts())]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: ensure_logs(empty_database, 4), range(8)))
    assert rows(empty_database, "select count(*), count(distinct epoch) from log.epochs") == [(21, 1)]


def test_a_migration_that_was_changed_is_refused(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(empty_database)
    monkeypatch.setattr(module, "scripts", lambda phases: [(scripts()[0][0], "select 1")])
    with pytest.raises(MigrationError, match="was changed after it was applied"):
        migrate(empty_database)


def test_a_migration_that_fails_leaves_nothing(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [("0001_pre_a.sql", "create table a ()"), ("0002_pre_b.sql", "create table b (); select 1 / 0")]
    monkeypatch.setattr(module, "scripts", lambda phases: broken)
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty_database)
    names = rows(empty_database, "select tablename from pg_tables where schemaname = 'public' order by 1")
    assert names == [("a",), ("recut_migrations",)]
    assert rows(empty_database, "select name from public.recut_migrations") == [("0001_pre_a.sql",)]


def test_a_category_keeps_the_shards_of_its_birth(fresh_database: str) -> None:
    ensure_logs(fresh_database, 16)
    ensure_logs(fresh_database, 16)
    counts = rows(fresh_database, "select category, count(*) from log.logs group by 1 order by 1")
    assert counts == [(name, 1 if name == "platform" else 16) for name in CATEGORIES]
    with pytest.raises(MigrationError, match="set RECUT_SHARDS to 16"):
        ensure_logs(fresh_database, 8)


def test_a_new_category_joins_the_epoch(fresh_database: str) -> None:
    ensure_logs(fresh_database, 4)
    ensure_logs(fresh_database, 4, ["account", "moderation"])
    assert rows(fresh_database, "select count(*) from log.logs where category = 'moderation'") == [(4,)]
    assert rows(fresh_database, "select count(distinct epoch) from log.epochs") == [(1,)]
