"""Who may use a character, rule by rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commands.work import CHARACTER
from domain.consent import Use, judge
from domain.rules import SETTINGS, Text, holds, read_rule
from domain.safety import TOPICS
from domain.words import words
from tests.examples import (
    CHARACTER_ID,
    character_created,
    character_deleted,
    consent_changed,
    consent_revoked,
    verified,
)
from tests.given import AT, OTHER, OWNER, an_id, given

A_PERSON = character_created(kind="person", rig="person", challenge="river amber lemon paper velvet")
FRIEND = an_id("char", 2)


def judged(*events: Any, by: str = OTHER, **use: Any) -> tuple[bool, str, int]:
    verdict = judge(CHARACTER_ID, given(CHARACTER, *events).state, Use(by=by, **{"now": AT, **use}))
    assert verdict.character_id == CHARACTER_ID
    assert bool(verdict.message) != verdict.allowed
    return verdict.allowed, verdict.rule, verdict.version


def consented(**changes: Any) -> tuple[Any, ...]:
    return character_created(), consent_changed(**changes)


def ruled(*rules: str) -> tuple[Any, ...]:
    return consented(rules=rules)


# Situations.


def test_what_does_not_exist_is_not_used() -> None:
    assert judged() == (False, "unavailable", 0)
    assert judged(*consented(), character_deleted()) == (False, "unavailable", 0)
    assert judged(*consented(), character_deleted(), by=OWNER) == (False, "unavailable", 0)


def test_nobody_uses_a_person_before_it_is_verified() -> None:
    assert judged(A_PERSON, by=OWNER) == (False, "unverified", 1)
    assert judged(A_PERSON, consent_changed(), by=OTHER) == (False, "unverified", 2)
    assert judged(A_PERSON, consent_changed(), verified(), by=OTHER) == (True, "audience:everyone", 2)
    assert judged(A_PERSON, verified(), by=OWNER) == (True, "owner", 1)


def test_nobody_uses_what_is_revoked() -> None:
    revoked = (*consented(), consent_revoked(version=3))
    assert judged(*revoked, by=OTHER) == (False, "revoked", 3)
    assert judged(*revoked, by=OWNER) == (False, "revoked", 3)
    assert judged(*revoked, consent_changed(version=4), by=OTHER) == (True, "audience:everyone", 4)


def test_an_expired_consent_is_for_the_owner_alone() -> None:
    until = consented(expires_at=AT + timedelta(hours=1))
    assert judged(*until, now=AT + timedelta(minutes=59)) == (True, "audience:everyone", 2)
    assert judged(*until, now=AT + timedelta(hours=1)) == (False, "expired", 2)
    assert judged(*until, now=AT + timedelta(hours=1), by=OWNER) == (True, "owner", 2)


def test_who_is_kept_apart_learns_nothing_more() -> None:
    assert judged(*consented(), apart=True) == (False, "unavailable", 2)
    assert judged(A_PERSON, apart=True) == (False, "unavailable", 1)


# Audiences.


def test_the_first_consent_is_for_the_owner_alone() -> None:
    assert judged(character_created(), by=OWNER) == (True, "owner", 1)
    assert judged(character_created(), by=OTHER) == (False, "audience:only_me", 1)


def test_approved_are_those_who_are_named() -> None:
    approved = consented(audience="approved", allowed=(OTHER,))
    assert judged(*approved, by=OTHER) == (True, "audience:approved", 2)
    assert judged(*approved, by=an_id("acct", 3)) == (False, "audience:approved", 2)


@pytest.mark.parametrize(
    ("follows", "followed", "may"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_mutuals_follow_each_other(follows: bool, followed: bool, may: bool) -> None:
    mutuals = consented(audience="mutuals")
    assert judged(*mutuals, follows=follows, followed=followed) == (may, "audience:mutuals", 2)


def test_an_audience_that_nobody_knows_is_nobody() -> None:
    assert judged(*consented(audience="[erased]"), follows=True, followed=True) == (False, "audience:[erased]", 2)


# Rules.


def test_topics() -> None:
    no_politics = ruled("topic:politics")
    assert judged(*no_politics, topics=frozenset({"politics", "crime"})) == (False, "topic:politics", 2)
    assert judged(*no_politics, topics=frozenset({"crime"}))[0]


def test_words_in_any_spelling() -> None:
    no_foo = ruled("word:Foo")
    for prompt in ("a foo", "FOO!", "f-o-o", "fòo", "f00"):
        assert judged(*no_foo, prompts=(prompt,)) == (False, "word:Foo", 2), prompt
    for prompt in ("food", "a cat", ""):
        assert judged(*no_foo, prompts=(prompt,))[0], prompt


def test_phrases() -> None:
    rule = ruled("word:hello world")
    assert not judged(*rule, prompts=("He says: Hello, World!",))[0]
    assert judged(*rule, prompts=("hello big world",))[0]


def test_the_whole_chain_counts_as_one_text() -> None:
    rule = ruled("word:hello world")
    assert not judged(*rule, prompts=("a hello world", "make it night"))[0]
    assert not judged(*rule, prompts=("he says hello", "world of cats"))[0]


def test_what_was_erased_cannot_be_judged_by_rules_about_words() -> None:
    chain = ("[erased]", "make it night")
    for rule in ("word:foo", "topic:politics", "setting:beach"):
        assert judged(*ruled(rule), prompts=chain) == (False, "unreadable", 2)
    assert judged(*ruled(f"character:{an_id('char', 9)}"), prompts=chain)[0]
    assert judged(*consented(audience="everyone"), prompts=chain)[0]


def test_settings() -> None:
    rule = ruled("setting:beach")
    assert judged(*rule, prompts=("a cat by the sea",)) == (False, "setting:beach", 2)
    assert judged(*rule, prompts=("a cat at the seaside",)) == (False, "setting:beach", 2)
    assert judged(*rule, prompts=("a cat in a kitchen",))[0]


def test_other_characters() -> None:
    rule = ruled(f"character:{FRIEND}")
    assert judged(*rule, others=frozenset({FRIEND})) == (False, f"character:{FRIEND}", 2)
    assert judged(*rule, others=frozenset({an_id("char", 3)}))[0]


def test_rules_are_for_others() -> None:
    assert judged(*ruled("word:foo"), by=OWNER, prompts=("foo",)) == (True, "owner", 2)


def test_the_audience_comes_first() -> None:
    assert judged(*consented(audience="only_me", rules=("word:foo",)), prompts=("foo",)) == (
        False,
        "audience:only_me",
        2,
    )


def test_a_rule_that_cannot_be_read_forbids() -> None:
    assert judged(*ruled("[erased]")) == (False, "[erased]", 2)
    assert judged(*ruled("setting:cheese")) == (False, "setting:cheese", 2)


def test_a_refusal_does_not_tell_the_owners_words() -> None:
    """It may be recorded, and what is recorded there is not sealed."""
    state = given(CHARACTER, *ruled("word:ernestine")).state
    verdict = judge(CHARACTER_ID, state, Use(by=OTHER, prompts=("ernestine",), now=AT))
    assert "ernestine" not in verdict.message


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_can_be_the_case(setting: str) -> None:
    for phrase in SETTINGS[setting]:
        assert phrase == " ".join(word[0] for word in words(phrase))
        assert holds(read_rule(f"setting:{setting}"), Text((f"a cat, {phrase}",)), frozenset(), frozenset())


def test_topics_are_those_of_the_screening() -> None:
    assert TOPICS == (
        "politics", "violence", "weapons", "sexual", "nudity", "drugs", "alcohol", "gambling", "religion", "medical",
        "advertising", "hate", "self_harm", "crime", "horror",
    )  # fmt: skip
