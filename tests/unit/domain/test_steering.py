"""Rules and mutes of one account: what holds, what covers what, and what is undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from commands.work import ACCOUNT
from domain.account import Account, Open, steered
from domain.errors import IllegalState, Invalid, NotFound
from domain.fields import ERASED
from domain.steering import (
    MAX_RULES,
    Active,
    Ignored,
    Reading,
    Wanted,
    make_wish,
    mute,
    styles_of,
    undo_rule,
    undo_wish,
    unmute,
)
from tests.examples import (
    RULE_ID,
    WISH_ID,
    erased,
    muted,
    preference_removed,
    preference_set,
    rule,
    rules_undone,
    unmuted,
    wish_made,
)
from tests.given import AT, OTHER, OWNER, an_id, given, opened

LATER = AT + timedelta(days=7)
WANTED = Wanted(effect="boost", kind="topic", value="animals", weight=2, days=7, source="more dogs")


def account(*events: Any) -> Account:
    return given(ACCOUNT, opened(), *events).state


def steering(*events: Any) -> Any:
    state = account(*events)
    assert isinstance(state, Open)
    return state.steering


def wish(number: int, **changes: Any) -> Any:
    made = rule(id=an_id("rule", number), **changes)
    return wish_made(wish_id=an_id("wish", number), rules=(made,), sources=("so",))


def test_a_wish_becomes_rules_that_end() -> None:
    reading = Reading((WANTED,), (Ignored("more unicycles", "unknown_word"),))
    [made] = make_wish(steering(), OWNER, WISH_ID, "more dogs, more unicycles", reading, AT)
    expected = rule(id=f"rule_{WISH_ID.partition('_')[2]}_1", until=LATER)
    assert made == wish_made(rules=(expected,))
    state = account(made)
    assert steered(state, LATER - timedelta(seconds=1)) == Active((expected,), frozenset())
    assert steered(state, LATER) == Active()


def test_a_wish_of_which_nothing_was_understood_is_refused_with_a_hint() -> None:
    refused = given(ACCOUNT, opened()).when(
        lambda state: make_wish(steering(), OWNER, WISH_ID, "hm", Reading((), ()), AT)  # type: ignore[arg-type]
    )
    assert "more, less or no" in refused.then_refused(Invalid, "wish_not_understood", "wish").message


def test_a_later_rule_covers_an_earlier_one_about_the_same_and_uncovers_it_when_undone() -> None:
    first, second = wish(1), wish(2, effect="mute", weight=3)
    both = account(first, wish(3, value="music"), second)
    assert [each.id for each in steered(both, AT).rules] == [an_id("rule", 2), an_id("rule", 3)]
    [undone] = undo_rule(steering(first, second), OWNER, an_id("rule", 2), AT)
    assert steered(account(first, second, undone), AT).rules == first.rules


def test_a_wish_is_undone_as_a_whole() -> None:
    made = wish_made(rules=(rule(), rule(id=an_id("rule", 2), value="music")), sources=("a", "b"))
    [undone] = undo_wish(steering(made), OWNER, WISH_ID, AT)
    assert undone == rules_undone(rule_ids=(RULE_ID, an_id("rule", 2)))
    assert steered(account(made, undone), AT) == Active()


@pytest.mark.parametrize(("undo", "code"), [(undo_rule, "rule_not_found"), (undo_wish, "wish_not_found")])
def test_what_does_not_hold_cannot_be_undone(undo: Any, code: str) -> None:
    known = steering(wish_made())
    for id_, at in (("nonsense", AT), (RULE_ID if undo is undo_rule else WISH_ID, LATER)):
        with pytest.raises(NotFound) as refused:
            undo(known, OWNER, id_, at)
        assert refused.value.code == code
        assert id_ not in refused.value.message


def test_a_feed_goes_by_fifty_rules_and_those_that_ended_do_not_count() -> None:
    many = tuple(rule(id=an_id("rule", number)) for number in range(MAX_RULES))
    known = steering(wish_made(rules=many, sources=("so",) * MAX_RULES))
    with pytest.raises(IllegalState) as refused:
        make_wish(known, OWNER, WISH_ID, "more dogs", Reading((WANTED,), ()), AT)
    assert refused.value.code == "too_many_rules"
    assert make_wish(known, OWNER, WISH_ID, "more dogs", Reading((WANTED,), ()), LATER)


def test_mute_and_unmute() -> None:
    assert mute(steering(), OWNER, OTHER) == [muted()]
    assert mute(steering(muted()), OWNER, OTHER) == []
    assert unmute(steering(muted()), OWNER, OTHER) == [unmuted()]
    assert unmute(steering(), OWNER, OTHER) == []
    assert steered(account(muted()), AT) == Active((), frozenset({OTHER}))
    assert steered(account(muted(), unmuted()), AT) == Active()
    with pytest.raises(Invalid):
        mute(steering(), OWNER, OWNER)


def test_an_erased_account_folds_and_steers_nothing() -> None:
    """Its words read as one word, whatever they were."""
    rules = (rule(), rule(id=an_id("rule", 2), value="music"))
    forgotten = wish_made(words=ERASED, rules=rules, sources=(ERASED,), ignored=(ERASED,))
    assert [kept.source for kept in steering(forgotten).rules] == [ERASED, ERASED]
    assert steered(account(forgotten, muted(), erased()), AT) == Active()


def test_the_old_preference_folds_and_says_nothing() -> None:
    old = preference_set(key="feed_rules", value='{"boost":["dogs"]}', expires_at=LATER)
    state = account(old)
    assert isinstance(state, Open)
    assert (state.preferences, steered(state, AT)) == ({}, Active())
    assert account(old, preference_removed(key="feed_rules", cause="expired")) == account()


@pytest.mark.parametrize(
    ("relation", "seconds", "size", "styles"),
    [
        (None, 4, "720x1280", {"original", "short", "portrait"}),
        ("edit", 8, "1280x720", {"remix", "landscape"}),
        ("extend", 12, "1280x720", {"extended", "long", "landscape"}),
        ("stitch", 60, "720x1280", {"stitched", "long", "portrait"}),
    ],
)
def test_styles_follow_from_facts(relation: str | None, seconds: int, size: str, styles: set[str]) -> None:
    assert styles_of(relation, seconds, size) == styles


def test_rules_survive_the_log() -> None:
    assert msgspec.json.decode(msgspec.json.encode(wish_made()), type=type(wish_made())) == wish_made()
