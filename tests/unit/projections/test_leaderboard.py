"""The parts of boards that need no tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from projections.leaderboard import live, snapshots
from projections.leaderboard.places import Place, ranked
from projections.leaderboard.query import since
from projections.leaderboard.remixers import First, Remix, firsts

START = datetime(2026, 3, 29, 12, tzinfo=UTC)
# The clocks went forward in the night before.
BERLIN = START.astimezone(ZoneInfo("Europe/Berlin"))


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def remix(child: str, begins: int, ends: int | None = None) -> Remix:
    return Remix(at(begins), child, None if ends is None else at(ends), "acct_ann")


@pytest.mark.parametrize(
    ("remixes", "expected"),
    [
        ([], []),
        ([remix("a", 1)], [("a", 1)]),
        ([remix("b", 1), remix("a", 1)], [("a", 1)]),
        ([remix("a", 1, 5), remix("b", 3)], [("a", 1), ("b", 5)]),
        ([remix("a", 1, 5), remix("b", 7)], [("a", 1), ("b", 7)]),
        ([remix("a", 1, 9), remix("b", 3, 5), remix("c", 4)], [("a", 1), ("c", 9)]),
        ([remix("a", 1, 5), remix("b", 5)], [("a", 1), ("b", 5)]),
        ([remix("a", 1, 1), remix("b", 2)], [("b", 2)]),
    ],
)
def test_who_was_first_from_when_on(remixes: list[Remix], expected: list[tuple[str, int]]) -> None:
    by_name = {each.child: each for each in remixes}
    assert list(firsts(remixes)) == [First(at(minutes), by_name[child]) for child, minutes in expected]


def test_a_window_has_its_hours_whatever_the_zone_of_the_session() -> None:
    assert since("day", BERLIN.astimezone(UTC)) == START - timedelta(hours=24)
    assert datetime.fromisoformat(snapshots.low(BERLIN, 24)) == START - timedelta(hours=24)
    hour = int(START.timestamp()) // 3600
    assert live.first_hours(BERLIN) == [hour - 1, hour - 24, hour - 168, hour - 720, -(2**31)]
    assert live.first_hours(None) == [-(2**31)] * 5


def test_ranks_leave_room_for_ties() -> None:
    places = [Place(str(n), counted, counted, 0, 0, 0, 0, 0, n) for n, counted in enumerate((9, 7, 7, 4, 4, 1))]
    assert [rank for rank, _ in ranked(places, 0, {9: 1, 7: 2, 4: 2, 1: 1})] == [1, 2, 2, 4, 4, 6]
    # A page that begins among equals, and one that ends there: the ties lie partly on other pages.
    assert [rank for rank, _ in ranked(places[2:], 1, {7: 2, 4: 2, 1: 1})] == [2, 4, 4, 6]
    assert [rank for rank, _ in ranked(places[:2], 0, {9: 1, 7: 2})] == [1, 2]
