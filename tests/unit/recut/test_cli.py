from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from recut.cli import main
from recut.local.home import Home
from recut.local.status import Status, attach, mark_ready, read_status, write_status
from recut.settings import load

DATABASE = "postgresql://postgres:s3cret@127.0.0.1:20001/recut"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("RECUT_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


def publish(home: Home, pid: int | None) -> Status:
    status = Status(
        url="http://127.0.0.1:8000",
        ready=True,
        kafka="127.0.0.1:20002",
        database=DATABASE,
        objects=home.objects.as_uri(),
        pids={"supervisor": pid or 0, "api": 4},
        home=str(home.root),
    )
    write_status(home, status)
    return status


def test_a_bad_setting_ends_with_code_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECUT_PORT", "eighty")
    assert main(["status"]) == 2
    assert capsys.readouterr().err == "recut: RECUT_PORT must be a whole number from 1 to 65535, not 'eighty'.\n"


def test_the_status_of_nothing_is_code_1_and_still_json(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ready"] is False
    assert {"url", "kafka", "database", "objects", "pids", "versions", "home", "restarts"} <= set(said)


def test_the_status_of_a_running_instance_is_code_0(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.open()
    with home.locked():
        publish(home, home.holder())
        assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["database"] == DATABASE


def test_what_a_dead_supervisor_has_left_behind_counts_for_nothing(home: Home) -> None:
    home.open()
    publish(home, 1)
    assert read_status(load()) is None
    with home.locked():
        status = read_status(load())
    assert status
    assert status.ready is False
    assert status.database == ""


def test_a_command_finds_the_running_instance_without_settings(home: Home) -> None:
    home.open()
    with home.locked():
        publish(home, home.holder())
        settings = attach(load())
    assert (settings.database_url, settings.kafka) == (DATABASE, "127.0.0.1:20002")


def test_a_command_without_a_running_instance_says_how_to_start_one(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate"]) == 2
    assert "start it with `recut up`" in capsys.readouterr().err


def test_reset_deletes_a_data_folder_and_nothing_else(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.root.mkdir()
    (home.root / "thesis.txt").touch()
    assert main(["reset", "--yes"]) == 2
    assert (home.root / "thesis.txt").exists()
    (home.root / "thesis.txt").unlink()
    home.open()
    assert main(["reset", "--yes"]) == 0
    assert not home.root.exists()


def test_reset_asks_and_takes_no_for_an_answer(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.open()
    monkeypatch.setattr("builtins.input", lambda question: "")
    assert main(["reset"]) == 0
    assert home.root.exists()


def test_reset_without_anybody_to_ask_deletes_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.open()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["reset"]) == 2
    assert "`recut reset --yes`" in capsys.readouterr().err
    assert home.root.exists()


@pytest.mark.parametrize("command", [["status"], ["down"], ["reset", "--yes"], ["migrate"]])
def test_a_data_folder_that_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RECUT_HOME", str(tmp_path / "file"))
    assert main(command) == 2
    assert "cannot be read (Not a directory)" in capsys.readouterr().err


def test_reset_refuses_while_the_instance_runs(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.open()
    with home.locked():
        assert main(["reset", "--yes"]) == 2
    assert "`recut down` first" in capsys.readouterr().err


def test_a_process_marks_itself_ready_when_it_was_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark_ready("relay")
    monkeypatch.setenv("RECUT_READY_FILE", str(tmp_path / "relay.ready"))
    mark_ready("relay")
    assert (tmp_path / "relay.ready").read_text().startswith("relay ")
