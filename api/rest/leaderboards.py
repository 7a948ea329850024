"""`GET /v1/leaderboards/{board}`: who leads, by which rule, and what the rule left out."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import as_of, fresh
from api.query import bounded, one_of
from api.schemas import Board
from domain.errors import Invalid
from projections.leaderboard.boards import WINDOWS

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
WINDOW_NAMES: Final = ("day", *(name for name in WINDOWS if name != "day"))


async def leaderboard(call: Call) -> Response:
    if call.request.query_params.get("as_of") not in (None, "", "now"):
        raise Invalid("as_of_unsupported", "Boards of past moments are not kept yet: leave `as_of` out.", "as_of")
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    freshness = await fresh(call, "leaderboard")
    return reply(await board(call, call.path("board"), limit), headers=freshness.headers)


async def board(call: Call, name: str, limit: int) -> Board:
    window = one_of(call, "window", WINDOW_NAMES)
    found = await call.deps.reads.board(name, window, limit=limit, now=call.deps.clock.now())
    standing = await call.deps.reads.standing("leaderboard")
    return Board(
        board=name,
        window=window,
        since=found.since,
        definition=found.definition,
        data=found.rows,
        positions={f"{at.category}/{at.shard}": at.position for at in found.reached.positions},
        as_of=as_of(call, found.reached, standing.stale_since),
    )
