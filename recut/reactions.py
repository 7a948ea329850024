"""What an operator sees of commands that follow from facts and could not be given, and what he can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from domain.timers import Refusal, Troubled
from recut.errors import OperatorError

MOST: Final = 1_000


class Table(Protocol):
    async def troubled(self, limit: int) -> list[Troubled]: ...
    async def refusals(self, limit: int) -> list[Refusal]: ...
    async def retry(self, key: str) -> bool: ...
    async def drop(self, key: str) -> bool: ...


class Trouble(msgspec.Struct, frozen=True):
    """`waiting`: parked first, then what is tried again by itself. `refused`: what the rules said no to lately."""

    waiting: list[Troubled]
    refused: list[Refusal]

    @property
    def lines(self) -> Sequence[str]:
        waiting = [
            f"{each.state:7} {each.key}  {each.command} of {each.subject}, due {each.due_at:%Y-%m-%d %H:%M:%S}, "
            f"{each.attempts} attempts, the last: {each.last_error}"
            for each in self.waiting
        ]
        refused = [
            f"refused {each.key}  {each.command} of {each.subject}, {each.at:%Y-%m-%d %H:%M:%S}: {each.code}"
            for each in self.refused
        ]
        return [*waiting, *refused] or ["Nothing is parked, tried again or was refused."]


async def look(table: Table) -> Trouble:
    return Trouble(await table.troubled(MOST), await table.refusals(MOST))


async def retry(table: Table, key: str) -> str:
    if not await table.retry(key):
        raise OperatorError(f"No reaction {key} is parked or tried again: see `recut reactions list`")
    return f"{key} is tried again within a second."


async def drop(table: Table, key: str) -> str:
    """For what nobody needs any more: the command will never be given."""
    if not await table.drop(key):
        raise OperatorError(f"There is no reaction {key}: see `recut reactions list`")
    return f"{key} is dropped: its command will not be given."
