"""The ruleset in force: it lets harmless prompts pass, stops harmful ones, and says what to change."""

from __future__ import annotations

import json
from importlib.resources import files

import msgspec
import pytest

from domain.moderation import POLICIES
from domain.safety import TOPICS, Judge, Rule, Ruleset, RulesetError, Screening, Terms
from infra.screener import CURRENT, RuleScreener, load
from tests.unit.infra.prompts import HARMFUL, HARMLESS

JUDGE = Judge(load(CURRENT))


def screen(prompt: str | tuple[str, ...]) -> Screening:
    return JUDGE.screen((prompt,) if isinstance(prompt, str) else prompt)


@pytest.mark.parametrize("prompt", HARMLESS)
def test_harmless_prompts_pass(prompt: str | tuple[str, ...]) -> None:
    assert screen(prompt).blocked_by is None


@pytest.mark.parametrize(("prompt", "rule"), HARMFUL)
def test_harmful_prompts_do_not(prompt: str | tuple[str, ...], rule: str) -> None:
    assert screen(prompt).blocked_by == rule


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(HARMLESS) >= 60
    assert len(HARMFUL) >= 40


@pytest.mark.parametrize(("prompts", "rule"), [(p, rule) for p, rule in HARMFUL if isinstance(p, tuple)])
def test_no_part_of_a_split_prompt_is_stopped_by_itself(prompts: tuple[str, ...], rule: str) -> None:
    del rule
    assert [screen(prompt).blocked_by for prompt in prompts] == [None] * len(prompts)


@pytest.mark.parametrize(
    ("prompt", "topics"),
    [
        ("a senator gives a speech", {"politics"}),
        ("a boxer punches a bag", {"violence"}),
        ("a rifle on a wall", {"weapons"}),
        ("she wears lingerie", {"sexual"}),
        ("a topless sunbather", {"nudity"}),
        ("a bag of cocaine", {"drugs"}),
        ("a glass of red wine", {"alcohol"}),
        ("an evening at the casino", {"gambling"}),
        ("monks pray in a temple", {"religion"}),
        ("a surgeon in a hospital", {"medical"}),
        ("an advertisement for shoes, promo code at the end", {"advertising"}),
        ("a racist insults a passenger", {"hate"}),
        ("a suicidal man is saved by his friend", {"self_harm"}),
        ("a burglar climbs through a window", {"crime"}),
        ("a zombie in the fog", {"horror"}),
        ("a vampire drinks beer in a church", {"horror", "alcohol", "religion"}),
        ("a killer whale eats a blood orange", set()),
        ("a praying mantis on a leaf", set()),
        ("a fruit punch without alcohol", set()),
    ],
)
def test_topics_are_what_prompts_are_about(prompt: str, topics: set[str]) -> None:
    assert screen(prompt) == Screening(CURRENT, frozenset(topics))


def test_topics_are_those_of_the_whole_chain() -> None:
    assert screen(("a senator", "with a rifle", "at night")).topics == {"politics", "weapons"}


async def test_the_port_answers_like_the_rules() -> None:
    screener = RuleScreener()
    for prompt in ("a cat", "a naked woman", "a cat " * 10_000 + "and a naked woman"):
        assert await screener.screen([prompt]) == screen(prompt)


def test_every_rule_stops_something_and_says_what_to_change() -> None:
    rules = load(CURRENT).rules
    assert {rule.id for rule in rules} == {rule for _, rule in HARMFUL}
    assert {rule.policy for rule in rules} <= set(POLICIES)
    assert all(len(rule.message) > 40 for rule in rules)


def test_a_long_chain_is_looked_at_to_its_end() -> None:
    chain = ["a cat on a bicycle rides through the old town " * 20] * 255
    assert screen((*chain, "the rider is a woman")).blocked_by is None
    assert screen((*chain, "the rider is a woman", "and naked")).blocked_by == "nudity"


def test_a_released_ruleset_is_named_like_its_file() -> None:
    for file in (files("infra") / "rules").iterdir():
        assert load(file.name.removesuffix(".json")).version == file.name.removesuffix(".json")


def ruleset(**changes: object) -> Ruleset:
    fields: dict[str, object] = {
        "version": "test-1",
        "terms": {"cat": Terms(("cat", "cats"))},
        "topics": {topic: () for topic in TOPICS},
        "rules": (Rule(id="no-cats", policy="other", message="No cats.", all=("cat",)),),
    }
    return Ruleset(**{**fields, **changes})


RULE = ruleset().rules[0]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"topics": {"cats": ()}}, "topics"),
        ({"topics": {topic: ("dog",) for topic in TOPICS}}, "dog"),
        ({"rules": (msgspec.structs.replace(RULE, any=("dog",)),)}, "dog"),
        ({"rules": (RULE, RULE)}, "same id"),
        ({"rules": (msgspec.structs.replace(RULE, all=()),)}, "needs terms"),
        ({"rules": (msgspec.structs.replace(RULE, message=""),)}, "message"),
        ({"terms": {"cat": Terms(("Cat",))}}, "cannot occur"),
        ({"terms": {"cat": Terms(("tom-cat",))}}, "cannot occur"),
        ({"terms": {"cat": Terms(("cat",), ("cat's eye",))}}, "cannot occur"),
        ({"terms": {"cat": Terms(("*",))}}, "cannot occur"),
    ],
)
def test_a_ruleset_that_cannot_mean_what_it_says_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(RulesetError, match=complaint):
        Judge(ruleset(**changes))


def test_a_misspelt_field_is_refused() -> None:
    text = json.loads(msgspec.json.encode(ruleset()))
    text["rules"][0]["al"] = ["cat"]
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(text), type=Ruleset)


def test_terms_are_words_beginnings_and_phrases() -> None:
    judge = Judge(ruleset(terms={"cat": Terms(("cat", "kitt*", "big c*"), ("cat walk",))}))

    def blocked(*prompts: str) -> bool:
        return judge.screen(prompts).blocked_by is not None

    assert blocked("a CAT!")
    assert blocked("kittens")
    assert blocked("a big", "cougar")
    assert not blocked("concatenate")
    assert not blocked("a cat walk")
    assert not blocked("a cat", "walk")
    assert blocked("a cat walk with a cat")
