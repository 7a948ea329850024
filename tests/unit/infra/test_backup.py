"""What a folder must be to pass for a backup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infra import backup
from infra.backup import DUMP, MANIFEST, BackupError, File, Manifest, Origin, Tools
from infra.restore import place_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    backup.claim(folder)
    (folder / DUMP).write_bytes(b"rows")
    manifest = Manifest(
        taken_at=datetime(2026, 1, 1, tzinfo=UTC),
        origin=Origin(recut="1.0", master_key="00", objects="file:///objects"),
        postgresql="18.4",
        migrations=["0001_pre_event_store.sql"],
        epoch="e",
        heads=[],
        files={DUMP: backup.digest(folder / DUMP)},
    )
    backup.seal(folder, manifest)
    return folder


def test_what_was_written_is_read(folder: Path) -> None:
    assert backup.read(folder).files == {DUMP: backup.digest(folder / DUMP)}
    assert sorted(entry.name for entry in folder.iterdir()) == [DUMP, MANIFEST]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "restore it with the version that made it"),
        ({"files": {"../stranger": File("0" * 64, 1)}}, "lies elsewhere"),
        ({"files": {DUMP: File("0" * 64, 4)}}, "is not what was written"),
        ({"files": {"objects/v/1": File("0" * 64, 4)}}, "is missing"),
    ],
)
def test_a_manifest_that_does_not_fit(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    (folder.parent / "stranger").write_bytes(b"?")
    changed = msgspec.structs.replace(backup.read(folder), **changes)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(BackupError, match=sentence):
        backup.read(folder)


def test_a_manifest_that_cannot_be_read(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"{")
    with pytest.raises(BackupError, match="cannot be read"):
        backup.read(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BackupError, match="holds no backup"):
        backup.read(folder)


def test_a_folder_with_anything_in_it_is_refused(folder: Path) -> None:
    with pytest.raises(BackupError, match="is not empty"):
        backup.claim(folder)
    with pytest.raises(BackupError, match="cannot hold a backup"):
        backup.claim(folder / DUMP)


def test_the_password_is_no_argument_and_rows_are_not_quoted(tmp_path: Path) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\necho "a row" >&2\necho "$PGPASSWORD of $*" >&2\nexit 1\n')
    tool.chmod(0o700)
    with pytest.raises(BackupError) as told:
        backup.run(Tools(str(tool), "", {}), str(tool), "postgresql://ada:secret@db:5/recut", ["--x"])
    said = str(told.value)
    assert said.startswith("pg_dump failed: secret of --dbname=")
    assert (said.count("secret"), "a row" in said, said.endswith("--x")) == (1, False, True)


def test_a_tool_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="install the client of PostgreSQL"):
        backup.run(Tools("", "", {}), str(tmp_path / "pg_dump"), "postgresql://db/recut", [])


def test_an_address_names_its_database() -> None:
    place = place_of("postgresql://ada:secret@db:5/recut?sslmode=require")
    assert (place.live, place.fresh_url) == (
        "recut",
        "postgresql://ada:secret@db:5/recut_restoring?sslmode=require",
    )
    with pytest.raises(BackupError, match="names no database"):
        place_of("postgresql://db")
