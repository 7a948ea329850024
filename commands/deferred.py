"""The commands that reactions give, now or later, and their form while they wait: a name and a JSON of ids."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from commands.account import RemovePreference
from commands.character import ExpireConsent
from commands.moderation import EndDecision
from commands.process import AdvanceProcess, StartProcess
from commands.wallet import ExpireHold, GrantAllowance, ReleaseHold, SettleHold


class Known(msgspec.Struct, frozen=True):
    """`name` stays for ever: rows that wait have it, and the ids of commands begin with it. `subject` is the field
    that names what the command is about: commands of one subject are given one after another."""

    name: str
    kind: type[msgspec.Struct]
    subject: str


KNOWN: Final = (
    Known("settle_hold", SettleHold, "account_id"),
    Known("release_hold", ReleaseHold, "account_id"),
    Known("expire_hold", ExpireHold, "account_id"),
    Known("grant_allowance", GrantAllowance, "account_id"),
    Known("expire_consent", ExpireConsent, "character_id"),
    Known("remove_preference", RemovePreference, "account_id"),
    Known("end_decision", EndDecision, "subject"),
    Known("start_process", StartProcess, "process_id"),
    Known("advance_process", AdvanceProcess, "process_id"),
)
# A refusal of these would leave money stuck or a process half done: it is seen, not passed over.
MUST: Final = frozenset({"settle_hold", "release_hold", "start_process", "advance_process"})
_BY_NAME: Final = {known.name: known for known in KNOWN}
_BY_KIND: Final = {known.kind: known for known in KNOWN}


def name_of(command: msgspec.Struct) -> str:
    return _BY_KIND[type(command)].name


def subject_of(command: msgspec.Struct) -> str:
    subject: str = getattr(command, _BY_KIND[type(command)].subject)
    return subject


def encode(command: msgspec.Struct) -> bytes:
    return msgspec.json.encode(command)


def decode(name: str, payload: bytes) -> Any:
    """KeyError for a name that this version does not know, msgspec.ValidationError for other fields than it has."""
    return msgspec.json.decode(payload, type=_BY_NAME[name].kind)
