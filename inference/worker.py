"""A worker: takes tickets, claims the jobs, has them made, stores the files, reports. It holds no account's key: a
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
from inference.ports import Claims, Engines, Objects, Record, Reports, Seal, Signer, Tickets, Unwatched, Watch

log = logging.getLogger(__name__)

HELLO_SECONDS: Final = 2.0
# A change of the partitions is told sooner: until then nothing is sent to them.
LOOK_SECONDS: Final = 0.25
POLL_SECONDS: Final = 0.25
DRAIN_SECONDS: Final = 20.0


class Worker:
    """As many jobs at a time as its engines have slots. `topics` names the topic of each tier; reports go to
    `outcomes`. `name` must be new with every start: a lease belongs to the process that took it. Without a `signer`
    files carry neither marks nor a manifest."""

    def __init__(
        self,
        name: str,
        *,
        tickets: Tickets,
        claims: Claims,
        objects: Objects,
        reports: Reports,
        engines: Engines,
        seal: Seal,
        topics: Mapping[str, str],
        outcomes: str,
        watch: Watch | None = None,
        signer: Signer | None = None,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._name = name
        self._tickets = tickets
        self._claims = claims
        self._objects = objects
        self._engines = engines
        self._reporter = Reporter(reports, seal, outcomes)
        self._topics = topics
        self._watch = watch or Unwatched()
        self._signer = signer
        self._drain_seconds = drain_seconds
        self._running: set[asyncio.Task[None]] = set()
        self._paused = False

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event | None = None) -> None:
        """Until `stop`; then the jobs at hand may still end within `drain_seconds`, or until `hurry`. What has not
        ended is reported as given up, for another worker. Raises what a restart may mend."""
        await asyncio.to_thread(sweep_scratch)
        greeting = asyncio.create_task(self._greet(stop))
        try:
            while not stop.is_set() and not greeting.done():
                await self._turn()
            await self._drain(hurry or asyncio.Event())
        finally:
            await self._give_up()
            if not stop.is_set():
                greeting.cancel()
            with suppress(asyncio.CancelledError):
                await greeting

    async def _greet(self, stop: asyncio.Event) -> None:
        """Says who is here and what it reads, and in the end goodbye: from then on nothing more is sent."""
        told, at = None, 0.0
        while not stop.is_set():
            held = self._partitions(), self._engines.slots, len(self._running)
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

    async def _hello(self, partitions: Mapping[str, Sequence[int]], slots: int, busy: int) -> None:
        self._watch.busy(self._engines.name, slots, busy)
        with suppress(Unavailable):
            await self._claims.hello(
                self._name,
                models=self._engines.models,
                engine=self._engines.name,
                slots=slots,
                busy=busy,
                partitions=partitions,
            )

    async def _turn(self) -> None:
        """Polls even while no slot is free, or the group would take this member for dead."""
        await self._pause(len(self._running) >= self._engines.slots)
        if not self._paused:
            if record := await self._tickets.poll(POLL_SECONDS):
                await self._take(record)
        else:
            await self._await_one()
            await self._tickets.poll(0)
        self._collect()

    async def _pause(self, wanted: bool) -> None:
        if wanted != self._paused:
            await (self._tickets.pause() if wanted else self._tickets.resume())
            self._paused = wanted

    async def _await_one(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)

    def _collect(self) -> None:
        """Raises what an attempt could not report."""
        for task in [task for task in self._running if task.done()]:
            self._running.remove(task)
            task.result()

    async def _take(self, record: Record) -> None:
        """The offset is stored right after the claim: from then on the row remembers the job, not the topic. A ticket
        that is not taken up here is sent again when it is still needed."""
        claim = await self._claim(record)
        await self._tickets.commit(record.topic, record.partition, record.offset + 1)
        if claim is not None:
            self._watch.claimed(self._engines.name, claim.tier, claim.waited)
            self._running.add(asyncio.create_task(self._attempt(claim).run()))

    def _attempt(self, claim: Claim) -> Attempt:
        return Attempt(
            self._name,
            claim,
            claims=self._claims,
            objects=self._objects,
            engines=self._engines,
            reporter=self._reporter,
            watch=self._watch,
            signer=self._signer,
        )

    async def _claim(self, record: Record) -> Claim | None:
        try:
            ticket = msgspec.json.decode(record.value, type=Ticket)
        except msgspec.DecodeError:
            log.error("ticket %s/%d/%d is none: passed over", record.topic, record.partition, record.offset)
            return None
        if ticket.model not in self._engines.models:
            return None
        try:
            return await self._claims.claim(ticket.video_id, ticket.attempt, self._name)
        except Unavailable as error:
            log.warning("%s not claimed: %s", ticket.video_id, error.message)
            return None

    async def _drain(self, hurry: asyncio.Event) -> None:
        await self._pause(True)
        until = time.monotonic() + self._drain_seconds
        while self._running and not hurry.is_set() and time.monotonic() < until:
            await self._await_one()
            await self._tickets.poll(0)
            self._collect()

    async def _give_up(self) -> None:
        if self._running:
            log.warning("%d jobs at hand did not end in time: given up", len(self._running))
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()
