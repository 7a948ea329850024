"""What becomes of the sentences in which owners say how their character may be used."""

from __future__ import annotations

import pytest

from domain.consent_text import TOPIC_WORDS, compile_text
from domain.rules import SETTINGS, check_rules, read_rule
from domain.safety import TOPICS


def compiled(text: str) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(sentence.text, sentence.rules, sentence.clear) for sentence in compile_text(text)]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("not in political content", ("topic:politics",)),
        ("Please do not use me in ads", ("topic:advertising",)),
        ("never say 'foo'", ("word:foo",)),
        ("Never say “hello world”", ("word:hello world",)),
        ("don't ever say 'don't'", ("word:don't",)),
        ("Do not use the word banana", ("word:banana",)),
        ("Never use the words foo and bar", ("word:foo", "word:bar")),
        ("no weapons", ("topic:weapons",)),
        ("No weapons, alcohol or drugs", ("topic:weapons", "topic:alcohol", "topic:drugs")),
        ("no self-harm", ("topic:self_harm",)),
        ("not on the beach", ("setting:beach",)),
        ("Not by the sea", ("setting:beach",)),
        ("Not at sea", ("setting:sea",)),
        ("not in a prison and not in a hospital", ("setting:prison", "setting:hospital")),
        ("never with @bob", ("character:@bob",)),
        ("Never together with @bob.smith", ("character:@bob.smith",)),
        ("no violence, never on the beach, and not with @bob", ("topic:violence", "setting:beach", "character:@bob")),
    ],
)
def test_a_sentence_that_is_understood(text: str, rules: tuple[str, ...]) -> None:
    assert compiled(text) == [(text, rules, True)]


@pytest.mark.parametrize(
    "text",
    [
        "I like cats",
        "weapons",
        "only in comedies",
        "never without a gun",
        "no ads unless I agree",
        "not in politics except local elections",
        "never stop showing me with weapons",
        "never say '?!'",
        f"never say '{'x' * 61}'",
        "no clowns",
        "никакой политики",
    ],
)
def test_a_sentence_of_which_no_rule_is_made(text: str) -> None:
    assert compiled(text) == [(text, (), False)]


def test_what_is_understood_in_part_counts_and_is_shown_as_unclear() -> None:
    assert compiled("no weapons or clowns") == [("no weapons or clowns", ("topic:weapons",), False)]


def test_sentences_are_told_apart() -> None:
    text = "No weapons! Not on the beach; never with @bob.smith.\nNo drugs"
    assert [sentence for sentence, _, _ in compiled(text)] == [
        "No weapons",
        "Not on the beach",
        "never with @bob.smith",
        "No drugs",
    ]


def test_a_stop_within_quotes_ends_nothing() -> None:
    assert compiled('Never say "Stop. Now!"') == [('Never say "Stop. Now!"', ("word:Stop. Now!",), True)]


@pytest.mark.parametrize("text", ["", "  \n", "...", "!?"])
def test_nothing_said(text: str) -> None:
    assert compiled(text) == []


def test_every_topic_and_setting_can_be_said() -> None:
    assert tuple(TOPIC_WORDS) == TOPICS
    for topic, phrases in TOPIC_WORDS.items():
        for phrase in phrases:
            assert compiled(f"no {phrase}") == [(f"no {phrase}", (f"topic:{topic}",), True)]
    for setting, phrases in SETTINGS.items():
        for phrase in (setting, *phrases):
            assert compiled(f"not {phrase}") == [(f"not {phrase}", (f"setting:{setting}",), True)]


def test_what_comes_out_can_be_a_consent() -> None:
    text = "never say 'foo'. no weapons. not on the beach. never use the word x"
    check_rules([rule for _, rules, _ in compiled(text) for rule in rules])


def test_the_same_text_gives_the_same_rules() -> None:
    text = "No drugs, no guns, never say 'a' or 'b'. Whatever."
    assert compile_text(text) == compile_text(text)
    assert [read_rule(rule).kind for rule in compile_text(text)[0].rules] == ["topic", "topic", "word", "word"]
