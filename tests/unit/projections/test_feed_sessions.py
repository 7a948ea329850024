"""A stored ranking proves itself, and what was changed since is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.steering import Rule
from projections.feed.comparing import Later, compare, correlation, draft, overlap, summarise
from projections.feed.ranker import RANKER, Candidate, Ranker
from projections.feed.sessions import Session, differences, frozen

AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
RULE = Rule("rule_1", "mute", "topic", "sea", 1, AT + timedelta(days=1))


def candidate(number: int, **more: Any) -> Candidate:
    known: dict[str, Any] = {
        "video_id": f"video_{number:02}", "author_id": f"acct_{number % 7}", "family": f"video_{number % 11:02}",
        "characters": (), "topics": ("sea",) if number % 3 else (), "styles": (), "source": "hot",
        "hot": number / 7, "followed": number % 5 == 0, "fresh": number % 4 == 0, "affinity": 0.0,
    }  # fmt: skip
    return Candidate(**{**known, **more})


def stored(ranker: Ranker = RANKER) -> Session:
    some = [candidate(number) for number in range(60)]
    return frozen("s", "acct", ranker, some, [RULE], personalised=True, at=AT, life=timedelta(minutes=30))


def as_read_back(session: Session) -> Session:
    return msgspec.json.decode(msgspec.json.encode(session), type=Session)


def test_what_was_stored_is_found_again() -> None:
    assert differences(as_read_back(stored()), RANKER) == []


def test_in_any_time_zone() -> None:
    elsewhere = datetime.fromisoformat("2026-11-22T21:30:00+09:00")
    assert differences(msgspec.structs.replace(stored(), created_at=elsewhere), RANKER) == []


@pytest.mark.parametrize(
    "change",
    [
        {"candidates": [candidate(number, affinity=0.001) for number in range(60)]},
        {"candidates": [candidate(number) for number in range(59)]},
        {"rules": []},
        {"personalised": False},
        {"created_at": AT + timedelta(seconds=1)},
        {"items": stored().items[::-1]},
        {"items": stored().items[:-1]},
        {"items": [msgspec.structs.replace(stored().items[0], source="paid"), *stored().items[1:]]},
        {"digest": "0" * 64},
        {"ranker": msgspec.structs.replace(RANKER, weights={**RANKER.weights, "hot": 1.001})},
    ],
    ids=lambda change: " ".join(change),
)
def test_what_was_changed_since_is_told(change: dict[str, Any]) -> None:
    assert differences(msgspec.structs.replace(stored(), **change), RANKER)


def test_a_ranker_that_is_not_the_one_of_the_log_is_told() -> None:
    assert "no version 0" in differences(stored(), None)[0]
    renamed = msgspec.structs.replace(RANKER, ranker="other")
    assert "no version 0" in differences(stored(), renamed)[0]
    heavier = msgspec.structs.replace(RANKER, weights={**RANKER.weights, "hot": 3.0})
    assert "other weights" in differences(stored(), heavier)[0]


# Two rankers


def test_teams_take_turns_and_share_nothing() -> None:
    one, other = list("abcdef"), list("fedcba")
    teams = draft(one, other, "seed", 4)
    assert sorted(len(team) for team in teams) == [2, 2]
    assert not set(teams[0]) & set(teams[1])
    assert teams == draft(one, other, "seed", 4)
    assert {draft(one, one, str(seed), 1)[0] == ["a"] for seed in range(9)} == {True, False}
    assert draft([], ["a"], "seed") == ([], ["a"])
    teams = draft(one, ["z"], "seed")
    assert sorted([*teams[0], *teams[1]]) == [*one, "z"]


def test_overlap_and_correlation() -> None:
    assert (overlap(["a", "b"], ["b", "c"]), overlap([], [])) == (0.5, 1.0)
    assert correlation([0, 1, 2, 3]) == 1.0
    assert correlation([3, 2, 1, 0]) == -1.0
    assert correlation([0, 2, 1]) == pytest.approx(1 / 3)  # one pair of three is in the wrong order
    assert correlation([]) == correlation([5]) == 1.0


def test_the_same_ranker_is_like_itself() -> None:
    liked = frozenset({stored().items[3].video_id})
    found = compare(stored(), RANKER, RANKER, Later(liked=liked), 0)
    assert (found.overlap, found.correlation, found.a.authors, found.a.protected) == (1.0, 1.0, 0.35, 0.1)
    assert found.liked == dict.fromkeys(liked, "both")
    assert found.a.liked + found.b.liked == 1


def test_whose_places_were_worth_more() -> None:
    """One ranks by heat alone, the other by the reverse: what came last for one comes first for the other."""
    hot = msgspec.structs.replace(RANKER, weights={"hot": 1.0})
    cold = msgspec.structs.replace(RANKER, weights={"hot": -1.0})
    liked = frozenset({"video_58", "video_57", "video_01"})
    found = compare(stored(), hot, cold, Later(liked=liked, seen=frozenset({"video_02"})), 7)
    assert found.liked == {"video_01": "b", "video_57": "a", "video_58": "a"}
    assert found.seen == {"video_02": "b"}
    assert ((found.a.liked, found.a.sooner, found.a.seen), (found.b.liked, found.b.seen)) == ((2, 2, 0), (1, 1))
    assert found.correlation < -0.5
    whole = summarise([found, compare(stored(), cold, hot, Later(liked=liked), 7)])
    assert (whole.sessions, whole.wins, whole.a.liked) == (2, {"a": 1, "b": 1, "tie": 0}, 3)


def test_nothing_stored_is_nothing_compared() -> None:
    assert summarise([]).wins == {"a": 0, "b": 0, "tie": 0}
