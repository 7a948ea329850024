"""Starts the servers, then the processes of Recut; starts again what dies; stops all in order."""

from __future__ import annotations

import logging
import select
import signal
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recut.errors import OperatorError, StartError
from recut.local.process import Child, end_orphan, last_words, rotate, tail
from streams.errors import HistoryDiffers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from recut.local.process import Spec

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A process that ends this often before it was ever ready will not come up.
ATTEMPTS = 5
# What a process exits with after it has refused its configuration: another attempt would say the same.
REFUSED = OperatorError.exit_code
# What only the operator can settle. Started again, a process would say the same for ever: it stays stopped.
DIFFERS = HistoryDiffers.exit_code
ROTATE_EVERY = 10.0


class StopAsked(BaseException):
    """A signal asked the supervisor to stop. No `except Exception` on the way may hold it up."""


@dataclass(frozen=True)
class Snapshot:
    """`settled`: every process is ready, or stays stopped for the reason in `stopped`."""

    ready: bool
    settled: bool
    pids: dict[str, int]
    restarts: dict[str, int]
    stopped: dict[str, str]


class Supervisor:
    """`servers` start together; when they are ready `prepare` runs once, then `processes` start together. Both stop
    one by one in the order of their lists, processes first. One thread does everything."""

    def __init__(
        self,
        servers: Sequence[Spec],
        processes: Sequence[Spec],
        *,
        prepare: Callable[[], None],
        publish: Callable[[Snapshot], None],
        logs: Path,
        start_within: float = 120.0,
    ) -> None:
        self._servers = [Child(spec) for spec in servers]
        self._processes = [Child(spec) for spec in processes]
        self._prepare = prepare
        self._publish = publish
        self._logs = logs
        self._start_within = start_within
        self._started: list[Child] = []
        self._seen: Snapshot | None = None
        self._up = False
        self._stop_asked = False
        self._may_interrupt = False
        self._next_rotation = 0.0
        # A signal writes a byte here, so that the loop wakes when a process has ended or it is asked to stop.
        self._wakes, self._wake = socket.socketpair()
        for end in (self._wakes, self._wake):
            end.setblocking(False)

    def run(self, when_ready: Callable[[], None]) -> None:
        with self._signals():
            try:
                self._bring_up(self._servers)
                self._run_prepare()
                self._bring_up(self._processes)
                self._up = True
                when_ready()
                while True:
                    self._turn()
            except StopAsked:
                log.info("stopping")
            finally:
                self._shut_down()

    def snapshot(self) -> Snapshot:
        everyone = self._servers + self._processes
        return Snapshot(
            ready=all(child.ready for child in everyone),
            settled=all(child.settled for child in everyone),
            pids={child.spec.name: child.pid for child in everyone if child.pid},
            restarts={child.spec.name: child.exits for child in everyone},
            stopped={child.spec.name: child.stays_stopped for child in everyone if child.stays_stopped},
        )

    def _bring_up(self, group: list[Child]) -> None:
        deadline = time.monotonic() + self._start_within
        for child in group:
            self._spawn(child)
            self._started.append(child)
        while not all(child.settled for child in group):
            self._turn()
            late = [child for child in group if not child.settled]
            if late and time.monotonic() > deadline:
                raise _failure(late[0], f"was not ready after {self._start_within:.0f} s")

    def _run_prepare(self) -> None:
        """The one long step outside the loop: a signal breaks into it."""
        self._may_interrupt = True
        self._raise_if_asked()
        self._prepare()
        self._may_interrupt = False

    def _turn(self) -> None:
        self._sleep()
        self._raise_if_asked()
        for child in self._started:
            self._look_after(child)
        self._publish_changes()
        self._rotate_logs()

    def _look_after(self, child: Child) -> None:
        status = child.exited()
        if status is not None:
            self._note_exit(child, status)
        elif child.process is None and time.monotonic() >= child.retry_at and self._may_start(child):
            self._spawn(child)
        elif child.becomes_ready():
            log.info("%s is ready (pid %s)", child.spec.name, child.pid)

    def _may_start(self, child: Child) -> bool:
        """Without its servers a process would only end again."""
        if child.stays_stopped:
            return False
        return child in self._servers or all(server.ready for server in self._servers)

    def _note_exit(self, child: Child, status: int) -> None:
        if status == DIFFERS and child in self._processes:
            child.stays_stopped = last_words(child.spec.log)
            log.error("%s ended with status %d and stays stopped: %s", child.spec.name, status, child.stays_stopped)
            return
        if not self._up and (status == REFUSED or child.exits + 1 >= ATTEMPTS):
            raise _failure(child, f"ended with status {status}")
        delay = child.schedule_restart()
        log.warning("%s ended with status %d; next start in %.1f s", child.spec.name, status, delay)

    def _spawn(self, child: Child) -> None:
        child.spawn()
        log.debug("%s started (pid %s)", child.spec.name, child.pid)

    def _publish_changes(self) -> None:
        now = self.snapshot()
        if now != self._seen:
            self._seen = now
            self._publish(now)

    def _rotate_logs(self) -> None:
        if time.monotonic() >= self._next_rotation:
            self._next_rotation = time.monotonic() + ROTATE_EVERY
            for file in self._logs.glob("*.log"):
                rotate(file)

    def _sleep(self) -> None:
        settled = all(child.settled for child in self._started)
        if select.select([self._wakes], [], [], 1.0 if settled else 0.05)[0]:
            self._wakes.recv(4096)

    def _shut_down(self) -> None:
        for child in self._processes + self._servers:
            if child.process:
                log.info("stopping %s", child.spec.name)
                child.stop()
        self._publish_changes()

    def _raise_if_asked(self) -> None:
        if self._stop_asked:
            raise StopAsked

    def _on_stop(self, number: int, _frame: Any) -> None:
        self._stop_asked = True
        if self._may_interrupt:
            self._may_interrupt = False
            raise StopAsked

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGHUP stays ignored where it was: under nohup Recut outlives its terminal."""
        ours = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        before = {number: signal.signal(number, self._on_stop) for number in ours}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        wakeup = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._wake.close()
            self._wakes.close()


def end_orphans(specs: Sequence[Spec]) -> None:
    for spec in specs:
        end_orphan(spec.pid_file, spec.stop)


def _failure(child: Child, what: str) -> StartError:
    return StartError(f"{child.spec.name} {what}. The end of {child.spec.log}:\n{tail(child.spec.log)}")
