"""Films of a learned model, several at once: who waits is put together with others of the same bucket, a process makes
the steps, and other processes write the files, so that nothing waits for an encoder but the one that needs it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from inference.batch import Draft, Step, Work
from inference.buckets import Bucket, Ladder, Plan
from inference.engine import Engine
from inference.pool import Pool
from inference.ports import Cancelled, EngineCrash, Job, OutOfMemory, Result, Runner, Watch

log = logging.getLogger(__name__)

WAIT_SECONDS: Final = 0.05  # for a batch to become full
DENOISED: Final = 0.85  # of the work: what is left is encoding


class Finishing(msgspec.Struct, frozen=True):
    """A job for an encoder. `made` is the bucket of the draft: a smaller one than the job's, where memory was short."""

    job: Job
    draft: Any
    made: Bucket


class Row:
    """One film, from the line to its draft."""

    def __init__(self, job: Job, folder: Path, bucket: Bucket, tell: Callable[[float], None]) -> None:
        self.job = job
        self.folder = folder
        self.bucket = bucket
        self.tell = tell
        self.place: int | None = None  # in the batch that runs
        self.alone = False  # it was in a batch that broke: whose fault was it?
        self.has_room = False
        self.draft: asyncio.Future[Finishing] = asyncio.get_running_loop().create_future()

    @property
    def waits(self) -> bool:
        return not self.draft.done()

    def fail(self, error: Exception) -> None:
        if self.waits:
            self.draft.set_exception(error)
            self.draft.exception()  # whoever waited may have gone: nobody needs to be told of that


class Line:
    """Who waits, in order of age."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._changed = asyncio.Event()

    def put(self, row: Row) -> None:
        self._rows.append(row)
        self._changed.set()

    def drop(self, row: Row) -> None:
        with suppress(ValueError):
            self._rows.remove(row)

    async def oldest(self) -> Row:
        while not self._rows:
            self._changed.clear()
            await self._changed.wait()
        return self._rows[0]

    async def take(self, bucket: Bucket, most: int, wait: float) -> list[Row]:
        """The oldest of that bucket: as soon as there are `most`, or as many as there are after `wait`. Empty when
        whoever waited has given up meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while len(self._of(bucket)) < most:
                    self._changed.clear()
                    await self._changed.wait()
        taken = self._of(bucket)[:most]
        self._rows = [row for row in self._rows if row not in taken]
        return taken

    def _of(self, bucket: Bucket) -> list[Row]:
        return [row for row in self._rows if row.bucket == bucket]


