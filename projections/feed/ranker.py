"""How for-you ranks: pure. What happened lately is worth more (forward decay, log2), authors should vary, and one
place in ten is kept for what few have seen. Every item carries the terms of its sum."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

# The stored score `hot` is log2 of the sum of all weights, each worth half as much for every half-life before the
# era's zero it lies: order never changes as time goes by. These are built into the read model's version.
ERA_HOUR: Final = 490_896  # 2026-01-01T00Z in hours since 1970
HALF_LIFE_HOURS: Final = 12.0
PUBLISHED: Final = 1
LIKED: Final = 1
REMIXED: Final = 3


class Ranker(msgspec.Struct, frozen=True, kw_only=True):
    """`score = sum(terms[name] * weights[name])`. Terms: `hot`, in bits: 0 is a video published this hour that nobody
    has liked, +1 twice as much, -1 half as much or 12 hours old; `follow`, `fresh`: 1 or 0; `author_repeat`: how many
    of the author's videos stand above. `protected` = 1 marks the place in ten that the sum did not decide."""

    version: str
    weights: dict[str, float]
    fresh_below: int  # accounts served
    protected_every: int
    follow_limit: int
    hot_limit: int
    fresh_limit: int
    size: int


RANKER: Final = Ranker(
    version="for-you-1",
    weights={"hot": 1.0, "follow": 2.0, "fresh": 0.5, "author_repeat": -1.5, "protected": 0.0},
    fresh_below=100,
    protected_every=10,
    follow_limit=150,
    hot_limit=200,
    fresh_limit=50,
    size=250,
)


class Candidate(msgspec.Struct, frozen=True):
    video_id: str
    author_id: str
    source: str  # follow | hot | fresh | again (was served before: only when there is little else)
    hot: float
    followed: bool
    fresh: bool


class Ranked(msgspec.Struct, frozen=True):
    video_id: str
    author_id: str
    source: str
    terms: dict[str, float]


def rank(candidates: Sequence[Candidate], ranker: Ranker, now: datetime) -> list[Ranked]:
    """Greedy: each place goes to the best sum, in which an author's next video weighs less than the one before."""
    waiting = _Waiting(candidates, ranker, now)
    ranked: list[Ranked] = []
    while len(ranked) < min(len(candidates), ranker.size):
        protected = (len(ranked) + 1) % ranker.protected_every == 0
        ranked.append((waiting.take_fresh() if protected else None) or waiting.take())
    return ranked


class _Waiting:
    """Candidates by author, best first, and a heap of the sums of each author's best. A sum in the heap is out of date
    once another video of its author was taken: then it is computed anew when it comes up."""

    def __init__(self, candidates: Sequence[Candidate], ranker: Ranker, now: datetime) -> None:
        self._weights = ranker.weights
        self._terms = {candidate.video_id: _terms(candidate, now) for candidate in candidates}
        self._base = {id_: self._sum(terms) for id_, terms in self._terms.items()}
        self._by_author: dict[str, list[Candidate]] = {}
        for candidate in sorted(candidates, key=lambda each: (self._base[each.video_id], each.video_id)):
            self._by_author.setdefault(candidate.author_id, []).append(candidate)
        # Of equal sums the newest first: ids grow with time.
        newest_first = sorted(self._terms, reverse=True)
        self._turn = {id_: turn for turn, id_ in enumerate(newest_first)}
        self._shown: Counter[str] = Counter()
        self._heap = [self._entry(author) for author in sorted(self._by_author)]
        heapq.heapify(self._heap)

    def take(self) -> Ranked:
        while True:
            entry = heapq.heappop(self._heap)
            author = entry[2]
            if not self._by_author[author]:
                continue
            if entry == self._entry(author):
                break
            heapq.heappush(self._heap, self._entry(author))
        taken = self._take(self._by_author[author].pop(), {})
        if self._by_author[author]:
            heapq.heappush(self._heap, self._entry(author))
        return taken

    def take_fresh(self) -> Ranked | None:
        fresh = [each for candidates in self._by_author.values() for each in candidates if each.fresh]
        if not fresh:
            return None
        best = max(fresh, key=lambda each: (self._score(each), each.video_id))
        self._by_author[best.author_id].remove(best)
        return self._take(best, {"protected": 1.0})

    def _take(self, candidate: Candidate, more: dict[str, float]) -> Ranked:
        author = candidate.author_id
        terms = {**self._terms[candidate.video_id], "author_repeat": float(self._shown[author]), **more}
        self._shown[author] += 1
        return Ranked(candidate.video_id, author, candidate.source, terms)

    def _entry(self, author: str) -> tuple[float, int, str]:
        best = self._by_author[author][-1]
        return -self._score(best), self._turn[best.video_id], author

    def _score(self, candidate: Candidate) -> float:
        return self._base[candidate.video_id] + self._weights["author_repeat"] * self._shown[candidate.author_id]

    def _sum(self, terms: dict[str, float]) -> float:
        return sum(self._weights[name] * value for name, value in terms.items())


def _terms(candidate: Candidate, now: datetime) -> dict[str, float]:
    return {
        "hot": round(candidate.hot - bits_of(now), 3),
        "follow": float(candidate.followed),
        "fresh": float(candidate.fresh),
    }


def bits_of(at: datetime) -> float:
    """The stored score of a video that was published in the hour of `at` and never liked."""
    return (int(at.timestamp()) // 3600 - ERA_HOUR) / HALF_LIFE_HOURS


def digest(ranked: Sequence[Ranked]) -> str:
    return hashlib.sha256(msgspec.json.encode(ranked)).hexdigest()
