"""Sealing with the key of one attempt: AES-256-GCM. What is sealed for one attempt cannot pass for another's."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES: Final = 12


def new_key() -> bytes:
    return AESGCM.generate_key(256)


def seal(key: bytes, data: bytes, about: str) -> bytes:
    """`about` says what the data is and whose: it must be the same to open it."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """Raises ValueError for anything that was not sealed with this key about this."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
    except InvalidTag as error:
        raise ValueError(f"this was not sealed as {about}") from error
