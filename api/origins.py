"""The id of a command: which requests are the same request sent twice.

An `Idempotency-Key` says so itself. The SDKs send none and only count their retries; for them the ids given out lately
are remembered by account and body, in this process, so a retry that reaches another process makes a second video.
Two equal requests sent on purpose, both of whose replies were lost, are answered with the later one's video.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from starlette.requests import Request

from api.auth import Caller
from api.errors import request_id
from api.tokens import Signer
from domain.errors import Invalid
from domain.recorded import Origin

RETRY_WINDOW: Final = timedelta(minutes=10)
REMEMBERED: Final = 50_000
_KEY: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,254}")
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Retries:
    """The latest command id per (account, request), for ten minutes and at most `REMEMBERED` of them."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[str, bytes], tuple[str, datetime]] = OrderedDict()

    def remember(self, account: str, request_hash: bytes, key: str, now: datetime) -> None:
        entry = (account, request_hash)
        self._keys[entry] = (key, now)
        self._keys.move_to_end(entry)
        if len(self._keys) > REMEMBERED:
            self._keys.popitem(last=False)

    def find(self, account: str, request_hash: bytes, now: datetime) -> str | None:
        key, at = self._keys.get((account, request_hash), (None, now))
        return key if now - at < RETRY_WINDOW else None


class Identity(msgspec.Struct, frozen=True):
    origin: Origin
    repeatable: bool


def identify(
    request: Request, caller: Caller, body: Any, now: datetime, fresh: str, signer: Signer, retries: Retries
) -> Identity:
    """`fresh` is a new id for the case that this request was never seen. The hash is taken after parsing: each retry of
    a multipart body has a new boundary."""
    given = _given_key(request, signer)
    wire = msgspec.json.encode([request.method, request.url.path, body], order="deterministic")
    request_hash = signer.digest("request", wire)
    key, repeatable = _key(request, caller, given, request_hash, now, fresh, retries)
    origin = Origin(
        account=caller.account,
        key=key,
        request_hash=request_hash,
        occurred_at=now,
        causation=request_id(request),
        correlation=request_id(request),
        traceparent=_traceparent(request, fresh),
    )
    return Identity(origin, repeatable)


def _given_key(request: Request, signer: Signer) -> str | None:
    """A digest: command ids are kept for ever, and nobody knows what clients make their keys of."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Invalid("invalid_idempotency_key", "An Idempotency-Key is 1 to 255 printable ASCII characters.")
    return f"given:{signer.digest('idempotency key', given.encode()).hex()}"


def _key(
    request: Request,
    caller: Caller,
    given: str | None,
    request_hash: bytes,
    now: datetime,
    fresh: str,
    retries: Retries,
) -> tuple[str, bool]:
    if given is not None:
        return given, True
    if _is_retry(request) and (earlier := retries.find(caller.account, request_hash, now)):
        return earlier, True
    retries.remember(caller.account, request_hash, fresh, now)
    return fresh, False


def _is_retry(request: Request) -> bool:
    count = request.headers.get("x-stainless-retry-count", "0")
    return count.isascii() and count.isdigit() and int(count) >= 1


def _traceparent(request: Request, fresh: str) -> str:
    """The caller's trace, or the beginning of one."""
    given = request.headers.get("traceparent", "")
    if _TRACEPARENT.fullmatch(given):
        return given
    digest = hashlib.sha256(fresh.encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"
