"""Which account a name stands for, without the names: the table has keyed digests."""

from __future__ import annotations

import unicodedata
from typing import Final, Protocol

from infra.keys import Hmac
from infra.postgres import Pool, fetch

FIND: Final = "select account_id from edge.accounts where name_hmac = %s"
CREATE: Final = "insert into edge.accounts (name_hmac, account_id) values (%s, %s) on conflict do nothing"


class Ids(Protocol):
    def new(self, prefix: str) -> str: ...


class Accounts:
    def __init__(self, pool: Pool, hmac: Hmac, ids: Ids) -> None:
        self._pool = pool
        self._hmac = hmac
        self._ids = ids

    async def account_id_for(self, name: str) -> str:
        """The id of the account with this name, chosen now if there is none. Case does not matter."""
        while (account_id := await self.find(name)) is None:
            await fetch(self._pool, CREATE, (self._digest(name), self._ids.new("acct")))
        return account_id

    async def find(self, name: str) -> str | None:
        rows = await fetch(self._pool, FIND, (self._digest(name),))
        return str(rows[0][0]) if rows else None

    def _digest(self, name: str) -> bytes:
        return self._hmac.digest("account name", folded(name).encode())


def folded(name: str) -> str:
    """Two spellings that look the same are the same name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())
