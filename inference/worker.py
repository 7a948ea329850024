"""A worker: takes a ticket, claims the job, has it made, stores the files, reports. It holds no account's key: a
bundle and its key come with the claim, and what it reports is sealed with that key."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from domain.errors import Unavailable
from domain.jobs import Broken, Bundle, Finished, Report, Sealed, Started, Ticket, report_of
from domain.queue import Claim
from domain.video import Asset
from inference.ports import Asset as Made
from inference.ports import (
    BadInput,
    Cancelled,
    Claims,
    EngineCrash,
    Job,
    Objects,
    OutOfMemory,
    Record,
    Reports,
    Result,
    Runner,
    Seal,
    Tickets,
    Unsupported,
)

log = logging.getLogger(__name__)

HELLO_SECONDS: Final = 2.0
POLL_SECONDS: Final = 0.25
DRAIN_SECONDS: Final = 20.0
STEPS: Final = 100  # what a share of the work is told in
CODES: Final[dict[type[Exception], str]] = {
    Cancelled: "cancelled",
    Unsupported: "unsupported",
    BadInput: "bad_input",
    OutOfMemory: "out_of_memory",
    EngineCrash: "engine_crash",
    FileNotFoundError: "parent_unavailable",
    OSError: "store_unavailable",
}
SUFFIXES: Final = {"image/webp": ".webp", "text/vtt": ".vtt"}  # not every system's table has them


class Lost(Exception):
    """The attempt is another's by now: nobody waits for this outcome."""


