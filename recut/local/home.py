"""The data folder: what lies where, whether it can be written, and who holds it."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recut.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

MARK = "recut.home"
FREE_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Home:
    root: Path

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Pid and readiness files of the processes."""
        return self.root / "run"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def kafka(self) -> Path:
        return self.root / "kafka"

    @property
    def objects(self) -> Path:
        return self.root / "objects"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def run_file(self) -> Path:
        return self.root / "run.json"

    @property
    def supervisor_log(self) -> Path:
        return self.logs / "supervisor.log"

    def is_ours(self) -> bool:
        return (self.root / MARK).exists()

    def open(self) -> None:
        """Makes the folder at the first start, and refuses one that cannot serve."""
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._refuse_strangers()
            self._check_writing()
            for folder in (self.logs, self.run, self.objects):
                folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise OperatorError(
                f"The data folder {self.root} cannot be written ({error.strerror}): free space on its disk, "
                f"give this user the right to write there, or set RECUT_HOME to another folder"
            ) from None
        self._check_space()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Held as long as a supervisor lives; the kernel lets go of it however the supervisor ends."""
        with self.lock.open("a+") as file:
            if not _lock_within(file, seconds=0.3):
                raise OperatorError(
                    f"Recut is already running in {self.root} (pid {self.holder()}): `recut down` ends it"
                )
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)  # the next one's pid is not read as this one's

    def holder(self) -> int | None:
        """The pid of the supervisor that holds this folder, or None."""
        try:
            with self.lock.open() as file:
                while not _try_lock(file, fcntl.LOCK_SH):
                    if pid := file.read():
                        return int(pid)
                    time.sleep(0.01)  # it has the lock and is about to write its pid: 0 would name our own group
                return None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OperatorError(
                f"The data folder {self.root} cannot be read ({error.strerror}): run this as the user who started "
                f"Recut, or set RECUT_HOME to another folder"
            ) from None

    def _refuse_strangers(self) -> None:
        if not self.is_ours() and any(self.root.iterdir()):
            raise OperatorError(f"{self.root} holds other files: set RECUT_HOME to a new or an empty folder")

    def _check_writing(self) -> None:
        with (self.root / MARK).open("a") as file:
            if not file.tell():
                file.write("The data of one Recut. `recut reset` deletes this folder.\n")
            os.fsync(file.fileno())
        probe = self.root / ".probe"
        probe.write_bytes(os.urandom(65536))
        probe.unlink()

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.root).free
        if free < FREE_BYTES:
            raise OperatorError(
                f"The disk of {self.root} has {free >> 20} MB left and Recut needs {FREE_BYTES >> 20} MB to start: "
                f"free some space, or set RECUT_HOME to a folder on another disk"
            )


def _lock_within(file: TextIO, seconds: float) -> bool:
    """Tries for a moment: a command that looks for the holder has the lock for an instant, too."""
    deadline = time.monotonic() + seconds
    while not _try_lock(file, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _try_lock(file: TextIO, mode: int) -> bool:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
