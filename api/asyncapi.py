"""AsyncAPI 3: the public history in Kafka, generated from the catalog. What lies there is the sealed form."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from domain.catalog import CATEGORIES, ENTRIES, RETIRED, Kind

TYPES: Final = tuple(each.type for each in (*ENTRIES, *RETIRED))  # what `schema` knows
_REF: Final = "#/components/schemas/{name}"
_BINDINGS: Final = "0.5.0"
_DESCRIPTION: Final = (
    "Every fact, for ever, in one topic per category. Delivery is at least once: `ce_position` counts without holes "
    "within a partition, so a position at or below the last one seen is a repeat. A record counts only if its "
    "`ce_epoch` owns its position. A sealed text reads `sealed:<account>:<bytes>`."
)
_HEADERS: Final[dict[str, tuple[str, str]]] = {
    "ce_specversion": ("string", "CloudEvents 1.0 in binary mode"),
    "ce_id": ("string", "Id of the event, a UUIDv7"),
    "ce_type": ("string", "Wire name and version"),
    "ce_source": ("string", "Which platform"),
    "ce_subject": ("string", "The stream"),
    "ce_time": ("string", "When it was recorded, RFC 3339"),
    "ce_dataschema": ("string", "Where its JSON Schema is served"),
    "ce_occurredat": ("string", "When it happened on the client's side"),
    "ce_epoch": ("string", "Which history it belongs to: a new one begins with each restore"),
    "ce_position": ("string", "Its number in the partition's log, from 1 without holes"),
    "ce_streamversion": ("string", "Its number in its stream, from 1"),
    "ce_actor": ("string", "Which account, or system"),
    "ce_causationid": ("string", "The command or the event that caused it"),
    "ce_correlationid": ("string", "The story that it belongs to"),
    "traceparent": ("string", "W3C trace context"),
    "content-type": ("string", "application/json"),
}
_OPTIONAL: Final = frozenset({"ce_actor", "ce_causationid", "ce_correlationid", "traceparent"})


def document(prefix: str = "recut") -> dict[str, Any]:
    kinds = {each.type: each.kind for each in (*ENTRIES, *RETIRED)}
    schemas, components = msgspec.json.schema_components(list(kinds.values()), ref_template=_REF)
    payloads = dict(zip(kinds, schemas, strict=True))
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Recut", "version": "1", "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {category: _channel(prefix, category) for category in CATEGORIES},
        "operations": {f"record_{category}": _operation(category) for category in CATEGORIES},
        "components": {
            "messages": {type_: _message(type_, kind, payloads[type_]) for type_, kind in kinds.items()},
            "messageTraits": {"cloudevent": _trait()},
            "schemas": components,
        },
    }


def schema(type_: str) -> dict[str, Any] | None:
    """The JSON Schema of one type in its sealed form, whole; None for an unknown type."""
    kind = next((each.kind for each in (*ENTRIES, *RETIRED) if each.type == type_), None)
    return {"$id": f"recut:{type_}"} | msgspec.json.schema(kind) if kind else None


def _channel(prefix: str, category: str) -> dict[str, Any]:
    types = sorted(each.type for each in (*ENTRIES, *RETIRED) if each.category == category)
    topic = f"{prefix}.{category}"
    return {
        "address": topic,
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in types},
        "bindings": {
            "kafka": {
                "topic": topic,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1},
                "bindingVersion": _BINDINGS,
            }
        },
    }


def _operation(category: str) -> dict[str, Any]:
    return {"action": "send", "channel": {"$ref": f"#/channels/{category}"}}


def _message(type_: str, kind: Kind, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": type_,
        "title": kind.__name__,
        "summary": " ".join((kind.__doc__ or "").split()),
        "contentType": "application/json",
        "payload": payload,
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
    }


def _trait() -> dict[str, Any]:
    return {
        "headers": {
            "type": "object",
            "required": sorted(_HEADERS.keys() - _OPTIONAL),
            "properties": {name: {"type": kind, "description": text} for name, (kind, text) in _HEADERS.items()},
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The stream: all its events lie in one partition, in order"},
                "bindingVersion": _BINDINGS,
            }
        },
    }
