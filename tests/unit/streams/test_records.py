"""An event survives the way through Kafka's headers unchanged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from domain.recorded import Recorded
from streams.records import NotAnEvent, from_record, mark_of, to_headers

RECORDED = Recorded(
    epoch="0d5fba0e-3c4e-7f5e-8a3b-000000000001",
    category="video",
    shard=11,
    position=42,
    event_id="0d5fba0e-3c4e-7f5e-8a3b-2f1d6f0a9c11",
    stream="video_01h2xcejqtf2nbrexx3vqjhp41",
    version=3,
    type="video.published.v1",
    occurred_at=datetime(2026, 11, 22, 9, 30, 0, 120, tzinfo=UTC),
    recorded_at=datetime(2026, 11, 22, 9, 30, 1, tzinfo=UTC),
    actor="acct_01h2xcejqtf2nbrexx3vqjhp41",
    causation="command 7",
    correlation="request é",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    data=b'{"caption":"sealed"}',
)


def through_kafka(recorded: Recorded) -> Recorded:
    return from_record(recorded.category, recorded.shard, to_headers(recorded), recorded.data)


def test_round_trip() -> None:
    assert through_kafka(RECORDED) == RECORDED


def test_what_is_empty_stays_empty() -> None:
    bare = msgspec.structs.replace(RECORDED, actor="", causation="", correlation="", traceparent="")
    assert through_kafka(bare) == bare
    assert "traceparent" not in dict(to_headers(bare))


def test_times_are_utc_whatever_the_zone() -> None:
    local = RECORDED.recorded_at.astimezone(timezone(timedelta(hours=2)))
    headers = dict(to_headers(msgspec.structs.replace(RECORDED, recorded_at=local)))
    assert headers["ce_time"] == b"2026-11-22T09:30:01.000000Z"


def test_required_attributes_of_cloudevents() -> None:
    headers = dict(to_headers(RECORDED))
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"] == b"video.published.v1"
    assert headers["ce_subject"] == RECORDED.stream.encode()
    assert headers["content-type"] == b"application/json"


@pytest.mark.parametrize("missing", ["ce_epoch", "ce_position", "ce_id", "ce_subject", "ce_type", "ce_time"])
def test_a_record_without_a_header_is_not_an_event(missing: str) -> None:
    headers = [(name, content) for name, content in to_headers(RECORDED) if name != missing]
    with pytest.raises(NotAnEvent, match=missing):
        from_record("video", 0, headers, b"{}")


def test_unreadable_numbers_and_empty_values_are_not_events() -> None:
    wrong = {**dict(to_headers(RECORDED)), "ce_position": b"seven"}
    with pytest.raises(NotAnEvent):
        from_record("video", 0, wrong.items(), b"{}")
    with pytest.raises(NotAnEvent):
        from_record("video", 0, to_headers(RECORDED), None)
    with pytest.raises(NotAnEvent):
        from_record("video", 0, {**wrong, "ce_position": b"\xff"}.items(), b"{}")


def test_the_mark_without_the_rest() -> None:
    assert mark_of(to_headers(RECORDED)) == (RECORDED.epoch, 42, RECORDED.event_id)
    assert mark_of([("other", b"1")]) is None
    assert mark_of([("ce_position", b"\xff")]) is None
