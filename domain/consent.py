"""Whether a character may be used: judged by its consent as it is now, for everyone who makes a video, and for every
remix anew."""

from __future__ import annotations

from datetime import datetime
from typing import Final, assert_never

import msgspec

from domain.character import Absent, Active, Character, Consent, Deleted, Revoked, Unverified
from domain.fields import ERASED
from domain.rules import Text, holds, read_rule


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to use the character, and what for. `prompts` is the whole chain, oldest first, `topics` what it is
    about, `others` the other characters of the video."""

    by: str
    follows: bool = False  # `by` follows the owner
    followed: bool = False  # and the owner follows `by`
    apart: bool = False  # one of the two has blocked the other, or the owner is gone
    hidden: bool = False  # moderators have decided against its uses
    prompts: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    now: datetime


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` is what decided: of a yes, why it may be; of a no, what is in the way. `message` is for whoever asked and
    may be recorded, so it has no text of the owner in it. `version` is the consent that was looked at."""

    character_id: str
    allowed: bool
    rule: str
    message: str
    version: int


def judge(character_id: str, character: Character, use: Use) -> Verdict:
    """Nobody is above a revocation or a decision; otherwise the owner may always, as rules are for others."""
    match character:
        case Absent() | Deleted():
            return _no(character_id, 0, "unavailable")
        case Unverified() | Active() | Revoked():
            rule = _obstacle(character, use)
            version = character.consent.version
        case _:
            assert_never(character)
    if rule:
        return _no(character_id, version, rule)
    why = "owner" if use.by == character.made.owner_id else f"audience:{character.consent.audience}"
    return Verdict(character_id=character_id, allowed=True, rule=why, message="", version=version)


def _obstacle(character: Unverified | Active | Revoked, use: Use) -> str | None:
    """The first thing that is in the way. Who is kept apart learns nothing more."""
    if use.apart:
        return "unavailable"
    if isinstance(character, Unverified):
        return "unverified"
    if isinstance(character, Revoked):
        return "revoked"
    if use.hidden:
        return "decision"
    if use.by == character.made.owner_id:
        return None
    return _outside(character.consent, use) or _forbidden(character.consent, use)


def _outside(consent: Consent, use: Use) -> str | None:
    if consent.expires_at and consent.expires_at <= use.now:
        return "expired"
    match consent.audience:
        case "everyone":
            within = True
        case "mutuals":
            within = use.follows and use.followed
        case "approved":
            within = use.by in consent.allowed
        case _:
            within = False
    return None if within else f"audience:{consent.audience}"


def _forbidden(consent: Consent, use: Use) -> str | None:
    rules = [read_rule(rule) for rule in consent.rules]
    if ERASED in use.prompts and any(rule.kind != "character" for rule in rules):
        return "unreadable"
    text = Text(use.prompts)
    named = zip(consent.rules, rules, strict=True)
    return next((name for name, rule in named if holds(rule, text, use.topics, use.others)), None)


def _no(character_id: str, version: int, rule: str) -> Verdict:
    message = f"Character {character_id} {_reason(rule)}."
    return Verdict(character_id=character_id, allowed=False, rule=rule, message=message, version=version)


def _reason(rule: str) -> str:
    kind, _, value = rule.partition(":")
    match kind:
        case "unavailable":
            return "is not available"
        case "unverified":
            return "is a person whom nobody has verified yet"
        case "revoked":
            return "may not be used any more: its owner has revoked the consent"
        case "decision":
            return "may not be used: moderators have decided against its uses"
        case "expired":
            return "may be used by its owner only: the consent has expired"
        case "audience":
            return f"may be used by {_AUDIENCE.get(value, 'its owner')} only"
        case "unreadable":
            return "has rules about words, and what a video that this one comes from says was erased with its account"
        case "topic":
            return f"may not be used in videos about {value}: leave that out of the prompt"
        case "setting":
            return f"may not be used in the setting {value}: choose another one"
        case "character":
            return f"may not be used together with {value}"
        case _:
            return "may not be used with a word that the prompt has"


_AUDIENCE: Final = {
    "only_me": "its owner",
    "approved": "accounts that its owner has approved",
    "mutuals": "accounts that its owner follows and that follow its owner",
    "everyone": "everyone",
}
