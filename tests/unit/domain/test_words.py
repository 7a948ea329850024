"""How text becomes words that can be compared."""

from __future__ import annotations

import pytest

from domain import words as module
from domain.words import fold, words


def meant(text: str) -> list[set[str]]:
    return [set(word) for word in words(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("ＮＵＤＥ", "nude"),
        ("naïve Café", "naive cafe"),
        ("ﬁre", "fire"),
        ("na\u200bked", "naked"),
        ("na\u00adked", "naked"),
        ("kid's", "kids"),
        ("don’t", "dont"),
        ("p@rty $ex", "party sex"),
        ("wh!te", "white"),
        ("stop!", "stop!"),
        ("5$ fee", "5$ fee"),
    ],
)
def test_case_accents_and_invisible_characters_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("b0mb", "bomb"),
        ("k1ll", "kill"),
        ("1ove", "love"),
        ("nаkеd", "naked"),  # Cyrillic
        ("ѕех", "sex"),  # all of it Cyrillic
        ("νude", "vude"),  # a Greek nu looks like a v
        ("nuuude", "nude"),
        ("boooomb", "boomb"),
        ("boooom", "boom"),
        ("n u d e", "nude"),
        ("n.u-d_e", "nude"),
        ("a n u d e", "nude"),
    ],
)
def test_look_alikes_are_read_in_every_way_they_may_be_meant(text: str, word: str) -> None:
    assert word in meant(text)[-1]


def test_words_stay_as_they_are_written_too() -> None:
    assert [word[0] for word in words("A 12 year-old's b0mb in H264, кот!")] == [
        "a", "12", "year", "olds", "b0mb", "in", "h264", "кот",
    ]  # fmt: skip


def test_numbers_are_not_letters() -> None:
    assert meant("47") == [{"47"}]


def test_two_single_letters_are_two_words() -> None:
    assert [word[0] for word in words("plan b c")] == ["plan", "b", "c"]


def test_every_look_alike_has_its_letter() -> None:
    assert all(chr(letter).isascii() for letter in module._LOOKALIKES.values())
    assert not any(chr(letter).isascii() for letter in module._LOOKALIKES)
