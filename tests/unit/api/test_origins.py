"""Every command belongs to a trace: its caller's, or one that begins here."""

from __future__ import annotations

import re

from starlette.requests import Request

from api.origins import _traceparent

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
