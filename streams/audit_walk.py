"""One log of the event store beside its copy in Kafka, event by event, with a hash chained over each side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from domain.recorded import Position, Recorded
from projections.checkpoint import Epochs
from streams import audit_report as report
from streams.audit_ports import Copy, Truth
from streams.audit_report import Difference, LogReport, Side
from streams.records import NotAnEvent, from_record

BATCH: Final = 500  # events of one log in memory


class Chain:
    """One side of a log: how many events, the last position, a hash over all of them."""

    def __init__(self) -> None:
        self.count = 0
        self.position = 0
        self._digest = b""

    def add(self, event: Recorded) -> None:
        self.count += 1
        self.position = event.position
        self._digest = sha256(self._digest + msgspec.msgpack.encode(event)).digest()

    @property
    def side(self) -> Side:
        return Side(self.count, self.position, self._digest.hex())


class _Window:
    """The events around the position that was asked for last: in order they are read once, and a repeat reads again
    from where it begins."""

    def __init__(self, truth: Truth, head: Position) -> None:
        self._truth = truth
        self._head = head
        self._events: dict[int, Recorded] = {}
        self._begin = self._end = 0

    async def at(self, position: int) -> Recorded | None:
        """None for a hole."""
        if not self._begin <= position < self._end:
            found = await self._truth.read(self._head.category, self._head.shard, position - 1, BATCH)
            self._events = {event.position: event for event in found}
            self._begin, self._end = position, found[-1].position + 1 if found else position
        return self._events.get(position)


class Walk:
    """Through one log, as a consumer goes: the next position counts, one at or below the last is a repeat."""

    def __init__(self, truth: Truth, head: Position, cursor: int, epochs: Epochs, topic: str) -> None:
        self.place = (topic, head.shard)
        self._head = head
        self._cursor = cursor
        self._epochs = epochs
        self._topic = topic
        self._window = _Window(truth, head)
        self._store, self._kafka = Chain(), Chain()
        self._repeats = self._passed_over = 0

    async def run(self, records: AsyncIterator[Sequence[Copy]]) -> list[Difference]:
        if self._head.position and self._epochs.owner(self._head.category, self._head.shard, 1) is None:
            return [self._differs(1, "The event store", "has no epoch that owns it", report.BACKUP)]
        found = [self._ahead(), await self._follow(records), await self._finish()]
        return list(dict.fromkeys(difference for difference in found if difference))

    def report(self) -> LogReport:
        return LogReport(
            log=f"{self._head.category}/{self._head.shard}",
            head=self._head.position,
            event_store=self._store.side,
            kafka=self._kafka.side,
            repeats=self._repeats,
            passed_over=self._passed_over,
            lag=self._head.position - self._kafka.position,
        )

    def _ahead(self) -> Difference | None:
        if self._cursor <= self._head.position:
            return None
        what = f"has published up to {self._cursor}, but the log ends at {self._head.position}"
        return self._differs(self._head.position + 1, "The relay", what, report.RESTORE)

    async def _follow(self, records: AsyncIterator[Sequence[Copy]]) -> Difference | None:
        async for batch in records:
            for copy in batch:
                if difference := await self._compare(copy):
                    return difference
        if self._kafka.position < min(self._cursor, self._head.position):
            what = f"ends before it, but the relay has published up to {self._cursor}"
            return self._differs(self._kafka.position + 1, "Kafka", what, report.RESTART_RELAY)
        return None

    async def _compare(self, copy: Copy) -> Difference | None:
        try:
            record = from_record(self._head.category, self._head.shard, copy.headers, copy.value)
        except NotAnEvent:
            return self._foreign(copy, "no event of Recut")
        if not self._epochs.count(record):
            return self._pass_over(copy, record)
        if record.position > self._head.position:
            what = f"is ahead: it holds position {record.position}, the log ends at {self._head.position}"
            return self._differs(self._head.position + 1, "Kafka", what, report.RESTORE)
        if record.position > self._kafka.position + 1:
            what = f"lacks it: offset {copy.offset} holds position {record.position}"
            return self._differs(self._kafka.position + 1, "Kafka", what, report.rewrite(self._topic))
        event = await self._window.at(record.position)
        return self._hole(record.position) if event is None else self._beside(event, record, copy)

    def _beside(self, event: Recorded, record: Recorded, copy: Copy) -> Difference | None:
        if record.position <= self._kafka.position:
            self._repeats += 1
        else:
            self._store.add(event)
            self._kafka.add(record)
        changed = _changed(event, record, copy.key)
        if not changed:
            return None
        if record.event_id != event.event_id:
            what = f"holds another event at offset {copy.offset}"
            return self._differs(record.position, "Kafka", what, report.RESTORE)
        what = f"holds another {', '.join(changed)} at offset {copy.offset}"
        return self._differs(record.position, "Kafka", what, report.rewrite(self._topic))

    def _pass_over(self, copy: Copy, record: Recorded) -> Difference | None:
        if not self._epochs.has_lost(record.epoch, record.category, record.shard, record.position):
            return self._foreign(copy, "an event of another installation")
        self._passed_over += 1
        return None

    async def _finish(self) -> Difference | None:
        """The rest of the log: what Kafka has not got yet, or what comes after a difference."""
        while self._store.position < self._head.position:
            event = await self._window.at(self._store.position + 1)
            if event is None:
                return self._hole(self._store.position + 1)
            self._store.add(event)
        return None

    def _hole(self, position: int) -> Difference:
        what = f"has a hole: the event is missing, the log ends at {self._head.position}"
        return self._differs(position, "The event store", what, report.BACKUP)

    def _foreign(self, copy: Copy, what: str) -> Difference:
        where = f"holds {what} before it, at offset {copy.offset}"
        return self._differs(self._kafka.position + 1, "Kafka", where, report.rewrite(self._topic))

    def _differs(self, position: int, where: str, what: str, advice: str) -> Difference:
        return Difference(f"{self._head.category}/{self._head.shard}", position, where, what, advice)


def _changed(event: Recorded, record: Recorded, key: bytes | None) -> list[str]:
    """Names only: values may be personal."""
    names = [name for name in event.__struct_fields__ if getattr(event, name) != getattr(record, name)]
    return names if key == event.stream.encode() else [*names, "key"]
