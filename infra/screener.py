"""The look at prompts by the rules that come with this version. `rules/` keeps every ruleset that was ever in force."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

import msgspec

from domain.safety import Judge, Ruleset, Screening

CURRENT: Final = "prompts-1"


class RuleScreener:
    def __init__(self, version: str = CURRENT) -> None:
        self._judge = Judge(load(version))

    async def screen(self, prompts: Sequence[str]) -> Screening:
        """As in `commands/ports.py`."""
        return self._judge.screen(prompts)


def load(version: str) -> Ruleset:
    """Raises `msgspec.ValidationError` for a file that does not have the form of a ruleset."""
    text = (files("infra") / "rules" / f"{version}.json").read_bytes()
    return msgspec.json.decode(text, type=Ruleset)
