"""The rules of the job table, on PostgreSQL and on its twin in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import psycopg
import pytest

from domain.jobs import Bundle, prefix_of
from domain.queue import Lost, Seat, Waiting
from infra.jobs import GUESS, LATEST, MOST_WAITING, Jobs
from infra.jobs_memory import MemoryJobs
from infra.postgres import open_pool

T = TypeVar("T")
BOTH = {"paid": (0, 1), "free": (2,)}


class Table:
    """A job table and its clock. `run` runs one step of a test."""

    def __init__(self, run: Callable[[Callable[[Any], Awaitable[T]]], T], later: Callable[[float], None]) -> None:
        self.run = run
        self.later = later

    def queue(
        self, video: str, account: str = "acct_1", tier: str = "free", attempt: int = 1, model: str = "m"
    ) -> None:
        wanted = bundle(video, attempt, model)
        self.run(lambda jobs: jobs.enqueue(account_id=account, tier=tier, bundle=wanted))

    def hello(self, worker: str, models: tuple[str, ...] = ("m",), slots: int = 1) -> None:
        self.run(lambda jobs: jobs.hello(worker, models=models, engine="cpu", slots=slots, busy=0, partitions=BOTH))


@pytest.fixture(params=["postgres", "memory"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    kind = in_memory if request.param == "memory" else in_postgres
    return kind(request)


def in_memory(request: pytest.FixtureRequest) -> Table:
    del request
    clock = [datetime(2026, 1, 1, tzinfo=UTC)]
    jobs = MemoryJobs(lambda: tick(clock))
    return Table(lambda step: asyncio.run(as_coroutine(step(jobs))), lambda seconds: advance(clock, seconds))


def tick(clock: list[datetime]) -> datetime:
    """No two moments are the same, as in a database."""
    advance(clock, 0.000001)
    return clock[0]


def advance(clock: list[datetime], seconds: float) -> None:
    clock[0] += timedelta(seconds=seconds)


def in_postgres(request: pytest.FixtureRequest) -> Table:
    url: str = request.getfixturevalue("fresh_database")

    def run(step: Callable[[Any], Awaitable[T]]) -> T:
        async def once() -> T:
            async with open_pool(url) as pool:
                return await step(Jobs(pool))

        return asyncio.run(once())

    def later(seconds: float) -> None:
        """Instead of waiting, everything that happened moves into the past."""
        with psycopg.connect(url, autocommit=True) as connection:
            span = timedelta(seconds=seconds)
            connection.execute("update jobs.jobs set lease_until = lease_until - %s", [span])
            connection.execute("update jobs.jobs set dispatched_at = dispatched_at - %s", [span])
            connection.execute("update jobs.workers set seen_at = seen_at - %s", [span])
            connection.execute("update jobs.jobs set created_at = created_at - %s", [span])
            connection.execute("update jobs.jobs set closed_at = closed_at - %s", [span])
            connection.execute("update jobs.jobs set claimed_at = claimed_at - %s", [span])
            connection.execute("update jobs.jobs set reported_at = reported_at - %s", [span])

    return Table(run, later)


async def as_coroutine(step: Awaitable[T]) -> T:
    return await step


def bundle(video: str, attempt: int = 1, model: str = "m") -> Bundle:
    return Bundle(
        video_id=video,
        attempt=attempt,
        model=model,
        verb="create",
        prompt="a secret fox",
        seed=7,
        seconds=4,
        size="256x144",
        prefix=prefix_of(video, attempt),
    )


def test_a_claim_hands_out_the_bundle_once(table: Table) -> None:
    table.queue("video_1")

    first = table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    second = table.run(lambda jobs: jobs.claim("video_1", 1, "w2"))

    assert first.bundle == bundle("video_1")
    assert first.key == table.run(lambda jobs: jobs.key("video_1", 1))
    assert second is None


def test_enqueueing_twice_is_once(table: Table) -> None:
    table.queue("video_1")
    key = table.run(lambda jobs: jobs.key("video_1", 1))
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    table.queue("video_1")

    assert table.run(lambda jobs: jobs.key("video_1", 1)) == key
    assert table.run(lambda jobs: jobs.claim("video_1", 1, "w2")) is None


def test_closing_ends_every_attempt_so_far_and_their_keys(table: Table) -> None:
    for attempt in (1, 2, 3):
        table.queue("video_1", attempt=attempt)
    table.queue("video_2")
    table.run(lambda jobs: jobs.close("video_1", 2))

    keys = [table.run(lambda jobs, n=n: jobs.key("video_1", n)) for n in (1, 2, 3)]
    assert keys[:2] == [None, None]
    assert keys[2]
    assert table.run(lambda jobs: jobs.claim("video_1", 2, "w")) is None
    assert table.run(lambda jobs: jobs.claim("video_2", 1, "w"))
    assert table.run(lambda jobs: jobs.key("video_9", 1)) is None


def test_a_beat_renews_the_lease_of_its_holder_only(table: Table) -> None:
    table.queue("video_1")
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    table.later(10)

    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w2", 1, 9)) == "lost"
    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w1", 3, 9)) == "go on"
    table.later(10)
    assert table.run(lambda jobs: jobs.lost()) == []
    assert (progress := table.run(lambda jobs: jobs.progress("video_1")))
    assert (progress.state, progress.step, progress.of, progress.place) == ("claimed", 3, 9, 0)


def test_a_silent_worker_loses_its_attempt(table: Table) -> None:
    table.queue("video_1")
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    assert table.run(lambda jobs: jobs.lost()) == []
    table.later(16)

    assert table.run(lambda jobs: jobs.lost()) == [Lost("video_1", 1, "w1")]
    table.run(lambda jobs: jobs.close("video_1", 1))
    assert table.run(lambda jobs: jobs.lost()) == []
    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w1", 0, 0)) == "lost"


def test_a_reported_attempt_waits_for_its_outcome_without_a_lease(table: Table) -> None:
    table.queue("video_1")
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    table.run(lambda jobs: jobs.reported("video_1", 1, "w2"))
    table.run(lambda jobs: jobs.reported("video_1", 1, "w1"))
    table.later(3600)
    assert table.run(lambda jobs: jobs.lost()) == []
    assert table.run(lambda jobs: jobs.key("video_1", 1))

    table.run(lambda jobs: jobs.reopen("video_1", 1))
    assert table.run(lambda jobs: jobs.lost()) == [Lost("video_1", 1, "w1")]


def test_a_report_that_was_found_unreadable_before_it_was_marked_stays_lost(table: Table) -> None:
    table.queue("video_1")
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    table.run(lambda jobs: jobs.reopen("video_1", 1))
    table.run(lambda jobs: jobs.reported("video_1", 1, "w1"))

    assert table.run(lambda jobs: jobs.lost()) == [Lost("video_1", 1, "w1")]


def test_a_cancelled_job_is_not_handed_out_and_its_worker_hears_of_it(table: Table) -> None:
    table.queue("video_1")
    table.queue("video_2")
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    for video in ("video_1", "video_2"):
        table.run(lambda jobs, video=video: jobs.cancel(video))

    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w1", 0, 0)) == "cancel"
    assert table.run(lambda jobs: jobs.claim("video_2", 1, "w1")) is None
    for video in ("video_1", "video_2"):
        table.run(lambda jobs, video=video: jobs.close(video, 1))
    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w1", 0, 0)) == "cancel"
    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w2", 0, 0)) == "lost"


def test_places_in_the_queue_count_from_one_for_each_tier_and_model(table: Table) -> None:
    for video, tier, model in (("video_a", "free", "m"), ("video_b", "paid", "m"), ("video_c", "free", "x")):
        table.queue(video, tier=tier, model=model)
    table.queue("video_d")
    table.queue("video_e")

    places = {video: table.run(lambda jobs, v=video: jobs.progress(v)) for video in ("video_b", "video_d", "video_e")}
    assert {video: (at.place, at.waiting) for video, at in places.items()} == {
        "video_b": (1, 1),
        "video_d": (2, 3),
        "video_e": (3, 3),
    }
    assert table.run(lambda jobs: jobs.progress("video_none")) is None


def test_a_later_attempt_keeps_its_place(table: Table) -> None:
    table.queue("video_1")
    table.queue("video_2")
    table.run(lambda jobs: jobs.close("video_1", 1))
    table.queue("video_1", attempt=2)

    waiting = table.run(lambda jobs: jobs.waiting(["m"]))
    assert [(job.video_id, job.attempt) for job in waiting] == [("video_1", 2), ("video_2", 1)]


def test_waiting_jobs_come_oldest_first_and_few_of_one_account(table: Table) -> None:
    for n in range(20):
        table.queue(f"video_{n:02}", account="acct_long")
    table.queue("video_other", account="acct_2")
    table.queue("video_foreign", model="x")

    waiting = table.run(lambda jobs: jobs.waiting(["m"]))
    assert [job.video_id for job in waiting] == [f"video_{n:02}" for n in range(8)] + ["video_other"]
    assert waiting[-1] == Waiting(video_id="video_other", attempt=1, tier="free", account_id="acct_2", model="m")


def test_a_long_queue_hides_no_job_of_another_tier_or_model(table: Table) -> None:
    async def crowd(jobs: Any) -> None:
        for n in range(MOST_WAITING + 5):
            await jobs.enqueue(account_id=f"acct_{n}", tier="free", bundle=bundle(f"video_{n:04}"))
        for n in range(9):
            await jobs.enqueue(account_id="acct_0", tier="free", bundle=bundle(f"video_x{n}", model="x"))

    table.run(crowd)
    table.queue("video_paid", account="acct_0", tier="paid")

    waiting = table.run(lambda jobs: jobs.waiting(["m", "x"]))
    found = [job.video_id for job in waiting]
    assert found[:MOST_WAITING] == [f"video_{n:04}" for n in range(MOST_WAITING)]
    assert found[MOST_WAITING:] == [*(f"video_x{n}" for n in range(8)), "video_paid"]


def test_a_live_worker_has_room_for_its_slots_and_one_ticket_ahead(table: Table) -> None:
    table.hello("w1", models=("m", "x"), slots=2)
    assert table.run(lambda jobs: jobs.seats()) == [
        Seat(worker="w1", models=("m", "x"), room=3, idle=2, partitions=BOTH)
    ]
    for video in ("video_1", "video_2", "video_3"):
        table.queue(video)
        assert table.run(lambda jobs, video=video: jobs.dispatch(video, 1, "w1"))
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    assert table.run(lambda jobs: jobs.seats()) == []

    table.run(lambda jobs: jobs.reported("video_1", 1, "w1"))
    [seat] = table.run(lambda jobs: jobs.seats())
    assert (seat.room, seat.idle) == (1, 2)
    assert table.run(lambda jobs: jobs.under_way()) == {"acct_1": 2}


def test_a_silent_or_leaving_worker_is_no_worker(table: Table) -> None:
    table.hello("w1")
    table.hello("w2", models=("x",))
    assert table.run(lambda jobs: jobs.live("m"))
    table.run(lambda jobs: jobs.goodbye("w1"))
    assert not table.run(lambda jobs: jobs.live("m"))
    assert table.run(lambda jobs: jobs.live("x"))
    table.later(11)
    assert not table.run(lambda jobs: jobs.live("x"))
    assert table.run(lambda jobs: jobs.seats()) == []


def test_what_a_leaving_worker_has_not_taken_up_goes_to_another_one(table: Table) -> None:
    for video in ("video_1", "video_2", "video_3"):
        table.queue(video)
        table.run(lambda jobs, video=video: jobs.dispatch(video, 1, "other" if video == "video_3" else "w1"))
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    table.hello("w1")
    table.run(lambda jobs: jobs.goodbye("w1"))

    assert [job.video_id for job in table.run(lambda jobs: jobs.waiting(["m"]))] == ["video_2"]
    assert table.run(lambda jobs: jobs.beat("video_1", 1, "w1", 1, 9)) == "go on"


def test_a_claim_tells_the_tier_and_how_long_nobody_worked_on_the_job(table: Table) -> None:
    table.queue("video_1", tier="paid")
    table.later(30)
    first = table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    assert (first.tier, first.waited) == ("paid", pytest.approx(30, abs=3))
    table.later(60)
    table.run(lambda jobs: jobs.close("video_1", 1))
    table.queue("video_1", tier="paid", attempt=2)
    table.later(7)
    assert table.run(lambda jobs: jobs.claim("video_1", 2, "w1")).waited == pytest.approx(7, abs=3)


def test_a_job_is_dispatched_once(table: Table) -> None:
    table.queue("video_1")

    assert table.run(lambda jobs: jobs.dispatch("video_1", 1, "w1"))
    assert not table.run(lambda jobs: jobs.dispatch("video_1", 1, "w2"))
    table.run(lambda jobs: jobs.take_back("video_1", 1))
    assert table.run(lambda jobs: jobs.dispatch("video_1", 1, "w2"))


def test_an_overlooked_ticket_goes_back_unless_its_worker_is_busy(table: Table) -> None:
    for video, worker in (("video_1", "idle"), ("video_2", "busy"), ("video_3", "gone"), ("video_4", "busy")):
        table.queue(video)
        table.run(lambda jobs, video=video, worker=worker: jobs.dispatch(video, 1, worker))
    table.run(lambda jobs: jobs.claim("video_4", 1, "busy"))
    assert table.run(lambda jobs: jobs.put_back_overlooked(timedelta(seconds=10))) == 0

    table.later(11)
    table.hello("idle")
    table.hello("busy")
    assert table.run(lambda jobs: jobs.put_back_overlooked(timedelta(seconds=10))) == 2
    waiting = table.run(lambda jobs: jobs.waiting(["m"]))
    assert [job.video_id for job in waiting] == ["video_1", "video_3"]


def test_the_table_holds_no_prompt_in_clear_and_nothing_once_closed(fresh_database: str) -> None:
    async def fill() -> None:
        async with open_pool(fresh_database) as pool:
            jobs = Jobs(pool)
            for video in ("video_1", "video_2"):
                await jobs.enqueue(account_id="acct_1", tier="free", bundle=bundle(video))
            await jobs.close("video_2", 1)

    asyncio.run(fill())
    with psycopg.connect(fresh_database) as connection:
        rows = connection.execute("select bundle, key from jobs.jobs order by video_id").fetchall()
    (sealed, key), closed = rows
    assert b"secret fox" not in sealed
    assert len(key) == 32
    assert closed == (None, None)


def test_old_rows_are_forgotten(fresh_database: str) -> None:
    async def fill() -> None:
        async with open_pool(fresh_database) as pool:
            jobs = Jobs(pool)
            for video in ("video_1", "video_2", "video_3"):
                await jobs.enqueue(account_id="acct_1", tier="free", bundle=bundle(video))
            await jobs.close("video_1", 1)
            await jobs.close("video_2", 1)
            async with pool.connection() as connection:
                await connection.execute(
                    "update jobs.jobs set closed_at = closed_at - interval '25 hours' where video_id = 'video_1'"
                )
            await jobs.forget()

    asyncio.run(fill())
    with psycopg.connect(fresh_database) as connection:
        left = connection.execute("select video_id from jobs.jobs order by 1").fetchall()
    assert left == [("video_2",), ("video_3",)]


def test_the_line_of_a_tier_counts_what_no_worker_has_begun(table: Table) -> None:
    table.hello("w1", slots=2)
    table.hello("w2", ("m", "n"), slots=3)
    for number in range(3):
        table.queue(f"video_{number}", tier="free")
    table.queue("video_paid", tier="paid")
    table.queue("video_other", tier="free", model="n")
    table.run(lambda jobs: jobs.dispatch("video_0", 1, "w1"))
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))

    free = table.run(lambda jobs: jobs.standing("m", "free"))
    paid = table.run(lambda jobs: jobs.standing("m", "paid"))

    assert (free.waiting, paid.waiting) == (2, 1)
    assert (free.slots, free.seconds_each) == (5, GUESS)


def test_silent_workers_make_nothing(table: Table) -> None:
    table.hello("w1", slots=2)
    table.later(60)
    assert table.run(lambda jobs: jobs.standing("m", "free")).slots == 0


def test_the_time_of_a_job_is_the_mean_of_the_latest_reports_of_its_model(table: Table) -> None:
    for number in range(LATEST + 2):
        table.queue(f"video_{number}")
        table.run(lambda jobs, video=f"video_{number}": jobs.claim(video, 1, "w1"))
        table.later(12 if number < 2 else 3)
        table.run(lambda jobs, video=f"video_{number}": jobs.reported(video, 1, "w1"))
    table.queue("video_other", model="n")
    table.run(lambda jobs: jobs.claim("video_other", 1, "w1"))
    table.later(9)
    table.run(lambda jobs: jobs.reported("video_other", 1, "w1"))

    assert table.run(lambda jobs: jobs.standing("m", "free")).seconds_each == pytest.approx(3, abs=0.5)
    assert table.run(lambda jobs: jobs.standing("n", "paid")).seconds_each == pytest.approx(9, abs=0.5)


def test_a_lost_attempt_says_nothing_about_the_time_of_a_job(table: Table) -> None:
    table.queue("video_1")
    table.run(lambda jobs: jobs.claim("video_1", 1, "w1"))
    table.later(60)
    table.run(lambda jobs: jobs.close("video_1", 1))
    assert table.run(lambda jobs: jobs.standing("m", "free")).seconds_each == GUESS
