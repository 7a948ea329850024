"""An account: who owns videos, likes, characters and credits; what it prefers, whom it does not want, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal, assert_never, get_args

import msgspec

from domain import steering
from domain.errors import IllegalState, Invalid, NotFound
from domain.fields import AccountText, Id, Word
from domain.ids import shown
from domain.steering import NOTHING, Steering
from domain.text import require_text

ROLES = ("creator", "moderator", "analyst", "admin")
MAX_NAME: Final = 80
MAX_BIO: Final = 500
MAX_BLOCKED: Final = 10_000
MAX_PREFERENCE: Final = 8_000
EXPORT_EVERY: Final = timedelta(days=1)
Mood = Literal["any", "calm", "funny", "exciting", "informative"]
# What an account can prefer, with the type of its JSON.
PREFERENCES: Final[dict[str, Any]] = {
    "personalised_feed": bool,
    "locale": str,
    "mood": Mood,
    "notifications": dict[str, Any],
    "visible_likes": bool,
}

# What could be preferred once, and what took its place. Such facts lie in logs and say nothing any more: `feed_rules`
# was any JSON, which nothing ever read.
REPLACED: Final = {"feed_rules": "POST /v1/feed/wishes"}


class AccountOpened(msgspec.Struct, frozen=True, kw_only=True):
    """An account exists. `name` is what people see; `birth_year` is a number, `time_zone` an IANA name."""

    account_id: Id
    name: AccountText
    region: Word | None
    birth_year: AccountText | None
    time_zone: Word


class AccountOpenedV1(msgspec.Struct, frozen=True, kw_only=True):
    """As it was recorded until the year of birth was sealed. No writer ever knew one."""

    account_id: Id
    name: AccountText
    region: Word | None
    birth_year: int | None


class ProfileChanged(msgspec.Struct, frozen=True, kw_only=True):
    """What people see, and when the account's days begin."""

    account_id: Id
    name: AccountText
    bio: AccountText
    time_zone: Word


