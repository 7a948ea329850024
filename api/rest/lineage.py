"""Where videos come from and what became of them: lineage, drawings of it, how two videos are related, and the families
of a character's uses.

Who may not see a video learns its place in a line at most. Moderators see all of it; that they have looked at what is
not for everybody is noted where it happens (`present.see`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api import moments
from api.auth import require_role
from api.call import MODERATES, Call, note_reading, reply
from api.consistency import Freshness, fresh, standing
from api.moments import AS_OF
from api.present import require_id, see, unix
from api.query import bounded, one_of
from api.routing import CURSOR, TOKEN, Endpoint, Param, limit_param
from api.schemas import AsOf, LineagePage
from commands.work import CHARACTER, fold
from domain import character
from domain.errors import Invalid, NotFound, Unavailable
from domain.ids import is_id
from domain.video import MAX_DEPTH
from projections.remix_graph.kinship import Common, Step
from projections.remix_graph.layout import PlacedEdge, PlacedVideo
from projections.remix_graph.query import Lineage

DEFAULT_DEPTH: Final = 20
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
# Of a drawing: steps up, children, children of each child. At most some 300 nodes.
UP: Final = 6
MOST_UP: Final = 20
CHILDREN: Final = 12
MOST_CHILDREN: Final = 30
BELOW: Final = 4
MOST_BELOW: Final = 8


class DrawingPage(msgspec.Struct, kw_only=True):
    """A slice of the remix graph with coordinates: `x` and `y` are the middles of nodes in a picture of that `width`
    and `height`. Edges name nodes by their `key`. A node of kind "more" stands for `count` videos left out; for a video
    `count` is how many published videos descend from it. Ask again for another node to walk on."""

    id: str
    nodes: list[PlacedVideo]
    edges: list[PlacedEdge]
    width: float
    height: float
    as_of: AsOf
    object: str = "drawing"


class CommonPage(msgspec.Struct, kw_only=True):
    """The nearest common ancestors of two videos, by the number of steps to both; at most 20. A video counts as its own
    ancestor. `total`: all common ancestors, however far."""

    a: str
    b: str
    data: list[Common]
    total: int
    as_of: AsOf
    object: str = "list"


class PathPage(msgspec.Struct, kw_only=True):
    """The steps from `a` to `b`: up to the nearest common ancestor, then down. Null: they have nothing in common."""

    a: str
    b: str
    path: list[Step] | None
    as_of: AsOf
    object: str = "path"


class CastUseInfo(msgspec.Struct, kw_only=True):
    """`consent_version` is null for what only descends from a use. `inherited`: the character came with a parent."""

    video_id: str
    owner: str
    consent_version: int | None
    inherited: bool
    descendants: int


class CastUsePage(msgspec.Struct, kw_only=True):
    """`first` counts uses that came with no parent, `uses` all of them, `descendants` what is below them without being
    one; as far as the caller may see."""

    data: list[CastUseInfo]
    has_more: bool
    next_cursor: str | None
    first: int
    uses: int
    descendants: int
    as_of: AsOf
    object: str = "list"


class TaintInfo(msgspec.Struct, kw_only=True):
    """`source` is the video or character that the decision is about. `late`: the video came after the decision, and
    the taint itself hides it. `restricted`: a restriction of its own by the same decision hides it."""

    decision_id: str
    source: str
    rule: str
    at: int
    late: bool
    restricted: bool


class TaintPage(msgspec.Struct, kw_only=True):
    id: str
    data: list[TaintInfo]
    as_of: AsOf
    object: str = "list"


class When(msgspec.Struct, frozen=True):
    """Now, or a past moment; and how current the read model is."""

    moment: moments.Moment | None
    freshness: Freshness


async def lineage(call: Call) -> Response:
    depth = bounded(call, "depth", DEFAULT_DEPTH, 0, MAX_DEPTH)
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    seen = await see(call, call.path("video_id"))
    when = await when_asked(call)
    found = await family(call, seen.id, depth=depth, limit=limit, cursor=cursor, moment=when.moment)
    body = LineagePage(
        id=seen.id,
        ancestors=found.ancestors,
        children=found.children,
        more=found.more,
        next_cursor=found.next_cursor,
        counts=found.counts,
        as_of=when.freshness.as_of,
    )
    return reply(body, headers=when.freshness.headers)


async def family(
    call: Call,
    video_id: str,
    *,
    depth: int,
    limit: int,
    cursor: str | None = None,
    moment: moments.Moment | None = None,
) -> Lineage:
    """Of a video that the caller was found to see."""
    try:
        return await call.deps.reads.lineage(
            video_id, call.viewer, depth=depth, limit=limit, cursor=cursor, moment=moment, reveal=call.moderates
        )
    except NotFound as error:
        raise _unheard(video_id, moment) from error


def _unheard(video_id: str, moment: moments.Moment | None) -> Exception:
    if moment is not None:
        return NotFound("video_not_found", f"There was no {video_id} to be seen as of then.", "as_of")
    message = f"The remix graph has not heard of {video_id} yet: try again."
    return Unavailable("lineage_behind", message, "video_id", retry_after=1)


async def when_asked(call: Call) -> When:
    given = moments.asked(call)
    if given is None:
        return When(None, await fresh(call, "remix_graph"))
    moment = await moments.moment(call, "remix_graph", given)
    return When(moment, await standing(call, "remix_graph"))


async def drawing(call: Call) -> Response:
    seen = await see(call, call.path("video_id"))
    when = await when_asked(call)
    return reply(await drawn(call, seen.id, when), headers=when.freshness.headers)


async def drawn(call: Call, video_id: str, when: When) -> DrawingPage:
    """Of a video that the caller was found to see."""
    up = bounded(call, "up", UP, 0, MOST_UP)
    limit = bounded(call, "limit", CHILDREN, 0, MOST_CHILDREN)
    below = bounded(call, "below", BELOW, 0, MOST_BELOW)
    try:
        found = await call.deps.reads.drawing(
            video_id, call.viewer, up=up, limit=limit, below=below, moment=when.moment, reveal=call.moderates
        )
    except NotFound as error:
        raise _unheard(video_id, when.moment) from error
    return DrawingPage(
        id=video_id,
        nodes=found.nodes,
        edges=found.edges,
        width=found.width,
        height=found.height,
        as_of=when.freshness.as_of,
    )


async def common(call: Call) -> Response:
    a, b = await _two(call)
    freshness = await fresh(call, "remix_graph")
    found = await call.deps.reads.common(a, b, call.viewer, reveal=call.moderates)
    body = CommonPage(a=a, b=b, data=found.nearest, total=found.total, as_of=freshness.as_of)
    return reply(body, headers=freshness.headers)


async def path(call: Call) -> Response:
    a, b = await _two(call)
    freshness = await fresh(call, "remix_graph")
    found = await call.deps.reads.lineage_path(a, b, call.viewer, reveal=call.moderates)
    return reply(PathPage(a=a, b=b, path=found, as_of=freshness.as_of), headers=freshness.headers)


async def _two(call: Call) -> tuple[str, str]:
    """Both to be seen by the caller."""
    a, b = (call.request.query_params.get(name) or "" for name in ("a", "b"))
    for name, given in (("a", a), ("b", b)):
        if not is_id(given, "video"):
            raise Invalid(f"invalid_{name}", f"`{name}` is the id of a video.", name)
    return (await see(call, a)).id, (await see(call, b)).id


async def uses(call: Call) -> Response:
    """The owner of a character sees drafts of others, too: a likeness does not wait for a publication."""
    character_id = call.path("character_id")
    if not is_id(character_id, "char"):
        raise character.no_such_character(character_id)
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    below = one_of(call, "descendants", ("false", "true")) == "true"
    cursor = call.request.query_params.get("cursor") or None
    state, _ = await fold(call.deps.store, CHARACTER, character_id)
    found = character.existing(character_id, state)
    sees_all = call.moderates or found.made.owner_id == call.viewer
    freshness = await fresh(call, "remix_graph")
    page = await call.deps.reads.cast_uses(
        character_id,
        call.viewer,
        descendants=below,
        sees_all=sees_all,
        after=cursor and require_id(cursor),
        limit=limit,
    )
    body = CastUsePage(
        data=[_use(each) for each in page.data],
        has_more=page.has_more,
        next_cursor=page.data[-1].video_id if page.has_more else None,
        first=page.first,
        uses=page.uses,
        descendants=page.descendants,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


def _use(found: Any) -> CastUseInfo:
    return CastUseInfo(
        video_id=found.video_id,
        owner=found.owner_id,
        consent_version=found.consent_version,
        inherited=found.inherited,
        descendants=found.descendants,
    )


async def taints(call: Call) -> Response:
    require_role(call, *MODERATES)
    video_id = require_id(call.path("video_id"))
    freshness = await fresh(call, "remix_graph")
    found = await call.deps.reads.taints(video_id)
    note_reading(call, "taints_read", video_id)
    data = [
        TaintInfo(
            decision_id=each.decision_id,
            source=each.source_id,
            rule=each.rule,
            at=unix(each.at),
            late=each.late,
            restricted=each.restricted,
        )
        for each in found
    ]
    return reply(TaintPage(id=video_id, data=data, as_of=freshness.as_of), headers=freshness.headers)


def _number(name: str, description: str, default: int, low: int, high: int) -> Param:
    schema = {"type": "integer", "default": default, "minimum": low, "maximum": high}
    return Param(name=name, description=description, schema=schema)


def _id(name: str) -> Param:
    return Param(name=name, description="The id of a video", schema={"type": "string"})


def _endpoint(path: str, handler: Any, summary: str, params: Sequence[Param], answer: type, **more: Any) -> Endpoint:
    return Endpoint(
        method="GET",
        path=path,
        handler=handler,
        summary=summary,
        params=tuple(params),
        answer=answer,
        **{"tag": "social", "access": "open", **more},
    )


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    _endpoint(
        "/v1/videos/{video_id}/lineage",
        lineage,
        "Where a video comes from and what became of it, now or as of a past moment",
        (
            _number("depth", "How many steps up", DEFAULT_DEPTH, 0, MAX_DEPTH),
            _number("limit", "How many children", DEFAULT_LIMIT, 1, MAX_LIMIT),
            CURSOR,
            AS_OF,
            TOKEN,
        ),
        LineagePage,
    ),
    _endpoint(
        "/v1/videos/{video_id}/lineage/drawing",
        drawing,
        "The graph around a video, two steps down, with coordinates",
        (
            _number("up", "How many steps up", UP, 0, MOST_UP),
            _number("limit", "How many children", CHILDREN, 0, MOST_CHILDREN),
            _number("below", "How many children of each child", BELOW, 0, MOST_BELOW),
            AS_OF,
            TOKEN,
        ),
        DrawingPage,
    ),
    _endpoint(
        "/v1/lineage/common",
        common,
        "Where the lines of two videos meet",
        (_id("a"), _id("b"), TOKEN),
        CommonPage,
    ),
    _endpoint("/v1/lineage/path", path, "The steps from one video to another", (_id("a"), _id("b"), TOKEN), PathPage),
    _endpoint(
        "/v1/characters/{character_id}/uses",
        uses,
        "Where a character was used first, and with `descendants` all that came of it",
        (
            Param(
                name="descendants",
                description="All uses, and what descends from them",
                schema={"type": "boolean", "default": False},
            ),
            limit_param(DEFAULT_LIMIT, MAX_LIMIT),
            CURSOR,
            TOKEN,
        ),
        CastUsePage,
        tag="characters",
    ),
    _endpoint(
        "/v1/videos/{video_id}/taints",
        taints,
        "What a video has inherited from decisions about its sources (moderators)",
        (TOKEN,),
        TaintPage,
        tag="moderation",
        access="key",
    ),
)
