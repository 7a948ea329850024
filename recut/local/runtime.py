"""`recut up`, `down` and `reset`: the embedded runtime put together."""

from __future__ import annotations

import errno
import http.client
import logging
import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from recut.errors import OperatorError, StartError, StaysStopped
from recut.local import kafka, ports, postgres
from recut.local.home import Home
from recut.local.kafka import Kafka
from recut.local.postgres import Postgres
from recut.local.process import POLITELY, Spec, Stop, rotate
from recut.local.server import Server
from recut.local.status import Status, read_status, recut_version, screen, stopped_lines, write_status
from recut.local.supervisor import Snapshot, Supervisor, end_orphans
from recut.settings import child_environ, reachable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TextIO

    from recut.settings import Settings

log = logging.getLogger(__name__)

# In the order in which they stop: first who lets work in, last who carries it on.
PROCESSES = ("api", "worker", "streams", "relay")
# There is one of each here, and it is to have its partitions back as soon as it is started again.
INSTANCE = "local"
UP = (sys.executable, "-m", "recut", "up")
STOP_WITHIN = 120.0
# A worker first ends the jobs at hand, or reports that others must.
REPORTING_SECONDS = 15.0


def recut_processes(settings: Settings, home: Home) -> list[Spec]:
    return [_process(name, settings, home) for name in PROCESSES]


def up(
    settings: Settings,
    prepare: Callable[[Settings], None],
    processes: Callable[[Settings, Home], list[Spec]] = recut_processes,
) -> None:
    """Runs until a signal asks it to stop. `prepare` migrates and makes topics once the servers are there."""
    began = time.monotonic()
    home = Home(settings.home)
    home.open()
    with home.locked():
        _log_to(home, settings.log_level)
        end_orphans(processes(settings, home))
        _check_port(settings)
        servers = _servers(settings, home)
        _prepare_together(servers)
        settings = msgspec.structs.replace(_addressed(settings, servers), instance=settings.instance or INSTANCE)
        versions = _versions(settings, servers)
        supervisor = Supervisor(
            [server.spec() for server in servers],
            processes(settings, home),
            prepare=lambda: prepare(settings),
            publish=lambda now: write_status(home, _status(settings, versions, now)),
            logs=home.logs,
        )
        try:
            supervisor.run(lambda: _announce(settings, home, time.monotonic() - began))
        finally:
            home.run_file.unlink(missing_ok=True)


def detach(settings: Settings) -> None:
    """Starts `recut up` on its own and returns when it is ready. Raises `StaysStopped` when the rest is."""
    began = time.monotonic()
    home = Home(settings.home)
    home.open()
    rotate(home.supervisor_log)
    with home.supervisor_log.open("ab") as output:
        start = output.tell()
        child = subprocess.Popen(  # noqa: S603 - our own program
            UP,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=child_environ(settings),
            start_new_session=True,
        )
    try:
        status = _ready_status(settings, child)
    except KeyboardInterrupt:
        child.terminate()
        raise
    if status is None:
        raise _ended(home, child.returncode, start)
    print(screen(status, program(), time.monotonic() - began, detached=True), flush=True)
    if status.stopped:
        raise StaysStopped("\n".join(stopped_lines(status)))


def down(settings: Settings) -> None:
    home = Home(settings.home)
    pid = home.holder()
    if pid is None:
        print(f"Recut is not running in {home.root}.")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while home.holder() == pid:
        if time.monotonic() > deadline:
            raise StartError(f"Recut (pid {pid}) has not stopped within {STOP_WITHIN:.0f} s: see {home.supervisor_log}")
        time.sleep(0.05)
    print("Recut has stopped; the data stays.")


def reset(settings: Settings, confirmed: Callable[[str], bool]) -> None:
    home = Home(settings.home)
    pid = home.holder()
    if not home.root.exists():
        print(f"There is nothing in {home.root}.")
        return
    if not home.is_ours():
        raise OperatorError(f"{home.root} is not a data folder of Recut: nothing was deleted")
    if pid is not None:
        raise OperatorError(f"Recut is running in {home.root} (pid {pid}): stop it with `recut down` first")
    if confirmed(f"Delete {home.root} with every video, account and event in it?"):
        shutil.rmtree(home.root)
        print(f"{home.root} is deleted.")


def program() -> str:
    """How the reader of a message can run this program again."""
    called = os.path.relpath(sys.argv[0])
    return shlex.quote(called) if os.path.basename(called) == "recut" else f"{shlex.quote(sys.executable)} -m recut"