class Batches:
    """An `inference.ports.Engines`. At most `rows` films are made together, and as many may wait for their turn or for
    one of the `encoders`: a batch begins when there is room for all of its drafts."""

    def __init__(
        self,
        models: Sequence[str],
        rows: int,
        engine: Engine,
        encoders: Pool,
        *,
        bucket_of: Callable[[Job], Bucket],
        lower: Callable[[Bucket], Bucket | None],
        watch: Watch,
        dress: Callable[[Runner], Runner] = lambda runner: runner,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.name = engine.name
        self.models = models
        self.slots = 2 * rows
        self._engine = engine
        self._encoders = encoders
        self._bucket_of = bucket_of
        self._ladder = Ladder(engine.name, rows, lower, watch)
        self._watch = watch
        self._dress = dress
        self._wait_seconds = wait_seconds
        self._line = Line()
        self._room = asyncio.Semaphore(encoders.slots + rows)
        self._writing = asyncio.Semaphore(encoders.slots)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns once both processes are warm."""
        await asyncio.gather(self._engine.start(), self._encoders.start())
        self._serving = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        if self._serving:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)
        await self._engine.stop()
        await self._encoders.stop()

    @asynccontextmanager
    async def lend(self, model: str) -> AsyncIterator[Runner]:
        del model
        yield self._dress(_Seat(self))

    async def draft(self, row: Row) -> Finishing:
        """The film up to its encoding. `release` follows, however it ends."""
        serving = self._serving
        assert serving is not None, "start first"
        self._line.put(row)
        try:
            await asyncio.wait(set[asyncio.Future[Any]]((row.draft, serving)), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self.cancel(row)
            raise
        if row.waits:
            raise EngineCrash("the loop of batches has ended")
        return row.draft.result()

    def cancel(self, row: Row) -> None:
        """Nothing waits for it: a batch that it is in goes on without it."""
        self._line.drop(row)
        if row.place is not None:
            self._engine.cancel(row.place)
        row.fail(Cancelled("it was cancelled"))

    @asynccontextmanager
    async def encoder(self) -> AsyncIterator[Any]:
        """When one is free."""
        async with self._writing, self._encoders.lend("") as encoder:
            yield encoder

    def release(self, row: Row) -> None:
        """Its draft takes no room any more."""
        if row.has_room:
            row.has_room = False
            self._room.release()

    async def _serve(self) -> None:
        while True:
            oldest = await self._line.oldest()
            plan = self._ladder.plan(oldest.bucket)
            await self._make(oldest.bucket, await self._line.take(oldest.bucket, plan.rows, self._wait_seconds))

    async def _make(self, bucket: Bucket, rows: list[Row]) -> None:
        """Until each of them has its draft or its error."""
        while rows := [row for row in rows if row.waits]:
            plan = self._ladder.plan(bucket)
            most = 1 if rows[0].alone else plan.rows
            await self._run(plan, bucket, rows[:most])

    async def _run(self, plan: Plan, bucket: Bucket, rows: Sequence[Row]) -> None:
        """Whoever still waits afterwards is tried again, with less at once. A batch may break of one film, or of what
        one asks for: then each gets a batch of its own, so that nobody fails of another's fault."""
        rows = await self._with_room(rows)
        try:
            if rows:
                await self._batch(plan, rows)
            _fail(rows, EngineCrash("the engine forgot a film"))
        except OutOfMemory as error:
            left = [row for row in rows if row.waits]
            if left and self._ladder.down(bucket, plan, len(left)) is None:
                _fail(left, error)
        except Exception as error:
            if len(rows) == 1:
                _fail(rows, error)
            for row in rows:
                row.alone = True
        finally:
            for row in rows:
                row.place = None
                if row.waits or row.draft.exception():
                    self.release(row)

    async def _with_room(self, rows: Sequence[Row]) -> list[Row]:
        """Those that have not given up while they waited for it."""
        for row in rows:
            await self._room.acquire()
            row.has_room = True
        for row in rows:
            if not row.waits:
                self.release(row)
        return [row for row in rows if row.waits]

    async def _batch(self, plan: Plan, rows: Sequence[Row]) -> None:
        self._watch.batch(self.name, plan.bucket.name, len(rows), plan.rows)
        for place, row in enumerate(rows):
            row.place = place

        def hear(news: Step | Draft) -> None:
            if isinstance(news, Step):
                self._watch.step(self.name, plan.bucket.name, news.seconds)
                for row in rows:
                    row.tell(DENOISED * news.step / news.of)
            elif rows[news.row].waits:
                row = rows[news.row]
                row.draft.set_result(Finishing(row.job, news.content, plan.bucket))

        jobs, folders = tuple(row.job for row in rows), tuple(row.folder for row in rows)
        done = await self._engine.run(Work(plan.bucket, jobs, folders, plan.chunks), folders[0], hear)
        for stage, seconds in done.stages.items():
            self._watch.stage(self.name, stage, seconds)

    def row(self, job: Job, folder: Path, tell: Callable[[float], None]) -> Row:
        return Row(job, folder, self._bucket_of(job), tell)


class _Seat:
    """A `Runner`: one film among others."""

    def __init__(self, batches: Batches) -> None:
        self.name = batches.name
        self._batches = batches
        self._row: Row | None = None
        self._encoder: Any = None
        self._cancelled = False

    async def run(self, job: Job, folder: Path, progress: Callable[[float], None]) -> Result:
        self._row = row = self._batches.row(job, folder, progress)
        try:
            finishing = await self._batches.draft(row)
            async with self._batches.encoder() as encoder:
                if self._cancelled:
                    raise Cancelled("it was cancelled")
                self._encoder = encoder
                result = await encoder.run(finishing, folder, lambda share: progress(DENOISED + (1 - DENOISED) * share))
        finally:
            self._encoder = None
            self._batches.release(row)
        return _noted(result, row.bucket, finishing.made)

    def cancel(self) -> None:
        self._cancelled = True
        if self._encoder:
            self._encoder.cancel()
        elif self._row and self._row.waits:
            self._batches.cancel(self._row)


def _noted(result: Result, asked: Bucket, made: Bucket) -> Result:
    """What was made smaller than it was asked for says so."""
    if asked == made:
        return result
    note = f"made at {made.width}x{made.height} and enlarged: memory was short"
    return msgspec.structs.replace(result, ignored=[*result.ignored, note])


def _fail(rows: Sequence[Row], error: Exception) -> None:
    for row in rows:
        row.fail(error)
