"""Query parameters, checked."""

from __future__ import annotations

from typing import Any, TypeVar

from api.call import Call
from domain.errors import Invalid

W = TypeVar("W", bound=str)


def bounded(call: Call, name: str, default: int, low: int, high: int) -> int:
    given = call.request.query_params.get(name, "")
    if given == "":
        return default
    if not (given.isascii() and given.isdigit() and len(given) <= 9 and low <= int(given) <= high):
        raise Invalid(f"invalid_{name}", f"`{name}` must be a whole number from {low} to {high}.", name)
    return int(given)


def one_of(call: Call, name: str, choices: tuple[W, ...]) -> W:
    """The first choice is the default."""
    given: Any = call.request.query_params.get(name) or choices[0]
    if given not in choices:
        raise Invalid(f"invalid_{name}", f"`{name}` must be one of {', '.join(choices)}.", name)
    return choices[choices.index(given)]
