"""The one table from wire name to event class. A wire name never changes its meaning; a new shape is a new version.

`encode` and `decode` work on clear and on sealed events alike: a sealed text is still text.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

import msgspec

from domain import account, engagement, model, video
from domain.fields import PUBLIC, SEALED_BY

CATEGORIES: Final = ("account", "engagement", "platform", "video")

Kind = type[msgspec.Struct]


class Entry(msgspec.Struct, frozen=True):
    """`sealed` maps a sealed field to the field that names the account whose key seals it."""

    type: str
    category: str
    kind: Kind
    sealed: dict[str, str]


def _entry(type_: str, category: str, kind: Kind) -> Entry:
    sealed = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        marks = _marks(hint)
        if SEALED_BY in marks:
            sealed[name] = marks[SEALED_BY]
    return Entry(type_, category, kind, sealed)


def _marks(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is not Annotated:
        return {}
    metas = [meta for meta in get_args(hint)[1:] if isinstance(meta, msgspec.Meta)]
    return {key: value for meta in metas for key, value in (meta.extra or {}).items()}


ENTRIES: Final = (
    _entry("video.created.v1", "video", video.VideoCreated),
    _entry("video.remixed.v1", "video", video.VideoRemixed),
    _entry("video.generation_started.v1", "video", video.GenerationStarted),
    _entry("video.generation_attempt_failed.v1", "video", video.GenerationAttemptFailed),
    _entry("video.generation_completed.v1", "video", video.GenerationCompleted),
    _entry("video.generation_failed.v1", "video", video.GenerationFailed),
    _entry("video.published.v1", "video", video.VideoPublished),
    _entry("video.unpublished.v1", "video", video.VideoUnpublished),
    _entry("video.deleted.v1", "video", video.VideoDeleted),
    _entry("engagement.liked.v1", "engagement", engagement.Liked),
    _entry("engagement.unliked.v1", "engagement", engagement.Unliked),
    _entry("engagement.followed.v1", "engagement", engagement.Followed),
    _entry("engagement.unfollowed.v1", "engagement", engagement.Unfollowed),
    _entry("account.opened.v1", "account", account.AccountOpened),
    _entry("platform.model_registered.v1", "platform", model.ModelRegistered),
)
BY_TYPE: Final = {entry.type: entry for entry in ENTRIES}
BY_KIND: Final = {entry.kind: entry for entry in ENTRIES}
# First word of a stream id -> category of its log.
STREAMS: Final = {
    "video": "video",
    "like": "engagement",
    "follow": "engagement",
    "acct": "account",
    "model": "platform",
}
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    entry.type: msgspec.json.Decoder(entry.kind) for entry in ENTRIES
}
_ENCODER: Final = msgspec.json.Encoder()


def category_of(stream: str) -> str:
    return STREAMS[stream.partition("_")[0]]


def encode(event: msgspec.Struct) -> bytes:
    return _ENCODER.encode(event)


def decode(type_: str, data: bytes) -> Any:
    """The event of a known type. KeyError for an unknown type, msgspec.DecodeError for bytes that are not one."""
    return _DECODERS[type_].decode(data)


def unmarked_text(kind: Kind) -> list[str]:
    """Paths of text fields that say neither public nor sealed. The list must be empty for every event."""
    return [path for name, hint in get_type_hints(kind, include_extras=True).items() for path in _unmarked(name, hint)]


def _unmarked(path: str, hint: Any) -> list[str]:
    marks = _marks(hint)
    if SEALED_BY in marks or PUBLIC in marks:
        return []
    if hint is str:
        return [path]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [f"{path}.{inner}" for inner in unmarked_text(hint)]
    return [found for argument in get_args(hint) for found in _unmarked(path, argument)]
