"""What an audit found: for a person a few lines, for a script one JSON document."""

from __future__ import annotations

from typing import Final

import msgspec

RESTORE: Final = (
    "if the database was restored from a backup, run `recut restore`; else this is another installation's Kafka, "
    "so set RECUT_TOPIC_PREFIX"
)
BACKUP: Final = "rows were lost or deleted, so restore the database from a backup and run `recut restore`"
RESTART_RELAY: Final = "restart the relay: it compares the ends of the topics and sends again what is missing"


def rewrite(topic: str) -> str:
    return f"stop Recut, delete the topic {topic} and start again: the relay writes it anew"


def refill(schema: str) -> str:
    return f"drop the schema {schema} and start again: it is filled anew"


class Difference(msgspec.Struct, frozen=True):
    """`position` is the first one of the log that differs."""

    log: str
    position: int
    where: str
    what: str
    advice: str

    @property
    def line(self) -> str:
        return f"{self.log} position {self.position}: {self.where} {self.what}; {self.advice}"


class Side(msgspec.Struct, frozen=True):
    """One side of a log without its repeats. `hash` is chained over all events up to `position`: that of two sides at
    the same position is the same when all their events are."""

    events: int
    position: int
    hash: str


class LogReport(msgspec.Struct, frozen=True):
    """`passed_over`: records of a future that the log has lost in a restore. A side ends before what differs cannot
    be followed any further."""

    log: str
    head: int
    event_store: Side
    kafka: Side
    repeats: int
    passed_over: int
    lag: int


class CheckpointReport(msgspec.Struct, frozen=True):
    consumer: str
    log: str
    position: int
    lag: int


class Report(msgspec.Struct, frozen=True):
    equal: bool
    differences: list[Difference]
    logs: list[LogReport]
    checkpoints: list[CheckpointReport]

    @property
    def lines(self) -> list[str]:
        return [
            f"event store  {sum(log.event_store.events for log in self.logs)} events in {len(self.logs)} logs",
            f"kafka        {sum(log.kafka.events for log in self.logs)} events, "
            f"{sum(log.repeats for log in self.logs)} repeats, "
            f"{sum(log.passed_over for log in self.logs)} passed over, {sum(log.lag for log in self.logs)} behind",
            *self._consumers(),
            *(f"DIFFERENT    {difference.line}" for difference in self.differences),
            "all equal" if self.equal else f"{len(self.differences)} differences",
        ]

    def _consumers(self) -> list[str]:
        lags: dict[str, int] = {}
        for each in self.checkpoints:
            lags[each.consumer] = lags.get(each.consumer, 0) + each.lag
        return [f"checkpoints  {consumer}: {lag} behind" for consumer, lag in lags.items()]