class PreferenceSet(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is from a closed list, `value` is JSON. It counts until `expires_at`."""

    account_id: Id
    key: Word
    value: AccountText
    expires_at: datetime | None


class PreferenceRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """`cause` is owner | expired."""

    account_id: Id
    key: Word
    cause: Word


class AccountBlocked(msgspec.Struct, frozen=True, kw_only=True):
    """The account does not want to deal with another one: each is as if the other did not exist."""

    account_id: Id
    blocked_id: Id


class AccountUnblocked(msgspec.Struct, frozen=True, kw_only=True):
    """It does not mind any more."""

    account_id: Id
    blocked_id: Id


class ExportRequested(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the platform knows of the account is to be put into one file."""

    account_id: Id
    export_id: Id


class AccountErased(msgspec.Struct, frozen=True, kw_only=True):
    """The end. In the transaction that records this the account's key is destroyed."""

    account_id: Id
    by: Id


Event = (
    AccountOpened
    | ProfileChanged
    | PreferenceSet
    | PreferenceRemoved
    | AccountBlocked
    | AccountUnblocked
    | ExportRequested
    | AccountErased
    | steering.Event
)


class Unknown(msgspec.Struct, frozen=True):
    pass


class Preference(msgspec.Struct, frozen=True):
    value: str  # JSON
    expires_at: datetime | None
    set_at: datetime


class Open(msgspec.Struct, frozen=True):
    account_id: str
    name: str
    opened_at: datetime
    bio: str = ""
    time_zone: str = "UTC"
    blocked: frozenset[str] = frozenset()
    preferences: dict[str, Preference] = {}
    steering: Steering = NOTHING
    exported_at: datetime | None = None


class Erased(msgspec.Struct, frozen=True):
    """Nothing is known of it any more, and nothing can be done in its name."""

    erased_at: datetime


Account = Unknown | Open | Erased


def evolve(state: Account, event: Event, at: datetime) -> Account:
    match event:
        case AccountOpened():
            return Open(event.account_id, event.name, at, time_zone=event.time_zone)
        case ProfileChanged():
            return _change(state, name=event.name, bio=event.bio, time_zone=event.time_zone)
        case PreferenceSet() if event.key in REPLACED:
            return _open(state)
        case PreferenceSet():
            kept = Preference(event.value, event.expires_at, at)
            return _change(state, preferences={**_open(state).preferences, event.key: kept})
        case PreferenceRemoved():
            rest = {key: kept for key, kept in _open(state).preferences.items() if key != event.key}
            return _change(state, preferences=rest)
        case AccountBlocked():
            return _change(state, blocked=_open(state).blocked | {event.blocked_id})
        case AccountUnblocked():
            return _change(state, blocked=_open(state).blocked - {event.blocked_id})
        case ExportRequested():
            return _change(state, exported_at=at)
        case AccountErased():
            return Erased(at)
        case steering.WishMade() | steering.RulesUndone() | steering.AccountMuted() | steering.AccountUnmuted():
            return _change(state, steering=steering.evolve(_open(state).steering, event, at))
        case _:
            assert_never(event)


def _open(state: Account) -> Open:
    if not isinstance(state, Open):
        raise ValueError("the stream of an account lies between its opening and its erasure")
    return state


def _change(state: Account, **changes: Any) -> Open:
    return msgspec.structs.replace(_open(state), **changes)


def open_account(state: Account, account_id: str, name: str) -> list[Event]:
    if isinstance(state, Open):
        return []
    if isinstance(state, Erased):
        raise account_erased(account_id)
    return [AccountOpened(account_id=account_id, name=name, region=None, birth_year=None, time_zone="UTC")]


def change_profile(state: Account, account_id: str, name: str, bio: str, time_zone: str) -> list[Event]:
    """`time_zone` was found to be one by the caller."""
    known = require_open(state, account_id)
    if not 1 <= len(name.strip()) <= MAX_NAME or len(name) > MAX_NAME:
        raise Invalid("invalid_name", f"`name` has 1 to {MAX_NAME} characters.", "name")
    if len(bio) > MAX_BIO:
        raise Invalid("invalid_bio", f"`bio` has at most {MAX_BIO} characters.", "bio")
    require_text(name, "name")
    require_text(bio, "bio")
    if (name, bio, time_zone) == (known.name, known.bio, known.time_zone):
        return []
    return [ProfileChanged(account_id=account_id, name=name, bio=bio, time_zone=time_zone)]


def set_preference(
    state: Account, account_id: str, key: str, value: str, expires_at: datetime | None, now: datetime
) -> list[Event]:
    """`value` is JSON of the type that the key has."""
    known = require_open(state, account_id)
    check_preference(key, value)
    if expires_at is not None and expires_at <= now:
        raise Invalid("invalid_expires_at", "`expires_at` must be in the future.", "expires_at")
    before = known.preferences.get(key)
    if before and (before.value, before.expires_at) == (value, expires_at):
        return []
    return [PreferenceSet(account_id=account_id, key=key, value=value, expires_at=expires_at)]


def check_preference(key: str, value: str) -> None:
    if key in REPLACED:
        raise Invalid("replaced_preference", f"This is not a preference any more: use {REPLACED[key]}.", "key")
    kind = PREFERENCES.get(key)
    if kind is None:
        raise Invalid("unknown_preference", f"There is no such preference; known are {', '.join(PREFERENCES)}.", "key")
    if len(value) > MAX_PREFERENCE:
        raise Invalid("invalid_value", f"`value` has at most {MAX_PREFERENCE} characters of JSON.", "value")
    try:
        msgspec.json.decode(value, type=kind)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid("invalid_value", f"`value` of {key} is {_told(kind)}.", "value") from None


def _told(kind: Any) -> str:
    words = {bool: "true or false", str: "a text", dict[str, Any]: "an object"}
    return words.get(kind) or f"one of {', '.join(get_args(kind))}"


def remove_preference(state: Account, account_id: str, key: str, cause: str, set_at: datetime | None) -> list[Event]:
    """With `set_at`, only the one that was set then: an expiry must not take what came after."""
    kept = require_open(state, account_id).preferences.get(key)
    if kept is None or (set_at is not None and kept.set_at != set_at):
        return []
    return [PreferenceRemoved(account_id=account_id, key=key, cause=cause)]


def block(state: Account, account_id: str, blocked_id: str) -> list[Event]:
    known = require_open(state, account_id)
    if account_id == blocked_id:
        raise Invalid("cannot_block_self", "An account cannot block itself.", "account_id")
    if blocked_id in known.blocked:
        return []
    if len(known.blocked) >= MAX_BLOCKED:
        raise IllegalState("too_many_blocked", f"An account blocks at most {MAX_BLOCKED} others.")
    return [AccountBlocked(account_id=account_id, blocked_id=blocked_id)]


def unblock(state: Account, account_id: str, blocked_id: str) -> list[Event]:
    """Not to block is not an error: what was asked for is the case."""
    known = require_open(state, account_id)
    return [AccountUnblocked(account_id=account_id, blocked_id=blocked_id)] if blocked_id in known.blocked else []


def request_export(state: Account, account_id: str, export_id: str, now: datetime) -> list[Event]:
    known = require_open(state, account_id)
    if known.exported_at is not None and now < known.exported_at + EXPORT_EVERY:
        raise IllegalState("export_too_soon", "An export can be asked for once a day.")
    return [ExportRequested(account_id=account_id, export_id=export_id)]


def erase(state: Account, account_id: str, by: str) -> list[Event]:
    """By itself, or by an operator as the edge knows. For ever; twice is no news."""
    if isinstance(state, Unknown):
        raise NotFound("account_not_found", f"There is no account {shown(account_id, 'acct')}.")
    return [] if isinstance(state, Erased) else [AccountErased(account_id=account_id, by=by)]


def require_open(state: Account, account_id: str) -> Open:
    if isinstance(state, Unknown):
        raise NotFound("account_not_found", f"There is no account {shown(account_id, 'acct')}.")
    if isinstance(state, Erased):
        raise account_erased(account_id)
    return state


def account_erased(account_id: str) -> NotFound:
    return NotFound("account_erased", f"Account {account_id} was erased.")


def not_blocked(owner: Account, by: str) -> bool:
    """Whether `owner` deals with `by`."""
    return not (isinstance(owner, Open) and by in owner.blocked)


def steered(state: Account, now: datetime) -> steering.Active:
    """The rules and the mutes by which the account's feed goes at a moment; none for who is nobody, or is gone."""
    return steering.active(state.steering, now) if isinstance(state, Open) else steering.Active()
