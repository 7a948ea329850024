"""An endpoint is one method of one path. From the same entries come the routes and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth import identify, no_key
from api.call import Call, Edge
from api.middleware import ROUTE

Handler = Callable[[Call], Awaitable[Response]]


class Param(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str
    schema: dict[str, Any]
    place: Literal["query", "header"] = "query"


IDEMPOTENCY: Final = Param(
    name="Idempotency-Key",
    place="header",
    description="The same key with the same body happens once; with another body it is refused with 422",
    schema={"type": "string", "maxLength": 255},
)
TOKEN: Final = Param(
    name="Recut-Token",
    place="header",
    description="The token of a command: the answer has seen it, or says `Stale: true`",
    schema={"type": "string"},
)
CURSOR: Final = Param(name="cursor", description="`next_cursor` of the page before", schema={"type": "string"})


def limit_param(default: int, most: int) -> Param:
    schema = {"type": "integer", "default": default, "minimum": 1, "maximum": most}
    return Param(name="limit", description="How many", schema=schema)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`access`: `key` refuses callers without an identity, `open` lets anyone in but knows who it is, `none` does not
    ask. `body` and `answer` are structs of `schemas.py`; an answer that is not JSON names its media types."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str
    tag: str
    access: Literal["key", "open", "none"] = "key"
    params: tuple[Param, ...] = ()
    body: Any = None
    upload: str = ""  # the part of a form that is a file
    answer: Any = None
    media: tuple[str, ...] = ()
    statuses: tuple[int, ...] = (200,)


def routes(endpoints: tuple[Endpoint, ...]) -> list[Route]:
    """One route per path in the order of first mention, so that every 405 names all methods of the path."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    return [Route(path, _answer(path, methods), methods=list(methods)) for path, methods in by_path.items()]


def _answer(path: str, methods: dict[str, Endpoint]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        request.scope[ROUTE] = path
        endpoint = methods["GET" if request.method == "HEAD" else request.method]
        edge: Edge = request.app.state.edge
        return await endpoint.handler(await _call(request, edge, endpoint.access))

    return answer


async def _call(request: Request, edge: Edge, access: str) -> Call:
    if access == "none":
        return Call(request, edge, None)
    caller = await identify(request, edge.deps.keys, edge.signer, edge.deps.clock.now())
    if caller and caller.browser and await edge.authors.is_erased(caller.account):
        caller = None  # a signed cookie outlives its account
    if caller is None and access == "key":
        raise no_key()
    return Call(request, edge, caller)
