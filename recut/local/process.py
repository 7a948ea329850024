"""One supervised operating system process: how it is started, seen to be ready, and ended."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import psutil

from recut.errors import StartError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

FIRST_DELAY, LONGEST_DELAY, HEALTHY_AFTER = 0.2, 10.0, 30.0
ALIVE_AFTER = 0.5
LOG_LIMIT = 10_000_000

# Signals sent one after another, each with the seconds to wait for the end; SIGKILL to the whole group comes last.
Stop = tuple[tuple[signal.Signals, float], ...]
POLITELY: Stop = ((signal.SIGTERM, 10.0),)


@dataclass(frozen=True)
class Owner:
    """The system user that a process runs as, when it is not the one that starts it."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Spec:
    name: str
    argv: tuple[str, ...]
    log: Path
    # Remembers pid and start time, so that the next start finds a process that outlived its supervisor.
    pid_file: Path
    environ: Mapping[str, str] | None = None
    folder: Path | None = None
    owner: Owner | None = None
    before: Callable[[], object] = lambda: None
    # None: a process that has lived for half a second is ready.
    ready: Callable[[], bool] | None = None
    stop: Stop = POLITELY


class Child:
    """A process made from a spec, again and again. `spawn` must be called on the main thread: Linux sends the
    signal that ends orphans when the *thread* that started them ends."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False
        self.stays_stopped = ""  # why, once it must not be started again
        self.exits = 0
        self.retry_at = 0.0
        self._started = 0.0
        self._delay = FIRST_DELAY

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def settled(self) -> bool:
        """Nothing more is to be expected of its start."""
        return self.ready or bool(self.stays_stopped)

    def spawn(self) -> None:
        self.spec.before()
        with self.spec.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own argument lists, no shell
                self.spec.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.spec.folder,
                env=self.spec.environ,
                start_new_session=True,
                preexec_fn=partial(_end_with_parent, os.getpid(), self.spec.stop[0][0]) if LIBC else None,
                **as_user(self.spec.owner),
            )
        self._started = time.monotonic()
        _remember(self.spec.pid_file, self.process.pid)

    def exited(self) -> int | None:
        """The exit status, once, after the process has ended; what it left of its group ends with it."""
        status = self.process.poll() if self.process else None
        if self.process and status is not None:
            _kill_group(self.process.pid)
            self._forget()
        return status

    def schedule_restart(self) -> float:
        """Seconds until the next attempt: doubled with every exit, small again after a healthy life."""
        healthy = time.monotonic() - self._started >= HEALTHY_AFTER
        delay = FIRST_DELAY if healthy else self._delay
        self._delay = min(delay * 2, LONGEST_DELAY)
        self.exits += 1
        self.retry_at = time.monotonic() + delay
        return delay

    def becomes_ready(self) -> bool:
        """True once, when the process turns out to be ready."""
        if self.process is None or self.ready:
            return False
        alive = time.monotonic() - self._started >= ALIVE_AFTER
        self.ready = self.spec.ready() if self.spec.ready else alive
        return self.ready

    def stop(self) -> None:
        process = self.process
        if process is None:
            return
        end(process.pid, lambda: process.poll() is not None, self.spec.stop)
        self._forget()

    def _forget(self) -> None:
        self.process, self.ready = None, False
        self.spec.pid_file.unlink(missing_ok=True)


def end(pid: int, gone: Callable[[], bool], stop: Stop) -> None:
    for number, seconds in stop:
        if gone():
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if _within(seconds, gone):
            break
    _kill_group(pid)
    _within(5.0, gone)


def end_orphan(pid_file: Path, stop: Stop = POLITELY) -> None:
    """Ends the process that an earlier supervisor started and did not live to stop."""
    if not pid_file.exists():
        return
    with suppress(msgspec.DecodeError):
        pid, created = msgspec.json.decode(pid_file.read_bytes(), type=tuple[int, float])
        _end_remembered(pid, created, stop)
    pid_file.unlink(missing_ok=True)


def _end_remembered(pid: int, created: float, stop: Stop) -> None:
    """No pid is given out again while it names a group: a stranger with this pid shows that ours is gone."""
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - created) < 1:
            end(pid, lambda: is_gone(process), stop)
    except psutil.NoSuchProcess:
        _kill_group(pid)


def is_gone(process: psutil.Process) -> bool:
    """A zombie is gone: an orphan whose new parent collects no exit statuses stays one for ever."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until_ready(child: Child, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not child.becomes_ready():
        status = child.exited()
        if status is not None:
            raise StartError(f"{child.spec.name} ended with status {status}:\n{tail(child.spec.log)}")
        if time.monotonic() > deadline:
            child.stop()
            raise StartError(f"{child.spec.name} was not ready after {seconds:.0f} s:\n{tail(child.spec.log)}")
        time.sleep(0.02)


def tail(log: Path, lines: int = 15) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(f"  {line}" for line in file.read().decode(errors="replace").splitlines()[-lines:])


def last_words(log: Path) -> str:
    """Why the process has stopped for good: its last line of that weight, without what stands before the message."""
    lines = tail(log).splitlines() or [""]
    grave = [message for line in lines for _, found, message in [line.partition(" CRITICAL ")] if found]
    said = grave[-1].removeprefix("stopped: ") if grave else lines[-1].strip()
    return said or f"see {log}"


def rotate(log: Path, limit: int = LOG_LIMIT) -> None:
    """Copies a full log to NAME.1 and empties it in place: the process goes on writing, as it appends."""
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)


def _within(seconds: float, gone: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not gone():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _end_with_parent(parent: int, number: int) -> None:
    """Runs in the new process before its program: when the supervisor dies, the kernel sends it `number`."""
    LIBC.prctl(PR_SET_PDEATHSIG, number)  # type: ignore[union-attr]
    if os.getppid() != parent:
        os._exit(1)


def as_user(owner: Owner | None) -> dict[str, Any]:
    return {"user": owner.uid, "group": owner.gid, "extra_groups": []} if owner else {}


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _remember(pid_file: Path, pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        pid_file.write_bytes(msgspec.json.encode((pid, psutil.Process(pid).create_time())))
