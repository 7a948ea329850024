"""`/v1/videos`: the Videos API, in the shapes that its SDKs expect. Recut's own actions on a video are in
`engagement.py` and `lineage.py`."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from api.auth import no_key
from api.call import Call, reply
from api.consistency import fresh
from api.media import VARIANTS, send_asset, viewer_of
from api.parsing import Upload, inner, number, read_body, read_with_file, text, whole, words
from api.present import Seen, current, require_id, see, with_progress
from api.query import bounded, one_of
from api.references import FIELD, VIDEO, queue_like, queue_with
from api.rest.characters import mentioned
from api.schemas import Deleted, VideoPage
from commands.bus import Outcome
from commands.video import (
    CancelVideo,
    CreateVideo,
    DeleteVideo,
    EditVideo,
    ExtendVideo,
    Part,
    RemixVideo,
    StitchVideo,
)
from domain.errors import IllegalState, Invalid, NotFound
from domain.ids import is_id
from domain.lineage import check_clips
from domain.video import Asset, Cancelled, Completed, Failed
from projections.videos.query import Order

_OLD_ADDRESS: Final = "the address is wrong or too old: the `urls` of the video, asked for again, are fresh"
POLL_AFTER_MS: Final = 500
DEFAULT_MODEL: Final = "sora-2"
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
ORDERS: Final[tuple[Order, ...]] = ("desc", "asc")


async def create(call: Call) -> Response:
    return await _answered(call, await create_from(call))


async def create_from(call: Call) -> Outcome:
    async with read_with_file(call.request, FIELD) as (body, file):
        return await queue_with(call, await create_command(call, body), body, file)


async def create_command(call: Call, body: dict[str, Any]) -> CreateVideo:
    _require_file(body)
    prompt = text(body, "prompt") or ""
    return CreateVideo(
        video_id=call.deps.ids.new("video"),
        account_id=call.require().account,
        model=text(body, "model") or DEFAULT_MODEL,
        prompt=prompt,
        seed=call.deps.ids.seed(),
        seconds=whole(body, "seconds"),
        size=text(body, "size") or None,
        tier=text(body, "tier") or None,
        characters=await mentioned(call, prompt, _cast(body)),
    )


async def remix(call: Call) -> Response:
    body = await read_body(call.request)
    return await _queued(call, await remix_command(call, body), body)


async def remix_command(call: Call, body: dict[str, Any]) -> RemixVideo:
    return RemixVideo(parent_id=id_of(call), **await asked(call, body))


async def edit(call: Call) -> Response:
    """Of one's own video, by its id, or of a file: that is a new video with the file as its place."""
    async with read_with_file(call.request, VIDEO) as (body, file):
        if file:
            _refuse_reference(body)
            command = await create_command(call, body)
            return await _answered(call, await queue_like(call, command, body, file))
        return await _queued(call, await edit_command(call, body), body)


async def edit_command(call: Call, body: dict[str, Any]) -> EditVideo:
    return EditVideo(parent_id=parent_of(body), **await asked(call, body))


async def extend(call: Call) -> Response:
    body = await read_body(call.request)
    return await _queued(call, await extend_command(call, body), body)


async def extend_command(call: Call, body: dict[str, Any]) -> ExtendVideo:
    return ExtendVideo(parent_id=parent_of(body), seconds=whole(body, "seconds"), **await asked(call, body))


