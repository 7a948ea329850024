from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from commands.work import CORRECTIONS, RANKER, SPIKE
from domain.errors import Invalid, NotFound, Outdated
from domain.policy import (
    DEFAULT,
    RankerParameters,
    SpikePolicy,
    SpikePolicyChanged,
    change,
    change_ranker,
    correct,
    undo_correction,
)
from tests.examples import MODERATOR, leaderboard_corrected, ranker_changed, spike_policy_changed
from tests.given import AT, OTHER, OWNER, an_id, given

WANTED = SpikePolicy(allowance=10, price_percent=150, free_concurrency=2, paid_concurrency=5, reason="holiday peak")
FIRST = spike_policy_changed()


def changing(wanted: SpikePolicy = WANTED, expected: int | None = None) -> Any:
    return lambda state: change(state, wanted, MODERATOR, expected)


def test_what_counts_before_anyone_has_said_anything() -> None:
    assert given(SPIKE).state == DEFAULT
    assert (DEFAULT.version, DEFAULT.allowance, DEFAULT.zone, DEFAULT.free_queue_limit) == (0, 400, "UTC", None)


def test_a_change_counts_versions() -> None:
    given(SPIKE).when(changing()).then(FIRST)
    given(SPIKE, FIRST).when(changing(SpikePolicy(reason="back to normal"))).then(back_to_normal())


def back_to_normal() -> SpikePolicyChanged:
    return spike_policy_changed(
        version=2, allowance=400, price_percent=100, free_concurrency=20, paid_concurrency=40, reason="back to normal"
    )


def test_the_same_again_changes_nothing() -> None:
    given(SPIKE, FIRST).when(changing()).then_nothing()


def test_who_has_seen_an_older_version_decides_anew() -> None:
    given(SPIKE, FIRST).when(changing(SpikePolicy(reason="x"), 0)).then_refused(Outdated, "outdated")
    given(SPIKE, FIRST).when(changing(SpikePolicy(reason="back to normal"), 1)).then(back_to_normal())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("allowance", -1),
        ("allowance", 1_000_001),
        ("paid_share", 4),
        ("paid_share", 96),
        ("price_percent", 9),
        ("free_concurrency", 0),
        ("paid_concurrency", 0),
        ("free_queue_limit", -1),
        ("reason", " "),
        ("reason", "x" * 201),
    ],
)
def test_what_no_policy_may_say(field: str, value: Any) -> None:
    wanted = SpikePolicy(**{"reason": "peak", field: value})
    given(SPIKE).when(changing(wanted)).then_refused(Invalid, f"invalid_{field}", field)


@pytest.mark.parametrize("zone", ["", "Europe/", "../../etc/passwd", "a b", "Europe/Berlin/x/y"])
def test_what_is_no_name_of_a_zone(zone: str) -> None:
    wanted = SpikePolicy(reason="peak", zone=zone)
    given(SPIKE).when(changing(wanted)).then_refused(Invalid, "unknown_time_zone", "zone")


def ranking(weights: dict[str, float], ranker: str = "for-you-2", expected: int | None = None) -> Any:
    return lambda state: change_ranker(state, ranker, weights, "a test", MODERATOR, expected)


def test_a_ranker_is_changed_once() -> None:
    given(RANKER).when(ranking({"hot": 1.0})).then(ranker_changed())
    given(RANKER, ranker_changed()).when(ranking({"hot": 1.0})).then_nothing()
    given(RANKER, ranker_changed()).when(ranking({"hot": 2.0}, expected=0)).then_refused(Outdated, "outdated")
    given(RANKER, ranker_changed()).when(ranking({"hot": 2.0}, expected=1)).then(ranker_changed(weights={"hot": 2.0}))


@pytest.mark.parametrize("weights", [{}, {"hot": float("nan")}, {"hot": float("inf")}, {"hot": 1001.0}])
def test_weights_are_numbers(weights: dict[str, float]) -> None:
    given(RANKER).when(ranking(weights)).then_refused(Invalid, "invalid_weights", "weights")


def test_a_ranker_has_a_plain_name() -> None:
    given(RANKER).when(ranking({"hot": 1.0}, "For You!")).then_refused(Invalid, "invalid_ranker", "ranker")


def test_parameters_stay_until_they_are_changed() -> None:
    few = RankerParameters(fresh_limit=20)
    change = partial(change_ranker, ranker="for-you-2", weights={"hot": 1.0}, reason="a test", by=MODERATOR)
    given(RANKER).when(lambda state: change(state, parameters=few)).then(ranker_changed(parameters=few))
    known = given(RANKER, ranker_changed(parameters=few))
    known.when(change).then_nothing()
    known.when(lambda state: change(state, parameters=RankerParameters())).then(ranker_changed())


@pytest.mark.parametrize("field", [{"protected_every": 1}, {"size": 9}, {"author_decay": 1.1}, {"hot_limit": 501}])
def test_what_no_ranker_may_say(field: dict[str, Any]) -> None:
    wanted = RankerParameters(**field)
    given(RANKER).when(
        lambda state: change_ranker(state, "for-you-2", {"hot": 1.0}, "a test", MODERATOR, parameters=wanted)
    ).then_refused(Invalid, "invalid_parameters", "parameters")


CORRECTION = an_id("correction", 1)


def correcting(*accounts: str, id_: str = CORRECTION) -> Any:
    return lambda state: correct(state, id_, accounts, AT, "a ring", MODERATOR)


def undoing(id_: str = CORRECTION) -> Any:
    return lambda state: undo_correction(state, id_, "no ring", MODERATOR)


def test_a_correction_names_each_account_once() -> None:
    given(CORRECTIONS).when(correcting(OTHER, OTHER)).then(leaderboard_corrected())
    given(CORRECTIONS, leaderboard_corrected()).when(correcting(OTHER)).then_nothing()


def test_a_correction_needs_accounts() -> None:
    given(CORRECTIONS).when(correcting()).then_refused(Invalid, "invalid_accounts", "accounts")


def test_an_undone_correction_says_what_counts_again() -> None:
    undone = leaderboard_corrected(undo=True, reason="no ring")
    given(CORRECTIONS, leaderboard_corrected()).when(undoing()).then(undone)
    state = given(CORRECTIONS, leaderboard_corrected(), undone)
    state.when(undoing()).then_refused(NotFound, "correction_not_found", "correction_id")
    assert (state.state.standing, state.state.version) == ({}, 2)


def test_corrections_stand_side_by_side() -> None:
    second = leaderboard_corrected(
        correction_id=an_id("correction", 2), accounts=(OWNER,), since=AT + timedelta(days=1)
    )
    state = given(CORRECTIONS, leaderboard_corrected(), second, leaderboard_corrected(undo=True)).state
    assert list(state.standing) == [an_id("correction", 2)]
