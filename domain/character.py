"""A character: a look and a voice that many videos can star, and who may use it, by versions of consent.

Its handle is unique because it has a little stream of its own, named by a keyed digest of the handle.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, assert_never

import msgspec

from domain import appearance
from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.fields import Id, OwnerText, OwnerWords, Word
from domain.ids import is_id, shown
from domain.rules import check_rules
from domain.text import require_text
from domain.video import Asset

KINDS: Final = ("person", "persona")
AUDIENCES: Final = ("only_me", "approved", "mutuals", "everyone")
REVOCATIONS: Final = ("freeze", "hide_mine", "hide_all")
METHODS: Final = ("recording", "video_call", "in_person", "document")

MAX_CHARACTERS: Final = 200  # of one account
MAX_NAME: Final = 80
MAX_DESCRIPTION: Final = 2_000
MAX_FRAMES: Final = 8
MAX_ALLOWED: Final = 1_000
MAX_TEXT: Final = 4_000

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


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
    `unclear` has the sentences that no rule could be made of, or not of all of it. `cause` is owner | expired."""

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


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """One version of it. The first one, at the creation, is for the owner alone."""

    version: int = 1
    audience: str = "only_me"
    allowed: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    text: str = ""
    unclear: tuple[str, ...] = ()
    expires_at: datetime | None = None


class Absent(msgspec.Struct, frozen=True):
    """Nothing was ever said about this id."""


class Unverified(msgspec.Struct, frozen=True):
    """A person of whom nobody has seen yet that it is the owner. Nobody can use it, the owner included."""

    made: CharacterCreated
    created_at: datetime
    consent: Consent


class Active(msgspec.Struct, frozen=True):
    """Usable, as its consent says."""

    made: CharacterCreated
    created_at: datetime
    consent: Consent


class Revoked(msgspec.Struct, frozen=True):
    """Not usable by anybody until its owner consents anew. `consent` has the version of the revocation."""

    made: CharacterCreated
    created_at: datetime
    consent: Consent
    policy: str


class Deleted(msgspec.Struct, frozen=True):
    made: CharacterCreated


Character = Absent | Unverified | Active | Revoked | Deleted
Existing = Unverified | Active | Revoked


def evolve(state: Character, event: Event, at: datetime) -> Character:
    match event:
        case CharacterCreated():
            kind = Unverified if event.kind == "person" else Active
            return kind(event, at, Consent())
        case CharacterVerified():
            known = _existing(state)
            return Active(known.made, known.created_at, known.consent)
        case ConsentChanged():
            known = _existing(state)
            kind = Unverified if isinstance(known, Unverified) else Active
            return kind(known.made, known.created_at, _consent(event))
        case ConsentRevoked():
            known = _existing(state)
            consent = msgspec.structs.replace(known.consent, version=event.version)
            return Revoked(known.made, known.created_at, consent, event.policy)
        case CharacterDeleted():
            return Deleted(_existing(state).made)
        case _:
            assert_never(event)


def _existing(state: Character) -> Existing:
    if isinstance(state, Absent | Deleted):
        raise ValueError("the stream of a character lies between its creation and its deletion")
    return state


def _consent(event: ConsentChanged) -> Consent:
    return Consent(
        version=event.version,
        audience=event.audience,
        allowed=event.allowed,
        rules=event.rules,
        text=event.text,
        unclear=event.unclear,
        expires_at=event.expires_at,
    )


def create(state: Character, made: CharacterCreated, owned: int) -> list[Event]:
    """`owned` is how many characters the owner has. A person needs a challenge, a persona has none."""
    if not isinstance(state, Absent):
        raise IllegalState("character_exists", "This character id is taken.")
    if owned >= MAX_CHARACTERS:
        raise IllegalState("too_many_characters", f"An account has at most {MAX_CHARACTERS} characters: delete one.")
    if made.kind not in KINDS:
        raise Invalid("invalid_kind", f"`kind` is one of {', '.join(KINDS)}.", "kind")
    if bool(made.challenge) != (made.kind == "person"):
        raise Invalid("invalid_challenge", "A person has a challenge, a persona has none.", "challenge")
    _check_words(made.name, "name", 1, MAX_NAME)
    _check_words(made.description, "description", 0, MAX_DESCRIPTION)
    if len(made.frames) > MAX_FRAMES:
        raise Invalid("invalid_frames", f"A character has at most {MAX_FRAMES} reference frames.", "frames")
    appearance.check(made.rig, made.rig_version, made.parameters)
    return [made]


def _check_words(text: str, param: str, least: int, most: int) -> None:
    if not least <= len(text.strip()) or len(text) > most:
        raise Invalid(f"invalid_{param}", f"`{param}` has {least} to {most} characters.", param)
    require_text(text, param)


