"""How for-you ranks: pure. What happened lately is worth more (forward decay, log2); what the account likes, follows
and wishes comes sooner; authors, families and characters should vary; and one place in ten is kept for what few have
seen. Every item carries the terms of its sum, exactly as they ranked it."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from domain.policy import RankerParameters
from domain.steering import HIDES, Rule

# The stored score `hot` is log2 of the sum of all weights, each worth half as much for every half-life before the
# era's zero it lies: order never changes as time goes by. These are built into the read model's version.
ERA_HOUR: Final = 490_896  # 2026-01-01T00Z in hours since 1970
HALF_LIFE_HOURS: Final = 12.0
PUBLISHED: Final = 1
LIKED: Final = 1
REMIXED: Final = 3
AGAIN: Final = "again"

TERMS: Final = {
    "hot": "How much it was liked and remixed by others lately, in bits: 0 is a video published this hour that nobody "
    "has liked; +1 is twice as much, -1 half as much or 12 hours older.",
    "follow": "1 for a video of somebody whom you follow.",
    "fresh": "1 for a young video that few people were shown.",
    "affinity": "From 0 to 1: how many of your last likes went to the characters and topics of the video.",
    "steering": "What your own rules for the feed say: their weights, those of what you want less subtracted.",
    "author_repeat": "How many videos of the same author stand above it.",
    "family_repeat": "How many remixes of the same original stand above it.",
    "character_repeat": "How many videos with the same character stand above it.",
    "protected": "1 marks a place that is kept for fresh videos, which the sum did not decide.",
}
REPEATS: Final = ("author_repeat", "family_repeat", "character_repeat")


class Ranker(msgspec.Struct, frozen=True, kw_only=True):
    """`score = sum(terms[name] * weights[name])`, by the terms above; a term that is missing is 0. `version` counts
    what operators have decided; 0 is the ranker that comes with the software."""

    ranker: str
    version: int
    weights: dict[str, float]
    parameters: RankerParameters = RankerParameters()


RANKER: Final = Ranker(
    ranker="built-in-2",
    version=0,
    weights={
        "hot": 1.0,
        "follow": 2.0,
        "fresh": 0.5,
        "affinity": 2.0,
        "steering": 1.0,
        "author_repeat": -1.5,
        "family_repeat": -1.0,
        "character_repeat": -0.5,
        "protected": 0.0,
    },
)


class Candidate(msgspec.Struct, frozen=True, array_like=True):
    """What ranking knows of a video, as it was when the page was drawn."""

    video_id: str
    author_id: str
    family: str
    characters: tuple[str, ...]
    topics: tuple[str, ...]
    styles: tuple[str, ...]
    source: str  # follow | hot | fresh | affinity | steering | again (came before: only when there is little else)
    hot: float
    followed: bool
    fresh: bool
    affinity: float


class Ranked(msgspec.Struct, frozen=True):
    video_id: str
    author_id: str
    source: str
    terms: dict[str, float]


def rank(candidates: Sequence[Candidate], ranker: Ranker, at: datetime, rules: Sequence[Rule] = ()) -> list[Ranked]:
    """What came before stands behind all that is new."""
    wanted = [each for each in candidates if not is_hidden(each, rules)]
    new = _greedy([each for each in wanted if each.source != AGAIN], ranker, at, rules)
    return new + _greedy([each for each in wanted if each.source == AGAIN], ranker, at, rules)


def is_hidden(candidate: Candidate, rules: Iterable[Rule]) -> bool:
    return any(rule.effect == "mute" and rule.weight >= HIDES and _is_about(rule, candidate) for rule in rules)


def bits_of(at: datetime) -> float:
    """The stored score of a video that was published in the hour of `at` and never liked."""
    return (int(at.timestamp()) // 3600 - ERA_HOUR) / HALF_LIFE_HOURS


def digest(ranked: Sequence[Ranked], *follows_from: object) -> str:
    """Names in order: a table does not keep that in which they were written."""
    return hashlib.sha256(msgspec.json.encode((follows_from, ranked), order="deterministic")).hexdigest()


def _greedy(candidates: Sequence[Candidate], ranker: Ranker, at: datetime, rules: Sequence[Rule]) -> list[Ranked]:
    """Each place goes to the best sum, in which a repeat weighs less than the first of its kind."""
    waiting = _Waiting(candidates, ranker, at, rules)
    ranked: list[Ranked] = []
    while len(ranked) < min(len(candidates), ranker.parameters.size):
        protected = (len(ranked) + 1) % ranker.parameters.protected_every == 0
        ranked.append((waiting.take_fresh() if protected else None) or waiting.take())
    return ranked


_Entry = tuple[float, int, Candidate]  # the sum that it had, negative; which of equal sums is first


class _Waiting:
    """Two heaps by sum, of all and of the fresh ones. Repeats only ever lower a sum, so that the first entry whose sum
    is still the one that it had is the best of all."""

    def __init__(self, candidates: Sequence[Candidate], ranker: Ranker, at: datetime, rules: Sequence[Rule]) -> None:
        now = bits_of(at)
        self._terms = {each.video_id: _terms(each, now, rules) for each in candidates}
        # Of equal sums the newest first: ids grow with time.
        newest_first = sorted(candidates, key=_id, reverse=True)
        self._base = [_sum(self._terms[each.video_id], ranker.weights) for each in newest_first]
        self._repeats = _Repeats(ranker)
        self._taken: set[int] = set()
        self._all = [
            (-base, turn, each) for turn, (base, each) in enumerate(zip(self._base, newest_first, strict=True))
        ]
        self._fresh = [entry for entry in self._all if entry[2].fresh]
        heapq.heapify(self._all)
        heapq.heapify(self._fresh)

    def take(self) -> Ranked:
        best = self._best(self._all)
        assert best is not None
        return self._place(best, {})

    def take_fresh(self) -> Ranked | None:
        best = self._best(self._fresh)
        return self._place(best, {"protected": 1.0}) if best else None

    def _best(self, heap: list[_Entry]) -> Candidate | None:
        """The loop in which a page spends its time: about twenty looks for each place."""
        base, taken, worth = self._base, self._taken, self._repeats.worth
        while heap:
            was, turn, candidate = heap[0]
            if turn in taken:
                heapq.heappop(heap)
                continue
            now = -(base[turn] + worth(candidate))
            if was == now:
                taken.add(turn)
                return candidate
            heapq.heapreplace(heap, (now, turn, candidate))
        return None

    def _place(self, candidate: Candidate, more: dict[str, float]) -> Ranked:
        terms = {**self._terms[candidate.video_id], **self._repeats.terms(candidate), **more}
        self._repeats.add(candidate)
        return Ranked(candidate.video_id, candidate.author_id, candidate.source, terms)


class _Repeats:
    """What stands above, and what that costs."""

    def __init__(self, ranker: Ranker) -> None:
        self._authors: dict[str, int] = {}
        self._families: dict[str, int] = {}
        self._characters: dict[str, int] = {}
        parameters, most = ranker.parameters, ranker.parameters.size + 1
        decays = (parameters.author_decay, parameters.family_decay, parameters.character_decay)
        self._values = [_repeated(most, decay) for decay in decays]
        weights = [ranker.weights.get(name, 0.0) for name in REPEATS]
        self._worths = [
            [weight * value for value in values] for weight, values in zip(weights, self._values, strict=True)
        ]

    def add(self, candidate: Candidate) -> None:
        self._authors[candidate.author_id] = self._authors.get(candidate.author_id, 0) + 1
        self._families[candidate.family] = self._families.get(candidate.family, 0) + 1
        for character in candidate.characters:
            self._characters[character] = self._characters.get(character, 0) + 1

    def worth(self, candidate: Candidate) -> float:
        authors, families, characters = self._worths
        worth = authors[self._authors.get(candidate.author_id, 0)] + families[self._families.get(candidate.family, 0)]
        return worth + characters[self._most(candidate)] if candidate.characters else worth

    def terms(self, candidate: Candidate) -> dict[str, float]:
        times = (
            self._authors.get(candidate.author_id, 0),
            self._families.get(candidate.family, 0),
            self._most(candidate),
        )
        return {name: values[count] for name, values, count in zip(REPEATS, self._values, times, strict=True) if count}

    def _most(self, candidate: Candidate) -> int:
        """How often the most frequent of its characters stands above."""
        most = 0
        for character in candidate.characters:
            if (times := self._characters.get(character, 0)) > most:
                most = times
        return most


def _id(candidate: Candidate) -> str:
    return candidate.video_id


def _repeated(most: int, decay: float) -> list[float]:
    """By how often: 1 + decay + decay squared and so on; without a power, whose last bit is the machine's own."""
    values = [0.0]
    for _ in range(most):
        values.append(values[-1] * decay + 1.0)
    return values


def _terms(candidate: Candidate, now: float, rules: Sequence[Rule]) -> dict[str, float]:
    """Those that are not 0, and `hot`."""
    terms = {"hot": candidate.hot - now}
    if candidate.followed:
        terms["follow"] = 1.0
    if candidate.fresh:
        terms["fresh"] = 1.0
    if candidate.affinity:
        terms["affinity"] = candidate.affinity
    if rules and (steering := sum(_worth(rule) for rule in rules if _is_about(rule, candidate))):
        terms["steering"] = float(steering)
    return terms


def _sum(terms: dict[str, float], weights: dict[str, float]) -> float:
    total = 0.0
    for name, value in terms.items():
        total += weights.get(name, 0.0) * value
    return total


def _worth(rule: Rule) -> int:
    return rule.weight if rule.effect == "boost" else -rule.weight


def _is_about(rule: Rule, candidate: Candidate) -> bool:
    match rule.kind:
        case "author":
            return rule.value == candidate.author_id
        case "character":
            return rule.value in candidate.characters
        case "topic":
            return rule.value in candidate.topics
        case "style":
            return rule.value in candidate.styles
