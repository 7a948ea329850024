"""A generated history as it would lie in the logs, without a database: for what begins at Kafka."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain.catalog import BY_KIND, category_of, encode
from domain.ids import shard_of
from domain.policy import HourClosed, Reach
from domain.recorded import Position, Recorded
from inference.models import MODELS
from recut.generator import story
from recut.generator.shape import draw, sizes
from recut.generator.world import World

BEGAN: Final = datetime(2026, 10, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
Log = tuple[str, int]


class Recording:
    """Spread over `days`, so that what is counted by the hour has hours; each is closed when it has ended."""

    def __init__(self, epoch: str, shards: int, step: timedelta) -> None:
        self.history: list[Recorded] = []
        self.positions: dict[Log, int] = defaultdict(int)
        self._versions: dict[str, int] = defaultdict(int)
        self._epoch, self._shards, self._step = epoch, shards, step
        self._now, self._hour = BEGAN, BEGAN + HOUR

    def now(self) -> datetime:
        return self._now

    def record(self, stream: str, events: Iterable[Any]) -> None:
        for event in events:
            self._add(stream, event)
            self._now += self._step
            while self._now >= self._hour:
                reached = tuple(Reach(category=c, shard=s, position=p) for (c, s), p in sorted(self.positions.items()))
                self._add("hours", HourClosed(ended_at=self._hour, positions=reached))
                self._hour += HOUR

    def _add(self, stream: str, event: Any) -> None:
        category = category_of(stream)
        log = (category, shard_of(stream, 1 if category == "platform" else self._shards))
        self.positions[log] += 1
        self._versions[stream] += 1
        self.history.append(
            Recorded(
                epoch=self._epoch,
                category=category,
                shard=log[1],
                position=self.positions[log],
                event_id=f"00000000-0000-7000-8000-{len(self.history):012x}",
                stream=stream,
                version=self._versions[stream],
                type=BY_KIND[type(event)].type,
                occurred_at=self._now,
                recorded_at=self._now,
                actor="somebody",
                causation=f"cmd_{len(self.history):026x}",
                correlation=f"cmd_{len(self.history):026x}",
                traceparent="",
                data=encode(event),
            )
        )

    # What a fill asks of the event store; Kafka has everything, so nothing is read here.

    def epochs(self) -> list[tuple[str, Position]]:
        return [(self._epoch, Position(*log, 1)) for log in self.positions]

    def heads(self) -> dict[Log, int]:
        return dict(self.positions)

    def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        raise LookupError(f"Kafka lacks {category}/{shard} {after + 1}")


def generated(epoch: str, shards: int, videos: int, days: int, seed: int = 1) -> Recording:
    """About sixteen events for each video."""
    recording = Recording(epoch, shards, timedelta(days=days) / (16 * videos))
    world = World(
        draw(sizes(videos), seed), seed, MODELS[0], lambda handle: f"handle_{handle.encode().hex()}", recording.now
    )
    for _, steps in story.rounds(world):
        for step in steps:
            for change in step.changes:
                recording.record(change.stream, change.events)
    return recording
