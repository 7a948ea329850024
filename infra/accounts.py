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
        digest = self._hmac.digest("account name", folded(name).encode())
        while not (rows := await fetch(self._pool, FIND, (digest,))):
            await fetch(self._pool, CREATE, (digest, self._ids.new("acct")))
        return str(rows[0][0])


def folded(name: str) -> str:
    """Two spellings that look the same are the same name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())
