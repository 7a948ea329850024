"""Digests of rows: equal for equal rows in any order, and never for others; snapshots stand still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from projections import digest, install, schemas
from projections.db import Connection, connect
from projections.registry import CHARACTERS


@pytest.fixture
def conn(fresh_database: str) -> Iterator[Connection]:
    with connect(fresh_database) as conn:
        for schema in ("here", "there"):
            conn.execute(f"create schema {schema}".encode())
            conn.execute(f"create table {schema}.t (id int primary key, name text, at timestamptz)".encode())
        yield conn


def put(conn: Connection, schema: str, *rows: tuple[int, str | None]) -> None:
    for row in rows:
        conn.execute(f"insert into {schema}.t values (%s, %s, '2026-11-01T12:00Z')".encode(), row)


def test_the_order_does_not_matter_nor_the_time_zone_of_who_asks(conn: Connection) -> None:
    put(conn, "here", (1, "a"), (2, None), (3, "c"))
    put(conn, "there", (3, "c"), (1, "a"), (2, None))
    here = digest.digest(conn, "here")
    conn.execute("set timezone = 'Asia/Tokyo'")
    there = digest.digest(conn, "there")
    assert here == there
    assert here.rows == 3
    assert here.sha256 == there.sha256
    assert digest.differences(here, there) == []


@pytest.mark.parametrize(
    "rows", [[(1, "a")], [(1, "a"), (2, "c")], [(1, "a"), (2, "b"), (3, None)], [(1, "b"), (2, "a")]]
)
def test_other_rows_have_another_digest(conn: Connection, rows: list[tuple[int, str | None]]) -> None:
    put(conn, "here", (1, "a"), (2, "b"))
    put(conn, "there", *rows)
    here, there = digest.digest(conn, "here"), digest.digest(conn, "there")
    assert here.sha256 != there.sha256
    assert digest.differences(here, there) == [f"t: 2 and {len(rows)} rows"]


def test_a_missing_table_is_a_difference(conn: Connection) -> None:
    here = digest.digest(conn, "here")
    conn.execute("drop table there.t")
    assert digest.differences(here, digest.digest(conn, "there")) == ["t: 0 and no rows"]


def test_checkpoints_and_dead_letters_do_not_count(conn: Connection) -> None:
    install.create(conn, CHARACTERS, "one")
    before = digest.digest(conn, "one")
    conn.execute("insert into one.checkpoints values ('video', 0, 'e', 1, now(), null)")
    conn.execute("insert into one.attempts values ('video', 0, 1, 1)")
    assert digest.digest(conn, "one") == before


def test_a_snapshot_stands_still(conn: Connection, fresh_database: str) -> None:
    put(conn, "here", (1, "a"))
    with connect(fresh_database) as reader:
        with digest.snapshot(reader):
            put(conn, "here", (2, "b"))
            inside = digest.digest(reader, "here").rows
        assert (inside, digest.digest(reader, "here").rows) == (1, 2)


def test_schemas_of_a_model_are_known_by_their_version(conn: Connection) -> None:
    for name in ("characters_v1", "characters_v1_old", "characters_v12_next", "characters_state", "characters_v1_mine"):
        conn.execute(f"create schema {name}".encode())
    assert schemas.versions(conn, CHARACTERS) == {
        "characters_v1": 1, "characters_v12_next": 12, "characters_v1_old": 1,
    }  # fmt: skip


def test_a_schema_that_somebody_reads_is_not_waited_for_for_ever(
    conn: Connection, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "DROP_PATIENCE", "50ms")
    with connect(fresh_database) as reader:
        with reader.transaction():
            reader.execute("select * from here.t")
            with pytest.raises(schemas.InUse, match="try again"):
                schemas.drop(conn, "here")
        schemas.drop(conn, "here")
    assert not schemas.exists(conn, "here")
