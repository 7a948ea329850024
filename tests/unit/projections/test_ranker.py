"""For-you: what comes first, and that every place can be computed from its terms."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from projections.feed.ranker import RANKER, Candidate, Ranked, bits_of, digest, rank

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
FRESH_HOUR = bits_of(NOW)


def candidate(id_: str, author: str, bits: float = 0.0, *, followed: bool = False, fresh: bool = False) -> Candidate:
    return Candidate(id_, author, "hot", FRESH_HOUR + bits, followed, fresh)


def ids(ranked: list[Ranked]) -> list[str]:
    return [each.video_id for each in ranked]


def score(ranked: Ranked) -> float:
    return sum(RANKER.weights[name] * value for name, value in ranked.terms.items())


def test_hotter_comes_first() -> None:
    assert ids(rank([candidate("a", "x", 1), candidate("b", "y", 3)], RANKER, NOW)) == ["b", "a"]


def test_followed_authors_come_sooner() -> None:
    found = rank([candidate("a", "x", 1), candidate("b", "y", 0, followed=True)], RANKER, NOW)
    assert ids(found) == ["b", "a"]
    assert found[0].terms == {"hot": 0.0, "follow": 1.0, "fresh": 0.0, "author_repeat": 0.0}


def test_an_author_does_not_fill_the_page() -> None:
    same = [candidate(f"a{n}", "x", 5 - n / 10) for n in range(3)]
    other = candidate("b", "y", 4)
    assert ids(rank([*same, other], RANKER, NOW)) == ["a0", "b", "a1", "a2"]


def test_half_the_worth_every_half_life() -> None:
    assert bits_of(NOW) - bits_of(NOW - timedelta(hours=12)) == pytest.approx(1.0)


def test_one_place_in_ten_is_for_what_few_have_seen() -> None:
    old = [candidate(f"old{n:02}", f"x{n}", 50) for n in range(20)]
    new = [candidate(f"new{n}", f"y{n}", -50, fresh=True) for n in range(3)]
    found = rank([*old, *new], RANKER, NOW)
    assert [place for place, each in enumerate(found, 1) if each.terms.get("protected")] == [10, 20]
    assert {found[9].video_id, found[19].video_id} < {each.video_id for each in new}
    assert ids(found)[-1].startswith("new")


def test_greedy_in_the_plain_way_gives_the_same() -> None:
    for seed in range(30):
        dice = random.Random(seed)
        some = [
            candidate(
                f"v{n}", f"a{dice.randrange(5)}", dice.uniform(-9, 9), followed=dice.random() < 0.2,
                fresh=dice.random() < 0.3,
            )
            for n in range(60)
        ]  # fmt: skip
        assert ids(rank(some, RANKER, NOW)) == plainly(some)
        dice.shuffle(some)
        assert ids(rank(some, RANKER, NOW)) == plainly(some)


def plainly(candidates: list[Candidate]) -> list[str]:
    waiting, places, shown = list(candidates), [], dict.fromkeys((each.author_id for each in candidates), 0)
    weights = RANKER.weights

    def sum_of(each: Candidate) -> tuple[float, str]:
        terms = weights["hot"] * round(each.hot - FRESH_HOUR, 3) + weights["follow"] * each.followed
        return terms + weights["fresh"] * each.fresh + weights["author_repeat"] * shown[each.author_id], each.video_id

    while waiting:
        fresh = [each for each in waiting if each.fresh] if (len(places) + 1) % RANKER.protected_every == 0 else []
        best = max(fresh or waiting, key=sum_of)
        waiting.remove(best)
        shown[best.author_id] += 1
        places.append(best.video_id)
    return places


def test_outside_the_protected_places_sums_never_rise() -> None:
    dice = random.Random(5)
    some = [candidate(f"v{n}", f"a{n % 7}", dice.uniform(-9, 9)) for n in range(80)]
    sums = [score(each) for each in rank(some, RANKER, NOW)]
    assert sums == sorted(sums, reverse=True)


def test_the_ranking_is_bounded_and_has_a_digest() -> None:
    found = rank([candidate(f"v{n}", f"a{n}") for n in range(400)], RANKER, NOW)
    assert len(found) == RANKER.size
    assert digest(found) != digest(found[:-1])
    assert rank([], RANKER, NOW) == []
