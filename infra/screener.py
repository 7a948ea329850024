"""The look at prompts by the rules that come with this version. `rules/` keeps every ruleset that was ever in force."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

import msgspec

from domain.safety import Judge, Ruleset, Screening

CURRENT: Final = "prompts-1"
LONG: Final = 50_000  # characters: from here on, a look takes long enough to leave the event loop alone


class RuleScreener:
    def __init__(self, version: str = CURRENT) -> None:
        self._judge = Judge(load(version))

    async def screen(self, prompts: Sequence[str]) -> Screening:
        """As in `commands/ports.py`."""
        if sum(map(len, prompts)) > LONG:
            return await asyncio.to_thread(self._judge.screen, prompts)
        return self._judge.screen(prompts)


def load(version: str) -> Ruleset:
    """Raises `msgspec.ValidationError` for a file that does not have the form of a ruleset."""
    text = (files("infra") / "rules" / f"{version}.json").read_bytes()
    return msgspec.json.decode(text, type=Ruleset)
