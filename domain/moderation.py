"""A case: all that was said and decided about one subject (a video, a character, an account or a comment). Its stream
is named after the subject, so that there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from domain.fields import AccountText, Id, ModeratorText, ReporterText, Word

SUBJECTS: Final = {"video": "video", "char": "character", "acct": "account", "comment": "comment"}
SCOPES: Final = ("node", "subtree", "uses_of_character")
GROUNDS: Final = ("illegal_content", "terms")
AUTOMATED: Final = "system"


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asks for a look."""

    subject: Id
    reporter_id: Id
    reason: Word
    text: ReporterText


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """A moderator has taken the reports so far."""

    subject: Id
    moderator_id: Id
    note: ModeratorText


class Escalated(msgspec.Struct, frozen=True, kw_only=True):
    """Beyond what this moderator may or wants to decide."""

    subject: Id
    moderator_id: Id
    note: ModeratorText


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """Labels inform, they do not hide. `automated` when no person has looked."""

    subject: Id
    moderator_id: Id
    add: tuple[Word, ...]
    remove: tuple[Word, ...]
    automated: bool


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with what the Digital Services Act wants stated: the restriction and its scope, the ground and the
    rule it rests on, the facts, whether the content was found and the decision made by automated means, territory and
    duration. `affected` and `preview_digest` tell which videos the moderator had seen listed."""

    decision_id: Id
    subject: Id
    moderator_id: Id
    action: Word  # hide | none
    scope: Word
    ground: Word
    policy: Word
    facts: ModeratorText
    automated_detection: bool
    automated_decision: bool
    territory: tuple[Word, ...]
    until: datetime | None
    preview_digest: Word
    affected: int


class Reversed(msgspec.Struct, frozen=True, kw_only=True):
    """The decision does not hold any more; exactly its own restrictions are lifted."""

    decision_id: Id
    subject: Id
    moderator_id: Id
    reason: ModeratorText


class Appealed(msgspec.Struct, frozen=True, kw_only=True):
    """The author disagrees."""

    decision_id: Id
    subject: Id
    account_id: Id
    text: AccountText


class AppealResolved(msgspec.Struct, frozen=True, kw_only=True):
    """Heard: the decision is upheld or reversed."""

    decision_id: Id
    subject: Id
    moderator_id: Id
    outcome: Word  # upheld | reversed
    reason: ModeratorText


Event = Reported | Acknowledged | Escalated | Labelled | Decided | Reversed | Appealed | AppealResolved
