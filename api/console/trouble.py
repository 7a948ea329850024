"""Errors as a person at a page sees them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console.render import ENVIRONMENT
from api.errors import Failure, request_id

_NOT_PAGES: Final = ("/v1/", "/healthz", "/readyz", "/openapi.json", "/static/")


def wants_page(request: Request) -> bool:
    if request.url.path.startswith(_NOT_PAGES):
        return False
    return _is_piece(request) or "text/html" in request.headers.get("accept", "")


def page(request: Request, failure: Failure) -> Response:
    if failure.status == 401:
        return _to_login(request)
    if _is_piece(request):
        text = ENVIRONMENT.get_template("toast.html").render(message=failure.message)
        return HTMLResponse(text, failure.status, {"HX-Retarget": "#toast", "HX-Reswap": "innerHTML"})
    title = HTTPStatus(failure.status).phrase
    text = ENVIRONMENT.get_template("error.html").render(
        title=title, message=failure.message, request_id=request_id(request)
    )
    return HTMLResponse(text, failure.status, failure.headers)


def _to_login(request: Request) -> Response:
    """Back to where one was; not to where a form was sent."""
    back = request.url.path if request.method == "GET" and not _is_piece(request) else "/"
    address = f"/login?next={quote(back)}"
    if _is_piece(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _is_piece(request: Request) -> bool:
    return "hx-request" in request.headers
