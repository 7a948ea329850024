"""One attempt, from the claim to the report. While it is made, a heartbeat keeps its lease, tells how far it is, and
brings back whether anybody still wants it."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

import msgspec

from domain.errors import Unavailable
from domain.jobs import Broken, Finished, Report, Sealed, Started, report_of
from domain.queue import Claim
from domain.video import Asset
from inference.ports import Asset as Made
from inference.ports import (
    BadInput,
    Cancelled,
    Claims,
    Engines,
    Job,
    Objects,
    OutOfMemory,
    Reports,
    Result,
    Runner,
    Seal,
    Signer,
    Unsupported,
    Watch,
)
from inference.provenance.drawn import provenance_of
from inference.sources import ParentGone, fetch_parents, fetch_plate

log = logging.getLogger(__name__)

BEAT_SECONDS: Final = 2.0
# News of the progress are told sooner than a mere sign of life.
LOOK_SECONDS: Final = 0.5
LAST_WORD_SECONDS: Final = 3.0
AGAIN_SECONDS: Final = 1.0
STEPS: Final = 100  # what a share of the work is told in
CODES: Final[dict[type[Exception], str]] = {
    Cancelled: "cancelled",
    Unsupported: "unsupported",
    BadInput: "bad_input",
    OutOfMemory: "out_of_memory",
    OSError: "store_unavailable",  # the disk for the files here, or the store behind it
    Exception: "engine_crash",
}
SUFFIXES: Final = {"image/webp": ".webp", "text/vtt": ".vtt"}  # not every system's table has them
SCRATCH: Final = "recut-job-"


class Reporter:
    def __init__(self, reports: Reports, seal: Seal, topic: str) -> None:
        self._reports = reports
        self._seal = seal
        self._topic = topic

    async def send(self, claim: Claim, report: Report) -> None:
        """Again and again until Kafka has it: a finished job must not be made twice for want of a broker."""
        video_id, attempt = claim.bundle.video_id, claim.bundle.attempt
        sealed = self._seal(claim.key, msgspec.json.encode(report), report_of(video_id, attempt))
        value = msgspec.json.encode(Sealed(video_id, attempt, sealed, claim.bundle.traceparent))
        while True:
            try:
                return await self._reports.send([(self._topic, None, video_id, value, [])])
            except Unavailable as error:
                log.warning("report of %s not delivered, trying again: %s", video_id, error.message)
                await asyncio.sleep(AGAIN_SECONDS)


class Attempt:
    def __init__(
        self,
        worker: str,
        claim: Claim,
        *,
        claims: Claims,
        objects: Objects,
        engines: Engines,
        reporter: Reporter,
        watch: Watch,
        signer: Signer | None = None,
    ) -> None:
        self._worker = worker
        self._claim = claim
        self._bundle = claim.bundle
        self._claims = claims
        self._objects = objects
        self._engines = engines
        self._reporter = reporter
        self._watch = watch
        self._signer = signer
        self._runner: Runner | None = None  # while the film is made
        self._cancelled_at: float | None = None
        self._step = 0
        self._name = f"{self._bundle.video_id}, attempt {self._bundle.attempt}"

    async def run(self) -> None:
        """Returns when the outcome is reported, or when nobody waits for it any more. When it is cancelled, it reports
        that this worker gives up, so that another one need not wait for the lease to run out."""
        making, beating = asyncio.create_task(self._make()), asyncio.create_task(self._beat())
        try:
            await asyncio.wait({making, beating}, return_when=asyncio.FIRST_COMPLETED)
            if making.done():
                making.result()
            else:
                log.warning("%s is another worker's by now", self._name)
        except asyncio.CancelledError:
            await _ended(making)
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD_SECONDS):
                    await self._reporter.send(self._claim, self._broken("lease_lost", "The worker was stopped."))
            raise
        finally:
            await _ended(making, beating)

    async def _make(self) -> None:
        began = time.monotonic()
        await self._reporter.send(self._claim, Started(worker=self._worker, engine=self._engines.name))
        outcome = await self._outcome()
        await self._reporter.send(self._claim, outcome)
        self._note(outcome, time.monotonic() - began)
        with suppress(Unavailable):
            await self._claims.reported(self._bundle.video_id, self._bundle.attempt, self._worker)

    async def _outcome(self) -> Report:
        try:
            with TemporaryDirectory(prefix=f"{SCRATCH}{os.getpid()}-") as folder:
                with self._timed("fetch"):
                    job = await self._job(Path(folder))
                result = await self._film(job, Path(folder))
                with self._timed("store"):
                    assets = [await self._store(asset) for asset in result.assets]
        except ParentGone as error:
            return self._broken("parent_unavailable", str(error))
        except Exception as error:
            code = next(code for kind, code in CODES.items() if isinstance(error, kind))
            log.warning("%s: %s (%s)", self._name, code, type(error).__name__)
            return self._broken(code, str(error))
        return self._finished(result, assets)

    async def _film(self, job: Job, folder: Path) -> Result:
        async with self._engines.lend(job.model) as runner:
            self._go_on()
            self._runner = runner
            try:
                result = await runner.run(job, folder, self._reach)
            finally:
                self._runner = None
        for stage, seconds in result.stages.items():
            self._watch.stage(result.engine, stage, seconds)
        return result

    def _go_on(self) -> None:
        """Between two stages: the engine asks for itself."""
        if self._cancelled_at is not None:
            raise Cancelled("it was cancelled")

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._watch.stage(self._engines.name, stage, time.monotonic() - began)

    def _note(self, outcome: Report, seconds: float) -> None:
        name = outcome.code if isinstance(outcome, Broken) else "finished"
        self._watch.ended(self._engines.name, self._bundle.model, name, seconds)
        if name == "cancelled" and self._cancelled_at is not None:
            self._watch.cancelled(self._engines.name, time.monotonic() - self._cancelled_at)

    async def _job(self, folder: Path) -> Job:
        bundle = self._bundle
        width, _, height = bundle.size.partition("x")
        return Job(
            video_id=bundle.video_id,
            attempt=bundle.attempt,
            model=bundle.model,
            verb=bundle.verb,
            prompt=bundle.prompt,
            seed=bundle.seed,
            seconds=bundle.seconds,
            width=int(width),
            height=int(height),
            parents=await fetch_parents(bundle, self._objects, folder),
            characters=bundle.characters,
            reference=await fetch_plate(bundle, self._objects, folder),
            provenance=provenance_of(bundle, self._signer) if self._signer else None,
            traceparent=bundle.traceparent,
        )

    def _reach(self, share: float) -> None:
        self._step = int(share * STEPS)

    async def _store(self, asset: Made) -> Asset:
        self._go_on()
        suffix = SUFFIXES.get(asset.mime) or mimetypes.guess_extension(asset.mime) or ""
        key = f"{self._bundle.prefix}{asset.role}-{asset.sha256}{suffix}"
        await self._objects.put_file(key, Path(asset.path), asset.mime)
        return Asset(role=asset.role, key=key, sha256=asset.sha256, mime=asset.mime, bytes=asset.bytes)

    def _finished(self, result: Result, assets: list[Asset]) -> Finished:
        return Finished(
            worker=self._worker,
            engine=result.engine,
            model_digest=result.model_digest,
            seed=result.seed,
            assets=tuple(assets),
            understood=tuple(result.understood),
            ignored=tuple(result.ignored),
            mark_id=result.mark_id,
        )

    def _broken(self, code: str, message: str) -> Broken:
        return Broken(worker=self._worker, code=code, message=message)

    async def _beat(self) -> None:
        """Returns when the attempt is not this worker's any more. A database out of reach is no reason to give up."""
        told, at = -1, 0.0
        while True:
            if self._step != told or time.monotonic() - at >= BEAT_SECONDS:
                told, at = self._step, time.monotonic()
                if await self._lost(told):
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def _lost(self, step: int) -> bool:
        try:
            answer = await self._claims.beat(self._bundle.video_id, self._bundle.attempt, self._worker, step, STEPS)
        except Unavailable as error:
            log.warning("%s: no heartbeat: %s", self._name, error.message)
            return False
        if answer == "cancel":
            self._cancel()
        return answer == "lost"

    def _cancel(self) -> None:
        """Heard with every beat, until the attempt is over."""
        self._cancelled_at = self._cancelled_at or time.monotonic()
        if self._runner:
            self._runner.cancel()


async def _ended(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def sweep_scratch() -> None:
    """Removes what attempts of processes that are gone have left in the folder for temporary files."""
    from shutil import rmtree

    for folder in Path(gettempdir()).glob(f"{SCRATCH}*-*"):
        pid = folder.name.removeprefix(SCRATCH).partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
