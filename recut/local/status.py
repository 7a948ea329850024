"""What other terminals and the processes themselves know of the running instance."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from recut import settings as configuration
from recut.errors import OperatorError
from recut.local.home import Home

if TYPE_CHECKING:
    from recut.settings import Settings


class Status(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    ready: bool = False
    # Bootstrap servers, and a URL with its password: this file is for its owner only.
    kafka: str = ""
    database: str = ""
    objects: str = ""
    pids: dict[str, int] = {}
    restarts: dict[str, int] = {}
    # Every process is ready, or among those that stay stopped, each with its reason.
    settled: bool = False
    stopped: dict[str, str] = {}
    versions: dict[str, str | None] = {}
    home: str


def write_status(home: Home, status: Status) -> None:
    """Replaced whole: a reader sees the old one or the new one."""
    draft = home.run_file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(status), indent=2) + b"\n")
    os.replace(draft, home.run_file)


def read_status(settings: Settings) -> Status | None:
    """None when nothing runs. What a supervisor that was killed has left behind counts for nothing."""
    home = Home(settings.home)
    holder = home.holder()
    if holder is None:
        return None
    starting = Status(url=settings.public_url, pids={"supervisor": holder}, home=str(home.root))
    if not home.run_file.exists():
        return starting
    status = msgspec.json.decode(home.run_file.read_bytes(), type=Status)
    return status if status.pids["supervisor"] == holder else starting


def attach(settings: Settings) -> Settings:
    """The settings with the addresses of the running instance, for every command that talks to it."""
    if settings.database_url and settings.kafka:
        return settings
    status = read_status(settings)
    if status is None or not status.database:
        raise OperatorError(
            f"Recut is {'still starting' if status else 'not running'} in {settings.home}: "
            f"start it with `recut up`, or set RECUT_DATABASE_URL and RECUT_KAFKA"
        )
    return msgspec.structs.replace(
        settings,
        database_url=settings.database_url or status.database,
        kafka=settings.kafka or status.kafka,
        objects=status.objects,
        public_url=status.url,
    )


def mark_ready(name: str) -> None:
    """Called by a process once it serves; without a supervisor nobody asked and nothing happens."""
    file = configuration.ready_file()
    if file:
        file.write_text(f"{name} {os.getpid()}\n")


def recut_version() -> str:
    try:
        return metadata.version("recut")
    except metadata.PackageNotFoundError:
        return "not installed, run from its source"


def line(status: Status) -> str:
    if not status.pids:
        return f"Recut is not running in {status.home}."
    says = f"Recut is {'ready' if status.ready else 'not ready'}: {status.url}  ({' '.join(status.pids)})"
    return "\n".join([says, *stopped_lines(status)])


def stopped_lines(status: Status) -> list[str]:
    return [f"{name} has stopped and will not start again by itself: {why}" for name, why in status.stopped.items()]


def screen(status: Status, program: str, seconds: float, *, detached: bool) -> str:
    versions = " ".join(f"{name} {version}" for name, version in status.versions.items() if version)
    processes = " ".join(name for name in status.pids if name != "supervisor")
    ending = f"{program} down    stops it; the data stays." if detached else "Ctrl-C stops it; the data stays."
    what = f"is up without {' and '.join(status.stopped)}" if status.stopped else "is ready"
    return f"""
Recut {what} after {seconds:.1f} s:  {status.url}

  first key   {program} key create --account demo --role creator
  data        {status.home}
  logs        {Home(Path(status.home)).logs}
  running     {processes}
  versions    {versions}

{ending}
"""
