from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from recut.errors import OperatorError
from recut.local.home import FREE_BYTES, Home

Usage = namedtuple("Usage", "total used free")


def test_a_new_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "home")
    home.open()
    assert home.is_ours()
    assert home.root.stat().st_mode & 0o777 == 0o700
    home.open()


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(OperatorError, match="holds other files"):
        Home(tmp_path).open()
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match=r"cannot be written \(Not a directory\)"):
        Home(tmp_path / "file" / "home").open()


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, FREE_BYTES - 1))
    with pytest.raises(OperatorError, match="255 MB left and Recut needs 256 MB"):
        Home(tmp_path).open()


def test_a_folder_has_one_holder(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.open()
    assert home.holder() is None
    with home.locked():
        holder = home.holder()
        with pytest.raises(OperatorError, match=f"already running in .* \\(pid {holder}\\)"), home.locked():
            pass
    assert home.holder() is None


def test_a_holder_that_has_not_yet_written_its_pid_is_waited_for(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.open()
    with home.lock.open("w") as file, ThreadPoolExecutor() as pool:
        fcntl.flock(file, fcntl.LOCK_EX)
        looking = pool.submit(home.holder)
        with pytest.raises(TimeoutError):
            looking.result(0.1)
        file.write("1234")
        file.flush()
        assert looking.result(5) == 1234


def test_nothing_is_left_of_a_holder_that_has_ended(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.open()
    with home.locked():
        assert home.lock.read_text() == str(os.getpid())
    assert home.lock.read_text() == ""


def test_a_holder_that_is_killed_lets_go(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys; from recut.local.home import Home\n"
        "with Home(pathlib.Path(sys.argv[1])).locked(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    Home(tmp_path).open()
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert Home(tmp_path).lock.read_text().isdigit()
    assert Home(tmp_path).holder() is None
