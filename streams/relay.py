"""Log -> Kafka: every event at least once, in order within its log. One relay is active; others stand by.

A cursor per log says how far Kafka has acknowledged. It is stored after the acknowledgement, so that a crash, or a
relay that was taken for dead, leads to repeats and never to a loss.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from itertools import count
from typing import Final

from domain.errors import Unavailable
from domain.recorded import Position, Recorded
from projections.checkpoint import Epochs
from streams import topics
from streams.errors import HistoryDiffers
from streams.ports import Cursors, Headers, Log, Message, Publisher, Tails
from streams.records import Mark, mark_of, to_headers

logger = logging.getLogger(__name__)

BATCH: Final = 500  # events of one log per round
# Between two rounds under load: lets a batch gather.
PAUSE_SECONDS: Final = 0.02
# Whoever commits rings the relay; it looks by itself, too, as a ring can be lost.
LOOK_SECONDS: Final = 0.1
AFTER_FAILURE: Final = 1.0


class Relay:
    def __init__(self, log: Log, cursors: Cursors, publisher: Publisher, tails: Tails, prefix: str) -> None:
        self._log = log
        self._cursors = cursors
        self._publisher = publisher
        self._tails = tails
        self._prefix = prefix

    async def run(self) -> None:
        """Until cancelled. Raises `HistoryDiffers` when no repeat can mend what Kafka holds."""
        await self._cursors.lead()
        logger.info("this relay is the active one")
        while not await _try(self._compared):
            pass
        while True:
            if await _try(self.round) is False:
                await self._cursors.wait(LOOK_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _compared(self) -> bool:
        await self.compare()
        return True

    async def compare(self) -> None:
        """Kafka's last record of each log must be an event of that log, but for what a restore has lost. Where Kafka
        lacks what a cursor promises, the cursor goes back. It never goes forward: before the last record others may
        be missing."""
        heads = await self._log.heads()
        partitions = {topics.history(self._prefix, head.category): 0 for head in heads}
        for head in heads:
            partitions[topics.history(self._prefix, head.category)] += 1
        tails = await self._tails.tails(partitions)
        cursors = await self._cursors.all()
        epochs = Epochs(await self._log.epochs())
        # Asked again: what a relay that is not dead yet has sent meanwhile is not ahead of the log.
        for head in await self._log.heads():
            tail = tails.get((topics.history(self._prefix, head.category), head.shard))
            mark = None if tail is None else await self._last_of_history(head, tail, epochs)
            await self._compare_log(head, mark, cursors.get((head.category, head.shard), 0))

    async def _compare_log(self, head: Position, mark: Mark | None, cursor: int) -> None:
        if mark is None:
            if cursor:
                logger.warning("topic of %s/%d holds nothing: it is written again", head.category, head.shard)
                await self._cursors.reset(head.category, head.shard)
            return
        event = await self._same_event(head, mark)
        if event.position < cursor:
            logger.warning("Kafka lacks events of %s/%d: they are sent again", head.category, head.shard)
            await self._cursors.store([event])

    async def _last_of_history(self, head: Position, tail: Headers, epochs: Epochs) -> Mark | None:
        """The last record that is no leftover of a restore; None when there is none."""
        if found := self._counting(head, tail, epochs):
            return found
        logger.warning("the topic of %s/%d ends with what a restore has lost", head.category, head.shard)
        topic = topics.history(self._prefix, head.category)
        async with aclosing(self._tails.backwards(topic, head.shard)) as blocks:
            async for block in blocks:
                for headers in block:
                    if found := self._counting(head, headers, epochs):
                        return found
        return None

    def _counting(self, head: Position, headers: Headers, epochs: Epochs) -> Mark | None:
        """None for a record of the future that a restore has lost."""
        mark = mark_of(headers)
        where = f"topic {topics.history(self._prefix, head.category)}, partition {head.shard}"
        if mark is None:
            raise HistoryDiffers(
                f"A record at the end of {where} is no event of Recut: delete the topic and let the relay write it "
                "again"
            )
        if epochs.owner(head.category, head.shard, mark.position) == mark.epoch:
            return mark
        if not epochs.has_lost(mark.epoch, head.category, head.shard, mark.position):
            raise self._differs(head, "Kafka holds an epoch that the log does not know")
        return None

    async def _same_event(self, head: Position, mark: Mark) -> Recorded:
        position = mark.position
        if position > head.position:
            raise self._differs(head, f"Kafka is ahead: it holds position {position}, the log ends at {head.position}")
        found = await self._log.read(head.category, head.shard, position - 1, 1)
        if [event.event_id for event in found] != [mark.event_id]:
            raise self._differs(head, f"Kafka holds another event at position {position}")
        return found[0]

    def _differs(self, head: Position, what: str) -> HistoryDiffers:
        return HistoryDiffers(
            f"The log {head.category}/{head.shard} and its topic differ, {what}: if the database was restored from a "
            "backup, run `recut restore`; else this is another installation's Kafka, so set RECUT_TOPIC_PREFIX"
        )

    async def round(self) -> bool:
        """Sends the next events of every log that has some; whether there were any."""
        backlog = await self._cursors.backlog()
        batches = [await self._next(cursor) for cursor in backlog]
        if batches:
            await self._publisher.send([self._message(event) for batch in batches for event in batch])
            await self._cursors.store([batch[-1] for batch in batches])
        return bool(batches)

    async def _next(self, cursor: Position) -> list[Recorded]:
        events = await self._log.read(cursor.category, cursor.shard, cursor.position, BATCH)
        if not follows(events, cursor.position):
            raise HistoryDiffers(
                f"The log {cursor.category}/{cursor.shard} has a hole after position {cursor.position}: rows were "
                "lost or deleted, so restore the database from a backup and run `recut restore`"
            )
        return events

    def _message(self, event: Recorded) -> Message:
        topic = topics.history(self._prefix, event.category)
        return Message(topic, event.shard, event.stream, event.data, to_headers(event))


async def _try(step: Callable[[], Awaitable[bool]]) -> bool | None:
    """None when the step failed and is worth another try. It reads the cursors again, so that nothing is left out;
    what had arrived comes twice."""
    try:
        return await step()
    except Unavailable as error:
        logger.warning("trying again: %s", error.message)
        await asyncio.sleep(AFTER_FAILURE)
        return None


def follows(events: Sequence[Recorded], after: int) -> bool:
    """Whether they are the next ones, without a hole, and at least one: a backlog was seen."""
    return bool(events) and all(
        event.position == wanted for event, wanted in zip(events, count(after + 1), strict=False)
    )
