from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.days import day_of, find_zone
from domain.errors import Invalid


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "date", "ends_at"),
    [
        ("2026-01-01T12:00", "UTC", "2026-01-01", "2026-01-02T00:00"),
        ("2026-01-01T00:00", "UTC", "2026-01-01", "2026-01-02T00:00"),
        ("2026-01-01T23:30", "Europe/Berlin", "2026-01-02", "2026-01-02T23:00"),
        ("2026-07-01T12:00", "America/Los_Angeles", "2026-07-01", "2026-07-02T07:00"),
        ("2026-07-01T12:00", "Asia/Kolkata", "2026-07-01", "2026-07-01T18:30"),
        # the clocks go forward, then back: days of 23 and of 25 hours
        ("2026-03-29T00:30", "Europe/Berlin", "2026-03-29", "2026-03-29T22:00"),
        ("2026-10-25T00:30", "Europe/Berlin", "2026-10-25", "2026-10-25T23:00"),
        # midnight itself does not exist, as the clocks go forward then: the day begins at one
        ("2026-04-23T12:00", "Africa/Cairo", "2026-04-23", "2026-04-23T22:00"),
        # midnight comes, and comes again after an hour: the day begins with the first one
        ("2026-11-01T00:30", "America/Havana", "2026-10-31", "2026-11-01T04:00"),
        # a date that never was
        ("2011-12-30T09:00", "Pacific/Apia", "2011-12-29", "2011-12-30T10:00"),
        ("2011-12-30T10:00", "Pacific/Apia", "2011-12-31", "2011-12-31T10:00"),
    ],
)
def test_a_day_ends_when_the_next_one_begins_there(now: str, zone: str, date: str, ends_at: str) -> None:
    day = day_of(at(now), zone)
    assert (day.date, day.ends_at) == (date, at(ends_at))


@pytest.mark.parametrize(("zone", "year", "hours"), [("Europe/Berlin", 2026, {23, 24, 25}), ("UTC", 2026, {24})])
def test_the_days_of_a_year_follow_each_other_without_a_gap(zone: str, year: int, hours: set[int]) -> None:
    moment, days = at(f"{year}-01-02T00:00"), []
    for _ in range(360):
        day = day_of(moment, zone)
        days.append((day.ends_at - moment) / timedelta(hours=1))
        assert day_of(day.ends_at - timedelta(microseconds=1), zone).date == day.date
        assert day_of(day.ends_at, zone).date > day.date
        moment = day.ends_at
    assert set(days[1:]) == hours


@pytest.mark.parametrize("name", ["", "Nowhere/Town", "../etc/passwd", "/etc/localtime", "Europe"])
def test_an_unknown_zone_is_told_so(name: str) -> None:
    with pytest.raises(Invalid, match="time zone"):
        find_zone(name)
