"""When a day begins and ends in a time zone. Rules of zones are data of the machine, so the domain is told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.account import Account, Open
from domain.policy import ACCOUNT_ZONE, SpikePolicy, no_zone
from domain.wallet import Day


def day_of(now: datetime, zone: str) -> Day:
    """Days of 23 and of 25 hours are as they are there, and one whose midnight does not exist begins when it does."""
    place = find_zone(zone)
    today = now.astimezone(place).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), place)
    return Day(today.isoformat(), midnight.astimezone(UTC))


def zone_for(policy: SpikePolicy, owner: Account) -> str:
    """The zone in which the days of an account begin."""
    if policy.zone != ACCOUNT_ZONE:
        return policy.zone
    return owner.time_zone if isinstance(owner, Open) else "UTC"


def find_zone(name: str) -> ZoneInfo:
    """Raises `Invalid` for a name that no time zone has."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise no_zone() from None
