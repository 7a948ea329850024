"""`ETag` and `If-Match` of things with a version: who changes one says which version he has read."""

from __future__ import annotations

from typing import Final

from api.call import Call
from api.errors import PreconditionRequired
from api.routing import Param
from domain.errors import Invalid

IF_MATCH: Final = Param(
    name="If-Match",
    place="header",
    description="The `ETag` of what was read: 412 when it has changed since; `*` is about whatever there is",
    schema={"type": "string"},
)


def etag(version: int) -> str:
    return f'"{version}"'


def unchanged(call: Call, tag: str) -> bool:
    """Whether the client says that it has this one (`If-None-Match`)."""
    given = call.request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in given.split(",")]


def expected(call: Call, *, required: bool = True) -> int | None:
    """The version in `If-Match`; None for `*`, and for none where none is required."""
    given = call.request.headers.get("if-match", "").strip()
    if not given and required:
        raise PreconditionRequired("Send `If-Match` with the `ETag` that you have read, or `If-Match: *`.")
    if given in ("", "*"):
        return None
    number = given.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise Invalid("invalid_if_match", "`If-Match` must be an `ETag` of this resource.", "If-Match")
    return int(number)
