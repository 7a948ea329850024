"""The one table from wire name to event class. A wire name never changes its meaning; a new shape is a new version.

Old versions stay readable for ever: `RETIRED` says how each becomes the next one. Writers know the newest only.
`encode` and `decode` work on clear and on sealed events alike: a sealed text is still text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

import msgspec

from domain import account, character, engagement, model, moderation, policy, process, steering, video, wallet
from domain.fields import PUBLIC, SEALED_BY

CATEGORIES: Final = ("account", "character", "engagement", "moderation", "platform", "video")

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
    """Of the hint itself, or of what it is when it is not null."""
    others = [argument for argument in get_args(hint) if argument is not type(None)]
    if len(others) == 1 and len(get_args(hint)) == 2 and get_origin(hint) is not Annotated:
        return _marks(others[0])
    if get_origin(hint) is not Annotated:
        return {}
    metas = [meta for meta in get_args(hint)[1:] if isinstance(meta, msgspec.Meta)]
    return {key: value for meta in metas for key, value in (meta.extra or {}).items()}


ENTRIES: Final = (
    _entry("video.created.v1", "video", video.VideoCreated),
    _entry("video.remixed.v1", "video", video.VideoRemixed),
    _entry("video.edited.v1", "video", video.VideoEdited),
    _entry("video.extended.v1", "video", video.VideoExtended),
    _entry("video.stitched.v1", "video", video.VideoStitched),
    _entry("video.imported.v1", "video", video.VideoImported),
    _entry("video.generation_started.v1", "video", video.GenerationStarted),
    _entry("video.generation_attempt_failed.v1", "video", video.GenerationAttemptFailed),
    _entry("video.generation_completed.v1", "video", video.GenerationCompleted),
    _entry("video.generation_failed.v1", "video", video.GenerationFailed),
    _entry("video.generation_cancelled.v1", "video", video.GenerationCancelled),
    _entry("video.published.v1", "video", video.VideoPublished),
    _entry("video.unpublished.v1", "video", video.VideoUnpublished),
    _entry("video.restricted.v1", "video", video.VideoRestricted),
    _entry("video.restriction_lifted.v1", "video", video.RestrictionLifted),
    _entry("video.deleted.v1", "video", video.VideoDeleted),
    _entry("character.created.v1", "character", character.CharacterCreated),
    _entry("character.verified.v1", "character", character.CharacterVerified),
    _entry("character.consent_changed.v1", "character", character.ConsentChanged),
    _entry("character.consent_revoked.v1", "character", character.ConsentRevoked),
    _entry("character.deleted.v1", "character", character.CharacterDeleted),
    _entry("handle.reserved.v1", "character", character.HandleReserved),
    _entry("handle.released.v1", "character", character.HandleReleased),
    _entry("engagement.liked.v1", "engagement", engagement.Liked),
    _entry("engagement.unliked.v1", "engagement", engagement.Unliked),
    _entry("engagement.followed.v1", "engagement", engagement.Followed),
    _entry("engagement.unfollowed.v1", "engagement", engagement.Unfollowed),
    _entry("engagement.commented.v1", "engagement", engagement.Commented),
    _entry("engagement.comment_deleted.v1", "engagement", engagement.CommentDeleted),
    _entry("engagement.shared.v1", "engagement", engagement.Shared),
    _entry("account.opened.v2", "account", account.AccountOpened),
    _entry("account.profile_changed.v1", "account", account.ProfileChanged),
    _entry("account.preference_set.v1", "account", account.PreferenceSet),
    _entry("account.preference_removed.v1", "account", account.PreferenceRemoved),
    _entry("account.blocked.v1", "account", account.AccountBlocked),
    _entry("account.unblocked.v1", "account", account.AccountUnblocked),
    _entry("account.wish_made.v1", "account", steering.WishMade),
    _entry("account.rules_undone.v1", "account", steering.RulesUndone),
    _entry("account.muted.v1", "account", steering.AccountMuted),
    _entry("account.unmuted.v1", "account", steering.AccountUnmuted),
    _entry("account.export_requested.v1", "account", account.ExportRequested),
    _entry("account.erased.v1", "account", account.AccountErased),
    _entry("wallet.allowance_granted.v1", "account", wallet.AllowanceGranted),
    _entry("wallet.purchased.v1", "account", wallet.Purchased),
    _entry("wallet.held.v1", "account", wallet.Held),
    _entry("wallet.settled.v1", "account", wallet.Settled),
    _entry("wallet.released.v1", "account", wallet.Released),
    _entry("moderation.reported.v1", "moderation", moderation.Reported),
    _entry("moderation.acknowledged.v1", "moderation", moderation.Acknowledged),
    _entry("moderation.escalated.v1", "moderation", moderation.Escalated),
    _entry("moderation.labelled.v1", "moderation", moderation.Labelled),
    _entry("moderation.decided.v1", "moderation", moderation.Decided),
    _entry("moderation.reversed.v1", "moderation", moderation.Reversed),
    _entry("moderation.appealed.v1", "moderation", moderation.Appealed),
    _entry("moderation.appeal_resolved.v1", "moderation", moderation.AppealResolved),
    _entry("process.started.v1", "moderation", process.ProcessStarted),
    _entry("process.item_done.v1", "moderation", process.ItemsDone),
    _entry("process.finished.v1", "moderation", process.ProcessFinished),
    _entry("platform.model_registered.v1", "platform", model.ModelRegistered),
    _entry("platform.spike_policy_changed.v1", "platform", policy.SpikePolicyChanged),
    _entry("platform.ranker_changed.v2", "platform", policy.RankerChanged),
    _entry("platform.leaderboard_corrected.v1", "platform", policy.LeaderboardCorrected),
    _entry("platform.hour_closed.v1", "platform", policy.HourClosed),
)


class Retired(msgspec.Struct, frozen=True):
    """A version that lies in logs but is not written any more. `upcast` takes and returns the fields as JSON has them,
    in their sealed form: it can move and drop texts, never read them."""

    type: str
    category: str
    kind: Kind
    into: str
    upcast: Callable[[dict[str, Any]], dict[str, Any]]


def _opened_v2(fields: dict[str, Any]) -> dict[str, Any]:
    """The year of birth was never known; in clear text it has no place any more. Days began in UTC."""
    return {**fields, "birth_year": None, "time_zone": "UTC"}


def _ranker_changed_v2(fields: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were built in then; wishes count as they do without an operator. Other terms that are new
    have no weight: the ranking that was decided on did not know them."""
    parameters = msgspec.to_builtins(policy.RankerParameters())
    return {**fields, "weights": {"steering": 1.0, **fields["weights"]}, "parameters": parameters}


