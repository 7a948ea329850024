"""Names of accounts, from their own streams. Remembered for a moment only, so that an erased name is soon gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Final

from api.ports import Store
from api.schemas import Author
from commands.work import ACCOUNT, FOLLOW, fold
from domain.account import Erased, Open, not_blocked
from domain.engagement import Following
from domain.ids import follow_stream

REMEMBERED_SECONDS: Final = 10.0
REMEMBERED: Final = 10_000


class Authors:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[str, tuple[float, str]] = {}

    async def of(self, accounts: Iterable[str]) -> dict[str, Author]:
        unique = list(dict.fromkeys(accounts))
        names = await asyncio.gather(*map(self._name, unique))
        return {account: Author(account, name) for account, name in zip(unique, names, strict=True)}

    async def one(self, account: str) -> Author:
        return Author(account, await self._name(account))

    async def _name(self, account: str) -> str:
        now = time.monotonic()
        until, name = self._names.get(account, (0.0, ""))
        if now < until:
            return name
        state, _ = await fold(self._store, ACCOUNT, account)
        name = state.name if isinstance(state, Open) else account
        if len(self._names) >= REMEMBERED:
            self._names.clear()
        self._names[account] = (now + REMEMBERED_SECONDS, name)
        return name

    async def is_erased(self, account: str) -> bool:
        return isinstance((await fold(self._store, ACCOUNT, account))[0], Erased)

    async def apart_from(self, viewer: str, others: Iterable[str]) -> set[str]:
        """Those of the others who have blocked the viewer, or whom the viewer has blocked."""
        unique = sorted(set(others) - {viewer})
        if not viewer or not unique:
            return set()
        (mine, _), *theirs = await asyncio.gather(*(fold(self._store, ACCOUNT, each) for each in (viewer, *unique)))
        return {
            other
            for other, (state, _) in zip(unique, theirs, strict=True)
            if not (not_blocked(mine, other) and not_blocked(state, viewer))
        }

    async def apart(self, viewer: str, other: str) -> bool:
        """Whether one of the two has blocked the other."""
        return bool(await self.apart_from(viewer, [other]))

    async def followed(self, viewer: str, accounts: Iterable[str]) -> set[str]:
        """Those of the accounts that the viewer follows."""
        unique = sorted(set(accounts))
        states = await asyncio.gather(*(fold(self._store, FOLLOW, follow_stream(viewer, each)) for each in unique))
        return {each for each, (state, _) in zip(unique, states, strict=True) if isinstance(state, Following)}
