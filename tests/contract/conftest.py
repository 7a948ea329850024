"""One database with all read models for the whole run, empty at the beginning of each test."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from infra.migrate import migrate
from projections import install
from projections.db import Connection, connect
from tests.projections import empty
from tests.runtime import create_database, with_database


@pytest.fixture(scope="session")
def read_models_url(postgres_url: str) -> str:
    name = f"read_models_{time.monotonic_ns()}"
    create_database(postgres_url, name)
    url = with_database(postgres_url, name)
    migrate(url)
    with connect(url) as conn:
        install.install(conn)
    return url


@pytest.fixture
def read_models(read_models_url: str) -> Iterator[Connection]:
    """A connection to it."""
    with connect(read_models_url) as conn:
        empty(conn)
        yield conn
