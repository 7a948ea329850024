"""Records find the consumers that read their category; where to go on is where the last of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from domain.recorded import Position, Recorded
from streams.consumer import Log, Progress, furthest_behind
from streams.host import Host
from streams.records import to_headers

AT = datetime(2026, 11, 22, tzinfo=UTC)


class Message(msgspec.Struct, frozen=True):
    topic: str
    partition: int
    offset: int
    headers: list[tuple[str, bytes]]
    value: bytes | None


class Listener:
    def __init__(self, name: str, *categories: str, progress: Mapping[Log, Progress] | None = None) -> None:
        self.name = name
        self.categories = categories
        self.heard: list[int] = []
        self.offsets: Mapping[Log, int] = {}
        self._progress = progress or {}

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def progress(self) -> Mapping[Log, Progress]:
        return self._progress

    async def handle(self, batch: Sequence[Recorded], offsets: Mapping[Log, int]) -> None:
        self.heard += [recorded.position for recorded in batch]
        self.offsets = offsets


class Broken(Listener):
    async def handle(self, batch: Sequence[Recorded], offsets: Mapping[Log, int]) -> None:
        raise RuntimeError("broken")


class Nothing:
    """An event store that nobody asks."""

    async def read(self, category: str, shard: int, after: int, limit: int) -> list[Recorded]:
        return []

    async def epochs(self) -> list[tuple[str, Position]]:
        return []


NOTHING = Nothing()


def message(category: str, position: int, offset: int) -> Message:
    recorded = Recorded(
        epoch="e", category=category, shard=1, position=position, event_id="id", stream="s", version=1, type="t",
        occurred_at=AT, recorded_at=AT, actor="", causation="", correlation="", traceparent="", data=b"{}",
    )  # fmt: skip
    return Message(f"recut.{category}", 1, offset, to_headers(recorded), b"{}")


async def test_each_hears_its_categories_and_where_the_batch_ended() -> None:
    graph, boards = Listener("graph", "video"), Listener("boards", "video", "engagement")
    host = Host("localhost:1", "recut", [graph, boards], NOTHING)
    assert host.categories == {"recut.video": "video", "recut.engagement": "engagement"}
    await host.handle([message("video", 7, 10), message("engagement", 3, 4), message("video", 8, 12)])
    assert (graph.heard, boards.heard) == ([7, 8], [7, 3, 8])
    assert boards.offsets == {("video", 1): 13, ("engagement", 1): 5}


async def test_what_is_not_an_event_is_passed_over() -> None:
    graph = Listener("graph", "video")
    host = Host("localhost:1", "recut", [graph], NOTHING)
    await host.handle([Message("recut.video", 1, 9, [], b"hello"), message("video", 7, 10)])
    assert graph.heard == [7]
    assert graph.offsets == {("video", 1): 11}


async def test_the_failure_of_one_is_the_failure_of_the_batch() -> None:
    host = Host("localhost:1", "recut", [Listener("graph", "video"), Broken("boards", "video")], NOTHING)
    with pytest.raises(RuntimeError):
        await host.handle([message("video", 7, 10)])


def test_the_group_is_named_after_who_is_hosted() -> None:
    one = Host("localhost:1", "recut", [Listener("b", "video"), Listener("a", "video")], NOTHING)
    assert one.group == Host("localhost:1", "recut", [Listener("a", "video"), Listener("b", "video")], NOTHING).group
    assert one.group != Host("localhost:1", "recut", [Listener("a", "video")], NOTHING).group


def test_who_is_furthest_behind() -> None:
    log = ("video", 1)
    ahead, behind = {log: Progress(9, 9)}, {log: Progress(5, 6)}
    assert furthest_behind(log, [(("video",), ahead), (("video", "engagement"), behind)]) == Progress(5, 6)
    assert furthest_behind(log, [(("video",), ahead), (("engagement",), behind)]) == Progress(9, 9)
    assert furthest_behind(log, [(("video",), ahead), (("video",), {})]) == Progress(0)
