"""A place where a worker stops until it is told to go on, or is killed. It lies in files: several processes pass by."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

FOLDER: Final = "RECUT_FAULT_GATE"
LOOK_SECONDS: Final = 0.02
KILL: Final = "kill"
HALT: Final = "halt"


class Gate:
    def __init__(self, folder: Path) -> None:
        self._wanted = folder / "wanted"
        self._reached = folder / "reached"
        self._folder = folder

    def close(self, video_id: str, stage: str, what: str = HALT, attempt: str = "1") -> None:
        """The first to reach that stage of that video halts there, or kills its worker each time."""
        self._reached.unlink(missing_ok=True)
        draft = self._wanted.with_suffix(".new")
        draft.write_text("\t".join((video_id, attempt, stage, what)))
        draft.replace(self._wanted)

    def open(self, video_id: str) -> None:
        """For good: who has halted looks now and then, and must not find it closed for the next one."""
        self._wanted.unlink(missing_ok=True)
        (self._folder / video_id).touch()

    def who(self) -> int | None:
        """The worker that has halted."""
        try:
            return int(self._reached.read_text() or 0) or None
        except FileNotFoundError:
            return None

    def pass_by(self, stage: str, video_id: str, attempt: int, worker: int) -> None:
        if not self._is_wanted(stage, video_id, attempt):
            return
        draft = self._reached.with_suffix(f".{os.getpid()}")
        draft.write_text(str(worker))
        draft.replace(self._reached)
        while not (self._folder / video_id).exists():
            time.sleep(LOOK_SECONDS)

    def _is_wanted(self, stage: str, video_id: str, attempt: int) -> bool:
        try:
            video, number, at, what = self._wanted.read_text().split("\t")
        except FileNotFoundError:
            return False
        if (video, at) != (video_id, stage) or number not in ("*", str(attempt)):
            return False
        if what == KILL:
            os.kill(worker_of_this(), 9)
            time.sleep(60)  # until the end of the parent ends this process, too
        return True


def worker_of_this() -> int:
    """This process, or the one that made it for a film."""
    return int(os.environ.get(WORKER, os.getpid()))


WORKER: Final = "RECUT_FAULT_WORKER"


def gate() -> Gate:
    return Gate(Path(os.environ[FOLDER]))
