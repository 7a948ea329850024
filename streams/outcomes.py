"""Workers' reports -> commands. The aggregate decides what a report means; a report that comes twice, late or for an
attempt that is over changes nothing."""

from __future__ import annotations

import logging
from typing import Final, NoReturn

import msgspec

from commands.bus import Bus
from commands.generation import command_of
from domain.errors import Unavailable
from domain.jobs import Report, Sealed, report_of
from streams.ports import Incoming, Jobs, Subscription, Unseal
from streams.system import tell

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.5
# So many reports in a row that cannot be understood: the code is wrong, not the reports.
MOST_UNREADABLE: Final = 20


class Outcomes:
    """`skipped` counts reports that could not be understood."""

    def __init__(self, records: Subscription, jobs: Jobs, bus: Bus, unseal: Unseal) -> None:
        self.skipped = 0
        self._in_a_row = 0
        self._records = records
        self._jobs = jobs
        self._bus = bus
        self._unseal = unseal

    async def run(self) -> NoReturn:
        """Until cancelled. Raises what a restart may mend: nothing is lost, as the report was not committed."""
        while True:
            record = await self._records.poll(POLL_SECONDS)
            if record is not None:
                await self.handle(record)
                await self._records.commit(record.topic, record.partition, record.offset + 1)

    async def handle(self, record: Incoming) -> None:
        try:
            sealed = msgspec.json.decode(record.value, type=Sealed)
        except msgspec.DecodeError:
            self._skip(record, "not a report")
            return
        key = await self._jobs.key(sealed.video_id, sealed.attempt)
        if key is None:
            logger.info("old news of %s, attempt %d", sealed.video_id, sealed.attempt)
            return
        await self._tell(record, sealed, key)

    async def _tell(self, record: Incoming, sealed: Sealed, key: bytes) -> None:
        video_id, attempt = sealed.video_id, sealed.attempt
        try:
            clear = self._unseal(key, sealed.sealed, report_of(video_id, attempt))
            report: Report = msgspec.json.decode(clear, type=Report)
            name = f"{video_id}:{attempt}:{report.__struct_config__.tag}"
            command = command_of(video_id, attempt, report)
            await tell(self._bus, command, key=name, subject=video_id, at=record.at, traceparent=sealed.traceparent)
        except (Unavailable, OSError, MemoryError):
            raise
        except Exception as error:
            # Nobody will ever understand it: the attempt must not wait for it. No message: it may quote the prompt.
            self._skip(record, f"{type(error).__name__} at {video_id}, attempt {attempt}")
            await self._jobs.reopen(video_id, attempt)
        else:
            self._in_a_row = 0

    def _skip(self, record: Incoming, why: str) -> None:
        self.skipped += 1
        self._in_a_row += 1
        logger.error("report %d/%d skipped: %s", record.partition, record.offset, why)
        if self._in_a_row > MOST_UNREADABLE:
            raise RuntimeError(f"{self._in_a_row} reports in a row cannot be understood")
