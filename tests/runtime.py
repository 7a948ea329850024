"""Fixtures: a real PostgreSQL and a real Kafka for the whole test run, and a fresh database for each test."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from recut.local.kafka import Kafka
from recut.local.postgres import Postgres

T = TypeVar("T")

TEMPLATE = "recut_template"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    # Not pytest's own temporary folder, which it closes to other users: started by root, PostgreSQL is another user.
    with (
        tempfile.TemporaryDirectory(prefix="recut-postgres-") as folder,
        Postgres(Path(folder), options={"fsync": "off"}) as server,
    ):
        yield server.address


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="recut-kafka-") as folder, Kafka(Path(folder)) as server:
        yield server.address


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> str:
    """A migrated database that every `fresh_database` is a copy of."""
    from infra.migrate import migrate

    create_database(postgres_url, TEMPLATE)
    migrate(with_database(postgres_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def fresh_database(postgres_url: str, template_database: str) -> Iterator[str]:
    name = f"test_{time.monotonic_ns()}"
    create_database(postgres_url, name, template=template_database)
    yield with_database(postgres_url, name)
    execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def create_database(url: str, name: str, template: str = "template1") -> None:
    execute(url, f"CREATE DATABASE {name} TEMPLATE {template}")


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def eventually(look: Callable[[], T | None], within: float = 20.0) -> T:
    """The first true answer of `look`; the test fails when none comes in time."""
    deadline = time.monotonic() + within
    while not (answer := look()):
        assert time.monotonic() < deadline, f"nothing true from {look} within {within:.0f} s"
        time.sleep(0.02)
    return answer
