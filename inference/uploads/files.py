"""A stranger's file, looked at apart: what it is, and whom it shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from domain.enrolment import Enrolled
from domain.uploads import Look

if TYPE_CHECKING:
    from inference.sandbox import Sandbox


class Asked(msgspec.Struct, frozen=True):
    """As the tasks `probe` and `enrol` read it."""

    file: str


class Files:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def probe(self, file: Path) -> Look:
        """Raises as `Sandbox.ask`."""
        return await self._sandbox.ask("probe", Asked(str(file)), Look)

    async def enrol(self, file: Path) -> Enrolled:
        """Raises as `Sandbox.ask`."""
        return await self._sandbox.ask("enrol", Asked(str(file)), Enrolled)
