"""What prompts are about, and which ones nobody may have made into a video."""

from __future__ import annotations

import msgspec


class Screening(msgspec.Struct, frozen=True):
    """What a look at a whole chain of prompts found. `topics` are from the closed list of the ruleset, and count for
    the consent of characters; `blocked_by` is the id of the rule that forbids it, `message` says what to change."""

    ruleset: str
    topics: frozenset[str]
    blocked_by: str | None = None
    message: str = ""
