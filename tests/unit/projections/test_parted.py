"""Events by their kinds: what isinstance would say, asked once for each class."""

from datetime import UTC, datetime
from typing import Any

from domain.engagement import Liked, Unliked
from domain.video import Queueing, VideoCreated, VideoDeleted
from projections.events import Event, Unknown, parted
from tests.given import created

OPENED = datetime(2026, 1, 1, tzinfo=UTC)
IDS = {"video_id": "v", "account_id": "a", "owner_id": "o"}
LIKED, UNLIKED = (kind(**IDS, served=True, account_opened_at=OPENED) for kind in (Liked, Unliked))
GIVEN: list[Any] = [LIKED, created(), Unknown(), UNLIKED, VideoDeleted(owner_id="o"), LIKED]


def of(*wanted: Any) -> list[list[Any]]:
    events = [Event(None, event) for event in GIVEN]  # type: ignore[arg-type]
    return [[each.event for each in part] for part in parted(events, *wanted)]


def test_each_part_has_its_kinds_in_order() -> None:
    kinds: tuple[Any, ...] = (Liked | Unliked, (Liked, VideoDeleted), Queueing, VideoCreated, Unknown)
    assert of(*kinds) == [[event for event in GIVEN if isinstance(event, kind)] for kind in kinds]


def test_what_nobody_wants_is_left_out() -> None:
    assert of(Unliked) == [[UNLIKED]]
    assert of() == []
