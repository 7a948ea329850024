"""A text in every form in which it could lie in bytes without anyone having hidden it."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Final

SHORTEST: Final = 6  # bytes: less is found by chance


class Needles:
    def __init__(self, text: str) -> None:
        """Raises `ValueError` for a text that proves nothing, as it is found by chance."""
        clear = text.encode()
        if len(clear) < SHORTEST:
            raise ValueError(f"a text to look for has at least {SHORTEST} bytes")
        self._folded = clear.lower()
        self._forms: dict[bytes, str] = {}
        for name, form in _forms(text):
            self._forms.setdefault(form, name)
        # Between two pieces of a stream there must be room for all but one byte of the longest form.
        self.overlap: Final = max(map(len, self._forms))

    def forms_in(self, data: bytes) -> list[str]:
        """The names of the forms that are in there, in a fixed order."""
        found = {name: None for form, name in self._forms.items() if form in data}
        # Names are folded before they are digested: whatever keeps one in clear may have changed its case.
        if "text" not in found and self._folded in data.lower():
            found["text"] = None
        return list(found)


def _forms(text: str) -> Iterator[tuple[str, bytes]]:
    clear = text.encode()
    yield "text", clear
    yield "json", json.dumps(text)[1:-1].encode()
    yield "json", json.dumps(text, ensure_ascii=False)[1:-1].encode()
    yield "utf-16", text.encode("utf-16-le")
    yield "hex", clear.hex().encode()
    yield "hex", clear.hex().upper().encode()
    for before in range(3):
        yield "base64", _inner(b64encode(bytes(before) + clear), before, len(clear))
        yield "base64", _inner(urlsafe_b64encode(bytes(before) + clear), before, len(clear))


def _inner(encoded: bytes, before: int, length: int) -> bytes:
    """The characters that depend on the text alone, whatever stands before and behind it."""
    return encoded[-(-before * 8 // 6) : (before + length) * 8 // 6]
