"""A character: a look and a voice that many videos can star, and who may use it, by versions of consent.

Its handle is unique because it has a little stream of its own, named by a keyed digest of the handle.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from domain.fields import Id, OwnerText, OwnerWords, Word
from domain.video import Asset

KINDS: Final = ("person", "persona")
AUDIENCES: Final = ("only_me", "approved", "mutuals", "everyone")
REVOCATIONS: Final = ("freeze", "hide_mine", "hide_all")


class CharacterCreated(msgspec.Struct, frozen=True, kw_only=True):
    """A character exists; so far only its owner may use it. `parameters` is the JSON of the numbers that define face,
    body and voice. A person waits for `CharacterVerified`: `challenge` is the phrase to be read aloud."""

    character_id: Id
    owner_id: Id
    kind: Word  # person: the owner's own likeness | persona: an original
    handle: OwnerText
    handle_stream: Id
    name: OwnerText
    description: OwnerText
    rig: Word
    rig_version: int
    parameters: OwnerText
    frames: tuple[Asset, ...]
    challenge: Word | None


class CharacterVerified(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has seen that a person is the owner. `evidence` is a digest of what was seen."""

    character_id: Id
    owner_id: Id
    method: Word
    evidence: Word
    moderator_id: Id


class ConsentChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Who may use the character from now on, and for what. `rules` are typed: "topic:politics", "word:foo",
    "setting:prison", "character:char_..."; they come from the owner's fields and from the free `text`, of which
    `unclear` has the sentences that no rule could be made of. `cause` is owner | expired."""

    character_id: Id
    owner_id: Id
    version: int
    audience: Word
    allowed: tuple[Id, ...]
    rules: OwnerWords
    text: OwnerText
    unclear: OwnerWords
    expires_at: datetime | None
    cause: Word


class ConsentRevoked(msgspec.Struct, frozen=True, kw_only=True):
    """No use any more, and `policy` says what becomes of what exists: it stays (freeze), the owner's own videos are
    hidden (hide_mine), or everybody's (hide_all)."""

    character_id: Id
    owner_id: Id
    version: int
    policy: Word


class CharacterDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """Forgotten. Its handle is free again."""

    character_id: Id
    owner_id: Id
    handle_stream: Id


class HandleReserved(msgspec.Struct, frozen=True, kw_only=True):
    """The handle belongs to this character."""

    character_id: Id
    owner_id: Id


class HandleReleased(msgspec.Struct, frozen=True, kw_only=True):
    """The handle belongs to nobody."""

    character_id: Id
    owner_id: Id


Event = CharacterCreated | CharacterVerified | ConsentChanged | ConsentRevoked | CharacterDeleted
HandleEvent = HandleReserved | HandleReleased
