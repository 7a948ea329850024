"""Do the event store, Kafka and every checkpoint tell the same history? The event store is the truth.

Each log is walked once, event beside record, so that memory holds one batch of each. All processes may be running: who
follows is looked at before what is followed - checkpoints and cursors, the ends of the topics, the heads of the logs -
so that whoever is ahead then is truly ahead.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from domain.recorded import Position
from projections.checkpoint import Epochs
from streams import audit_report as report
from streams import topics
from streams.audit_ports import Copies, Copy, Place, Truth
from streams.audit_report import CheckpointReport, Difference, Report
from streams.audit_walk import Walk
from streams.consumer import Log


class Auditor:
    """`consumers`: the schema of each one's checkpoints, with the categories that it reads."""

    def __init__(self, truth: Truth, copies: Copies, prefix: str, consumers: Mapping[str, Sequence[str]]) -> None:
        self._truth = truth
        self._copies = copies
        self._prefix = prefix
        self._consumers = consumers

    async def run(self) -> Report:
        checkpoints = {schema: await self._truth.checkpoints(schema) for schema in self._consumers}
        cursors = await self._truth.cursors()
        categories = {head.category for head in await self._truth.heads()}
        bounds = await self._copies.bounds([topics.history(self._prefix, name) for name in sorted(categories)])
        heads = {(head.category, head.shard): head for head in await self._truth.heads()}
        epochs = Epochs(await self._truth.epochs())
        differences = self._strays(bounds, heads) + compare_checkpoints(checkpoints, heads, epochs)
        logs = []
        for log, head in heads.items():
            walk = Walk(self._truth, head, cursors.get(log, 0), epochs, topics.history(self._prefix, head.category))
            async with aclosing(self._records(walk.place, bounds)) as records:
                differences += await walk.run(records)
            logs.append(walk.report())
        lags = _lags(self._consumers, checkpoints, heads)
        return Report(not differences, differences, logs, lags)

    async def _records(
        self, place: Place, bounds: Mapping[Place, tuple[int, int]]
    ) -> AsyncGenerator[Sequence[Copy], None]:
        """A topic that does not exist holds nothing."""
        begin, end = bounds.get(place, (0, 0))
        if begin < end:
            async with aclosing(self._copies.read(place, begin, end)) as batches:
                async for batch in batches:
                    yield batch

    def _strays(self, bounds: Mapping[Place, tuple[int, int]], heads: Mapping[Log, Position]) -> list[Difference]:
        """Partitions that hold records and belong to no log."""
        owned = {(topics.history(self._prefix, category), shard) for category, shard in heads}
        return [
            Difference(f"{topic}/{partition}", 1, "Kafka", "has a partition without a log", report.rewrite(topic))
            for (topic, partition), (begin, end) in sorted(bounds.items())
            if begin < end and (topic, partition) not in owned
        ]


def compare_checkpoints(
    checkpoints: Mapping[str, Mapping[Log, tuple[str, int]]], heads: Mapping[Log, Position], epochs: Epochs
) -> list[Difference]:
    """To be behind is no difference."""
    found = []
    for schema, stands in checkpoints.items():
        for log, (epoch, position) in sorted(stands.items()):
            head = heads[log].position if log in heads else 0
            if position > head:
                what = f"stands at {position}, but the log ends at {head}"
                found.append(Difference(f"{log[0]}/{log[1]}", head + 1, schema, what, report.refill(schema)))
            elif epochs.owner(*log, position) != epoch:
                what = "followed another history: its epoch does not own the position"
                found.append(Difference(f"{log[0]}/{log[1]}", position, schema, what, report.refill(schema)))
    return found


def _lags(
    consumers: Mapping[str, Sequence[str]],
    checkpoints: Mapping[str, Mapping[Log, tuple[str, int]]],
    heads: Mapping[Log, Position],
) -> list[CheckpointReport]:
    """Of every log that the consumer reads, also of those that it has not begun."""
    return [
        CheckpointReport(schema, f"{log[0]}/{log[1]}", position, max(head.position - position, 0))
        for schema, categories in consumers.items()
        for log, head in heads.items()
        if log[0] in categories
        for _, position in [checkpoints[schema].get(log, ("", 0))]
    ]
