"""Finding the record to go on with, by positions, in topics with repeats, foreign records and cut beginnings."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import pytest

from streams.consumer import Log, Progress
from streams.seek import find

LOG: Log = ("video", 0)


class Topics:
    """Partitions as lists of positions; the first record has offset `begin`."""

    def __init__(self, partitions: Mapping[Log, list[int | None]], begin: int = 0) -> None:
        self.partitions = partitions
        self.begin = begin
        self.rounds = 0

    async def bounds(self, logs: Iterable[Log]) -> dict[Log, tuple[int, int]]:
        return {log: (self.begin, self.begin + len(self.partitions[log])) for log in logs}

    async def positions(self, offsets: Mapping[Log, int]) -> dict[Log, int | None]:
        self.rounds += 1
        return {log: self.partitions[log][offset - self.begin] for log, offset in offsets.items()}


def read_from(records: list[int | None], start: int, done: int) -> list[int]:
    """What a reader that takes only the next position would see from here on."""
    seen = []
    for position in records[start:]:
        if position is not None and position == done + 1:
            done += 1
            seen.append(done)
    return seen


def repeated(dice: random.Random, count: int) -> list[int | None]:
    """Positions 1..count as a relay writes them that sometimes starts again a little earlier."""
    records: list[int | None] = []
    position = 0
    while position < count:
        position += 1
        records.append(position)
        if dice.random() < 0.1:
            position = max(0, position - dice.randint(1, 8))
    return records


async def test_with_a_good_hint_one_look_on_each_side_is_enough() -> None:
    topics = Topics({LOG: list(range(1, 1_001))})
    assert await find(topics, {LOG: Progress(600, offset=600)}) == {LOG: 600}
    assert topics.rounds == 2


async def test_caught_up_starts_at_the_end() -> None:
    topics = Topics({LOG: list(range(1, 101))})
    assert await find(topics, {LOG: Progress(100, offset=100)}) == {LOG: 100}
    assert topics.rounds == 1


async def test_nothing_done_starts_at_the_beginning() -> None:
    topics = Topics({LOG: list(range(5, 101))}, begin=4)
    assert await find(topics, {LOG: Progress(0)}) == {LOG: 4}
    assert topics.rounds == 0


async def test_an_empty_topic() -> None:
    assert await find(Topics({LOG: []}), {LOG: Progress(0)}) == {LOG: 0}
    assert await find(Topics({LOG: []}), {LOG: Progress(7, offset=7)}) == {LOG: 0}


@pytest.mark.parametrize("offset", [None, 0, 3, 99, 5_000])
async def test_whatever_the_hint_nothing_is_left_out(offset: int | None) -> None:
    dice = random.Random(offset or 1)
    for _ in range(50):
        records = repeated(dice, 60)
        for done in range(61):
            start = (await find(Topics({LOG: records}), {LOG: Progress(done, offset)}))[LOG]
            rest = read_from(records, start, done)
            assert rest == list(range(done + 1, 61)), (records, done, start)


async def test_a_record_that_is_not_an_event_is_no_obstacle() -> None:
    records: list[int | None] = [1, 2, None, 3, None, None, 4, 5, None]
    for done in range(6):
        start = (await find(Topics({LOG: records}), {LOG: Progress(done, offset=3)}))[LOG]
        assert read_from(records, start, done) == list(range(done + 1, 6))


async def test_many_logs_share_the_rounds() -> None:
    logs: list[Log] = [("video", shard) for shard in range(50)]
    topics = Topics({log: repeated(random.Random(log[1]), 500) for log in logs})
    found = await find(topics, {log: Progress(log[1] * 7, offset=None) for log in logs})
    for log in logs:
        assert read_from(topics.partitions[log], found[log], log[1] * 7) == list(range(log[1] * 7 + 1, 501))
    assert topics.rounds < 20


class History:
    """A log that is set back now and then, and what a relay leaves of it in a partition: (epoch, position)."""

    def __init__(self, dice: random.Random) -> None:
        self.log: list[str] = []  # the epoch of each position
        self.records: list[tuple[str, int]] = []
        epoch = "e0"
        for number in range(1, 5):
            heads = [len(self.log)]
            for _ in range(dice.randint(1, 3)):
                self.log += [epoch] * dice.randint(0, 12)
                heads.append(len(self.log))
                self._relay(dice)
            if number < 4:
                del self.log[dice.choice(heads) :]
                epoch = f"e{number}"

    def _relay(self, dice: random.Random) -> None:
        """From anywhere before the end of what counts."""
        done = max((n for epoch, n in self.records if self._owns(epoch, n)), default=0)
        begin = max(0, done - dice.choice((0, 0, 3)))
        self.records += [(self.log[n - 1], n) for n in range(begin + 1, len(self.log) + 1)]

    def _owns(self, epoch: str, position: int) -> bool:
        return position <= len(self.log) and self.log[position - 1] == epoch

    @property
    def positions(self) -> list[int | None]:
        return [n if self._owns(epoch, n) else None for epoch, n in self.records]


@pytest.mark.parametrize("seed", range(40))
async def test_behind_lost_futures_nothing_is_left_out(seed: int) -> None:
    dice = random.Random(seed)
    records, head = (history := History(dice)).positions, len(history.log)
    for done in range(head + 1):
        for hint in (None, dice.randrange(len(records) + 1), records.index(done) + 1 if done else 0):
            start = (await find(Topics({LOG: records}), {LOG: Progress(done, hint)}))[LOG]
            assert read_from(records, start, done) == list(range(done + 1, head + 1)), (history.records, done, hint)


async def test_a_search_by_bare_positions_would_leave_something_out() -> None:
    """That is what the tests above guard against: the lost future begins anew below its own end."""
    records = [*range(1, 13), *range(11, 16), *range(13, 15)]  # 11 to 15 were lost, 12 was not
    told: list[int | None] = [*range(1, 13), *[None] * 5, 13, 14]
    blind = (await find(Topics({LOG: list(records)}), {LOG: Progress(11, offset=13)}))[LOG]
    seeing = (await find(Topics({LOG: told}), {LOG: Progress(11, offset=13)}))[LOG]
    assert read_from(told, blind, 11) == []
    assert read_from(told, seeing, 11) == [12, 13, 14]
