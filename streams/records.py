"""An event as a Kafka record: CloudEvents 1.0 in binary mode. The relay writes what the consumers read.

Key = stream id, partition = shard, value = the event's JSON, everything else in the headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from domain.recorded import Recorded

Headers = Iterable[tuple[str, bytes | None]]
SOURCE: Final = "/recut"
_MARKED: Final = ("ce_epoch", "ce_position", "ce_id")


class NotAnEvent(ValueError):
    """The record was not written by the relay: skip it. If it stands for a lost event, the gap in positions shows."""


class Mark(NamedTuple):
    """Which event a record says that it is."""

    epoch: str
    position: int
    event_id: str


def to_headers(recorded: Recorded) -> list[tuple[str, bytes]]:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": recorded.event_id,
        "ce_type": recorded.type,
        "ce_source": SOURCE,
        "ce_subject": recorded.stream,
        "ce_time": _to_text(recorded.recorded_at),
        "ce_dataschema": f"/schemas/{recorded.type}.json",
        "ce_occurredat": _to_text(recorded.occurred_at),
        "ce_epoch": recorded.epoch,
        "ce_position": str(recorded.position),
        "ce_streamversion": str(recorded.version),
        "ce_actor": recorded.actor,
        "ce_causationid": recorded.causation,
        "ce_correlationid": recorded.correlation,
        "traceparent": recorded.traceparent,
        "content-type": "application/json",
    }
    # CloudEvents has no empty attributes: what is empty is absent.
    return [(name, text.encode()) for name, text in headers.items() if text]


def from_record(category: str, partition: int, headers: Headers, value: bytes | None) -> Recorded:
    """The inverse of `to_headers`. Raises `NotAnEvent`."""
    if value is None:
        raise NotAnEvent("the record has no value")
    try:
        found = {name: content.decode() for name, content in headers if content is not None}
        return Recorded(
            epoch=found["ce_epoch"],
            category=category,
            shard=partition,
            position=int(found["ce_position"]),
            event_id=found["ce_id"],
            stream=found["ce_subject"],
            version=int(found["ce_streamversion"]),
            type=found["ce_type"],
            occurred_at=datetime.fromisoformat(found["ce_occurredat"]),
            recorded_at=datetime.fromisoformat(found["ce_time"]),
            actor=found.get("ce_actor", ""),
            causation=found.get("ce_causationid", ""),
            correlation=found.get("ce_correlationid", ""),
            traceparent=found.get("traceparent", ""),
            data=value,
        )
    except KeyError as error:
        raise NotAnEvent(f"the record has no header {error}") from None
    except ValueError:
        raise NotAnEvent("a header of the record cannot be read") from None


def mark_of(headers: Headers) -> Mark | None:
    """None for a record that is not an event."""
    found = {name: content.decode("ascii", "replace") for name, content in headers if content and name in _MARKED}
    epoch, position, event_id = (found.get(name, "") for name in _MARKED)
    return Mark(epoch, int(position), event_id) if position.isdigit() else None


def _to_text(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
