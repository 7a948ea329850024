"""Cursors: where a page ended, signed, so that nobody can read what was not meant for them by making one up."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final, TypeVar

import msgspec

from domain.errors import Invalid

T = TypeVar("T")
_MAC_BYTES: Final = 15


def encode_cursor(key: bytes, purpose: str, where: msgspec.Struct) -> str:
    """`purpose` names the list: a cursor of one list is none of another."""
    body = msgspec.json.encode(where)
    return base64.urlsafe_b64encode(_mac(key, purpose, body) + body).rstrip(b"=").decode()


def decode_cursor(key: bytes, purpose: str, cursor: str, kind: type[T]) -> T:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise invalid_cursor() from None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, purpose, body)):
        raise invalid_cursor()
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise invalid_cursor() from None  # signed by an older version


def invalid_cursor() -> Invalid:
    return Invalid("invalid_cursor", "`cursor` is not one of this list, or too old: start again without it.", "cursor")


def _mac(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, b"cursor\0" + purpose.encode() + b"\0" + body, "sha256")[:_MAC_BYTES]
