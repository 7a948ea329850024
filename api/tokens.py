"""Signed texts that travel through clients: position tokens, sessions, media addresses. All are readable by whoever
holds them and forgeable by nobody without the secret."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

import msgspec

from domain.recorded import Position

_MAC_BYTES: Final = 18


class Token(msgspec.Struct, frozen=True, array_like=True):
    """How far the reader must have come: the last position per log that the caller knows of."""

    epoch: str
    positions: tuple[Position, ...]


class _Log(msgspec.Struct, frozen=True, array_like=True):
    category: str
    shard: int
    position: int


class _Wire(msgspec.Struct, frozen=True, array_like=True):
    epoch: str
    logs: tuple[_Log, ...]


class Signer:
    """`purpose` separates the uses: a session is never accepted as a token."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("the signing secret must have at least 16 bytes")
        self._secret = secret

    def sign(self, purpose: str, payload: bytes) -> str:
        return f"{_encode(payload)}.{_encode(self.digest(purpose, payload)[:_MAC_BYTES])}"

    def open(self, purpose: str, text: str) -> bytes | None:
        """The payload, or None for anything that was not signed here for this purpose."""
        body = text.partition(".")[0]
        payload = _decode(body)
        if payload is None or not hmac.compare_digest(text.encode(), self.sign(purpose, payload).encode()):
            return None
        return payload

    def digest(self, purpose: str, payload: bytes) -> bytes:
        return hmac.digest(self._secret, purpose.encode() + b"\0" + payload, "sha256")


def write_token(signer: Signer, token: Token) -> str:
    logs = tuple(_Log(at.category, at.shard, at.position) for at in token.positions)
    return signer.sign("token", msgspec.json.encode(_Wire(token.epoch, logs)))


def read_token(signer: Signer, text: str) -> Token | None:
    payload = signer.open("token", text)
    if payload is None:
        return None
    wire = msgspec.json.decode(payload, type=_Wire)
    return Token(wire.epoch, tuple(Position(log.category, log.shard, log.position) for log in wire.logs))


def merge(earlier: Token | None, later: Token) -> Token:
    """Everything that either of them asks for; of another epoch's token nothing."""
    if earlier is None or earlier.epoch != later.epoch:
        return later
    logs: dict[tuple[str, int], int] = {}
    for at in earlier.positions + later.positions:
        log = (at.category, at.shard)
        logs[log] = max(at.position, logs.get(log, 0))
    return Token(later.epoch, tuple(Position(*log, position) for log, position in sorted(logs.items())))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
