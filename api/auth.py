"""Who is calling: an API key as bearer token, or the signed cookie of a browser that showed a key once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import CrossSite, Unauthorized
from api.ports import Keys
from api.tokens import Signer
from domain.errors import Forbidden

if TYPE_CHECKING:
    from api.call import Call

SESSION_COOKIE: Final = "recut_session"
SESSION_LENGTH: Final = timedelta(days=7)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HOW: Final = "Send one as `Authorization: Bearer rk_...`; `recut key create` makes one."


class Caller(msgspec.Struct, frozen=True):
    account: str
    role: str
    browser: bool
    key: bytes  # digest of the API key


class _Session(msgspec.Struct, frozen=True, array_like=True):
    """It is worth what its key is worth: a key that is revoked, or loses a role, takes its sessions with it."""

    key: bytes
    until: int


async def identify(request: Request, keys: Keys, signer: Signer, now: datetime) -> Caller | None:
    """None for nobody in particular. Raises `Unauthorized` for a key that is wrong, `CrossSite` for a request that
    another site made a browser send."""
    header = request.headers.get("authorization")
    if header is not None:
        return await identify_key(_bearer(header), keys)
    caller = await read_session(signer, request.cookies.get(SESSION_COOKIE, ""), keys, now)
    if caller:
        check_site(request)
    return caller


async def identify_key(key: str, keys: Keys) -> Caller:
    found = await keys.find(key) if key.isascii() and key.isprintable() else None
    if found is None:
        raise no_key(f"Incorrect API key provided: {_masked(key)}. {_HOW}")
    account, role = found
    return Caller(account, role, browser=False, key=keys.digest(key))


def no_key(message: str = f"Incorrect API key provided: none was sent. {_HOW}") -> Unauthorized:
    return Unauthorized(message, headers={"WWW-Authenticate": "Bearer"})


def _bearer(header: str) -> str:
    scheme, _, key = header.strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _masked(key: str) -> str:
    return f"{key[:3]}...{key[-2:]}" if len(key) > 12 else "it is too short to be one"


def require_role(call: Call, *roles: str) -> Caller:
    """The caller, if the key has one of these roles. Raises `Unauthorized` or `Forbidden`."""
    caller = call.require()
    if caller.role not in roles:
        needed = " or ".join(roles)
        raise Forbidden("role_required", f"This needs a key with the role {needed}; yours has {caller.role}.")
    return caller


def check_site(request: Request) -> None:
    """A cookie travels with requests that other sites make: those must not change anything."""
    if request.method in _SAFE:
        return
    origin = request.headers.get("origin")
    fetch = request.headers.get("sec-fetch-site")
    same = urlsplit(origin).netloc == request.headers.get("host") if origin else fetch == "same-origin"
    if not same:
        raise CrossSite("This request came from another site. Open the page itself and try again.")


def start_session(response: Response, signer: Signer, caller: Caller, now: datetime, secure: bool) -> None:
    until = now + SESSION_LENGTH
    session = msgspec.json.encode(_Session(caller.key, int(until.timestamp())))
    response.set_cookie(
        SESSION_COOKIE,
        signer.sign("session", session),
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def end_session(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")


async def read_session(signer: Signer, cookie: str, keys: Keys, now: datetime) -> Caller | None:
    payload = signer.open("session", cookie)
    session = _session(payload) if payload else None
    if session is None or session.until <= now.timestamp():
        return None
    found = await keys.find_digest(session.key)
    return Caller(*found, browser=True, key=session.key) if found else None


def _session(payload: bytes) -> _Session | None:
    """None for one that an older version of Recut wrote."""
    try:
        return msgspec.json.decode(payload, type=_Session)
    except msgspec.ValidationError:
        return None
