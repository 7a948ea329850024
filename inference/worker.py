"""A worker: takes a ticket, claims the job, has it made, stores the files, reports. It holds no account's key: a
bundle and its key come with the claim, and what it reports is sealed with that key."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from domain.errors import Unavailable
from domain.jobs import Ticket
from domain.queue import Claim
from inference.attempt import Attempt, Reporter, sweep_scratch
from inference.ports import Claims, Objects, Record, Reports, Runner, Seal, Tickets

log = logging.getLogger(__name__)

HELLO_SECONDS: Final = 2.0
# A change of the partitions is told sooner: until then nothing is sent to them.
LOOK_SECONDS: Final = 0.25
POLL_SECONDS: Final = 0.25
DRAIN_SECONDS: Final = 20.0


class Worker:
    """One job at a time. `topics` names the topic of each tier; reports go to `outcomes`. `name` must be new with
    every start: a lease belongs to the process that took it."""

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
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._name = name
        self._models = models
        self._tickets = tickets
        self._claims = claims
        self._objects = objects
        self._engine = engine
        self._reporter = Reporter(reports, seal, outcomes)
        self._topics = topics
        self._drain_seconds = drain_seconds
        self._busy = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then the job at hand may still end within `drain_seconds`. Raises what a restart may mend."""
        await asyncio.to_thread(sweep_scratch)
        greeting = asyncio.create_task(self._greet(stop))
        try:
            while not stop.is_set() and not greeting.done():
                record = await self._tickets.poll(POLL_SECONDS)
                if record:
                    await self._work_off(record, stop)
        finally:
            if not stop.is_set():
                greeting.cancel()
            with suppress(asyncio.CancelledError):
                await greeting

    async def _greet(self, stop: asyncio.Event) -> None:
        """Says who is here and what it reads, and in the end goodbye: from then on nothing more is sent."""
        told, at = None, 0.0
        while not stop.is_set():
            held = self._partitions(), self._busy
            if held != told or time.monotonic() - at >= HELLO_SECONDS:
                told, at = held, time.monotonic()
                await self._hello(*held)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()
        with suppress(Unavailable):
            await self._claims.goodbye(self._name)

    def _partitions(self) -> dict[str, tuple[int, ...]]:
        held = self._tickets.partitions()
        return {tier: tuple(held.get(topic, ())) for tier, topic in self._topics.items()}

    async def _hello(self, partitions: Mapping[str, Sequence[int]], busy: bool) -> None:
        with suppress(Unavailable):
            await self._claims.hello(
                self._name,
                models=self._models,
                engine=self._engine.name,
                slots=1,
                busy=int(busy),
                partitions=partitions,
            )

    async def _work_off(self, record: Record, stop: asyncio.Event) -> None:
        """Polls on while the job runs, or the group would take this member for dead."""
        await self._tickets.pause()
        job = asyncio.create_task(self._take(record))
        until = None
        while not job.done() and (until is None or time.monotonic() < until):
            await self._tickets.poll(POLL_SECONDS)
            if stop.is_set():
                until = until or time.monotonic() + self._drain_seconds
        if not job.done():
            log.warning("the job at hand did not end within %.0f s: given up", self._drain_seconds)
            job.cancel()
        with suppress(asyncio.CancelledError):
            await job
        await self._tickets.resume()

    async def _take(self, record: Record) -> None:
        """The offset is stored right after the claim: from then on the row remembers the job, not the topic. A ticket
        that is not taken up here is sent again when it is still needed."""
        claim = await self._claim(record)
        await self._tickets.commit(record.topic, record.partition, record.offset + 1)
        if claim is None:
            return
        self._busy = True
        try:
            await Attempt(
                self._name,
                claim,
                claims=self._claims,
                objects=self._objects,
                engine=self._engine,
                reporter=self._reporter,
            ).run()
        finally:
            self._busy = False

    async def _claim(self, record: Record) -> Claim | None:
        try:
            ticket = msgspec.json.decode(record.value, type=Ticket)
        except msgspec.DecodeError:
            log.error("ticket %s/%d/%d is none: passed over", record.topic, record.partition, record.offset)
            return None
        if ticket.model not in self._models:
            return None
        try:
            return await self._claims.claim(ticket.video_id, ticket.attempt, self._name)
        except Unavailable as error:
            log.warning("%s not claimed: %s", ticket.video_id, error.message)
            return None
