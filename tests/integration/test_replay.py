"""`recut replay` and `recut rebuild` as an operator has them, over a history that the event store holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from projections import install, schemas
from projections.db import Connection, connect
from projections.registry import LEADERBOARD, MODELS
from recut import wiring
from recut.cli import main
from recut.settings import load
from tests.fault import refill
from tests.integration.test_hours import close_now
from tests.projections import dump, fill
from tests.stores import open_store

GENERATE = ["generate", "--videos", "60", "--chain", "3", "--family", "5"]


@pytest.fixture
def database(kafka: str, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An hour was closed between two parts of its history."""
    for name, value in {
        "HOME": str(tmp_path),
        "DATABASE_URL": fresh_database,
        "KAFKA": kafka,
        "SHARDS": "2",
        "TOPIC_PREFIX": f"t{time.monotonic_ns()}",
    }.items():
        monkeypatch.setenv(f"RECUT_{name}", value)
    wiring.prepare(load())
    assert main([*GENERATE, "--seed", "1"]) == 0
    asyncio.run(close_hour(fresh_database))
    assert main([*GENERATE, "--seed", "2", "--add"]) == 0
    return fresh_database


async def close_hour(url: str) -> None:
    async with open_store(url, shards=2) as store:
        assert await close_now(store, url)


@pytest.fixture
def conn(database: str) -> Iterator[Connection]:
    with connect(database) as conn:
        yield conn


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(list(arguments))
    found = capsys.readouterr()
    return code, (found.out + found.err).strip()


def replayed(capsys: pytest.CaptureFixture[str], into: str, *arguments: str) -> dict[str, str]:
    """The digest line, in words."""
    code, told = run(capsys, "replay", "--read-model", "leaderboard", "--into", into, *arguments)
    assert code == 0, told
    words = told.splitlines()[-1].split()
    return dict(zip(words[::2], words[1::2], strict=True))


def rows(conn: Connection, before: Any = None) -> dict[str, list[str]]:
    """Of what was recorded before, filled here."""
    schema = f"expected_{time.monotonic_ns()}"
    install.create(conn, LEADERBOARD, schema)
    events = [each for each in refill.history(conn) if before is None or each.recorded_at < before]
    fill(conn, LEADERBOARD, iter([events]), refill.epochs(conn), schema=schema)
    return dump(conn, schema)


def test_a_closed_hour_is_replayed_and_two_replays_are_the_same(
    conn: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    [ended_at] = conn.execute(
        "select convert_from(data, 'UTF8')::jsonb ->> 'ended_at' from log.events where stream = 'hours'"
    ).fetchall()[0]
    [moment] = conn.execute("select %s::timestamptz", [ended_at]).fetchall()[0]
    then = replayed(capsys, "then", "--as-of", ended_at)
    now = replayed(capsys, "now")
    assert dump(conn, "then") == rows(conn, moment)
    assert dump(conn, "now") == rows(conn)
    again = replayed(capsys, "again", "--as-of", then["vector"])
    assert again == then
    assert then["digest"] != now["digest"]
    assert 0 < int(then["events"]) < int(now["events"])
    # Going on with a replay, up to now: what had been replayed is not done again, and it is the same as at once.
    assert replayed(capsys, "then", "--resume") == now
    code, told = run(
        capsys, "replay", "--read-model", "leaderboard", "--into", "now", "--resume", "--as-of", then["vector"]
    )
    assert (code, "is beyond that" in told) == (2, True)


def test_a_dry_run_writes_nothing(conn: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, "replay", "--read-model", "leaderboard", "--into", "mine", "--dry-run")
    assert code == 0
    assert "would apply" in told
    assert conn.execute("select from pg_namespace where nspname = 'mine'").fetchone() is None


def test_a_live_schema_is_never_replayed_into(conn: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    for schema in (LEADERBOARD.schema, "feed_state", "log"):
        code, told = run(capsys, "replay", "--read-model", "leaderboard", "--into", schema, "--resume")
        assert code == 2
        assert "choose another --into" in told


def test_a_rebuild_on_the_command_line(conn: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """The read models are empty here: that is how a new version begins."""
    code, told = run(capsys, "rebuild", "leaderboard", "--dry-run")
    assert (code, "nothing is live" in told) == (0, True)
    code, told = run(capsys, "rebuild", "leaderboard", "--no-swap")
    assert (code, "--resume` puts it in place" in told) == (0, True)
    wanted = rows(conn)
    assert dump(conn, LEADERBOARD.schema) != wanted
    assert run(capsys, "rebuild", "leaderboard", "--resume")[0] == 0
    assert dump(conn, LEADERBOARD.schema) == wanted
    code, told = run(capsys, "rebuild", "leaderboard")
    assert (code, "equal to the live rows" in told) == (0, True)
    assert run(capsys, "rebuild", "leaderboard", "--back")[0] == 0
    code, told = run(capsys, "rebuild", "leaderboard", "--drop-old")
    assert (code, "dropped" in told) == (0, True)
    assert dump(conn, LEADERBOARD.schema) == wanted
    assert run(capsys, "rebuild", "nothing")[0] == 2


def test_the_next_start_fills_what_is_new(conn: Connection) -> None:
    wiring.prepare(load())
    assert refill.differing_models(conn, refill.history(conn), refill.epochs(conn)) == []
    assert not any(schemas.is_empty(conn, model.schema) for model in MODELS)
    assert [schemas.parked(conn, model.schema) for model in MODELS] == [0] * len(MODELS)
