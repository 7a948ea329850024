"""How for-you ranks: pure. What happened lately is worth more (forward decay, log2), authors should vary, and one
place in ten is kept for what few have seen. Every item carries the terms of its sum."""

from __future__ import annotations

import hashlib
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
    """Greedy: each place goes to the best sum, in which an author's second video weighs less than the first."""
    waiting = sorted(candidates, key=lambda candidate: candidate.video_id)
    shown: Counter[str] = Counter()
    ranked: list[Ranked] = []
    base = {candidate.video_id: _terms(candidate, now) for candidate in waiting}
    while waiting and len(ranked) < ranker.size:
        protected = (len(ranked) + 1) % ranker.protected_every == 0
        best = _best(waiting, base, shown, ranker, protected)
        terms = {**base[best.video_id], "author_repeat": float(shown[best.author_id])}
        if protected and best.fresh:
            terms["protected"] = 1.0
        ranked.append(Ranked(best.video_id, best.author_id, best.source, terms))
        shown[best.author_id] += 1
        waiting.remove(best)
    return ranked


def _best(
    waiting: Sequence[Candidate],
    base: dict[str, dict[str, float]],
    shown: Counter[str],
    ranker: Ranker,
    protected: bool,
) -> Candidate:
    def score(candidate: Candidate) -> float:
        weights = ranker.weights
        fixed = sum(weights[name] * value for name, value in base[candidate.video_id].items())
        return fixed + weights["author_repeat"] * shown[candidate.author_id]

    fresh = [candidate for candidate in waiting if candidate.fresh] if protected else []
    return max(fresh or waiting, key=score)


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