def verify(state: Character, character_id: str, moderator_id: str, method: str, evidence: str) -> list[Event]:
    """By a moderator, who is not the owner: `evidence` is the SHA-256 of what was seen. Once is enough."""
    character = existing(character_id, state)
    if character.made.kind != "person":
        raise IllegalState("not_a_person", "Only a person is verified: a persona is nobody's likeness.")
    if method not in METHODS:
        raise Invalid("invalid_method", f"`method` is one of {', '.join(METHODS)}.", "method")
    if not _SHA256.fullmatch(evidence):
        raise Invalid("invalid_evidence", "`evidence` is a SHA-256 in 64 hexadecimal digits, lower case.", "evidence")
    if moderator_id == character.made.owner_id:
        raise Forbidden("own_character", "Nobody verifies their own likeness: ask another moderator.")
    if not isinstance(character, Unverified):
        return []
    owner = character.made.owner_id
    return [
        CharacterVerified(
            character_id=character_id, owner_id=owner, method=method, evidence=evidence, moderator_id=moderator_id
        )
    ]


def change_consent(state: Character, character_id: str, by: str, wanted: Consent, now: datetime) -> list[Event]:
    """A new version, if it says anything new; after a revocation also if it does not. The version of `wanted` is not
    looked at."""
    character = own(character_id, state, by)
    _check_consent(wanted, by, now)
    wanted = msgspec.structs.replace(wanted, version=character.consent.version)
    if wanted == character.consent and not isinstance(character, Revoked):
        return []
    return [_changed(character_id, character, wanted, "owner")]


def _changed(character_id: str, character: Existing, consent: Consent, cause: str) -> ConsentChanged:
    return ConsentChanged(
        character_id=character_id,
        owner_id=character.made.owner_id,
        version=character.consent.version + 1,
        audience=consent.audience,
        allowed=consent.allowed,
        rules=consent.rules,
        text=consent.text,
        unclear=consent.unclear,
        expires_at=consent.expires_at,
        cause=cause,
    )


def _check_consent(wanted: Consent, by: str, now: datetime) -> None:
    if wanted.audience not in AUDIENCES:
        raise Invalid("invalid_audience", f"`audience` is one of {', '.join(AUDIENCES)}.", "audience")
    if wanted.allowed and wanted.audience != "approved":
        raise Invalid("invalid_allowed", "`allowed` goes with the audience approved only.", "allowed")
    if len(wanted.allowed) > MAX_ALLOWED or not all(is_id(account, "acct") for account in wanted.allowed):
        raise Invalid("invalid_allowed", f"`allowed` is a list of up to {MAX_ALLOWED} ids of accounts.", "allowed")
    if wanted.expires_at and wanted.expires_at <= now:
        raise Invalid("invalid_expires_at", "`expires_at` must be in the future.", "expires_at")
    _check_words(wanted.text, "text", 0, MAX_TEXT)
    check_rules(wanted.rules)


def expire(state: Character, character_id: str, version: int, now: datetime) -> list[Event]:
    """The version that was to end is over: the owner alone from now on. Anything that came after it stays as it is."""
    if not isinstance(state, Unverified | Active) or state.consent.version != version:
        return []
    if state.consent.expires_at is None or state.consent.expires_at > now:
        return []
    consent = msgspec.structs.replace(state.consent, audience="only_me", allowed=(), expires_at=None)
    return [_changed(character_id, state, consent, "expired")]


def revoke(state: Character, character_id: str, by: str, policy: str) -> list[Event]:
    """Ends every use. A second revocation with another policy counts, too: it can only hide more."""
    character = own(character_id, state, by)
    if policy not in REVOCATIONS:
        raise Invalid("invalid_policy", f"`policy` is one of {', '.join(REVOCATIONS)}.", "policy")
    if isinstance(character, Unverified):
        raise IllegalState("character_unverified", "Nobody can use it before it is verified: delete it instead.")
    if isinstance(character, Revoked) and character.policy == policy:
        return []
    version = character.consent.version + 1
    return [ConsentRevoked(character_id=character_id, owner_id=by, version=version, policy=policy)]


def delete(state: Character, character_id: str, by: str, policy: str = "freeze") -> list[Event]:
    """The end of its consent comes first, so that what was made with it is hidden as `policy` says: afterwards nobody
    could ask for that any more. The caller releases the handle in the same append."""
    character = own(character_id, state, by)
    events = [] if isinstance(character, Unverified) else revoke(state, character_id, by, policy)
    gone = CharacterDeleted(character_id=character_id, owner_id=by, handle_stream=character.made.handle_stream)
    return [*events, gone]


def existing(character_id: str, state: Character) -> Existing:
    if isinstance(state, Absent | Deleted):
        raise no_such_character(character_id)
    return state


def own(character_id: str, state: Character, by: str) -> Existing:
    character = existing(character_id, state)
    if character.made.owner_id != by:
        raise Forbidden("not_the_owner", f"Character {character_id} belongs to another account.")
    return character


def no_such_character(character_id: str, param: str = "character_id") -> NotFound:
    return NotFound("character_not_found", f"There is no character {shown(character_id, 'char')}.", param)
