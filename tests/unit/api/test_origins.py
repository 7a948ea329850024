"""Every command belongs to a trace: its caller's, or one that begins here. What is kept of a request for ever tells
nothing to anyone without the secret."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
from starlette.requests import Request

from api.auth import Caller
from api.origins import Retries, _traceparent, identify
from api.tokens import Signer
from domain.recorded import Origin
from tests.given import AT, OWNER

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def request(*headers: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "headers": list(headers)})


def test_the_trace_of_the_caller_goes_on() -> None:
    assert _traceparent(request((b"traceparent", GIVEN.encode())), "cmd_1") == GIVEN


def test_without_one_or_with_nonsense_a_trace_begins() -> None:
    begun = _traceparent(request(), "cmd_1")
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", begun)
    assert _traceparent(request((b"traceparent", b"00-nonsense")), "cmd_1") == begun
    assert _traceparent(request(), "cmd_2") != begun


def origin(body: Any, key: str, secret: bytes = bytes(32)) -> Origin:
    headers = [(b"idempotency-key", key.encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/videos", "headers": headers, "query_string": b""}
    scope["server"] = ("recut.example", 80)
    caller = Caller(account=OWNER, role="creator", browser=False, key=b"")
    return identify(Request(scope), caller, body, AT, "cmd_1", Signer(secret), Retries()).origin


def test_neither_the_hash_of_a_request_nor_its_key_can_be_guessed() -> None:
    """Whoever steals the database can try texts and keys, but has no secret to try them with."""
    body = {"prompt": "a cat"}
    kept = origin(body, "order-of-ada")
    assert kept == origin(body, "order-of-ada")
    assert "ada" not in kept.key
    wire = msgspec.json.encode(["POST", "/v1/videos", body], order="deterministic")
    assert kept.request_hash != hashlib.sha256(wire).digest()
    assert hashlib.sha256(b"order-of-ada").hexdigest() not in kept.key
    other = origin(body, "order-of-ada", secret=b"another secret of this platform.")
    assert (other.request_hash == kept.request_hash, other.key == kept.key) == (False, False)
    assert origin({"prompt": "a dog"}, "order-of-ada").request_hash != kept.request_hash
    assert origin(body, "order-of-bob").key != kept.key
