"""`GET /v1/videos/{id}/lineage`: where a video comes from, and what became of it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh
from api.present import see
from api.query import bounded
from api.schemas import LineagePage
from domain.errors import NotFound, Unavailable
from domain.video import MAX_DEPTH
from projections.remix_graph.query import Lineage

DEFAULT_DEPTH: Final = 20
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100


async def lineage(call: Call) -> Response:
    depth = bounded(call, "depth", DEFAULT_DEPTH, 0, MAX_DEPTH)
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    seen = await see(call, call.path("video_id"))
    freshness = await fresh(call, "remix_graph")
    found = await family(call, seen.id, depth=depth, limit=limit, cursor=cursor)
    body = LineagePage(
        id=seen.id,
        ancestors=found.ancestors,
        children=found.children,
        more=found.more,
        next_cursor=found.next_cursor,
        counts=found.counts,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


async def family(call: Call, video_id: str, *, depth: int, limit: int, cursor: str | None = None) -> Lineage:
    """Of a video that the caller was found to see."""
    try:
        return await call.deps.reads.lineage(video_id, call.viewer, depth=depth, limit=limit, cursor=cursor)
    except NotFound as error:
        message = f"The remix graph has not heard of {video_id} yet: try again."
        raise Unavailable("lineage_behind", message, "video_id", retry_after=1) from error
