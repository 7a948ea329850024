"""Reading one's own writes: a query waits a moment for what its caller has done, and says how far it came."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from api.call import Call
from api.schemas import AsOf
from api.tokens import Token, write_token
from projections.consistency import Reached

PATIENCE: Final = 2.0


class Freshness(msgspec.Struct, frozen=True):
    as_of: AsOf
    stale: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Stale": "true"} if self.stale else {}


async def fresh(call: Call, model: str) -> Freshness:
    """Waits until the read model has what the caller's token names, at most `PATIENCE` seconds. Call it before the
    query: the answer then shows at least what `as_of` says."""
    token = await call.token()
    caught_up = await call.deps.reads.wait(model, token, PATIENCE) if token else True
    return await standing(call, model, stale=not caught_up)


async def standing(call: Call, model: str, *, stale: bool = False) -> Freshness:
    """For a query that does not wait."""
    found = await call.deps.reads.standing(model)
    return Freshness(as_of(call, found.reached, found.stale_since), stale)


def as_of(call: Call, reached: Reached, stale_since: datetime | None) -> AsOf:
    token = write_token(call.edge.signer, Token(reached.epoch, reached.positions))
    return AsOf(time=reached.at, token=token, stale_since=stale_since)
