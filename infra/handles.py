"""Handles of characters, as keyed digests: a stream's name is public for ever, a handle may be personal."""

from __future__ import annotations

from domain.ids import handle_stream
from infra.accounts import folded
from infra.keys import Hmac


class Handles:
    def __init__(self, hmac: Hmac) -> None:
        self._hmac = hmac

    def stream(self, handle: str) -> str:
        """As in `commands/ports.py`."""
        return handle_stream(self._hmac.digest("handle", folded(handle).encode()))
