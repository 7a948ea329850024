"""What counts as text that people wrote."""

from __future__ import annotations

from domain.errors import Invalid


def require_text(text: str, param: str) -> None:
    """Raises `Invalid` for what no database and no wire can carry: half of a surrogate pair, or a zero."""
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise Invalid(f"invalid_{param}", f"`{param}` holds characters that are not text.", param)
