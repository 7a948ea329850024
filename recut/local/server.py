from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from recut.local.process import Child, Spec, wait_until_ready


class Server(ABC):
    """A server with data of its own in one folder. The supervisor takes it in two steps, `prepare` and `spec`, to
    start several together and again after a crash; alone it is a context manager."""

    def __init__(self, folder: Path, *, log: Path | None = None, pid_file: Path | None = None) -> None:
        name = type(self).__name__.lower()
        self.folder = folder
        self.data = folder / "data"
        self.log = log or folder / f"{name}.log"
        self.pid_file = pid_file or folder / f"{name}.pid"
        self._child: Child | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Makes the data at the first start and chooses the ports. Nothing runs afterwards."""

    @abstractmethod
    def spec(self) -> Spec:
        """How to start it. Valid after `prepare`."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where clients find it. Valid after `prepare`."""

    def start(self) -> str:
        """On the main thread: the server ends with the thread that has started it."""
        self.prepare()
        self._child = Child(self.spec())
        self._child.spawn()
        wait_until_ready(self._child, 60.0)
        return self.address

    def stop(self) -> None:
        if self._child:
            self._child.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
