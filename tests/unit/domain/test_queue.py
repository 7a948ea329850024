from __future__ import annotations

from collections import Counter

import pytest

from domain.queue import FREE, PAID, Dispatch, Seat, Turns, Waiting, choose


def waiting(video: str, account: str = "acct_1", tier: str = FREE, model: str = "m") -> Waiting:
    return Waiting(video_id=video, attempt=1, tier=tier, account_id=account, model=model)


def seat(worker: str, room: int, idle: int | None = None, models: tuple[str, ...] = ("m",)) -> Seat:
    idle = room if idle is None else idle
    return Seat(worker=worker, models=models, room=room, idle=idle, partitions={PAID: (0,), FREE: (0,)})


def sent(dispatches: list[Dispatch]) -> list[tuple[str, str]]:
    return [(dispatch.job.video_id, dispatch.worker) for dispatch in dispatches]


def test_the_oldest_goes_first_and_no_more_than_there_is_room() -> None:
    line = [waiting(f"video_{n}", account=f"acct_{n}") for n in range(5)]

    assert sent(choose(line, {}, [seat("w", 2)], Turns(80))) == [("video_0", "w"), ("video_1", "w")]


def test_nothing_is_sent_without_room() -> None:
    assert choose([waiting("video_1")], {}, [], Turns(80)) == []


def test_an_idle_worker_is_chosen_before_a_busy_one_with_a_place_ahead() -> None:
    seats = [seat("busy", room=1, idle=0), seat("idle", room=2, idle=1)]
    line = [waiting(f"video_{n}", account=f"acct_{n}") for n in range(3)]

    assert [worker for _, worker in sent(choose(line, {}, seats, Turns(80)))] == ["idle", "idle", "busy"]


def test_a_job_goes_to_a_worker_that_has_its_model_and_waits_for_one_without_hindering_others() -> None:
    line = [waiting("video_1", model="other"), waiting("video_2")]

    assert sent(choose(line, {}, [seat("w", 5)], Turns(80))) == [("video_2", "w")]


def test_a_worker_that_reads_no_partition_of_the_tier_is_sent_nothing() -> None:
    deaf = Seat(worker="w", models=("m",), room=2, idle=1, partitions={PAID: (3,), FREE: ()})
    line = [waiting("video_1"), waiting("video_2", tier=PAID)]

    assert sent(choose(line, {}, [deaf], Turns(80))) == [("video_2", "w")]


def test_while_both_tiers_wait_every_fifth_is_free() -> None:
    line = [waiting(f"video_p{n}", f"acct_p{n}", PAID) for n in range(40)]
    line += [waiting(f"video_f{n}", f"acct_f{n}", FREE) for n in range(40)]
    turns, counts = Turns(80), Counter[str]()
    for _ in range(10):  # one place at a time: the turns outlive a round
        for dispatch in choose(line, {}, [seat("w", 2)], turns):
            counts[dispatch.job.tier] += 1
            line.remove(dispatch.job)

    assert counts == {PAID: 16, FREE: 4}


@pytest.mark.parametrize(("share", "free"), [(5, 95), (50, 50), (80, 20), (95, 5)])
def test_the_policy_shares_the_turns_and_starves_nobody(share: int, free: int) -> None:
    turns = Turns(share)

    assert Counter(turns.order(paid=True, free=True) for _ in range(100)) == {FREE: free, PAID: 100 - free}


def test_a_tier_alone_gets_everything() -> None:
    line = [waiting(f"video_{n}", f"acct_{n}", FREE) for n in range(10)]

    assert len(choose(line, {}, [seat("w", 10)], Turns(80))) == 10


def test_while_others_wait_an_account_has_two_jobs_under_way() -> None:
    line = [waiting(f"video_{n}", "acct_long") for n in range(5)] + [waiting("video_short", "acct_short")]

    chosen = sent(choose(line, {"acct_long": 1}, [seat("w", 2)], Turns(80)))
    assert [video for video, _ in chosen] == ["video_0", "video_short"]


def test_no_room_stays_empty_for_the_sake_of_the_cap() -> None:
    line = [waiting(f"video_{n}", "acct_long") for n in range(5)] + [waiting("video_short", "acct_short")]

    chosen = [video for video, _ in sent(choose(line, {"acct_long": 2}, [seat("w", 4)], Turns(80)))]
    assert chosen == ["video_short", "video_0", "video_1", "video_2"]