async def asked(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """What every video says that is made of another one."""
    _refuse_reference(body)
    prompt = text(body, "prompt") or ""
    return {
        "video_id": call.deps.ids.new("video"),
        "account_id": call.require().account,
        "prompt": prompt,
        "tier": text(body, "tier") or None,
        "characters": await mentioned(call, prompt, _cast(body)),
    }


def parent_of(body: dict[str, Any]) -> str:
    if isinstance(body.get("video"), Upload):
        message = "A file cannot be extended: name a video of yours as `video[id]`, or send the file to be edited."
        raise Invalid("unsupported_input", message, "video")
    return require_id(text(inner(body, "video"), "id") or "")


def _cast(body: dict[str, Any]) -> tuple[str, ...]:
    """Ids or @handles, each bare or as `{id}`."""
    value = body.get("characters")
    if isinstance(value, list):
        body = {"characters": [each.get("id") if isinstance(each, dict) else each for each in value]}
    return words(body, "characters")


async def stitch(call: Call) -> Response:
    body = await read_body(call.request)
    return await _queued(call, await stitch_command(call, body), body)


async def stitch_command(call: Call, body: dict[str, Any]) -> StitchVideo:
    _refuse_reference(body)
    return StitchVideo(
        video_id=call.deps.ids.new("video"),
        account_id=call.require().account,
        clips=_clips(body),
        prompt=text(body, "prompt") or "",
        tier=text(body, "tier") or None,
    )


def _clips(body: dict[str, Any]) -> tuple[Part, ...]:
    value = body.get("clips")
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Invalid("invalid_clips", "`clips` must be a list of `{video_id, start, end}`.", "clips")
    check_clips(len(value))
    return tuple(
        Part(
            video_id=require_id(text(each, "video_id") or ""),
            start=number(each, "start", "clips"),
            end=number(each, "end", "clips"),
        )
        for each in value
    )


async def cancel(call: Call) -> Response:
    """What has ended stays as it is: the answer says how it stands."""
    command = CancelVideo(video_id=id_of(call), account_id=call.require().account)
    outcome = await call.dispatch(command)
    return call.wrote(reply(await current(call, command.video_id)), outcome)


Queueing = RemixVideo | ExtendVideo | StitchVideo


async def _queued(call: Call, command: Queueing, body: dict[str, Any]) -> Response:
    return await _answered(call, await call.dispatch(command, body))


async def _answered(call: Call, outcome: Outcome) -> Response:
    made = await current(call, outcome.answer["video_id"])
    return call.wrote(reply(made, headers=_poll()), outcome)


def _require_file(body: dict[str, Any]) -> None:
    """What is no file is refused, never ignored."""
    if body.get(FIELD) and not isinstance(body[FIELD], Upload):
        message = f"`{FIELD}` is a file of the form, or `image_url` with a data URL."
        raise Invalid("unsupported_input", message, FIELD)


def _refuse_reference(body: dict[str, Any]) -> None:
    if body.get(FIELD):
        message = f"Only a new video takes `{FIELD}`: what is made of another one keeps the place of that."
        raise Invalid("unsupported_input", message, FIELD)


async def retrieve(call: Call) -> Response:
    return reply(await current(call, call.path("video_id")), headers=_poll())


def _poll() -> dict[str, str]:
    return {"openai-poll-after-ms": str(POLL_AFTER_MS)}


async def delete(call: Call) -> Response:
    video_id = id_of(call)
    outcome = await call.dispatch(DeleteVideo(video_id=video_id, account_id=call.require().account))
    return call.wrote(reply(Deleted(video_id)), outcome)


async def listing(call: Call) -> Response:
    """The caller's own videos, the one just created included."""
    limit = bounded(call, "limit", DEFAULT_LIMIT, 0, MAX_LIMIT)
    order = one_of(call, "order", ORDERS)
    after = call.request.query_params.get("after") or None
    if after is not None and not is_id(after, "video"):
        raise Invalid("invalid_after", "`after` must be the id of a video.", "after")
    freshness = await fresh(call, "videos")
    page = await call.deps.reads.own_videos(call.require().account, after=after, limit=limit, order=order)
    data = [await with_progress(call, card) for card in page.items]
    body = VideoPage(
        data=data,
        first_id=data[0].id if data else None,
        last_id=data[-1].id if data else None,
        has_more=page.has_more,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


async def content(call: Call) -> Response:
    """The file itself, for a key or a signed address. What the client says that it accepts is not asked."""
    variant = one_of(call, "variant", VARIANTS)
    seen = await see(call, call.path("video_id"), _eyes(call))
    return await send_asset(
        call.request, call.deps.objects, _asset(seen, variant), f"{seen.id}-{variant}", _completed(seen).completed_at
    )


def _eyes(call: Call) -> str | None:
    """None: the caller's own."""
    access = call.request.query_params.get("access")
    if access is None:
        call.require()
        return None
    viewer = viewer_of(call.edge.signer, access, call.path("video_id"), call.deps.clock.now())
    if viewer is None and call.caller is None:
        raise no_key(f"Incorrect API key provided: none was sent, and {_OLD_ADDRESS}.")
    return viewer


def _completed(seen: Seen) -> Completed:
    if isinstance(seen.state, Completed):
        return seen.state
    if isinstance(seen.state, Cancelled):
        raise IllegalState("video_cancelled", f"Video {seen.id} was cancelled: it has no files.", "video_id")
    if isinstance(seen.state, Failed):
        raise IllegalState("video_failed", f"Video {seen.id} failed: it has no files.", "video_id")
    raise IllegalState("video_not_completed", f"Video {seen.id} is not completed yet: wait for it.", "video_id")


def _asset(seen: Seen, variant: str) -> Asset:
    for asset in _completed(seen).outcome.assets:
        if asset.role == variant:
            return asset
    raise NotFound("variant_missing", f"Video {seen.id} has no {variant}.", "variant")


def id_of(call: Call) -> str:
    return require_id(call.path("video_id"))
