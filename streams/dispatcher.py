"""Job table -> tickets. Only what live workers have room for is sent, so that a paid job overtakes a free queue of any
length, a cancelled job costs nothing, and a worker that dies takes few tickets with it."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import timedelta
from typing import Final, NoReturn

import msgspec

from domain.errors import Unavailable
from domain.jobs import Ticket
from domain.policy import DEFAULT
from domain.queue import Dispatch, Seat, Turns, choose
from streams import topics
from streams.ports import Jobs, Message, Policies, Publisher

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.2
# A ticket that is not taken up for so long, while its worker is idle or gone, is sent again.
OVERLOOKED: Final = timedelta(seconds=10)
OVERLOOKED_EVERY: Final = 10  # rounds


class Dispatcher:
    def __init__(self, jobs: Jobs, policies: Policies, publisher: Publisher, prefix: str) -> None:
        self._jobs = jobs
        self._policies = policies
        self._publisher = publisher
        self._prefix = prefix
        self._turns = Turns(DEFAULT.paid_share)
        self._woken = asyncio.Event()
        self._rounds = 0

    def wake(self) -> None:
        """There is a new job: do not wait for the next look."""
        self._woken.set()

    async def run(self) -> NoReturn:
        """Until cancelled."""
        while True:
            await self.round()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def round(self) -> list[Dispatch]:
        """Sends what can begin, and says what it sent."""
        self._woken.clear()
        if self._rounds % OVERLOOKED_EVERY == 0 and (count := await self._jobs.put_back_overlooked(OVERLOOKED)):
            logger.warning("%d tickets were overlooked and are sent again", count)
        self._rounds += 1
        seats = await self._jobs.seats()
        waiting = await self._jobs.waiting(sorted({model for seat in seats for model in seat.models})) if seats else []
        if not waiting:
            return []
        self._turns.paid_share = (await self._policies.spike()).paid_share
        chosen = choose(waiting, await self._jobs.under_way(), seats, self._turns)
        # Marked first: if this process dies here, the mark is taken back as an overlooked ticket.
        marked = [
            each for each in chosen if await self._jobs.dispatch(each.job.video_id, each.job.attempt, each.worker)
        ]
        await self._send(marked, {seat.worker: seat for seat in seats})
        return marked

    async def _send(self, marked: list[Dispatch], seats: dict[str, Seat]) -> None:
        try:
            await self._publisher.send([self._ticket(each, seats[each.worker]) for each in marked])
        except Unavailable as error:
            logger.warning("%d tickets not sent: %s", len(marked), error.message)
            for each in marked:
                await self._jobs.take_back(each.job.video_id, each.job.attempt)

    def _ticket(self, dispatch: Dispatch, seat: Seat) -> Message:
        job = dispatch.job
        ticket = Ticket(job.video_id, job.attempt, job.model)
        partition = random.choice(seat.partitions[job.tier])  # noqa: S311 - spreads load, guards nothing
        return Message(topics.tickets(self._prefix, job.tier), partition, job.video_id, msgspec.json.encode(ticket), [])
