"""Characters as their owners, moderators and others see them."""

from __future__ import annotations

from typing import Literal

import msgspec

from api.present import unix
from api.schemas import AsOf, Author
from commands.character import with_id
from commands.work import Work
from domain import character
from domain.character import Active, ConsentChanged, ConsentRevoked, Existing, Revoked
from domain.consent import Verdict
from domain.consent_text import compile_text
from domain.ids import process_of
from domain.recorded import Fact
from domain.video import Asset
from projections.characters import query
from projections.characters.query import Card

State = Literal["unverified", "active", "revoked"]


class CharacterVerdict(msgspec.Struct, kw_only=True):
    """Whether whoever asks may use the character at all, and what decides that. Rules on topics, words, settings and
    other characters count besides; `POST /v1/preflight` applies them to a prompt."""

    allowed: bool
    rule: str
    message: str
    consent_version: int


class ShownRule(msgspec.Struct, kw_only=True):
    """`sentence` is the one of the text that it was made of."""

    rule: str
    sentence: str | None


class Consent(msgspec.Struct, kw_only=True):
    """A version of it. `unclear` has the sentences of `text` that were not understood, or not all of them. `cause` is
    created | owner | expired | revoked; a revocation has the policy and the process that carries it out."""

    version: int
    cause: str
    at: int
    audience: str | None
    allowed: list[str]
    rules: list[ShownRule]
    text: str
    unclear: list[str]
    expires_at: int | None
    policy: str | None = None
    process_id: str | None = None


class CharacterDetails(msgspec.Struct, kw_only=True):
    """For its owner and for moderators. `consents` has every version, the newest first."""

    parameters: dict[str, float]
    frames: list[Asset]
    challenge: str | None
    consents: list[Consent]


class Character(msgspec.Struct, kw_only=True):
    """`verdict` is for whoever asks, null without a key."""

    id: str
    object: Literal["character"] = "character"
    kind: str
    state: State
    handle: str
    name: str
    description: str
    owner: Author
    rig: str
    rig_version: int
    created_at: int
    verdict: CharacterVerdict | None
    details: CharacterDetails | None


class CharacterCard(msgspec.Struct, kw_only=True):
    """`uses` counts the videos that star it."""

    id: str
    object: Literal["character"] = "character"
    kind: str
    state: str
    handle: str
    name: str
    description: str
    rig: str
    consent_version: int
    audience: str
    expires_at: int | None
    created_at: int
    uses: int


class CharacterList(msgspec.Struct, kw_only=True):
    object: Literal["list"] = "list"
    data: list[CharacterCard]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf


class Appearance(msgspec.Struct, kw_only=True):
    """`visibility` is null for a draft; `hidden`: something restricts it."""

    video_id: str
    author: Author
    consent_version: int
    at: int
    state: str
    visibility: str | None
    hidden: bool


class AppearanceList(msgspec.Struct, kw_only=True):
    object: Literal["list"] = "list"
    data: list[Appearance]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf


class ConsentVersion(Consent, kw_only=True):
    """`videos`: how many were made under it."""

    videos: int


class ConsentList(msgspec.Struct, kw_only=True):
    object: Literal["list"] = "list"
    data: list[ConsentVersion]
    as_of: AsOf


class CharacterGone(msgspec.Struct, kw_only=True):
    id: str
    object: Literal["character.deleted"] = "character.deleted"
    deleted: bool = True


class Found(msgspec.Struct, frozen=True):
    id: str
    state: Existing
    facts: list[Fact]


def character_of(found: Found, owner: Author, verdict: Verdict | None, details: CharacterDetails | None) -> Character:
    made = found.state.made
    return Character(
        id=found.id,
        kind=made.kind,
        state=_word(found.state),
        handle=made.handle,
        name=made.name,
        description=made.description,
        owner=owner,
        rig=made.rig,
        rig_version=made.rig_version,
        created_at=unix(found.state.created_at),
        verdict=verdict_of(verdict) if verdict else None,
        details=details,
    )


def verdict_of(verdict: Verdict) -> CharacterVerdict:
    return CharacterVerdict(
        allowed=verdict.allowed, rule=verdict.rule, message=verdict.message, consent_version=verdict.version
    )


def _word(state: Existing) -> State:
    if isinstance(state, Active):
        return "active"
    return "revoked" if isinstance(state, Revoked) else "unverified"


async def details_of(found: Found, work: Work) -> CharacterDetails:
    made = found.state.made
    consents = [await _consent(fact, work) for fact in reversed(found.facts)]
    return CharacterDetails(
        parameters=msgspec.json.decode(made.parameters),
        frames=list(made.frames),
        challenge=made.challenge,
        consents=[consent for consent in consents if consent],
    )


async def _consent(fact: Fact, work: Work) -> Consent | None:
    at = unix(fact.recorded.recorded_at)
    match fact.event:
        case character.CharacterCreated():
            return _plain_consent(1, "created", at, audience="only_me")
        case ConsentRevoked() as event:
            consent = _plain_consent(event.version, "revoked", at, audience=None)
            process_id = process_of(fact.recorded.event_id)
            return msgspec.structs.replace(consent, policy=event.policy, process_id=process_id)
        case ConsentChanged() as event:
            sentences = await _sources(event.text, work)
            return Consent(
                version=event.version,
                cause=event.cause,
                at=at,
                audience=event.audience,
                allowed=list(event.allowed),
                rules=[ShownRule(rule=rule, sentence=sentences.get(rule)) for rule in event.rules],
                text=event.text,
                unclear=list(event.unclear),
                expires_at=unix(event.expires_at) if event.expires_at else None,
            )
        case _:
            return None


async def version_of(consent: query.Consent, work: Work) -> ConsentVersion:
    sentences = await _sources(consent.text, work)
    is_end = consent.audience is None
    return ConsentVersion(
        version=consent.version,
        cause=consent.cause,
        at=unix(consent.at),
        audience=consent.audience,
        allowed=consent.allowed,
        rules=[ShownRule(rule=rule, sentence=sentences.get(rule)) for rule in consent.rules],
        text=consent.text,
        unclear=consent.unclear,
        expires_at=unix(consent.expires_at) if consent.expires_at else None,
        policy=consent.revocation,
        process_id=process_of(consent.event_id) if is_end else None,
        videos=consent.uses,
    )


def _plain_consent(version: int, cause: str, at: int, audience: str | None) -> Consent:
    return Consent(
        version=version,
        cause=cause,
        at=at,
        audience=audience,
        allowed=[],
        rules=[],
        text="",
        unclear=[],
        expires_at=None,
    )


async def _sources(written: str, work: Work) -> dict[str, str]:
    """Which sentence each rule comes from, as the text reads today."""
    found: dict[str, str] = {}
    for sentence in compile_text(written):
        for rule in sentence.rules:
            found.setdefault(await with_id(rule, work) or rule, sentence.text)
    return found


def card_of(card: Card) -> CharacterCard:
    return CharacterCard(
        id=card.id,
        kind=card.kind,
        state=card.state,
        handle=card.handle,
        name=card.name,
        description=card.description,
        rig=card.rig,
        consent_version=card.version,
        audience=card.audience,
        expires_at=unix(card.expires_at) if card.expires_at else None,
        created_at=unix(card.created_at),
        uses=card.uses,
    )
