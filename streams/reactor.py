"""Carries out what `commands/reactions.py` says must follow from a fact. A consumer of the history like a read model:
its checkpoints and dead letters lie in the schema `reactor_v1`, and of several reactors one works at a time. A category
that it has no checkpoint of is read from its beginning: the version stays when categories are added.

Every effect is harmless twice. So a batch that failed in its middle, or whose checkpoint was not stored, is simply
done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, assert_never

import msgspec

from commands.deferred import encode, name_of, subject_of
from commands.generation import job_for
from commands.ports import EventStore
from commands.reactions import (
    CATEGORIES,
    After,
    CancelJob,
    CloseJobs,
    DeleteFiles,
    Effect,
    Enqueue,
    ForgetEdge,
    WriteLedger,
    react,
)
from domain.errors import Unavailable
from domain.recorded import Recorded
from domain.timers import Timer
from projections.db import Connection
from projections.events import Event
from projections.install import create_bare
from projections.model import ReadModel
from streams.consumer import Log, Progress
from streams.ports import Edge, Files, Jobs, TimerTable
from streams.projector import Projector
from streams.projector_ports import History, Watch

NAME: Final = "reactor"
VERSION: Final = 1
SCHEMA: Final = f"{NAME}_v{VERSION}"
Caused = tuple[Recorded, Effect]
# Streams whose effects are carried out side by side; those of one stream go in order.
AT_ONCE: Final = 8


class Reactor:
    """A `streams.consumer.Consumer`. `connect` opens a connection in autocommit mode; `enqueued` is called when jobs
    were put into the table, `deferred` when a command is due at once. `mark_key` makes the marks of films, `label` says
    that they are to show one too."""

    def __init__(
        self,
        store: EventStore,
        jobs: Jobs,
        files: Files,
        timers: TimerTable,
        edge: Edge,
        connect: Callable[[], Connection],
        history: History,
        *,
        enqueued: Callable[[], None] = lambda: None,
        deferred: Callable[[], None] = lambda: None,
        watch: Watch | None = None,
        mark_key: bytes = b"",
        label: bool = False,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._files = files
        self._timers = timers
        self._edge = edge
        self._connect = connect
        self._enqueued = enqueued
        self._deferred = deferred
        self._carried = {"mark_key": mark_key, "label": label}
        self.model = ReadModel(NAME, VERSION, CATEGORIES, self._apply)
        self._projector = Projector([self.model], connect, history, watch)
        self.name = self._projector.name
        self.categories = CATEGORIES

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._create_schema)
        await self._projector.start()

    async def progress(self) -> Mapping[Log, Progress]:
        return await self._projector.progress()

    async def handle(self, batch: Sequence[Recorded], offsets: Mapping[Log, int]) -> None:
        await self._projector.handle(batch, offsets)

    async def stop(self) -> None:
        await self._projector.stop()

    def _create_schema(self) -> None:
        with self._connect() as conn:
            create_bare(conn, SCHEMA)

    def _apply(self, conn: Connection, events: Sequence[Event]) -> None:
        """Called in a thread, inside the transaction of the checkpoint; the effects happen on the event loop."""
        del conn
        asyncio.run_coroutine_threadsafe(self._carry_out_all(events), self._loop).result()

    async def _carry_out_all(self, events: Iterable[Event]) -> None:
        turns = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                for effects in _by_stream(events):
                    group.create_task(self._in_order(effects, turns))
        except ExceptionGroup as failures:
            raise _gravest(failures.exceptions) from failures

    async def _in_order(self, effects: Sequence[Caused], turns: asyncio.Semaphore) -> None:
        async with turns:
            for recorded, effect in effects:
                await self._carry_out(recorded, effect)

    async def _carry_out(self, recorded: Recorded, effect: Effect) -> None:
        match effect:
            case Enqueue(video_id, attempt):
                await self._enqueue(video_id, attempt, recorded.traceparent)
            case CancelJob(video_id):
                await self._jobs.cancel(video_id)
            case CloseJobs(video_id, attempt):
                await self._jobs.close(video_id, attempt)
            case DeleteFiles(prefix):
                await self._files.delete_prefix(prefix)
            case WriteLedger():
                await self._files.put(ledger_key(effect.account_id), msgspec.json.encode(effect), "application/json")
            case ForgetEdge(account_id):
                await self._edge.forget(account_id)
            case After():
                await self._defer(recorded, effect)
            case _:
                assert_never(effect)

    async def _enqueue(self, video_id: str, attempt: int, traceparent: str) -> None:
        job = await job_for(self._store, video_id, attempt)
        if job is not None:
            bundle = msgspec.structs.replace(job.bundle, traceparent=traceparent, **self._carried)
            await self._jobs.enqueue(account_id=job.account_id, tier=job.tier, bundle=bundle)
            self._enqueued()

    async def _defer(self, recorded: Recorded, after: After) -> None:
        at_once = after.at is None
        await self._timers.put(timer_of(recorded, after), at_once=at_once)
        if at_once:
            self._deferred()


def timer_of(recorded: Recorded, after: After) -> Timer:
    """The same for a repeat of the event: its key is the command's id."""
    name = name_of(after.command)
    return Timer(
        key=f"{recorded.event_id}:{name}:{after.number}",
        command=name,
        payload=encode(after.command),
        subject=subject_of(after.command),
        due_at=after.at or recorded.recorded_at,
        event_id=recorded.event_id,
        correlation=recorded.correlation,
        traceparent=recorded.traceparent,
    )


def ledger_key(account_id: str) -> str:
    """Of the note that an account was erased, in the object store."""
    return f"ledger/erasures/{account_id}.json"


def _gravest(errors: Sequence[Exception]) -> Exception:
    """A circumstance, if there is one: as `OSError` it ends the process, where anything else is blamed on its event."""
    circumstance = next((error for error in errors if isinstance(error, Unavailable | OSError | MemoryError)), None)
    return ConnectionError(str(circumstance)) if circumstance else errors[0]


def _by_stream(events: Iterable[Event]) -> list[list[Caused]]:
    found: dict[str, list[Caused]] = {}
    for event in events:
        effects = react(event.recorded, event.event)
        found.setdefault(event.recorded.stream, []).extend((event.recorded, effect) for effect in effects)
    return [effects for effects in found.values() if effects]
