"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

from starlette.responses import Response

from api.call import Call, reply
from api.schemas import Health
from projections.registry import MODELS

PATIENCE: Final = 3.0


async def alive(call: Call) -> Response:
    del call
    return reply(Health(status="ok", detail={}))


async def ready(call: Call) -> Response:
    """503 while the database or a read model cannot be read. Models without a live worker and reactions that are parked
    are told but do not count: everything else goes on. So does what reads a model that has stopped: it is stale."""
    needed = {"database": await _problem(call.deps.store.last_positions(""))}
    for model in MODELS:
        needed[f"read model {model.name}"] = await _problem(call.deps.reads.standing(model.name))
    failed = any(needed.values())
    told = {} if failed else {**await _workers(call), **await _reactions(call), **await _stopped(call)}
    detail = {name: problem or "ok" for name, problem in {**needed, **told}.items()}
    return reply(Health(status="unavailable" if failed else "ok", detail=detail), 503 if failed else 200)


async def _reactions(call: Call) -> dict[str, str | None]:
    parked = await call.deps.reactions.parked()
    return {"reactions": f"{parked} reactions are parked"} if parked else {}


async def _stopped(call: Call) -> dict[str, str | None]:
    """Over what was said of them before: that they can be read is not all."""
    models = {model.name for model in MODELS}
    return {
        f"read model {name}" if name in models else name: "has stopped: see the log of streams"
        for name in await call.deps.gauges.stopped()
    }


async def _problem(check: Awaitable[Any]) -> str | None:
    """Says what kind of failure it is and no more: this answer is public."""
    try:
        async with asyncio.timeout(PATIENCE):
            await check
    except Exception as error:
        return f"fails with {type(error).__name__}"
    return None


async def _workers(call: Call) -> dict[str, str | None]:
    installed = await call.deps.models.installed()
    return {
        f"workers for {model.model}": None if await call.deps.workers.live(model.model) else "none is running"
        for model in installed
    }
