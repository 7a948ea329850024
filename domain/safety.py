"""What prompts are about, and which ones nobody may have made into a video. The rules are data, a versioned ruleset;
here is what they mean. The same prompts give the same answer under the same ruleset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from domain.words import Word, words

# What the rules of a character's consent can be about.
TOPICS: Final = (
    "politics", "violence", "weapons", "sexual", "nudity", "drugs", "alcohol", "gambling", "religion", "medical",
    "advertising", "hate", "self_harm", "crime", "horror",
)  # fmt: skip


class Screening(msgspec.Struct, frozen=True):
    """What a look at a whole chain of prompts found. `topics` are from the closed list of the ruleset, and count for
    the consent of characters; `blocked_by` is the id of the rule that forbids it, `message` says what to change."""

    ruleset: str
    topics: frozenset[str]
    blocked_by: str | None = None
    message: str = ""


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words and phrases that stand for one thing. "poison*" is the beginning of a word. Where a phrase of `unless`
    stands, its words mean something else ("killer whale"); anywhere else they count."""

    words: tuple[str, ...]
    unless: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Forbids a chain of prompts in which all of the terms `all` occur and, if there are any, one of `any`.
    `message` tells the user what to change, `policy` is what a moderator would rest the same decision on."""

    id: str
    policy: str
    message: str
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()


class Ruleset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A released version never changes: a change is the next version."""

    version: str
    terms: dict[str, Terms]
    topics: dict[str, tuple[str, ...]]  # topic -> terms of which one must occur
    rules: tuple[Rule, ...]


class RulesetError(Exception):
    """One sentence that tells who wrote the ruleset what to correct."""


class Judge:
    """A ruleset, ready to be applied. Raises `RulesetError` for one that cannot mean what it says."""

    def __init__(self, ruleset: Ruleset) -> None:
        _check(ruleset)
        self._ruleset = ruleset
        self._terms = _Phrases((phrase, name) for name, terms in ruleset.terms.items() for phrase in terms.words)
        self._unless = _Phrases((phrase, name) for name, terms in ruleset.terms.items() for phrase in terms.unless)

    def screen(self, prompts: Sequence[str]) -> Screening:
        """Looks at the prompts, oldest first, as one text: what is split over them counts together."""
        found = self._found([word for prompt in prompts for word in words(prompt)])
        topics = frozenset(topic for topic, terms in self._ruleset.topics.items() if not found.isdisjoint(terms))
        rule = next((rule for rule in self._ruleset.rules if _holds(rule, found)), None)
        if rule is None:
            return Screening(self._ruleset.version, topics)
        return Screening(self._ruleset.version, topics, rule.id, rule.message)

    def _found(self, text: Sequence[Word]) -> set[str]:
        excused: dict[str, set[int]] = defaultdict(set)
        for name, places in self._unless.occurrences(text):
            excused[name].update(places)
        found: set[str] = set()
        for name, places in self._terms.occurrences(text):
            if name not in found and excused[name].isdisjoint(places):
                found.add(name)
        return found


def _holds(rule: Rule, found: Collection[str]) -> bool:
    return all(name in found for name in rule.all) and (not rule.any or any(name in found for name in rule.any))


class _Phrases:
    """Finds phrases in a text in one pass: they are looked up by their first word, or by its beginning."""

    def __init__(self, phrases: Iterator[tuple[str, str]]) -> None:
        self._by_word: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
        self._by_beginning: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
        for phrase, name in phrases:
            first, *rest = phrase.split()
            index = self._by_beginning if first.endswith("*") else self._by_word
            index[first.rstrip("*")].append((rest, name))
        self._lengths = sorted({len(beginning) for beginning in self._by_beginning})
        self._starting = lru_cache(maxsize=20_000)(self._starting_with)

    def occurrences(self, text: Sequence[Word]) -> Iterator[tuple[str, range]]:
        """Of which terms a phrase occurs, and at which places."""
        for at, word in enumerate(text):
            for rest, name in self._starting(word):
                end = at + 1 + len(rest)
                if end <= len(text) and all(map(_fits, rest, text[at + 1 : end])):
                    yield name, range(at, end)

    def _starting_with(self, word: Word) -> tuple[tuple[list[str], str], ...]:
        found: list[tuple[list[str], str]] = []
        for meant in word:
            found += self._by_word.get(meant, ())
            for length in self._lengths:
                found += self._by_beginning.get(meant[:length], ()) if length <= len(meant) else ()
        return tuple(found)


def _fits(pattern: str, word: Word) -> bool:
    if pattern.endswith("*"):
        return any(meant.startswith(pattern[:-1]) for meant in word)
    return pattern in word


def _check(ruleset: Ruleset) -> None:
    if sorted(ruleset.topics) != sorted(TOPICS):
        raise RulesetError(f"The topics of a ruleset are exactly {', '.join(TOPICS)}.")
    ids = [rule.id for rule in ruleset.rules]
    if len(set(ids)) != len(ids):
        raise RulesetError("Two rules have the same id.")
    named = {name for terms in ruleset.topics.values() for name in terms}
    named |= {name for rule in ruleset.rules for name in (*rule.all, *rule.any)}
    if unknown := sorted(named - ruleset.terms.keys()):
        raise RulesetError(f"Topics or rules name terms that the ruleset does not have: {', '.join(unknown)}.")
    for rule in ruleset.rules:
        if not (rule.all or rule.any) or not rule.message:
            raise RulesetError(f"Rule {rule.id} needs terms and a message.")
    for terms in ruleset.terms.values():
        for phrase in (*terms.words, *terms.unless):
            _check_phrase(phrase)


def _check_phrase(phrase: str) -> None:
    """A phrase that the text can never hold would be a rule that never holds."""
    read = " ".join(word[0] for word in words(phrase))
    if not read or read != phrase.replace("*", ""):
        raise RulesetError(f"The phrase {phrase!r} cannot occur in a text: write it as {read!r}.")