RETIRED: Final = (
    Retired("account.opened.v1", "account", account.AccountOpenedV1, "account.opened.v2", _opened_v2),
    Retired(
        "platform.ranker_changed.v1",
        "platform",
        policy.RankerChangedV1,
        "platform.ranker_changed.v2",
        _ranker_changed_v2,
    ),
)
_BY_OLD_TYPE: Final = {retired.type: retired for retired in RETIRED}
_NEWEST: Final = {entry.type: entry for entry in ENTRIES}
BY_KIND: Final = {entry.kind: entry for entry in ENTRIES}
# First word of a stream id -> category of its log.
STREAMS: Final = {
    "video": "video",
    "like": "engagement",
    "follow": "engagement",
    "comment": "engagement",
    "share": "engagement",
    "acct": "account",
    "wallet": "account",
    "char": "character",
    "handle": "character",
    "case": "moderation",
    "process": "moderation",
    "model": "platform",
    "policy": "platform",
    "hours": "platform",
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
    """The event of a known type, in its newest version. KeyError for an unknown type, msgspec.DecodeError for bytes
    that are not one."""
    if type_ in _BY_OLD_TYPE:
        return _upcast(type_, data)
    return _DECODERS[type_].decode(data)


def is_known(type_: str) -> bool:
    return type_ in _NEWEST or type_ in _BY_OLD_TYPE


def entry_of(type_: str) -> Entry:
    """Of the newest version of a type."""
    while type_ in _BY_OLD_TYPE:
        type_ = _BY_OLD_TYPE[type_].into
    return _NEWEST[type_]


def _upcast(type_: str, data: bytes) -> Any:
    fields = msgspec.json.decode(data, type=dict[str, Any])
    while type_ in _BY_OLD_TYPE:
        retired = _BY_OLD_TYPE[type_]
        msgspec.convert(fields, retired.kind)  # or it never was one
        type_, fields = retired.into, retired.upcast(fields)
    return msgspec.convert(fields, _NEWEST[type_].kind)


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
