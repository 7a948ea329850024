"""Asking beforehand: whether a video may be made, what decides that, what it would cost and how long it would wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

import msgspec
from starlette.responses import Response

from api.call import Call, reply
from api.character_view import CharacterVerdict, verdict_of
from api.parsing import read_body, text
from api.references import FIELD
from api.rest import videos
from api.routing import Endpoint, Param
from api.schemas import ClipBody, VideoId
from commands.preflight import Estimate, Preflight, preflight
from commands.video import CreateVideo, RemixVideo
from domain.errors import Invalid, RecutError, Rejected, Unavailable
from domain.uploads import KINDS
from domain.video import Reference

# As good as no prompt: a GET asks whether and for how much, and not with which words. They would lie in logs.
NO_WORDS: Final = "."


class PreflightBody(msgspec.Struct, kw_only=True):
    """The body that the request itself would have, and its `verb`. `video` is the parent of a remix, edit or extension,
    `input_reference` the kind of the file that would be sent along."""

    verb: Literal["create", "remix", "edit", "extend", "stitch"] = "create"
    input_reference: Literal["image", "video"] | None = None
    prompt: str = ""
    model: str | None = None
    seconds: int | None = None
    size: str | None = None
    tier: Literal["free", "paid"] | None = None
    characters: list[str] = []
    video: VideoId | None = None
    clips: list[ClipBody] | None = None


class Refusal(msgspec.Struct, kw_only=True):
    """What the request would be answered with. `retry_after` in seconds, where it helps to wait."""

    code: str
    message: str
    param: str | None
    retry_after: float | None


class JudgedCharacter(msgspec.Struct, kw_only=True):
    id: str
    verdict: CharacterVerdict


class PreflightAnswer(msgspec.Struct, kw_only=True):
    """`characters` are those that were looked at, the parents' included: of a refusal, those that came so far.
    `estimate` is null for a refusal; in it `free` and `paid` are the credits that would be left."""

    object: Literal["preflight"] = "preflight"
    allowed: bool
    refusal: Refusal | None
    characters: list[JudgedCharacter]
    estimate: Estimate | None


async def ask(call: Call) -> Response:
    return await _answer(call, await read_body(call.request))


async def ask_simply(call: Call) -> Response:
    params = call.request.query_params
    body: dict[str, Any] = {name: params[name] for name in ("model", "seconds", "size", "tier") if name in params}
    body["characters"] = params.getlist("characters")
    return await _answer(call, {**body, "prompt": NO_WORDS})


async def _answer(call: Call, body: dict[str, Any]) -> Response:
    """A request that could not even be understood would be refused, too."""
    verb = text(body, "verb") or "create"
    if verb not in _COMMANDS:
        raise Invalid("invalid_verb", f"`verb` is one of {', '.join(_COMMANDS)}.", "verb")
    try:
        command = await _COMMANDS[verb](call, body)
    except Rejected as refusal:
        return reply(_shown(Preflight(refusal=refusal, verdicts=(), estimate=None)))
    return reply(_shown(await preflight(call.deps.store, call.deps.world, command)))


async def _create(call: Call, body: dict[str, Any]) -> CreateVideo:
    kind = text(body, FIELD)
    command = await videos.create_command(call, {**body, FIELD: None})
    return msgspec.structs.replace(command, reference=_to_come(kind, command)) if kind else command


def _to_come(kind: str, command: CreateVideo) -> Reference:
    if kind not in KINDS:
        raise Invalid("invalid_input", f"`{FIELD}` is one of {', '.join(KINDS)}.", FIELD)
    return Reference(video_id=command.video_id, kind=kind, key="", sha256="", mime="", bytes=0)


async def _remix(call: Call, body: dict[str, Any]) -> RemixVideo:
    return RemixVideo(parent_id=videos.parent_of(body), **await videos.asked(call, body))


_COMMANDS: Final[dict[str, Callable[[Call, dict[str, Any]], Awaitable[Any]]]] = {
    "create": _create,
    "remix": _remix,
    "edit": videos.edit_command,
    "extend": videos.extend_command,
    "stitch": videos.stitch_command,
}


def _shown(found: Preflight) -> PreflightAnswer:
    return PreflightAnswer(
        allowed=found.refusal is None,
        refusal=_refusal(found.refusal) if found.refusal else None,
        characters=[
            JudgedCharacter(id=verdict.character_id, verdict=verdict_of(verdict)) for verdict in found.verdicts
        ],
        estimate=found.estimate,
    )


def _refusal(error: RecutError) -> Refusal:
    return Refusal(
        code=error.code,
        message=error.message,
        param=error.param,
        retry_after=error.retry_after if isinstance(error, Unavailable) else None,
    )


def _query(name: str, description: str, kind: str = "string") -> Param:
    return Param(name=name, description=description, schema={"type": kind})


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/preflight",
        handler=ask,
        summary="Whether a video may be made, by which rule, its price and its wait; nothing is recorded",
        tag="videos",
        body=PreflightBody,
        answer=PreflightAnswer,
    ),
    Endpoint(
        method="GET",
        path="/v1/preflight",
        handler=ask_simply,
        summary="The same without a prompt: whether characters may be used at all, and what a video would cost",
        tag="videos",
        params=(
            _query("model", "A model or an alias"),
            _query("seconds", "Its length", "integer"),
            _query("size", "WIDTHxHEIGHT"),
            _query("tier", "free or paid"),
            Param(
                name="characters",
                description="Ids or @handles",
                schema={"type": "array", "items": {"type": "string"}},
            ),
        ),
        answer=PreflightAnswer,
    ),
)
