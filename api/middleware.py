"""What every reply carries, whoever made it."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commands.ports import Ids
from domain.ids import is_id

log = logging.getLogger("recut.api")
access = logging.getLogger("recut.access")

ROUTE: Final = "recut.route"  # the scope's name for the template of its path
SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


class Stamp:
    """Outermost. Gives each request an id and tells it to the client; turns what no handler expected into a reply and
    a trace in the log; writes one line of access log, without the query: it may hold a signed address."""

    def __init__(
        self,
        app: ASGIApp,
        ids: Ids,
        on_error: Callable[[Request, Exception], Awaitable[Response]],
        noted: Callable[[str, str, int, float], None],
    ) -> None:
        """`noted` is told method, route, status and seconds of each reply."""
        self._app = app
        self._ids = ids
        self._on_error = on_error
        self._noted = noted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._ids.new("req")
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 0

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, stamped)
        except Exception as error:
            log.exception("%s failed", request_id)
            if status:
                raise  # too late for another reply: the server must cut the connection
            await self._answer(scope, receive, stamped, error)
        finally:
            took = time.perf_counter() - began
            self._noted(scope["method"], _route(scope), status, took)
            access.info("%s %s %s %s %.1f ms", request_id, scope["method"], _told(scope), status, took * 1000)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, error: Exception) -> None:
        response = await self._on_error(Request(scope, receive), error)
        await response(scope, receive, send)


def _route(scope: Scope) -> str:
    """As metrics may keep it: the template of the path, of which there are few."""
    if "app_root_path" in scope:
        return f"{scope['root_path']}/*"  # a file below a mount
    return str(scope.get(ROUTE, "*"))


def _told(scope: Scope) -> str:
    """The path as logs may keep it. What it names is told if it is an id; a handle, for one, is personal."""
    if "endpoint" not in scope:
        return "*"  # no path of ours
    if "app_root_path" in scope:
        return f"{scope['root_path']}/*"  # a file below a mount
    named = [str(value) for value in scope["path_params"].values()]
    hidden = {part for value in named if not is_id(value, value.partition("_")[0]) for part in value.split("/") if part}
    return "/".join("*" if part in hidden else part for part in scope["path"].split("/"))
