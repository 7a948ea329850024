"""Within a process, commands on one wallet run one after another: side by side they could only conflict and begin
again. Between processes they conflict, and the bus tries again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from commands.video import CreateVideo, EditVideo, ExtendVideo, RemixVideo, StitchVideo
from commands.wallet import AddCredits, ExpireHold, GrantAllowance, ReleaseHold, SettleHold

# Each changes the wallet of its `account_id`.
ON_A_WALLET: Final[tuple[type, ...]] = (
    AddCredits,
    CreateVideo,
    EditVideo,
    ExpireHold,
    ExtendVideo,
    GrantAllowance,
    ReleaseHold,
    RemixVideo,
    SettleHold,
    StitchVideo,
)


class Lanes:
    """A lock per wallet, for as long as somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def lane(self, command: Any) -> AsyncIterator[None]:
        """First come, first served. Free for a command on no wallet."""
        if not isinstance(command, ON_A_WALLET):
            yield
            return
        account_id: str = command.account_id  # type: ignore[attr-defined]
        lock = self._locks.setdefault(account_id, asyncio.Lock())
        self._users[account_id] = self._users.get(account_id, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[account_id] -= 1
            if not self._users[account_id]:
                del self._users[account_id], self._locks[account_id]
