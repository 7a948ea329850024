"""`GET /v1/leaderboards/{board}`: who leads, by which rule, and what the rule left out; now or as of a closed hour. The
place of one, and the receipt for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import as_of, fresh
from api.query import bounded, one_of
from api.routing import CURSOR, Endpoint, Param, limit_param
from api.schemas import Board, BoardRank, BoardReceipt
from api.tokens import read_token
from domain.errors import Invalid
from projections.consistency import Reached
from projections.leaderboard.boards import BOARDS, WINDOWS
from projections.leaderboard.query import Vector

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
WINDOW_NAMES: Final = ("day", *(name for name in WINDOWS if name != "day"))
_REACH: Final = re.compile(r"([a-z]+/[0-9]{1,5}):([0-9]{1,18})", re.ASCII)


async def leaderboard(call: Call) -> Response:
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    moment = _moment(call)
    if moment is not None:
        return reply(await board(call, call.path("board"), limit, moment))
    freshness = await fresh(call, "leaderboard")
    return reply(await board(call, call.path("board"), limit), headers=freshness.headers)


async def board(call: Call, name: str, limit: int, moment: datetime | Vector | None = None) -> Board:
    window, corrected = one_of(call, "window", WINDOW_NAMES), one_of(call, "corrected", ("false", "true")) == "true"
    if corrected and moment is None:
        raise Invalid("invalid_corrected", "Boards of now are corrected anyway: `corrected` goes with `as_of`.")
    found = await call.deps.reads.board(
        name, window, limit=limit, cursor=_cursor(call), as_of=moment, corrected=corrected
    )
    standing = await call.deps.reads.standing("leaderboard")
    return Board(
        board=name,
        window=window,
        since=found.since,
        until=found.until,
        closed_at=found.closed_at,
        of=found.of,
        corrected=found.corrected,
        definition=found.definition,
        data=found.rows,
        has_more=found.next_cursor is not None,
        next_cursor=found.next_cursor,
        positions=_positions(found.reached),
        as_of=as_of(call, found.reached, standing.stale_since),
    )


async def rank(call: Call) -> Response:
    moment, window = _moment(call), one_of(call, "window", WINDOW_NAMES)
    headers = {} if moment is not None else (await fresh(call, "leaderboard")).headers
    found = await call.deps.reads.board_rank(call.path("board"), window, call.path("item"), as_of=moment)
    standing = await call.deps.reads.standing("leaderboard")
    answer = BoardRank(
        board=found.board,
        window=found.window,
        since=found.since,
        until=found.until,
        closed_at=found.closed_at,
        of=found.of,
        place=found.row,
        ties=found.ties,
        definition=found.definition,
        positions=_positions(found.reached),
        as_of=as_of(call, found.reached, standing.stale_since),
    )
    return reply(answer, headers=headers)


async def receipt(call: Call) -> Response:
    limit = bounded(call, "limit", MAX_LIMIT, 1, MAX_LIMIT)
    moment, window = _moment(call), one_of(call, "window", WINDOW_NAMES)
    headers = {} if moment is not None else (await fresh(call, "leaderboard")).headers
    found = await call.deps.reads.board_receipt(
        call.path("board"), window, call.path("item"), limit=limit, cursor=_cursor(call), as_of=moment
    )
    standing = await call.deps.reads.standing("leaderboard")
    answer = BoardReceipt(
        board=found.board,
        window=found.window,
        since=found.since,
        until=found.until,
        closed_at=found.closed_at,
        of=found.of,
        place=found.row,
        ties=found.ties,
        tied=found.tied,
        definition=found.definition,
        data=found.events,
        has_more=found.next_cursor is not None,
        next_cursor=found.next_cursor,
        positions=_positions(found.reached),
        as_of=as_of(call, found.reached, standing.stale_since),
    )
    return reply(answer, headers=headers)


def _cursor(call: Call) -> str | None:
    return call.request.query_params.get("cursor") or None


def _positions(reached: Reached) -> dict[str, int]:
    return {f"{at.category}/{at.shard}": at.position for at in reached.positions}


def _moment(call: Call) -> datetime | Vector | None:
    """None for now."""
    given = call.request.query_params.get("as_of") or "now"
    if given == "now":
        return None
    return _vector(call, given) or _instant(given)


def _vector(call: Call, given: str) -> Vector | None:
    """The positions of a token, or written out."""
    if token := read_token(call.edge.signer, given):
        return {f"{at.category}/{at.shard}": at.position for at in token.positions}
    reaches: list[re.Match[str] | None] = [_REACH.fullmatch(part) for part in given.split(",")]
    found: Mapping[str, int] = {each[1]: int(each[2]) for each in reaches if each}
    return found if all(reaches) else None


def _instant(given: str) -> datetime:
    try:
        instant = datetime.fromisoformat(given.replace(" ", "+"))  # a plus sign that nobody has escaped
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Invalid(
            "invalid_as_of",
            "`as_of` is a time with its zone, as in 2026-01-31T12:00:00Z, or positions, as in video/0:12,platform/0:4,"
            " or the token of an answer; without it the board is that of now.",
            "as_of",
        )
    return instant


def _param(name: str, description: str, **schema: object) -> Param:
    return Param(name=name, description=description, schema={"type": "string", **schema})


_WINDOW: Final = _param("window", "How far back", enum=list(WINDOW_NAMES), default=WINDOW_NAMES[0])
_AS_OF: Final = _param(
    "as_of", "A past moment: a time, positions (`video/0:12,engagement/3:4`) or a token; answered by the last hour"
    " that was closed by then",
)  # fmt: skip
_CORRECTED: Final = _param(
    "corrected", "With `as_of`: under the corrections of today instead of those of then", enum=["false", "true"],
    default="false",
)  # fmt: skip

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/leaderboards/{board}",
        handler=leaderboard,
        summary=f"Who leads, by which rule, and what the rule left out: {', '.join(BOARDS)}",
        tag="social",
        access="open",
        params=(_WINDOW, limit_param(DEFAULT_LIMIT, MAX_LIMIT), CURSOR, _AS_OF, _CORRECTED),
        answer=Board,
    ),
    Endpoint(
        method="GET",
        path="/v1/leaderboards/{board}/ranks/{item}",
        handler=rank,
        summary="The place of one, and with how many it is shared",
        tag="social",
        access="open",
        params=(_WINDOW, _AS_OF),
        answer=BoardRank,
    ),
    Endpoint(
        method="GET",
        path="/v1/leaderboards/{board}/receipts/{item}",
        handler=receipt,
        summary="Which events a place was counted from, by log and position, and why some of them do not count",
        tag="social",
        access="open",
        params=(_WINDOW, limit_param(MAX_LIMIT, MAX_LIMIT), CURSOR, _AS_OF),
        answer=BoardReceipt,
    ),
)
