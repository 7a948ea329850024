"""Looks at one file of a stranger in a process of its own, with limits: python -m inference.sandbox TASK

The child is told on its standard input what to look at, and answers on its standard output. It is given no environment,
may write no file, and what takes too much memory or time ends it and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from domain.errors import Invalid, Unavailable
from inference.ports import Rejected

T = TypeVar("T")

# What a child can do: a module of which `answer` takes the struct `Asked` and gives another one. It may raise
# `Rejected`: its sentence is then the answer.
TASKS: Final = {
    "origin": "inference.provenance.reading",
    "probe": "inference.uploads.probe",
    "enrol": "inference.enrol.apart",
}
AT_ONCE: Final = 2  # files that are looked at beside each other
MOST_WAITING: Final = 8
SECONDS: Final = 90.0
MEMORY: Final = 3 << 30
CPU_SECONDS: Final = 60
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
REFUSED: Final = 3  # exit code of a child whose answer is a sentence


class Sandbox:
    """So many children at once, and so many questions that wait for their turn."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def ask(self, task: str, asked: msgspec.Struct, kind: type[T], seconds: float = SECONDS) -> T:
        """The child's answer. Raises `Invalid` for a file that the task refuses, that breaks the child, or that takes
        too much time or memory, and `Unavailable` while too many others wait."""
        async with self._turn():
            code, said = await _child(task, msgspec.json.encode(asked), seconds)
        if code == REFUSED:
            raise Invalid("unusable_file", said.decode(), "file")
        try:
            return msgspec.json.decode(said, type=kind)
        except msgspec.DecodeError as error:
            raise _unreadable() from error

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("too_many_files", "Too many files are being looked at: try again.", retry_after=10)
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1


def _unreadable() -> Invalid:
    message = "The file cannot be read: it is broken, or takes too much time or memory."
    return Invalid("unreadable_file", message, "file")


async def _child(task: str, question: bytes, seconds: float) -> tuple[int | None, bytes]:
    """Its exit code and what it has said."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "inference.sandbox",
        task,
        cwd=Path(__file__).parents[1],
        env=ENVIRONMENT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await child.communicate(question)
        return child.returncode, said
    except TimeoutError as error:
        raise _unreadable() from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def main() -> int:
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most))
    task: Any = importlib.import_module(TASKS[sys.argv[1]])
    try:
        answer = task.answer(msgspec.json.decode(sys.stdin.buffer.read(), type=task.Asked))
    except Rejected as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
