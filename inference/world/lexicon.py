"""Index from a phrase (tuple of lower-case tokens) to its meanings, with plurals and inflections made by rule."""

from __future__ import annotations

import re
from typing import NamedTuple

from inference.world import vocabulary as v
from inference.world.words.function import NUMBERS

LONGEST = 4


class Meaning(NamedTuple):
    kind: str  # a key of `reading._HANDLERS`
    value: str
    key: str = ""  # of a choice: the look key; of an inflected verb: the word it comes from
    plural: bool = False


def tokens_of(phrase: str) -> tuple[str, ...]:
    return tuple(re.split(r"[-\s_]+", phrase))


def plurals(noun: str) -> tuple[str, ...]:
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return (noun + "es",)
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return (noun[:-1] + "ies",)
    if noun.endswith("fe") and not noun.endswith("ffe"):
        return (noun[:-2] + "ves",)
    if noun.endswith("man") and noun not in {"human"}:
        return (noun[:-3] + "men",)
    return (noun + "s", noun + "es") if noun.endswith("o") else (noun + "s",)


def inflections(verb: str) -> tuple[str, ...]:
    forms = [*plurals(verb)]
    stem = verb
    if verb.endswith("e") and not verb.endswith("ee"):
        stem = verb[:-1]
    elif re.fullmatch(r"[a-z]*[^aeiou][aeiou][bdgmnprt]", verb) and verb not in _SINGLE_CONSONANT:
        stem = verb + verb[-1]
    past = verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeiou" else stem + "ed"
    return (*forms, stem + "ing", past)


_SINGLE_CONSONANT = frozenset(
    {
        "wander",
        "shiver",
        "whisper",
        "answer",
        "flutter",
        "hover",
        "quiver",
        "gallop",
        "blossom",
        "tumble",
        "slither",
        "clamber",
        "ponder",
        "wonder",
        "scamper",
    }
)
# Listed words that are plural already, or have no plural of their own.
_PLURALS = frozenset(
    """mice wolves children people cacti cactuses octopi octopuses bunnies foxes cattle books hearts balloons lanterns
    whales dragons butterflies bikes snowmen daisies lilies poppies couple""".split()  # noqa: SIM905 - a word list
)
_MASS_NOUNS = frozenset({"sheep", "fish", "deer", "bison", "trout", "salmon", "squid", "bass", "shrimp", "geese"})


class _Index:
    def __init__(self) -> None:
        self.phrases: dict[tuple[str, ...], list[Meaning]] = {}

    def add(self, phrase: str, meaning: Meaning) -> None:
        meanings = self.phrases.setdefault(tokens_of(phrase), [])
        if not any(m.kind == meaning.kind for m in meanings):
            meanings.append(meaning)

    def noun(self, word: str, kind: str, value: str) -> None:
        self.add(word, Meaning(kind, value, word, word in _PLURALS))
        if word not in _PLURALS | _MASS_NOUNS:
            for plural in plurals(word):
                self.add(plural, Meaning(kind, value, word, True))

    def words(self, kind: str, table: dict[str, tuple[str, ...]], skip: frozenset[str] = frozenset()) -> None:
        for name, words in table.items():
            for word in (name, *words):
                if word not in skip:
                    self.add(word, Meaning(kind, name, word))


def _nouns(index: _Index) -> None:
    for name, subject in v.SUBJECTS.items():
        for word in (name, *subject.words):
            index.noun(word, "subject", name)
    for name, (_, words) in v.GENERIC.items():
        for word in (name, *words):
            index.noun(word, "generic", name)
    for word, action in v.DOERS.items():
        index.noun(word, "doer", action)
    for word, name in v.KINDS.items():
        index.noun(word, "subject" if name in v.SUBJECTS else "generic", name)


def _verbs(index: _Index) -> None:
    for name, words in v.ACTIONS.items():
        for word in (name, *words):
            forms = () if "-" in word else inflections(word)
            for form in (word, *forms, *v.IRREGULAR.get(word, ())):
                index.add(form, Meaning("action", name, word))
    for kind in ("chases", "follows", "holds"):
        for word in (kind, *v.RELATIONS[kind]):
            index.add(word, Meaning("relation", kind, word))


def _looks(index: _Index) -> None:
    index.words("colour", v.COLOUR_WORDS, skip=frozenset({"sky"}))
    for key, values in v.CHOICES.items():
        for value, words in values.items():
            for word in (value, *words):
                index.add(word, Meaning("choice", value, key))
    index.words("worn", v.WORN)
    for word, part in v.PART_WORDS.items():
        index.add(word, Meaning("part", part, word))
    for word in v.SIZES:
        index.add(word, Meaning("size", word, word))


def _build() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    index = _Index()
    _nouns(index)
    _looks(index)
    for kind, table in (
        ("place", v.PLACES),
        ("weather", v.WEATHERS),
        ("time", v.TIMES),
        ("camera", v.CAMERAS),
        ("mood", v.MOODS),
        ("manner", v.MANNERS),
    ):
        index.words(kind, table, skip=frozenset({"still"}))
    _verbs(index)
    for word in NUMBERS:
        index.add(word, Meaning("count", word, word))
    return {phrase: tuple(meanings) for phrase, meanings in index.phrases.items()}


INDEX = _build()
