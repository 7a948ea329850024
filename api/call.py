"""One request on its way through a handler: what came in, who sent it, and the ports."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api import origins
from api.auth import Caller, no_key
from api.authors import Authors
from api.errors import request_id
from api.metrics import Requests
from api.ports import Deps
from api.tokens import Signer, Token, merge, read_token, write_token
from commands.bus import Outcome
from commands.folds import Folds
from domain.errors import Invalid

MODERATES: Final = ("moderator", "admin")
audit: Final = logging.getLogger("recut.audit")
audit.setLevel(logging.INFO)  # noted whatever the level of the other lines is
TOKEN_HEADER: Final = "Recut-Token"  # noqa: S105 (a name)
TOKEN_COOKIE: Final = "recut_token"  # noqa: S105 (a name)
TOKEN_SECONDS: Final = 60
ACCOUNTS_REMEMBERED: Final = 20_000


class LastWrites:
    """Per account the positions of its commands, for clients that carry no token. Of this process only."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, Token] = OrderedDict()

    def note(self, account: str, token: Token) -> None:
        self._tokens[account] = merge(self._tokens.get(account), token)
        self._tokens.move_to_end(account)
        if len(self._tokens) > ACCOUNTS_REMEMBERED:
            self._tokens.popitem(last=False)

    def of(self, account: str) -> Token | None:
        return self._tokens.get(account)


class Edge:
    """What lives as long as the application."""

    def __init__(self, deps: Deps) -> None:
        self.deps = deps
        self.signer = Signer(deps.secret)
        self.retries = origins.Retries()
        self.writes = LastWrites()
        self.authors = Authors(deps.store)
        self.folds = Folds(deps.store)
        self.requests = Requests()

    @property
    def secure(self) -> bool:
        return self.deps.public_url.startswith("https:")


class Call:
    def __init__(self, request: Request, edge: Edge, caller: Caller | None) -> None:
        self.request = request
        self.edge = edge
        self.deps = edge.deps
        self.caller = caller

    @property
    def viewer(self) -> str:
        """The account that looks; empty for nobody in particular."""
        return self.caller.account if self.caller else ""

    @property
    def moderates(self) -> bool:
        return self.caller is not None and self.caller.role in MODERATES

    def require(self) -> Caller:
        if self.caller is None:
            raise no_key()
        return self.caller

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    async def dispatch(self, command: Any, body: Any = None) -> Outcome:
        """Sends the command; `body` is what two requests must share to count as the same one."""
        caller, deps = self.require(), self.deps
        now, fresh = deps.clock.now(), deps.ids.new("cmd")
        identity = origins.identify(self.request, caller, body, now, fresh, self.edge.signer, self.edge.retries)
        outcome = await deps.bus.dispatch(command, identity.origin, repeatable=identity.repeatable)
        if outcome.positions:
            self.edge.writes.note(caller.account, Token(outcome.epoch, outcome.positions))
        return outcome

    async def token(self) -> Token | None:
        """How far a read model must have come for this caller: what the request says, else where the account's last
        commands went."""
        header = self.request.headers.get(TOKEN_HEADER)
        if header is not None:
            token = read_token(self.edge.signer, header)
            if token is None:
                raise Invalid("invalid_token", f"The {TOKEN_HEADER} header holds no token of this platform.")
            return token
        return await self._last() if self.viewer else None

    async def _last(self) -> Token | None:
        """The commands of this process, and the last one of any process."""
        store = self.deps.store
        token = Token(store.epoch, await store.last_positions(self.viewer))
        for known in (self._cookie(), self.edge.writes.of(self.viewer)):
            token = merge(known, token)
        return token if token.positions else None

    def _cookie(self) -> Token | None:
        return read_token(self.edge.signer, self.request.cookies.get(TOKEN_COOKIE, ""))

    def wrote(self, response: Response, outcome: Outcome) -> Response:
        """Tells the client where its command went: a header, and for browsers a cookie that soon ends."""
        if outcome.replayed:
            response.headers["Idempotent-Replayed"] = "true"
        if outcome.positions:
            token = Token(outcome.epoch, outcome.positions)
            response.headers[TOKEN_HEADER] = write_token(self.edge.signer, token)
            if self.caller and self.caller.browser:
                self._set_cookie(response, merge(self._cookie(), token))
        return response

    def _set_cookie(self, response: Response, token: Token) -> None:
        text = write_token(self.edge.signer, token)
        response.set_cookie(
            TOKEN_COOKIE, text, max_age=TOKEN_SECONDS, httponly=True, samesite="lax", secure=self.edge.secure
        )


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, "application/json")


def note_reading(call: Call, what: str, subject: str) -> None:
    """Who has read what only moderators may. The subject was found to exist: its id is an id, whatever was sent."""
    caller, request = call.require(), request_id(call.request)
    audit.info("%s actor=%s role=%s subject=%s request=%s", what, caller.account, caller.role, subject, request)
