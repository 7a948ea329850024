from __future__ import annotations

import psycopg
import pytest

from tests.runtime import execute


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_has_a_migrated_database_of_its_own(fresh_database: str, run: int) -> None:
    with psycopg.connect(fresh_database) as connection:
        row = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'").fetchone()
    assert row
    assert row[0] > 2, "nothing beside public and information_schema: the template was not migrated"
    execute(fresh_database, "CREATE TABLE mine ()")


def test_a_fresh_database_starts_without_what_others_made(fresh_database: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        execute(fresh_database, "TABLE mine")