def _log_to(home: Home, level: str) -> None:
    """To the terminal and to the supervisor's log, which are the same when `detach` has started us."""
    rotate(home.supervisor_log)
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if not _is_written_to(home.supervisor_log, sys.stderr):
        handlers.append(logging.FileHandler(home.supervisor_log))
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(message)s", handlers=handlers)


def _process(name: str, settings: Settings, home: Home) -> Spec:
    ready = home.run / f"{name}.ready"
    return Spec(
        name=name,
        argv=(sys.executable, "-m", "recut", name),
        log=home.logs / f"{name}.log",
        pid_file=home.run / f"{name}.pid",
        environ=child_environ(settings, RECUT_READY_FILE=str(ready)),
        before=lambda: ready.unlink(missing_ok=True),
        ready=(lambda: serves(settings)) if name == "api" else ready.exists,
        stop=patiently(settings) if name == "worker" else POLITELY,
    )


def patiently(settings: Settings) -> Stop:
    return ((signal.SIGTERM, settings.worker_drain_seconds + REPORTING_SECONDS),)


def serves(settings: Settings) -> bool:
    host = reachable(settings.host).strip("[]")
    with closing(http.client.HTTPConnection(host, settings.port, timeout=1)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _check_port(settings: Settings) -> None:
    error = ports.refusal(settings.port, settings.host)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        raise OperatorError(
            f"Port {settings.port} of {settings.host} is taken by another program: stop it, or set RECUT_PORT"
        )
    raise OperatorError(
        f"Nothing can listen on port {settings.port} of {settings.host} ({error.strerror}): set RECUT_HOST to an "
        f"address of this machine and RECUT_PORT to a port that this user may use"
    )


def _servers(settings: Settings, home: Home) -> list[Server]:
    """Those that no setting names elsewhere, in the order in which they stop."""
    servers: list[Server] = []
    if not settings.kafka:
        servers.append(Kafka(home.kafka, log=home.logs / "kafka.log", pid_file=home.run / "kafka.pid"))
    if not settings.database_url:
        servers.append(Postgres(home.postgres, log=home.logs / "postgres.log", pid_file=home.run / "postgres.pid"))
    return servers


def _prepare_together(servers: list[Server]) -> None:
    names = " and ".join(type(server).__name__ for server in servers)
    log.info("starting %s", names or "with the database and the cluster of the settings")
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(server.prepare) for server in servers]:
            done.result()


def _addressed(settings: Settings, servers: list[Server]) -> Settings:
    for server in servers:
        match server:
            case Kafka():
                settings = msgspec.structs.replace(settings, kafka=server.address)
            case Postgres():
                settings = msgspec.structs.replace(settings, database_url=server.address)
    return settings


def _versions(settings: Settings, servers: list[Server]) -> dict[str, str | None]:
    embedded = {type(server) for server in servers}
    return {
        "recut": recut_version(),
        "python": platform.python_version(),
        "postgresql": postgres.version() if Postgres in embedded else postgres.version_of(settings.database_url),
        "kafka": kafka.VERSION if Kafka in embedded else None,
        "java": kafka.java_version() if Kafka in embedded else None,
    }


def _status(settings: Settings, versions: dict[str, str | None], now: Snapshot) -> Status:
    return Status(
        url=settings.public_url,
        ready=now.ready,
        kafka=settings.kafka,
        database=settings.database_url,
        objects=settings.objects,
        pids={"supervisor": os.getpid(), **now.pids},
        restarts=now.restarts,
        settled=now.settled,
        stopped=now.stopped,
        versions=versions,
        home=str(settings.home),
    )


def _announce(settings: Settings, home: Home, seconds: float) -> None:
    status = read_status(settings)
    missing = f"up without {' and '.join(status.stopped)}" if status and status.stopped else ""
    log.info("%s after %.1f s", missing or "ready", seconds)
    if status and not _is_written_to(home.supervisor_log, sys.stdout):
        print(screen(status, program(), seconds, detached=False), flush=True)


def _ready_status(settings: Settings, child: subprocess.Popen[bytes]) -> Status | None:
    """None when the child has ended instead."""
    while child.poll() is None:
        status = read_status(settings)
        if status and status.settled and status.pids["supervisor"] == child.pid:
            return status
        time.sleep(0.05)
    return None


def _ended(home: Home, status: int, start: int) -> StartError:
    with home.supervisor_log.open("rb") as file:
        file.seek(start)
        said = file.read().decode(errors="replace").strip()
    refusal = said.removeprefix("recut: ")
    error = StartError(refusal if "\n" not in said else f"Recut did not start:\n{said}")
    error.exit_code = status if status > 0 else 1
    return error


def _is_written_to(file: Path, stream: TextIO) -> bool:
    return file.exists() and os.path.samestat(os.fstat(stream.fileno()), file.stat())
