"""One warm child process that generates. A crash or a hang inside it is one failed attempt, not a dead worker."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from inference.ports import EngineCrash, Failed, OutOfMemory, Unwatched, Watch

_CONTEXT: Final = multiprocessing.get_context("spawn")
TELL_SECONDS: Final = 0.25
WARM_SECONDS: Final = 60.0
# A model tells its progress every few frames: silent for so long, it hangs.
SILENCE_SECONDS: Final = 120.0
LET_GO_SECONDS: Final = 10.0
# The work gives way to the processes that answer people.
NICENESS: Final = 5


SKETCH: Final = "inference.pipeline"


class News(NamedTuple):
    """What is told of a job before it ends."""

    what: Any


class Engine:
    """Runs one job at a time. `start` returns once the child is warm.

    `task` names the module that the child loads, so that nobody else needs it: its `warm_up(*options)` is called once,
    its `generate` (see `ports.Generate`) with a `Stopwatch` besides for every job. A job may have several `rows`, which
    are cancelled one by one: then `generate` tells more than shares, and answers something of its own."""

    def __init__(
        self,
        task: str = SKETCH,
        name: str = "sketch",
        *,
        rows: int = 1,
        options: Sequence[Any] = (),
        warm_seconds: float = WARM_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
        watch: Watch | None = None,
    ) -> None:
        self.name = name
        self._task = task
        self._options = tuple(options)
        self._warm_seconds = warm_seconds
        self._watch = watch or Unwatched()
        self._silence_seconds = silence_seconds
        self._cancelled = _CONTEXT.RawArray(ctypes.c_bool, rows)
        self._child: multiprocessing.process.BaseProcess | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    async def start(self) -> None:
        began = time.monotonic()
        mine, its = _CONTEXT.Pipe()
        arguments = (its, self._cancelled, os.getpid(), self._task, self._options)
        child = _CONTEXT.Process(target=_serve, args=arguments, name=f"engine {self.name}", daemon=True)
        child.start()
        its.close()
        self._child, self._pipe = child, mine
        try:
            await asyncio.to_thread(self._receive, self._warm_seconds)
        except (EOFError, OSError) as error:
            raise await self._died(error) from error
        self._watch.cold_start(self.name, time.monotonic() - began)

    async def run(self, job: Any, folder: Path, progress: Callable[[Any], None]) -> Any:
        """Raises what the model raises, and `EngineCrash` when the child died of it or fell silent; the next job then
        has a new child.

        When it is cancelled it still waits for the child to let go: its last word must not reach the next job.
        """
        for row in range(len(self._cancelled)):
            self._cancelled[row] = False
        talk = asyncio.ensure_future(self._talk(job, folder, progress))
        try:
            return await asyncio.shield(talk)
        except asyncio.CancelledError:
            for row in range(len(self._cancelled)):
                self.cancel(row)
            await asyncio.wait([talk], timeout=LET_GO_SECONDS)
            if not talk.done():
                await self.stop()
            await asyncio.gather(talk, return_exceptions=True)
            raise

    async def _talk(self, job: Any, folder: Path, progress: Callable[[Any], None]) -> Any:
        if self._child is None:
            await self.start()
        try:
            self._pipe.send((job, folder))
            while isinstance(message := await asyncio.to_thread(self._receive, self._silence_seconds), News):
                progress(message.what)
        except (EOFError, OSError) as error:
            raise await self._died(error) from error
        if isinstance(message, Exception):
            raise message
        return message

    def cancel(self, row: int = 0) -> None:
        """The job that runs ends with `Cancelled` within a few frames; or a row of it is of no interest any more."""
        self._cancelled[row] = True

    async def stop(self) -> None:
        if self._child:
            self._child.kill()
            await asyncio.to_thread(self._child.join)
            self._pipe.close()
            self._child = None

    async def _died(self, error: Exception) -> Failed:
        """Ends what is left of the child and says how it died."""
        child = self._child
        if child and not isinstance(error, TimeoutError):
            await asyncio.to_thread(child.join, 1.0)  # its pipe closes a moment before it ends
        code = child.exitcode if child else None
        await self.stop()
        if isinstance(error, TimeoutError):
            return EngineCrash("the engine hung and was ended")
        if code == -signal.SIGKILL:
            return OutOfMemory("the engine's process was killed, most likely because it took too much memory")
        return EngineCrash("the engine's process died")

    def _receive(self, seconds: float) -> Any:
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return self._pipe.recv()


def _serve(pipe: Connection, flags: Any, parent: int, task: str, options: Sequence[Any]) -> None:
    """The child. Signals are the parent's business; when the parent is gone, so is the reason to go on."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICENESS)
    module = import_module(task)
    module.warm_up(*options)

    def cancelled(row: int = 0) -> bool:
        return bool(flags[row]) or os.getppid() != parent

    with suppress(EOFError, ConnectionError):  # the parent is gone
        pipe.send(None)
        while True:
            job, folder = pipe.recv()
            pipe.send(_answer(pipe, cancelled, module.generate, job, folder))


def _answer(
    pipe: Connection, cancelled: Callable[..., bool], generate: Callable[..., Any], job: Any, folder: Path
) -> Any:
    from inference.film import Stopwatch

    told = time.monotonic()

    def tell(what: Any) -> None:
        """Shares come often, and only the last one counts; other news are told each."""
        nonlocal told
        if not isinstance(what, float) or time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            pipe.send(News(what))

    watch = Stopwatch()
    try:
        result = generate(job, folder, tell, cancelled, watch)
    except Exception as error:  # it crosses a process: without its cause, which may not
        error.__cause__ = error.__context__ = None
        return error
    return msgspec.structs.replace(result, stages=_apart(watch.seconds))


def _apart(seconds: dict[str, float]) -> dict[str, float]:
    """Waiting for a frame is no encoding. Frames are drawn meanwhile, on a thread: both are counted."""
    waited = seconds.pop("wait for frames", 0.0)
    return {stage: spent - waited if stage == "encode" else spent for stage, spent in seconds.items()}
