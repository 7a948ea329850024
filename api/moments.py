"""`as_of`: a past moment, as an RFC 3339 time, as positions written out (`account/0:12,video/3:4`), or as a token."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from api.call import Call
from api.consistency import PATIENCE
from api.routing import Param
from api.tokens import Token, read_token
from domain.errors import Invalid, Unavailable
from domain.recorded import Position

Moment = datetime | tuple[Position, ...]
AS_OF: Final = Param(
    name="as_of",
    description="What there was then: a time that has passed, positions (`account/0:12`), or the token of an answer",
    schema={"type": "string"},
)
_REACH: Final = re.compile(r"([a-z]{1,20})/([0-9]{1,5}):([0-9]{1,15})")


def asked(call: Call) -> str | None:
    """None for now."""
    given = call.request.query_params.get("as_of") or "now"
    return None if given == "now" else given


async def moment(call: Call, model: str, given: str) -> Moment:
    """A read model that has not come as far as a token is waited for."""
    if token := read_token(call.edge.signer, given):
        return await _reached(call, model, token)
    return _positions(given) or _instant(given, call.deps.clock.now())


async def _reached(call: Call, model: str, token: Token) -> Moment:
    if not await call.deps.reads.wait(model, token, PATIENCE):
        raise Unavailable("not_there_yet", f"The read model {model} has not come so far: try again.", retry_after=1)
    return token.positions


def _positions(given: str) -> tuple[Position, ...]:
    found = [_REACH.fullmatch(part) for part in given.split(",")]
    return tuple(Position(at[1], int(at[2]), int(at[3])) for at in found if at) if all(found) else ()


def _instant(given: str, now: datetime) -> datetime:
    try:
        instant = datetime.fromisoformat(given.replace(" ", "+"))  # a plus sign that nobody has escaped
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Invalid(
            "invalid_as_of",
            "`as_of` is a time with its zone, as in 2026-01-31T12:00:00Z, or positions, as in account/0:12, or the"
            " token of an answer; without it the answer is that of now.",
            "as_of",
        )
    if instant > now:
        raise Invalid("as_of_in_future", "`as_of` is a time that has passed.", "as_of")
    return instant
