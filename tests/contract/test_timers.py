"""The rules of the table of waiting commands, on PostgreSQL and on its twin in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import psycopg
import pytest

from domain.timers import Timer
from infra.postgres import open_pool
from infra.timers import TimerTable
from infra.timers_memory import MemoryTimers
from tests.given import AT

T = TypeVar("T")
SECOND = timedelta(seconds=1)


class Table:
    """`run` runs one step of a test; `later` lets time pass for what the table itself has noted."""

    def __init__(self, run: Callable[[Callable[[Any], Awaitable[T]]], T], later: Callable[[timedelta], None]) -> None:
        self.run = run
        self.later = later

    def put(self, key: str, *, at_once: bool = False, **changes: Any) -> Timer:
        timer = a_timer(key, **changes)
        self.run(lambda timers: timers.put(timer, at_once=at_once))
        return timer

    def due(self, now: Any = AT, limit: int = 10) -> list[str]:
        return [timer.key for timer in self.run(lambda timers: timers.due(now, limit))]

    def first(self) -> Timer:
        return self.run(lambda timers: timers.due(AT + timedelta(days=1), 1))[0]

    def states(self) -> list[tuple[Any, ...]]:
        found = self.run(lambda timers: timers.troubled(10))
        return [(each.key, each.state, each.attempts, each.last_error) for each in found]


def a_timer(key: str, **changes: Any) -> Timer:
    fields = {
        "key": key,
        "command": "settle_hold",
        "payload": b"{}",
        "subject": key,
        "due_at": AT,
        "event_id": "event",
        "correlation": "story",
        "traceparent": "",
    }
    return Timer(**{**fields, **changes})


@pytest.fixture(params=["postgres", "memory"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    kind = in_memory if request.param == "memory" else in_postgres
    return kind(request)


def in_memory(request: pytest.FixtureRequest) -> Table:
    del request
    clock = [AT]
    timers = MemoryTimers(lambda: clock[0])

    def later(time: timedelta) -> None:
        clock[0] += time

    return Table(lambda step: asyncio.run(as_coroutine(step(timers))), later)


def in_postgres(request: pytest.FixtureRequest) -> Table:
    url: str = request.getfixturevalue("fresh_database")

    def run(step: Callable[[Any], Awaitable[T]]) -> T:
        async def once() -> T:
            async with open_pool(url) as pool:
                return await step(TimerTable(pool))

        return asyncio.run(once())

    def later(time: timedelta) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("update timers.refused set at = at - %s", [time])

    return Table(run, later)


async def as_coroutine(step: Awaitable[T]) -> T:
    return await step


def test_a_timer_comes_when_it_is_due_as_it_was_put(table: Table) -> None:
    timer = table.put("k1", payload=b'{"a":1}', due_at=AT + SECOND)
    assert table.due(AT) == []
    assert table.run(lambda timers: timers.due(AT + SECOND, 10)) == [timer]
    table.run(lambda timers: timers.done("k1"))
    assert table.due(AT + SECOND) == []


def test_what_is_due_at_once_does_not_wait_for_the_clocks_to_agree(table: Table) -> None:
    table.put("k1", at_once=True, due_at=AT + SECOND)
    assert table.due(AT) == ["k1"]


def test_a_repeat_changes_nothing(table: Table) -> None:
    table.put("k1", payload=b"1")
    table.run(lambda timers: timers.postpone(a_timer("k1"), "away", AT + SECOND, failed=False))
    table.put("k1", payload=b"2")
    assert (table.first().payload, table.first().attempts) == (b"1", 1)


def test_those_of_one_subject_come_one_after_another_in_order_of_time(table: Table) -> None:
    table.put("b", subject="wallet", at_once=True, due_at=AT + SECOND)
    table.put("c", subject="wallet", due_at=AT)
    table.put("a", subject="wallet", due_at=AT)
    table.put("z", subject="other", due_at=AT)
    table.put("y", subject="late", due_at=AT + SECOND)
    assert table.due() == ["a", "z"]
    table.run(lambda timers: timers.done("a"))
    assert table.due() == ["c", "z"]
    table.run(lambda timers: timers.done("c"))
    assert table.due() == ["b", "z"]


def test_one_that_is_tried_again_later_keeps_its_place_and_a_parked_one_makes_way(table: Table) -> None:
    table.put("a", subject="wallet")
    table.put("b", subject="wallet", due_at=AT + SECOND)
    table.run(lambda timers: timers.postpone(a_timer("a"), "away", AT + 5 * SECOND, failed=True))
    assert table.due(AT + SECOND) == []
    assert table.due(AT + 5 * SECOND) == ["a"]
    again = table.first()
    assert (again.attempts, again.failures) == (1, 1)
    table.run(lambda timers: timers.park(again, "ValueError"))
    assert table.due(AT + SECOND) == ["b"]
    assert table.states() == [("a", "parked", 2, "ValueError")]
    assert table.run(lambda timers: timers.parked()) == 1


def test_an_attempt_that_is_noted_twice_counts_once(table: Table) -> None:
    timer = table.put("a")
    for _ in range(2):
        table.run(lambda timers: timers.postpone(timer, "away", AT, failed=True))
    assert (table.first().attempts, table.first().failures) == (1, 1)
    table.run(lambda timers: timers.park(timer, "old news"))
    assert table.run(lambda timers: timers.parked()) == 0


def test_those_that_wait_for_the_longest_time_come_first(table: Table) -> None:
    for number in (2, 0, 1):
        table.put(f"k{number}", due_at=AT + number * SECOND)
    assert table.due(AT + 5 * SECOND, limit=2) == ["k0", "k1"]


def test_a_refusal_is_noted_for_a_month(table: Table) -> None:
    table.put("a", subject="wallet")
    table.run(lambda timers: timers.refuse("a", "no_hold"))
    table.run(lambda timers: timers.refuse("never was", "no_hold"))
    [refusal] = table.run(lambda timers: timers.refusals(10))
    assert (refusal.key, refusal.command, refusal.subject, refusal.code) == ("a", "settle_hold", "wallet", "no_hold")
    assert table.due() == []
    table.later(timedelta(days=29))
    table.run(lambda timers: timers.forget())
    assert len(table.run(lambda timers: timers.refusals(10))) == 1
    table.later(timedelta(days=2))
    table.run(lambda timers: timers.forget())
    assert table.run(lambda timers: timers.refusals(10)) == []


def test_an_operator_sees_what_is_in_trouble_and_sends_or_drops_it(table: Table) -> None:
    table.put("fine")
    late = table.put("late")
    stuck = table.put("stuck")
    table.run(lambda timers: timers.postpone(late, "away", AT + 60 * SECOND, failed=False))
    table.run(lambda timers: timers.park(stuck, "ValueError"))
    assert table.states() == [("stuck", "parked", 1, "ValueError"), ("late", "due", 1, "away")]
    assert not table.run(lambda timers: timers.retry("fine"))
    assert not table.run(lambda timers: timers.retry("never was"))
    assert table.run(lambda timers: timers.retry("stuck"))
    assert table.run(lambda timers: timers.retry("late"))
    assert table.states() == []
    assert table.due() == ["late", "stuck", "fine"]
    assert table.run(lambda timers: timers.drop("stuck"))
    assert not table.run(lambda timers: timers.drop("stuck"))
    assert set(table.due()) == {"fine", "late"}
