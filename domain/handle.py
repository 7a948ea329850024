"""Handles: what may be one, where a text mentions some, and the reservation that makes each unique. The events are in
`character.py`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, assert_never

import msgspec

from domain.character import HandleEvent, HandleReleased, HandleReserved
from domain.errors import IllegalState, Invalid

_SHAPE: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])"
HANDLE: Final = re.compile(_SHAPE)
# Not within a word, as in an e-mail address; a dot at the end is that of the sentence.
MENTION: Final = re.compile(rf"(?<![\w@.])@({_SHAPE})(?![\w@])")
RESERVED: Final = frozenset(
    {
        "admin", "administrator", "all", "anonymous", "anyone", "api", "everyone", "here", "me", "mod", "moderator",
        "nobody", "null", "official", "recut", "root", "security", "staff", "support", "system", "undefined",
    }
)  # fmt: skip


def check_handle(handle: str) -> None:
    if not HANDLE.fullmatch(handle) or ".." in handle:
        how = "2 to 30 letters (a-z), digits, _ and ., neither beginning nor ending with a dot, and no two in a row"
        raise Invalid("invalid_handle", f"`handle` has {how}.", "handle")
    if handle.lower() in RESERVED:
        raise Invalid("reserved_handle", "This handle is reserved: choose another one.", "handle")


def mentions(text: str) -> list[str]:
    """The handles that a text mentions as @handle, each once, in order."""
    found: dict[str, str] = {}
    for handle in MENTION.findall(text):
        found.setdefault(handle.lower(), handle)
    return list(found.values())


class Free(msgspec.Struct, frozen=True):
    pass


class Reserved(msgspec.Struct, frozen=True):
    character_id: str
    owner_id: str


Handle = Free | Reserved


def evolve(state: Handle, event: HandleEvent, at: datetime) -> Handle:
    del state, at
    match event:
        case HandleReserved():
            return Reserved(event.character_id, event.owner_id)
        case HandleReleased():
            return Free()
        case _:
            assert_never(event)


def reserve(state: Handle, character_id: str, owner_id: str) -> list[HandleEvent]:
    if isinstance(state, Reserved):
        raise IllegalState("handle_taken", "Another character has this handle: choose another one.", "handle")
    return [HandleReserved(character_id=character_id, owner_id=owner_id)]


def release(state: Handle, character_id: str) -> list[HandleEvent]:
    """Only what the character has: a handle that found a new one stays there."""
    if not isinstance(state, Reserved) or state.character_id != character_id:
        return []
    return [HandleReleased(character_id=character_id, owner_id=state.owner_id)]
