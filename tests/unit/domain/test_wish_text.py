"""Wishes in words, and what is made of them."""

from __future__ import annotations

import pytest

from domain import wish_words
from domain.steering import STYLES, Reading
from domain.video import TOPICS
from domain.wish_text import read_wish
from tests.examples import CHARACTER_ID
from tests.given import OTHER

RULES = [
    ("more dogs", ["boost topic animals 2 7"]),
    (
        "more dogs, no horror for three days, less of @ada",
        ["boost topic animals 2 7", "mute topic horror 3 3", "mute character @ada 1 7"],
    ),
    (
        "Mehr Hunde, drei Tage lang keinen Horror mehr, weniger von @ada!",
        ["boost topic animals 2 7", "mute topic horror 3 3", "mute character @ada 1 7"],
    ),
    ("no more horror", ["mute topic horror 3 7"]),
    ("I don't like politics", ["mute topic politics 3 7"]),
    ("I want fewer remixes", ["mute style remix 1 7"]),
    ("not so much food please", ["mute topic food 1 7"]),
    ("viel weniger Politik und etwas mehr Musik", ["mute topic politics 2 7", "boost topic music 1 7"]),
    ("Ich möchte keine kurzen Videos", ["mute style short 3 7"]),
    ("lots of dancing today", ["boost topic dance 3 1"]),
    ("more music cars", ["boost topic music 2 7", "boost topic vehicles 2 7"]),
    ("more music less cars", ["boost topic music 2 7", "mute topic vehicles 1 7"]),
    ("less music, cars and food for a day", ["mute topic music 1 1", "mute topic vehicles 1 1", "mute topic food 1 1"]),
    ("for one day: more music, no cars", ["boost topic music 2 1", "mute topic vehicles 3 1"]),
    ("more music, no cars for a day, for three days", ["boost topic music 2 3", "mute topic vehicles 3 1"]),
    ("no videos by @ada and @bob", ["mute author @ada 3 7", "mute author @bob 3 7"]),
    ("less videos of @ada, more with @bob", ["mute author @ada 1 7", "boost character @bob 2 7"]),
    (f"mute {OTHER}, hide {CHARACTER_ID}", [f"mute author {OTHER} 3 7", f"mute character {CHARACTER_ID} 3 7"]),
    ("landscapes more", ["boost topic nature 2 7"]),
    ("landscape videos: more", []),
    ("MÖRE dögs", ["boost topic animals 2 7"]),
]  # fmt: skip


def told(reading: Reading) -> list[str]:
    return [f"{each.effect} {each.kind} {each.value} {each.weight} {each.days}" for each in reading.wanted]


@pytest.mark.parametrize(("wish", "rules"), RULES, ids=[wish for wish, _ in RULES])
def test_what_is_understood(wish: str, rules: list[str]) -> None:
    assert told(read_wish(wish)) == rules


@pytest.mark.parametrize(
    ("wish", "ignored"),
    [
        ("more unicycles", [("more unicycles", "unknown_word")]),
        ("more black dogs with hats", [("black", "unknown_word"), ("hats", "unknown_word")]),
        ("dogs", [("dogs", "no_direction")]),
        ("no more of it", [("no more of it", "no_target")]),
        ("nothing but dogs", [("nothing", "no_target"), ("dogs", "no_direction")]),
        ("more dogs. Music", [("Music", "no_direction")]),
        ("no videos except dogs", [("no videos except dogs", "unclear")]),
        ("only dogs, music", [("only dogs", "unclear"), ("music", "no_direction")]),
        ("not less horror", [("not less horror", "unclear")]),
        ("don't hide dogs", [("don't hide dogs", "unclear")]),
        ("more dogs, fewer cats", [("more dogs", "both_directions"), ("fewer cats", "both_directions")]),
        ("more dogs for two days", [("two days", "only_1_3_or_7_days")]),
        ("no dogs for 3 months", [("3 months", "only_1_3_or_7_days")]),
        ("no dogs today for a week", [("today", "another_time_counts")]),
        ("more dogs 🐕", [("🐕", "unknown_word")]),
        ("more (dogs) - please!", []),
        ("please, more dogs, thank you", []),
    ],
)
def test_what_is_not_understood_is_told(wish: str, ignored: list[tuple[str, str]]) -> None:
    assert [(each.text, each.reason) for each in read_wish(wish).ignored] == ignored


@pytest.mark.parametrize(
    ("time", "days"),
    [
        ("today", 1), ("for a day", 1), ("for 24 hours", 1), ("for 2 days", 3), ("three days", 3), ("drei Tage", 3),
        ("for the weekend", 3), ("this week", 7), ("for 4 days", 7), ("eine Woche lang", 7), ("forever", 7), ("", 7),
    ],
)  # fmt: skip
def test_a_wish_holds_for_one_three_or_seven_days(time: str, days: int) -> None:
    [wanted] = read_wish(f"no horror {time}").wanted
    assert wanted.days == days


def test_of_a_wish_no_word_is_lost() -> None:
    """Each word of a list is either a rule's or is named."""
    words = ["dogs", "unicycles", "music", "quux", "cars"]
    reading = read_wish(f"more {', '.join(words)}")
    assert {each.text for each in reading.ignored} == {"unicycles", "quux"}
    assert [each.value for each in reading.wanted] == ["animals", "music", "vehicles"]
    assert {each.source for each in reading.wanted} == {f"more {', '.join(words)}"}


def test_the_words_are_about_all_topics_and_styles_and_mean_one_thing_each() -> None:
    targets = wish_words.TARGETS.values()
    assert {value for kind, value in targets if kind == "topic"} == set(TOPICS)
    assert {value for kind, value in targets if kind == "style"} == set(STYLES)
    others = {*wish_words.DIRECTIONS, *wish_words.FILLERS, *wish_words.TWISTS, *wish_words.TIMES, *wish_words.JOINS}
    assert not others & wish_words.TARGETS.keys()
    assert not wish_words.DIRECTIONS.keys() & (wish_words.FILLERS | wish_words.TWISTS | wish_words.JOINS)


def test_what_is_wished_in_both_directions_counts_in_none() -> None:
    assert told(read_wish("more dogs, fewer cats, more music")) == ["boost topic music 2 7"]
