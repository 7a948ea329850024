"""`GET /v1/videos/{id}/lineage`: where a video comes from, and what became of it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from api.call import Call, reply
from api.consistency import fresh
from api.present import see
from api.query import bounded
from api.schemas import Ancestor, Child, Lineage
from domain.video import MAX_DEPTH

DEFAULT_DEPTH: Final = 20
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100


async def lineage(call: Call) -> Response:
    depth = bounded(call, "depth", DEFAULT_DEPTH, 0, MAX_DEPTH)
    limit = bounded(call, "limit", DEFAULT_LIMIT, 0, MAX_LIMIT)
    seen = await see(call, call.path("video_id"))
    freshness = await fresh(call, "remix_graph")
    family = await call.deps.reads.family(seen.id, call.viewer, depth=depth, limit=limit)
    body = Lineage(
        id=seen.id,
        ancestors=[Ancestor(kin.id, kin.relation, kin.depth) for kin in family.ancestors],
        children=[Child(kin.id, kin.relation, kin.descendants) for kin in family.children],
        more=family.more,
        counts=family.counts,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)
