"""Between an event and the bytes that are stored: text that belongs to an account is sealed with the account's key.

A sealed text is `sealed:<account id>:<base64url of nonce and ciphertext>`; a sealed tuple of texts is a tuple with the
one sealed text of its JSON. So a sealed event has the shape of a clear one, and whoever needs no text needs no key.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain import catalog
from domain.fields import ERASED
from infra.keys import Keyring, decrypt, encrypt

PREFIX: Final = "sealed"
Words = tuple[str, ...]


class Mapper:
    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def seal(self, event: msgspec.Struct) -> bytes:
        """JSON of the sealed form. `IllegalState` when an account whose text it holds was erased."""
        sealed = catalog.BY_KIND[type(event)].sealed
        if sealed:
            fields = {
                field: await self._seal(getattr(event, field), getattr(event, by)) for field, by in sealed.items()
            }
            event = msgspec.structs.replace(event, **fields)
        return catalog.encode(event)

    async def open(self, type_: str, data: bytes) -> Any:
        """The event in clear; text of an erased account is `ERASED`."""
        event = catalog.decode(type_, data)
        sealed = catalog.entry_of(type_).sealed
        if not sealed:
            return event
        values = {field: getattr(event, field) for field in sealed}
        keys = await self._keyring.for_opening({account_of(value) for value in values.values() if value is not None})
        return msgspec.structs.replace(event, **{field: _open(value, keys) for field, value in values.items()})

    def drop(self, account: str) -> None:
        """The store has destroyed the account's key."""
        self._keyring.drop(account)

    async def destroy(self, account: str) -> None:
        """For a store without a key table of its own."""
        await self._keyring.destroy(account)

    async def _seal(self, value: str | Words | None, account: str) -> str | Words | None:
        if value is None:
            return None
        key = await self._keyring.for_sealing(account)
        if isinstance(value, tuple):
            return (_token(key, account, msgspec.json.encode(value)),)
        return _token(key, account, value.encode())


class Opener:
    """Opens sealed texts that lie in read models."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def open(self, tokens: Collection[str]) -> list[str]:
        """Clear texts in the same order, `ERASED` for those of an erased account."""
        keys = await self._keyring.for_opening({account_of(token) for token in tokens})
        return [_open_text(token, keys) for token in tokens]


def account_of(sealed: str | Words) -> str:
    token = sealed[0] if isinstance(sealed, tuple) else sealed
    prefix, _, rest = token.partition(":")
    account, separator, _ = rest.partition(":")
    if prefix != PREFIX or not separator:
        raise ValueError("not a sealed text")
    return account


def _token(key: AESGCM, account: str, clear: bytes) -> str:
    return f"{PREFIX}:{account}:{urlsafe_b64encode(encrypt(key, clear, account.encode())).decode()}"


def _open(value: str | Words | None, keys: dict[str, AESGCM | None]) -> str | Words | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _open_text(value, keys)
    clear = _decrypt(value[0], keys)
    return (ERASED,) if clear is None else msgspec.json.decode(clear, type=Words)


def _open_text(token: str, keys: dict[str, AESGCM | None]) -> str:
    clear = _decrypt(token, keys)
    return ERASED if clear is None else clear.decode()


def _decrypt(token: str, keys: dict[str, AESGCM | None]) -> bytes | None:
    account = account_of(token)
    key = keys.get(account)
    if key is None:
        return None
    return decrypt(key, urlsafe_b64decode(token[len(PREFIX) + len(account) + 2 :]), account.encode())
