"""Two rankers over the same past candidates: how alike they are, and whose places were worth more. Pure.

Team draft: both rank, then take turns in choosing their best video that is not chosen yet; who begins a turn is decided
by a die. What was later liked or seen counts for the team that chose it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from projections.feed.ranker import Ranked, Ranker, rank
from projections.feed.sessions import Session

TOP: Final = 20


class Later(msgspec.Struct, frozen=True):
    """What the account did with a session's videos afterwards."""

    liked: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


class Side(msgspec.Struct, frozen=True):
    """Of one ranker, in one session or on average. Shares are of its first `TOP` places. `liked` and `seen`: of what
    happened later, how many its team had chosen; `sooner`: how many of the liked it placed above the other."""

    protected: float = 0.0
    authors: float = 0.0
    liked: int = 0
    seen: int = 0
    sooner: int = 0


class Comparison(msgspec.Struct, frozen=True):
    """`overlap`: the share of the first `TOP` places that both have; `correlation`: Kendall's tau of the order of what
    both have ranked, 1 the same, -1 the reverse; `liked` and `seen`: which ranker would have placed what was liked or
    seen later first, "a", "b" or "both"."""

    session: str
    overlap: float
    correlation: float
    a: Side
    b: Side
    liked: dict[str, str]
    seen: dict[str, str]


class Summary(msgspec.Struct, frozen=True):
    sessions: int
    overlap: float
    correlation: float
    a: Side
    b: Side
    wins: dict[str, int]  # sessions by whose team got more likes


def compare(session: Session, a: Ranker, b: Ranker, later: Later, seed: int) -> Comparison:
    one, other = (rank(session.candidates, ranker, session.created_at, session.rules) for ranker in (a, b))
    teams = draft([each.video_id for each in one], [each.video_id for each in other], f"{seed} {session.id}")
    above, below = _places(one), _places(other)
    liked, seen = (
        {id_: _first(above.get(id_), below.get(id_)) for id_ in sorted(ids)} for ids in (later.liked, later.seen)
    )
    return Comparison(
        session=session.id,
        overlap=overlap(list(above)[:TOP], list(below)[:TOP]),
        correlation=correlation([above[id_] for id_ in below if id_ in above]),
        a=_side(one, teams[0], later, liked, "a"),
        b=_side(other, teams[1], later, liked, "b"),
        liked=liked,
        seen=seen,
    )


def summarise(found: Sequence[Comparison]) -> Summary:
    wins = {"a": 0, "b": 0, "tie": 0}
    for each in found:
        wins["a" if each.a.liked > each.b.liked else "b" if each.b.liked > each.a.liked else "tie"] += 1
    return Summary(
        sessions=len(found),
        overlap=_mean([each.overlap for each in found]),
        correlation=_mean([each.correlation for each in found]),
        a=_total([each.a for each in found]),
        b=_total([each.b for each in found]),
        wins=wins,
    )


def draft(one: Sequence[str], other: Sequence[str], seed: str, most: int = TOP) -> tuple[list[str], list[str]]:
    """What each of two teams has chosen, until they have so many together. The same seed, the same teams."""
    dice = random.Random(seed)  # noqa: S311 (repeated on purpose)
    teams: tuple[list[str], list[str]] = ([], [])
    left = (list(reversed(one)), list(reversed(other)))
    chosen: set[str] = set()
    while len(chosen) < most and (left[0] or left[1]):
        for turn in dice.sample((0, 1), 2):
            while left[turn] and left[turn][-1] in chosen:
                left[turn].pop()
            if left[turn] and len(chosen) < most:
                teams[turn].append(left[turn].pop())
                chosen.add(teams[turn][-1])
    return teams


def overlap(one: Collection[str], other: Collection[str]) -> float:
    most = max(len(one), len(other))
    return len(set(one) & set(other)) / most if most else 1.0


def correlation(places: Sequence[int]) -> float:
    """Kendall's tau of places without ties, in the order in which the other ranker has them."""
    pairs = len(places) * (len(places) - 1) // 2
    return 1.0 - 2.0 * _inversions(list(places))[0] / pairs if pairs else 1.0


def _inversions(places: list[int]) -> tuple[int, list[int]]:
    """How many pairs are in the wrong order, and the places sorted."""
    if len(places) < 2:
        return 0, places
    middle = len(places) // 2
    low, left = _inversions(places[:middle])
    high, right = _inversions(places[middle:])
    count, merged, at = low + high, [], 0
    for place in left:
        while at < len(right) and right[at] < place:
            merged.append(right[at])
            at += 1
        merged.append(place)
        count += at
    return count, merged + right[at:]


def _places(ranked: Sequence[Ranked]) -> dict[str, int]:
    return {each.video_id: place for place, each in enumerate(ranked)}


def _first(above: int | None, below: int | None) -> str:
    if above == below:
        return "both"
    return "b" if above is None or (below is not None and below < above) else "a"


def _side(ranked: Sequence[Ranked], team: Collection[str], later: Later, liked: dict[str, str], name: str) -> Side:
    top = ranked[:TOP]
    return Side(
        protected=sum(each.terms.get("protected", 0.0) for each in top) / len(top) if top else 0.0,
        authors=len({each.author_id for each in top}) / len(top) if top else 0.0,
        liked=len(later.liked & set(team)),
        seen=len(later.seen & set(team)),
        sooner=sum(whose == name for whose in liked.values()),
    )


def _total(sides: Sequence[Side]) -> Side:
    return Side(
        protected=_mean([side.protected for side in sides]),
        authors=_mean([side.authors for side in sides]),
        liked=sum(side.liked for side in sides),
        seen=sum(side.seen for side in sides),
        sooner=sum(side.sooner for side in sides),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
