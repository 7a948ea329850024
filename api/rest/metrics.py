"""`/metrics`, for Prometheus."""

from __future__ import annotations

import asyncio
import hmac
import logging
from ipaddress import ip_address
from typing import Final

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import Response

from api.call import Call
from api.errors import Unauthorized
from api.metrics import Page
from api.routing import Endpoint
from domain.errors import Unavailable
from domain.gauges import Reading

log = logging.getLogger(__name__)

PATIENCE: Final = 5.0
# Whoever sends one of these may be anybody, though he comes from this machine.
FORWARDED: Final = ("x-forwarded-for", "x-real-ip", "forwarded")


async def metrics(call: Call) -> Response:
    check(call.request, call.deps.metrics_token)
    encode, media = choose_encoder(call.request.headers.get("accept", ""))
    return Response(encode(Page(call.edge.requests, await _reading(call))), headers={"Content-Type": media})


async def _reading(call: Call) -> Reading | None:
    """None tells the scraper that there is no database; that the process lives is told all the same."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await call.deps.gauges.read()
    except (Unavailable, TimeoutError) as error:
        log.warning("no numbers from the database: %s", type(error).__name__)
        return None


def check(request: Request, token: str) -> None:
    """With a token, who knows it; without one, who is on this machine and speaks for nobody else."""
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if hmac.compare_digest(given.encode(), token.encode()):
            return
        message = "Send the value of RECUT_METRICS_TOKEN as `Authorization: Bearer ...`."
        raise Unauthorized(message, headers={"WWW-Authenticate": "Bearer"})
    if not _is_local(request):
        message = "Metrics are open to this machine only: set RECUT_METRICS_TOKEN to let others read them."
        raise Unauthorized(message, headers={"WWW-Authenticate": "Bearer"})


def _is_local(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="/metrics",
        handler=metrics,
        summary="Numbers for Prometheus: open to this machine, else with RECUT_METRICS_TOKEN as bearer token",
        tag="operations",
        access="none",
        media=("text/plain",),
    ),
)
