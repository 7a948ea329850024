"""A database of its own for a fault run, on an embedded PostgreSQL that is durable as in earnest; and where it ran."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from infra.migrate import migrate
from recut.local.postgres import Postgres
from tests.runtime import create_database, with_database


@contextmanager
def database() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="recut-fault-") as folder, Postgres(Path(folder)) as server:
        name = f"fault_{time.monotonic_ns()}"
        create_database(server.address, name)
        url = with_database(server.address, name)
        migrate(url)
        print(machine(url))
        yield url


def machine(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("select current_setting('server_version'), current_setting('fsync')").fetchone()
    assert row
    here = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"machine      {here}, PostgreSQL {row[0]}, fsync {row[1]}"
