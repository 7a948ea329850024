"""`recut export`: what lies in the log lies in the files, all of it, sealed, and the same each time."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from infra import log_ranges, parquet
from recut import exporting
from recut.cli import main
from recut.errors import OperatorError
from tests.given import OTHER, an_id, completed, created, happened, liked, published
from tests.stores import everything, held_logs, open_store, query, until, waiting_for_a_lock

SECRET = "a cat that nobody may read about"
DAY = timedelta(days=1)


@pytest.fixture
def history(fresh_database: str) -> str:
    """Three days of it."""
    asyncio.run(make(fresh_database))
    return fresh_database


async def make(url: str) -> None:
    async with open_store(url) as store:
        for number in range(1, 31):
            video = an_id("video", number)
            await happened(store, video, created(prompt=SECRET))
            await happened(store, video, completed(), published(caption=SECRET))
            await happened(store, f"like_{video}_{OTHER}", liked(video_id=video), by=OTHER)
            if number in (10, 20):
                await query(url, "update log.events set recorded_at = recorded_at - %s", (DAY,))
                await query(url, "update log.logs set at = at - %s where position > 0", (DAY,))


def rows_of(folder: Path, columns: str = "*") -> list[Any]:
    found = duckdb.sql(f"select {columns} from read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true)")
    return found.fetchall()


async def recorded(url: str) -> dict[str, Any]:
    async with open_store(url) as store:
        return {each.event_id: each for each in await everything(store)}


NAMES = ["event_id", "epoch", "category", "shard", "position", "stream", "version", "type", "actor", "causation",
         "correlation", "traceparent", "data"]  # fmt: skip


def test_every_event_is_there_once_as_it_lies_in_the_log(history: str, tmp_path: Path) -> None:
    manifest = exporting.export(history, None, None, tmp_path / "out")
    log = asyncio.run(recorded(history))
    rows = [dict(zip(NAMES, row, strict=True)) for row in rows_of(tmp_path / "out", ", ".join(NAMES))]
    assert manifest.events == len(rows) == len(log) == 120
    for row in rows:
        event = log[row["event_id"]]
        assert row == {name: getattr(event, name) for name in NAMES} | {"data": event.data.decode()}
    times = {
        (id_, at.astimezone(UTC), dt) for id_, at, dt in rows_of(tmp_path / "out", "event_id, recorded_at, dt::text")
    }
    assert times == {(id_, each.recorded_at, str(each.recorded_at.date())) for id_, each in log.items()}
    assert len({dt for _, _, dt in times}) == 3


def test_no_text_of_an_account_leaves_unsealed(history: str, tmp_path: Path) -> None:
    exporting.export(history, None, None, tmp_path / "out")
    [prompt] = {data["prompt"][:7] for data in data_of(tmp_path / "out") if "prompt" in data}
    assert prompt == "sealed:"
    for path in (tmp_path / "out").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()
    assert all(SECRET not in data for (data,) in rows_of(tmp_path / "out", "data"))


def data_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(data) for (data,) in rows_of(folder, "data")]


def test_the_same_part_gives_the_same_bytes_whatever_is_recorded_later(history: str, tmp_path: Path) -> None:
    end = datetime.now(UTC).isoformat()
    exporting.export(history, None, end, tmp_path / "one")
    asyncio.run(one_more(history))
    exporting.export(history, None, end, tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert exporting.export(history, None, None, tmp_path / "three").events == 121


async def one_more(url: str) -> None:
    async with open_store(url) as store:
        await happened(store, an_id("video", 99), created())


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_manifest_tells_ranges_counts_and_digests(history: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    exporting.export(history, None, None, out)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["types"] == {f"{kind}.v1": 30 for kind in (
        "engagement.liked", "video.created", "video.generation_completed", "video.published")}  # fmt: skip
    found = {(row[0], row[1]): row[2:] for row in rows_of_logs(out)}
    assert found == {(each["category"], each["shard"]): (each["first"], each["last"], each["events"])
                     for each in manifest["logs"]}  # fmt: skip
    listed = {file["path"]: file for file in manifest["files"]}
    assert listed.keys() == files_of(out).keys() - {"manifest.json"}
    for path, content in files_of(out).items():
        if path in listed:
            assert listed[path]["sha256"] == hashlib.sha256(content).hexdigest()
            assert listed[path]["bytes"] == len(content)


def rows_of_logs(folder: Path) -> list[Any]:
    columns = "category, shard, min(position), max(position), count(*)"
    query = f"select {columns} from read_parquet('{folder}/*/*/*.parquet') group by all"
    return duckdb.sql(query).fetchall()


def test_parts_that_follow_each_other_make_the_whole(history: str, tmp_path: Path) -> None:
    yesterday = datetime.now(UTC).date() - DAY
    first = exporting.export(history, None, str(yesterday), tmp_path / "one")
    second = exporting.export(history, str(yesterday), None, tmp_path / "two")
    ids = {id_ for part in ("one", "two") for (id_,) in rows_of(tmp_path / part, "event_id")}
    assert len(ids) == first.events + second.events == 120
    assert first.events == 40
    ends = {(each.category, each.shard): each.last for each in first.logs}
    assert all(each.first == ends.get((each.category, each.shard), 0) + 1 for each in second.logs)


def test_a_group_and_a_file_hold_so_many_rows(history: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_GROUP", 3)
    monkeypatch.setattr(parquet, "ROWS_OF_FILE", 6)
    monkeypatch.setattr(log_ranges, "ROWS_AT_ONCE", 4)
    manifest = exporting.export(history, None, None, tmp_path / "out")
    assert {file.rows for file in manifest.files} == {6, 4}
    assert len({id_ for (id_,) in rows_of(tmp_path / "out", "event_id")}) == 120


async def test_an_end_waits_for_those_who_are_writing(fresh_database: str, tmp_path: Path) -> None:
    """What they record may lie before it."""
    async with open_store(fresh_database) as store:
        await happened(store, an_id("video", 1), created())
    now = datetime.now(UTC).isoformat()
    async with held_logs(fresh_database):
        exporting_ = asyncio.create_task(
            asyncio.to_thread(exporting.export, fresh_database, None, now, tmp_path / "out")
        )
        await until(lambda: waiting_for_a_lock(fresh_database))
        assert not exporting_.done()
    assert (await exporting_).events == 1


async def tear(url: str) -> None:
    await query(url, "delete from log.events where stream = %s and version = 2", (an_id("video", 1),))


def test_a_hole_is_told_and_nothing_is_left(history: str, tmp_path: Path) -> None:
    asyncio.run(tear(history))
    with pytest.raises(OperatorError, match="has a hole"):
        exporting.export(history, None, None, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_exported_is_refused(history: str, tmp_path: Path) -> None:
    tomorrow = str(datetime.now(UTC).date() + DAY)
    for start, end, message in (
        ("yesterday", None, "--from is a date or a time"),
        (None, "2026-11-01T12:00", "--to needs its zone"),
        (None, tomorrow, "--to lies in the future"),
        (tomorrow, None, "--from lies in the future"),
    ):
        with pytest.raises(OperatorError, match=message):
            exporting.export(history, start, end, tmp_path / "out")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    with pytest.raises(OperatorError, match="not empty"):
        exporting.export(history, None, None, tmp_path / "used")
    assert [path.name for path in tmp_path.iterdir()] == ["used"]


def test_an_empty_log_gives_an_empty_manifest(fresh_database: str, tmp_path: Path) -> None:
    manifest = exporting.export(fresh_database, None, None, tmp_path / "out")
    assert (manifest.events, manifest.files, manifest.logs) == (0, [], [])


def test_on_the_command_line(
    history: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECUT_DATABASE_URL", history)
    monkeypatch.setenv("RECUT_KAFKA", "localhost:1")
    assert main(["export", "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.startswith("120 events of ")
    assert main(["export", "--out", str(tmp_path / "out")]) == 2
    assert "not empty" in capsys.readouterr().err
