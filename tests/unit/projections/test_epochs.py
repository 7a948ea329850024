"""Which records are history, after restores."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.recorded import Position, Recorded
from projections.checkpoint import Epochs

AT = datetime(2026, 11, 22, tzinfo=UTC)


def record(epoch: str, position: int, shard: int = 0) -> Recorded:
    return Recorded(
        epoch=epoch, category="video", shard=shard, position=position, event_id="", stream="video_1", version=1,
        type="", occurred_at=AT, recorded_at=AT, actor="", causation="", correlation="", traceparent="", data=b"",
    )  # fmt: skip


def start(epoch: str, position: int, shard: int = 0) -> tuple[str, Position]:
    return epoch, Position("video", shard, position)


def test_the_true_past_counts_and_the_lost_future_does_not() -> None:
    epochs = Epochs([start("one", 1), start("two", 100)])
    assert epochs.count(record("one", 99))
    assert not epochs.count(record("one", 100))
    assert epochs.count(record("two", 100))
    assert not epochs.count(record("two", 99))


def test_a_restore_to_before_the_last_one() -> None:
    epochs = Epochs([start("one", 1), start("two", 100), start("three", 50)])
    assert [epochs.owner("video", 0, position) for position in (49, 50, 100)] == ["one", "three", "three"]
    assert not epochs.count(record("two", 120))


def test_unheard_of_epochs_and_logs_own_nothing() -> None:
    epochs = Epochs([start("one", 1)])
    assert epochs.known == {"one"}
    assert not epochs.count(record("other", 1))
    assert not epochs.count(record("one", 1, shard=3))


def test_what_a_restore_has_lost_and_what_is_a_strangers() -> None:
    """Set back to 10, then to 4: the second restore has lost everything of the epoch between."""
    starts = [("e1", 1), ("e2", 5), ("e3", 5)]
    epochs = Epochs([(epoch, Position("video", 0, first)) for epoch, first in starts])
    assert [epochs.has_lost("e1", "video", 0, n) for n in (0, 4, 5, 12)] == [False, False, True, True]
    assert epochs.has_lost("e2", "video", 0, 11)
    assert not epochs.has_lost("e3", "video", 0, 4), "the last epoch has lost nothing yet"
    assert not epochs.has_lost("e0", "video", 0, 12)


def test_who_was_at_a_position_before_a_restore_has_seen_it() -> None:
    starts = [("e1", 1), ("e2", 11)]
    epochs = Epochs([(epoch, Position("video", 0, first)) for epoch, first in starts])
    reached = {(epoch, n): epochs.is_reached(epoch, "video", 0, n) for epoch in ("e1", "e2", "e0") for n in (10, 11)}
    assert [pair for pair, seen in reached.items() if seen] == [("e1", 10), ("e2", 10), ("e2", 11)]
    assert epochs.is_reached("e0", "video", 7, 3), "nobody owns it: nothing speaks against it"
