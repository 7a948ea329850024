"""What the read side needs from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Opener(Protocol):
    async def open(self, tokens: Sequence[str]) -> list[str]:
        """The clear texts of sealed ones, in the same order; what was erased reads as `domain.fields.ERASED`."""
        ...
