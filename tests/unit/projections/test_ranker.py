"""For-you: what comes first, and that every place can be computed from its terms."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.policy import RankerParameters
from domain.steering import Rule
from projections.feed.ranker import RANKER, Candidate, Ranked, bits_of, digest, rank

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
FRESH_HOUR = bits_of(NOW)


def candidate(
    id_: str, author: str, bits: float = 0.0, *, followed: bool = False, fresh: bool = False, **more: Any
) -> Candidate:
    known: dict[str, Any] = {
        "family": id_, "characters": (), "topics": (), "styles": (), "source": "hot", "affinity": 0.0,
    }  # fmt: skip
    return Candidate(
        video_id=id_, author_id=author, hot=FRESH_HOUR + bits, followed=followed, fresh=fresh, **{**known, **more}
    )


def rule(effect: Any, kind: Any, value: str, weight: int = 1) -> Rule:
    return Rule("rule_1", effect, kind, value, weight, None)


def ids(ranked: list[Ranked]) -> list[str]:
    return [each.video_id for each in ranked]


def score(ranked: Ranked) -> float:
    return sum(RANKER.weights[name] * value for name, value in ranked.terms.items())


def places(*candidates: Candidate, **parameters: Any) -> list[str]:
    ranker = msgspec.structs.replace(RANKER, parameters=RankerParameters(**parameters))
    return ids(rank(candidates, ranker, NOW))


def test_hotter_comes_first() -> None:
    assert ids(rank([candidate("a", "x", 1), candidate("b", "y", 3)], RANKER, NOW)) == ["b", "a"]


def test_followed_authors_come_sooner() -> None:
    found = rank([candidate("a", "x", 1), candidate("b", "y", 0, followed=True)], RANKER, NOW)
    assert ids(found) == ["b", "a"]
    assert found[0].terms == {"hot": 0.0, "follow": 1.0}


def test_an_author_does_not_fill_the_page() -> None:
    same = [candidate(f"a{n}", "x", 5 - n / 10) for n in range(3)]
    other = candidate("b", "y", 4)
    assert ids(rank([*same, other], RANKER, NOW)) == ["a0", "b", "a1", "a2"]


def test_a_family_and_a_character_do_not_fill_the_page_either() -> None:
    kin = [candidate(f"a{n}", f"x{n}", 5 - n / 10, family="a0") for n in range(3)]
    assert places(*kin, candidate("b", "y", 4)) == ["a0", "b", "a1", "a2"]
    cast = [candidate(f"c{n}", f"x{n}", 5 - n / 10, characters=("rex",)) for n in range(3)]
    assert places(*cast, candidate("b", "y", 4.5)) == ["c0", "b", "c1", "c2"]


def test_repeats_may_wear_off() -> None:
    same = [candidate(f"a{n}", "x", 9) for n in range(4)]
    found = rank(same, msgspec.structs.replace(RANKER, parameters=RankerParameters(author_decay=0.5)), NOW)
    assert [each.terms.get("author_repeat", 0.0) for each in found] == [0.0, 1.0, 1.5, 1.75]


def test_what_the_account_likes_and_wishes_comes_sooner() -> None:
    some = [candidate("a", "x", 2), candidate("b", "y", 1, affinity=0.75), candidate("c", "z", 0, topics=("sea",))]
    assert ids(rank(some, RANKER, NOW)) == ["b", "a", "c"]
    found = rank(some, RANKER, NOW, [rule("boost", "topic", "sea", 3)])
    assert ids(found) == ["c", "b", "a"]
    assert found[0].terms["steering"] == 3.0


@pytest.mark.parametrize(
    ("kind", "value"), [("topic", "sea"), ("character", "char_rex"), ("author", "x"), ("style", "short")]
)
def test_a_mute_hides_or_moves_down(kind: str, value: str) -> None:
    about = candidate("a", "x", 1, topics=("sea",), characters=("char_rex",), styles=("short",))
    other = candidate("b", "y", 0)
    assert ids(rank([about, other], RANKER, NOW, [rule("mute", kind, value, 3)])) == ["b"]
    assert ids(rank([about, other], RANKER, NOW, [rule("mute", kind, value, 2)])) == ["b", "a"]
    assert ids(rank([about, other], RANKER, NOW, [rule("mute", kind, "other", 3)])) == ["a", "b"]


def test_what_came_before_stands_behind_what_is_new() -> None:
    assert places(candidate("old", "x", 9, source="again"), candidate("new", "y", -9)) == ["new", "old"]


def test_places_are_found_by_what_is_stored() -> None:
    """Not by rounded terms: two sums that differ in the last digits are not equal."""
    assert places(candidate("b", "x", 0.00001), candidate("a", "y", 0.00002)) == ["a", "b"]


def test_a_term_without_a_weight_does_not_count() -> None:
    only_hot = msgspec.structs.replace(RANKER, weights={"hot": 1.0})
    assert ids(rank([candidate("a", "x", 1), candidate("b", "y", 0, followed=True)], only_hot, NOW)) == ["a", "b"]


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
                fresh=dice.random() < 0.3, family=f"f{dice.randrange(20)}", affinity=dice.choice((0.0, 0.5)),
                characters=tuple(dice.sample(("c1", "c2", "c3"), dice.choice((0, 0, 1, 2)))),
            )
            for n in range(60)
        ]  # fmt: skip
        assert ids(rank(some, RANKER, NOW)) == plainly(some)
        dice.shuffle(some)
        assert ids(rank(some, RANKER, NOW)) == plainly(some)


def plainly(candidates: list[Candidate]) -> list[str]:
    waiting, places = list(candidates), []
    shown: Counter[str] = Counter()
    weights = RANKER.weights

    def sum_of(each: Candidate) -> tuple[float, str]:
        terms = weights["hot"] * (each.hot - FRESH_HOUR) + weights["follow"] * each.followed
        terms += weights["fresh"] * each.fresh + weights["affinity"] * each.affinity
        terms += weights["author_repeat"] * shown[each.author_id] + weights["family_repeat"] * shown[each.family]
        most = max((shown[character] for character in each.characters), default=0)
        return round(terms + weights["character_repeat"] * most, 9), each.video_id

    while waiting:
        fresh = (
            [each for each in waiting if each.fresh]
            if (len(places) + 1) % RANKER.parameters.protected_every == 0
            else []
        )
        best = max(fresh or waiting, key=sum_of)
        waiting.remove(best)
        shown.update([best.author_id, best.family, *best.characters])
        places.append(best.video_id)
    return places


def test_outside_the_protected_places_sums_never_rise() -> None:
    dice = random.Random(5)
    some = [candidate(f"v{n}", f"a{n % 7}", dice.uniform(-9, 9)) for n in range(80)]
    sums = [score(each) for each in rank(some, RANKER, NOW)]
    assert sums == sorted(sums, reverse=True)


def test_the_ranking_is_bounded_and_has_a_digest() -> None:
    found = rank([candidate(f"v{n}", f"a{n}") for n in range(400)], RANKER, NOW)
    assert len(found) == RANKER.parameters.size
    assert digest(found) != digest(found[:-1])
    assert digest(found, "one") != digest(found, "other")
    assert rank([], RANKER, NOW) == []
