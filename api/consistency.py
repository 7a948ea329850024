"""Reading one's own writes: a query waits a moment for what its caller has done, and says how far it came."""

from __future__ import annotations

from typing import Final

import msgspec

from api.call import Call
from api.schemas import AsOf
from api.tokens import write_token

PATIENCE: Final = 2.0


class Freshness(msgspec.Struct, frozen=True):
    as_of: AsOf
    stale: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"Stale": "true"} if self.stale else {}


async def fresh(call: Call, model: str) -> Freshness:
    """Waits until the read model has what the caller's token names, at most `PATIENCE` seconds."""
    token = await call.token()
    caught_up = await call.deps.reads.wait(model, token, PATIENCE) if token else True
    return await as_of(call, model, stale=not caught_up)


async def as_of(call: Call, model: str, *, stale: bool = False) -> Freshness:
    """For a query that does not wait."""
    reached = await call.deps.reads.reached(model)
    time = call.deps.clock.now().isoformat()
    return Freshness(AsOf(time, write_token(call.edge.signer, reached)), stale)
