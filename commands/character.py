"""Commands on characters and their consent, and their handlers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from commands.work import ACCOUNT, CHARACTER, HANDLE, Handler, Work
from domain import account, character, handle
from domain.character import MAX_CHARACTERS, CharacterCreated, Consent
from domain.consent_text import compile_text
from domain.errors import Invalid
from domain.handle import Reserved
from domain.rules import read_rule
from domain.video import Asset


class CreateCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """`parameters` is the JSON of an object of numbers. `challenge` is chosen by the sender for a person."""

    character_id: str
    account_id: str
    kind: str
    handle: str
    name: str
    description: str
    rig: str
    rig_version: int
    parameters: str
    challenge: str | None
    frames: tuple[Asset, ...] = ()


class VerifyCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """`evidence` is the SHA-256 of what was seen."""

    character_id: str
    moderator_id: str
    method: str
    evidence: str


class ChangeConsent(msgspec.Struct, frozen=True, kw_only=True):
    """`rules` as in `domain/rules.py`, others' characters by id or @handle. Those of `text` come behind them."""

    character_id: str
    account_id: str
    audience: str
    allowed: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    text: str = ""
    expires_at: datetime | None = None


class RevokeConsent(msgspec.Struct, frozen=True, kw_only=True):
    """`policy` says what becomes of what exists: freeze | hide_mine | hide_all. To consent anew is `ChangeConsent`."""

    character_id: str
    account_id: str
    policy: str


class DeleteCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """`policy` says what becomes of the videos with it, as for a revocation."""

    character_id: str
    account_id: str
    policy: str = "freeze"


class ExpireConsent(msgspec.Struct, frozen=True, kw_only=True):
    """Given when the time of `version` has come; anything newer stays as it is."""

    character_id: str
    version: int


async def create_character(command: CreateCharacter, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    handle.check_handle(command.handle)
    reservation = work.world.handles.stream(command.handle)
    made = CharacterCreated(
        character_id=command.character_id,
        owner_id=command.account_id,
        kind=command.kind,
        handle=command.handle,
        handle_stream=reservation,
        name=command.name,
        description=command.description,
        rig=command.rig,
        rig_version=command.rig_version,
        parameters=command.parameters,
        frames=command.frames,
        challenge=command.challenge,
    )
    owned = await work.world.lists.characters_of(command.account_id, "", MAX_CHARACTERS)
    work.change(
        command.character_id, character.create(await work.read(CHARACTER, command.character_id), made, len(owned))
    )
    work.change(
        reservation,
        handle.reserve(await work.read(HANDLE, reservation), command.character_id, command.account_id),
    )
    work.answer = {"character_id": command.character_id}


async def verify_character(command: VerifyCharacter, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.moderator_id), command.moderator_id)
    state = await work.read(CHARACTER, command.character_id)
    events = character.verify(state, command.character_id, command.moderator_id, command.method, command.evidence)
    work.change(command.character_id, events)
    work.answer = {"character_id": command.character_id}


async def change_consent(command: ChangeConsent, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    state = await work.read(CHARACTER, command.character_id)
    character.own(command.character_id, state, command.account_id)
    rules, unclear = await _compile(command, work)
    wanted = Consent(
        audience=command.audience,
        allowed=tuple(sorted(set(command.allowed))),
        rules=rules,
        text=command.text,
        unclear=unclear,
        expires_at=command.expires_at,
    )
    events = character.change_consent(state, command.character_id, command.account_id, wanted, work.now)
    work.change(command.character_id, events)
    work.answer = {"character_id": command.character_id}


async def _compile(command: ChangeConsent, work: Work) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All rules, each once, with ids in the place of handles; and the sentences that are unclear."""
    rules: dict[str, None] = {}
    unclear: list[str] = []
    for rule in command.rules:
        found = await with_id(rule, work)
        if found is None:
            raise Invalid("invalid_rule", "`rules`: there is no character with that handle.", "rules")
        rules[found] = None
    for sentence in compile_text(command.text):
        clear = sentence.clear
        for rule in sentence.rules:
            found = await with_id(rule, work)
            clear = clear and found is not None
            rules.update({found: None} if found else {})
        unclear += [] if clear else [sentence.text]
    return tuple(rules), tuple(unclear)


async def with_id(text: str, work: Work) -> str | None:
    """The rule with an id in the place of a handle. None when nobody has it."""
    rule = read_rule(text)
    if rule.kind != "character" or not rule.value.startswith("@"):
        return str(rule)
    found = await work.read(HANDLE, work.world.handles.stream(rule.value[1:]))
    return f"character:{found.character_id}" if isinstance(found, Reserved) else None


async def revoke_consent(command: RevokeConsent, work: Work) -> None:
    state = await work.read(CHARACTER, command.character_id)
    work.change(command.character_id, character.revoke(state, command.character_id, command.account_id, command.policy))
    work.answer = {"character_id": command.character_id}


async def delete_character(command: DeleteCharacter, work: Work) -> None:
    state = await work.read(CHARACTER, command.character_id)
    kept = character.own(command.character_id, state, command.account_id)
    events = character.delete(state, command.character_id, command.account_id, command.policy)
    work.change(command.character_id, events)
    reservation = kept.made.handle_stream
    work.change(reservation, handle.release(await work.read(HANDLE, reservation), command.character_id))
    work.answer = {"character_id": command.character_id}


async def expire_consent(command: ExpireConsent, work: Work) -> None:
    state = await work.read(CHARACTER, command.character_id)
    work.change(command.character_id, character.expire(state, command.character_id, command.version, work.now))


HANDLERS: Final[dict[type, Handler]] = {
    CreateCharacter: create_character,
    VerifyCharacter: verify_character,
    ChangeConsent: change_consent,
    RevokeConsent: revoke_consent,
    DeleteCharacter: delete_character,
    ExpireConsent: expire_consent,
}
