"""Rows that are copied are the rows that were given, few or many, whatever the texts in them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
import pytest

from projections.db import Connection, connect
from projections.inserting import FEW, insert_of

TEXTS = [
    "",
    "plain",
    "tab\there",
    "line\nbreak",
    "return\rhere",
    "back\\slash",
    "\\N",
    "\\.",
    'a "quote"',
    "NULL",
    "é,{}",
]


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    text: str
    maybe: str | None
    number: float
    count: int | None
    is_so: bool
    at: datetime
    ended_at: datetime | None
    tags: Sequence[str]
    parts: tuple[str, ...]
    about: Any


@pytest.fixture
def conn(fresh_database: str) -> Any:
    with connect(fresh_database) as conn:
        conn.execute("set timezone = 'UTC'")
        conn.execute(
            "create temp table things (id int primary key, text text not null, maybe text, number float8, count bigint,"
            " is_so bool, at timestamptz, ended_at timestamptz, tags text[], parts text[], about jsonb)"
        )
        yield conn


def thing(number: int) -> Thing:
    text = TEXTS[number % len(TEXTS)]
    at = datetime(2026, 11, 1, 12, 0, 0, number, tzinfo=UTC)
    return Thing(
        id=number,
        text=text,
        maybe=text if number % 3 else None,
        number=number / 7,
        count=number if number % 2 else None,
        is_so=number % 2 == 0,
        at=at,
        ended_at=None if number % 5 else at,
        tags=TEXTS[: number % len(TEXTS)],
        parts=(text, text),
        about={text: [text, None, number]},
    )


@pytest.mark.parametrize("count", [1, FEW - 1, FEW, 5 * FEW])
def test_the_same_rows(conn: Connection, count: int) -> None:
    given = [thing(number) for number in range(count)]
    insert_of("things", Thing)(conn, given)
    rows = conn.execute(f"select {', '.join(Thing.__struct_fields__)} from things order by id".encode())
    assert list(map(plain, rows)) == list(map(plain, map(msgspec.structs.astuple, given)))


def plain(row: tuple[Any, ...]) -> Any:
    """Sequences of all kinds alike."""
    return msgspec.json.decode(msgspec.json.encode(row))


def test_no_rows(conn: Connection) -> None:
    insert_of("things", Thing)(conn, [])
    assert conn.execute("select from things").fetchall() == []


def test_a_row_that_is_there_is_a_violation_and_changes_nothing(conn: Connection) -> None:
    insert = insert_of("things", Thing)
    insert(conn, [thing(FEW)])
    with pytest.raises(psycopg.errors.UniqueViolation), conn.transaction():
        insert(conn, [thing(number) for number in range(FEW + 1)])
    assert conn.execute("select count(*) from things").fetchone() == (1,)
