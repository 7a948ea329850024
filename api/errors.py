"""From an exception to a reply: one table. `/v1/videos*` speaks the error shape of the Videos API, the console HTML,
everything else RFC 9457 problems."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.schemas import ErrorBody, ErrorReply, Problem
from domain.errors import (
    Conflict,
    Forbidden,
    IdempotencyMismatch,
    IllegalState,
    Invalid,
    Limited,
    NotFound,
    Outdated,
    PaymentRequired,
    RecutError,
    Rejected,
    Unavailable,
)


class EdgeError(RecutError):
    """What only HTTP can get wrong."""

    code = "invalid_request"

    def __init__(self, message: str, param: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(type(self).code, message, param)
        self.headers = headers or {}


class Unauthorized(EdgeError):
    code = "invalid_api_key"


class CrossSite(EdgeError):
    code = "cross_site_request"


class UnsupportedMediaType(EdgeError):
    code = "unsupported_media_type"


class PreconditionRequired(EdgeError):
    code = "if_match_required"


class NotConfigured(EdgeError):
    code = "not_configured"


class TooLarge(EdgeError):
    code = "request_too_large"


class RangeNotSatisfiable(EdgeError):
    code = "range_not_satisfiable"


# The first class that fits counts, so children come before their parents.
STATUS: Final[tuple[tuple[type[RecutError], int], ...]] = (
    (Unauthorized, 401),
    (CrossSite, 403),
    (UnsupportedMediaType, 415),
    (PreconditionRequired, 428),
    (NotConfigured, 501),
    (TooLarge, 413),
    (RangeNotSatisfiable, 416),
    (Invalid, 400),
    (Forbidden, 403),
    (NotFound, 404),
    (PaymentRequired, 402),
    (Outdated, 412),
    (IllegalState, 409),
    (Rejected, 400),
    (IdempotencyMismatch, 422),
    (Conflict, 503),
    (Limited, 429),
    (Unavailable, 503),
)
TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "conflict_error",
    412: "conflict_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
    416: "invalid_request_error",
    422: "idempotency_error",
    428: "invalid_request_error",
    429: "rate_limit_error",
    500: "server_error",
    501: "not_configured_error",
    503: "service_unavailable_error",
}
CODES: Final = {404: "not_found", 405: "method_not_allowed", 500: "internal_error"}


class Failure(msgspec.Struct, frozen=True):
    """An exception as HTTP sees it, before it takes a shape."""

    status: int
    code: str
    message: str
    param: str | None
    headers: dict[str, str]


def failure_of(error: Exception, request: Request) -> Failure:
    if isinstance(error, RecutError):
        status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
        return Failure(status, error.code, error.message, error.param, _headers(error, status))
    if isinstance(error, HTTPException):
        return _of_http(error, request)
    message = f"Something went wrong here. The operator finds it in the log as {request_id(request)}."
    return Failure(500, CODES[500], message, None, {})


def _headers(error: RecutError, status: int) -> dict[str, str]:
    if isinstance(error, EdgeError):
        return error.headers
    if isinstance(error, Unavailable):
        return {"Retry-After": str(math.ceil(error.retry_after)), "retry-after-ms": str(int(error.retry_after * 1000))}
    # The SDKs repeat 409 and 429 by themselves: an answer of the rules will not change.
    return {"x-should-retry": "false"} if status in (409, 429) else {}


def _of_http(error: HTTPException, request: Request) -> Failure:
    status, path = error.status_code, request.url.path
    messages = {
        404: f"There is nothing at {path!r}.",
        405: f"{request.method} is not allowed at {path!r}.",
    }
    code = CODES.get(status, "invalid_request")
    return Failure(status, code, messages.get(status, error.detail), None, dict(error.headers or {}))


def request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


def speaks_openai(path: str) -> bool:
    return path == "/v1/videos" or path.startswith("/v1/videos/")


HANDLED: Final[tuple[type[Exception], ...]] = (RecutError, HTTPException, ClientDisconnect)


async def handle(request: Request, error: Exception) -> Response:
    """The one exception handler, for every class."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=499)
    return render(request, failure_of(error, request))


def render(request: Request, failure: Failure) -> Response:
    openai = speaks_openai(request.url.path)
    body = _openai(failure) if openai else _problem(failure, request)
    content = b"" if request.method == "HEAD" else msgspec.json.encode(body)
    kind = "application/json" if openai else "application/problem+json"
    return Response(content, failure.status, failure.headers, kind)


def _openai(failure: Failure) -> ErrorReply:
    kind = TYPES.get(failure.status, "invalid_request_error")
    return ErrorReply(ErrorBody(message=failure.message, type=kind, param=failure.param, code=failure.code))


def _problem(failure: Failure, request: Request) -> Problem:
    return Problem(
        type=f"urn:recut:problem:{failure.code}",
        title=HTTPStatus(failure.status).phrase,
        status=failure.status,
        detail=failure.message,
        code=failure.code,
        param=failure.param,
        instance=request_id(request) or None,
    )