class Worker:
    """`topics` names the topic of each tier; reports go to `outcomes`."""

    def __init__(
        self,
        name: str,
        models: Sequence[str],
        *,
        tickets: Tickets,
        claims: Claims,
        objects: Objects,
        reports: Reports,
        engine: Runner,
        seal: Seal,
        topics: Mapping[str, str],
        outcomes: str,
    ) -> None:
        self._name = name
        self._models = models
        self._tickets = tickets
        self._claims = claims
        self._objects = objects
        self._reports = reports
        self._engine = engine
        self._seal = seal
        self._topics = topics
        self._outcomes = outcomes
        self._busy = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then the job at hand may still end within `DRAIN_SECONDS`. What does not, loses its lease and
        becomes another attempt."""
        greeting = asyncio.create_task(self._greet())
        try:
            while not stop.is_set():
                record = await self._tickets.poll(POLL_SECONDS)
                if record:
                    await self._work_off(record, stop)
        finally:
            greeting.cancel()
            with suppress(Unavailable):
                await self._claims.goodbye(self._name)

    async def _greet(self) -> None:
        while True:
            held = self._tickets.partitions()
            partitions = {tier: held.get(topic, ()) for tier, topic in self._topics.items()}
            with suppress(Unavailable):
                await self._claims.hello(
                    self._name,
                    models=self._models,
                    engine=self._engine.name,
                    slots=1,
                    busy=int(self._busy),
                    partitions=partitions,
                )
            await asyncio.sleep(HELLO_SECONDS)

    async def _work_off(self, record: Record, stop: asyncio.Event) -> None:
        """Polls on while the job runs, or the group would take this member for dead."""
        await self._tickets.pause()
        job = asyncio.create_task(self._take(record))
        patience = DRAIN_SECONDS
        while not job.done() and patience > 0:
            await self._tickets.poll(POLL_SECONDS)
            if stop.is_set():
                await asyncio.wait({job}, timeout=POLL_SECONDS)
                patience -= 2 * POLL_SECONDS
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job
        await self._tickets.resume()

    async def _take(self, record: Record) -> None:
        """The offset is stored right after the claim: from then on the row remembers the job, not the topic."""
        ticket = msgspec.json.decode(record.value, type=Ticket)
        claim = await self._claims.claim(ticket.video_id, ticket.attempt, self._name)
        await self._tickets.commit(record.topic, record.partition, record.offset + 1)
        if claim is None:
            return
        self._busy = True
        try:
            await self._work(claim)
        except Lost:
            log.warning("%s attempt %d went to another worker", ticket.video_id, ticket.attempt)
        finally:
            self._busy = False

    async def _work(self, claim: Claim) -> None:
        bundle, done = claim.bundle, _Share()
        async with self._beating(bundle, done):
            await self._report(claim, Started(worker=self._name, engine=self._engine.name))
            await self._report(claim, await self._outcome(bundle, done))
            await self._claims.reported(bundle.video_id, bundle.attempt, self._name)

    async def _outcome(self, bundle: Bundle, done: _Share) -> Report:
        try:
            with tempfile.TemporaryDirectory(prefix="recut-job-") as folder:
                result = await self._engine.run(await self._job(bundle), Path(folder), done.set)
                assets = [await self._store(bundle, asset) for asset in result.assets]
        except tuple(CODES) as error:
            code = next(code for kind, code in CODES.items() if isinstance(error, kind))
            log.warning("%s attempt %d: %s", bundle.video_id, bundle.attempt, code)
            return Broken(worker=self._name, code=code, message=str(error))
        return self._finished(result, assets)

    async def _job(self, bundle: Bundle) -> Job:
        width, _, height = bundle.size.partition("x")
        if bundle.verb != "create" and bundle.parent_scene is None:
            raise FileNotFoundError("the parent of this video was deleted")
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
            parent_scene=await self._objects.get(bundle.parent_scene) if bundle.parent_scene else None,
        )

    async def _store(self, bundle: Bundle, asset: Made) -> Asset:
        suffix = SUFFIXES.get(asset.mime) or mimetypes.guess_extension(asset.mime) or ""
        key = f"{bundle.prefix}{asset.role}-{asset.sha256}{suffix}"
        await self._objects.put_file(key, Path(asset.path), asset.mime)
        return Asset(role=asset.role, key=key, sha256=asset.sha256, mime=asset.mime, bytes=asset.bytes)

    def _finished(self, result: Result, assets: list[Asset]) -> Finished:
        return Finished(
            worker=self._name,
            engine=result.engine,
            model_digest=result.model_digest,
            seed=result.seed,
            assets=tuple(assets),
            understood=tuple(result.understood),
            ignored=tuple(result.ignored),
        )

    async def _report(self, claim: Claim, report: Report) -> None:
        """Again and again until Kafka has it: a finished job must not be made twice for want of a broker."""
        bundle = claim.bundle
        about = report_of(bundle.video_id, bundle.attempt)
        sealed = self._seal(claim.key, msgspec.json.encode(report), about)
        value = msgspec.json.encode(Sealed(bundle.video_id, bundle.attempt, sealed))
        while True:
            try:
                return await self._reports.send([(self._outcomes, None, bundle.video_id, value, [])])
            except Unavailable as error:
                log.warning("report of %s not delivered, trying again: %s", bundle.video_id, error.message)
                await asyncio.sleep(1)

    @asynccontextmanager
    async def _beating(self, bundle: Bundle, done: _Share) -> AsyncIterator[None]:
        """Keeps the lease while the block runs, and ends the block with `Lost` when the lease is gone."""
        worker = asyncio.current_task()
        lost = False

        async def beat() -> None:
            nonlocal lost
            while True:
                with suppress(Unavailable):
                    answer = await self._claims.beat(bundle.video_id, bundle.attempt, self._name, done.step, STEPS)
                    if answer != "go on":
                        self._engine.cancel()
                    if answer == "lost" and worker:
                        lost = True
                        worker.cancel()
                        return
                await asyncio.sleep(HELLO_SECONDS)

        beating = asyncio.create_task(beat())
        try:
            yield
        except asyncio.CancelledError:
            self._engine.cancel()
            if lost and worker:
                worker.uncancel()
                raise Lost from None
            raise
        finally:
            beating.cancel()


class _Share:
    """How far the job is, told by the engine's process and read by the heartbeat."""

    step = 0

    def set(self, share: float) -> None:
        self.step = int(share * STEPS)
