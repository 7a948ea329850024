"""The HTTP edge: everything that can be asked of Recut over the web, as one list."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from api import asyncapi, errors, openapi, progress
from api.call import Call, Edge
from api.console import actions, inbox, pages, trouble
from api.media import VARIANTS
from api.middleware import Stamp
from api.ports import Deps
from api.rest import (
    accounts,
    chain,
    characters,
    comments,
    engagement,
    enrolment,
    exports,
    feed,
    health,
    leaderboards,
    lineage,
    metrics,
    models,
    moderation,
    notifications,
    policy,
    preflight,
    processes,
    provenance,
    steering,
    videos,
    wallet,
)
from api.routing import CURSOR, IDEMPOTENCY, TOKEN, Endpoint, Handler, Param, routes
from api.schemas import (
    Account,
    CreateVideoBody,
    Deleted,
    EditVideoBody,
    ExtendVideoBody,
    Followed,
    Health,
    Liked,
    ModelInfo,
    ModelList,
    Page,
    PublishVideoBody,
    RemixVideoBody,
    StitchVideoBody,
    Video,
    VideoPage,
)

STATIC: Final = Path(__file__).parent / "console" / "static"


def _query(name: str, description: str, **schema: Any) -> Param:
    return Param(name=name, description=description, schema=schema)


def _words(name: str, description: str, choices: tuple[str, ...]) -> Param:
    return _query(name, description, type="string", enum=list(choices), default=choices[0])


def _number(name: str, description: str, default: int, low: int, high: int) -> Param:
    return _query(name, description, type="integer", default=default, minimum=low, maximum=high)


_FILES: Final = ("video/mp4", "image/webp", "image/jpeg", "text/vtt")

API: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/v1/videos",
        handler=videos.create,
        summary="Queue a new video",
        tag="videos",
        params=(IDEMPOTENCY,),
        body=CreateVideoBody,
        answer=Video,
    ),
    Endpoint(
        method="GET",
        path="/v1/videos",
        handler=videos.listing,
        summary="The caller's own videos",
        tag="videos",
        params=(
            _number("limit", "How many", videos.DEFAULT_LIMIT, 0, videos.MAX_LIMIT),
            _words("order", "By time of creation", ("desc", "asc")),
            _query("after", "Id of the last video of the page before", type="string"),
            TOKEN,
        ),
        answer=VideoPage,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/edits",
        handler=videos.edit,
        summary="Queue an edit: a remix of one's own video",
        tag="videos",
        params=(IDEMPOTENCY,),
        body=EditVideoBody,
        answer=Video,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/extensions",
        handler=videos.extend,
        summary="Queue an extension: the video and a next shot behind it",
        tag="videos",
        params=(IDEMPOTENCY,),
        body=ExtendVideoBody,
        answer=Video,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/stitch",
        handler=videos.stitch,
        summary="Queue a stitch: clips in a row, in one file",
        tag="videos",
        params=(IDEMPOTENCY,),
        body=StitchVideoBody,
        answer=Video,
    ),
    Endpoint(
        method="GET",
        path="/v1/videos/{video_id}",
        handler=videos.retrieve,
        summary="One video, always current",
        tag="videos",
        answer=Video,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/videos/{video_id}",
        handler=videos.delete,
        summary="Delete a video that has ended",
        tag="videos",
        params=(IDEMPOTENCY,),
        answer=Deleted,
    ),
    Endpoint(
        method="GET",
        path="/v1/videos/{video_id}/content",
        handler=videos.content,
        summary="A file of a video, whole or in part",
        tag="videos",
        access="open",
        params=(
            _words("variant", "Which file", VARIANTS),
            _query("access", "A signed stand-in for the key, as in the `urls` of a video", type="string"),
        ),
        media=_FILES,
        statuses=(200, 206),
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/remix",
        handler=videos.remix,
        summary="Queue a remix: what the prompt does not name stays",
        tag="videos",
        params=(IDEMPOTENCY,),
        body=RemixVideoBody,
        answer=Video,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/cancel",
        handler=videos.cancel,
        summary="Cancel a generation that has not ended; its credits come back",
        tag="videos",
        params=(IDEMPOTENCY,),
        answer=Video,
    ),
    Endpoint(
        method="GET",
        path="/v1/videos/{video_id}/events",
        handler=progress.events,
        summary="Progress as server-sent events, until the video has ended",
        tag="videos",
        params=(
            Param(
                name="Last-Event-ID",
                place="header",
                description="Id of the last event received",
                schema={"type": "string"},
            ),
        ),
        media=("text/event-stream",),
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/publish",
        handler=engagement.publish,
        summary="Publish a completed video, or change how it is published",
        tag="social",
        params=(IDEMPOTENCY,),
        body=PublishVideoBody,
        answer=Video,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/unpublish",
        handler=engagement.unpublish,
        summary="Take a published video back",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=Video,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/like",
        handler=engagement.like,
        summary="Like a published video",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=Liked,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/videos/{video_id}/like",
        handler=engagement.unlike,
        summary="Take a like back",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=Liked,
    ),
    Endpoint(
        method="GET",
        path="/v1/accounts/{account_id}",
        handler=accounts.retrieve,
        summary="An account as others see it",
        tag="social",
        access="open",
        params=(TOKEN,),
        answer=Account,
    ),
    Endpoint(
        method="GET",
        path="/v1/accounts/{account_id}/videos",
        handler=accounts.listing,
        summary="What an account has published for everyone, newest first",
        tag="social",
        access="open",
        params=(_number("limit", "How many", accounts.DEFAULT_LIMIT, 1, accounts.MAX_LIMIT), CURSOR, TOKEN),
        answer=Page[Video],
    ),
    Endpoint(
        method="POST",
        path="/v1/accounts/{account_id}/follow",
        handler=engagement.follow,
        summary="Follow an account",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=Followed,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/accounts/{account_id}/follow",
        handler=engagement.unfollow,
        summary="Stop following an account",
        tag="social",
        params=(IDEMPOTENCY,),
        answer=Followed,
    ),
    Endpoint(
        method="GET",
        path="/v1/models",
        handler=models.listing,
        summary="Installed models and what they can do",
        tag="models",
        answer=ModelList,
    ),
    Endpoint(
        method="GET",
        path="/v1/models/{model}",
        handler=models.retrieve,
        summary="One installed model",
        tag="models",
        answer=ModelInfo,
    ),
    Endpoint(
        method="GET",
        path="/healthz",
        handler=health.alive,
        summary="Whether the process lives",
        tag="operations",
        access="none",
        answer=Health,
    ),
    Endpoint(
        method="GET",
        path="/readyz",
        handler=health.ready,
        summary="Whether it can serve: 503 when not",
        tag="operations",
        access="none",
        answer=Health,
        statuses=(200, 503),
    ),
    *accounts.ENDPOINTS,
    *chain.ENDPOINTS,
    *enrolment.ENDPOINTS,
    *characters.ENDPOINTS,
    *comments.ENDPOINTS,
    *exports.ENDPOINTS,
    *metrics.ENDPOINTS,
    *feed.ENDPOINTS,
    *leaderboards.ENDPOINTS,
    *lineage.ENDPOINTS,
    *moderation.ENDPOINTS,
    *notifications.ENDPOINTS,
    *policy.ENDPOINTS,
    *preflight.ENDPOINTS,
    *processes.ENDPOINTS,
    *provenance.ENDPOINTS,
    *steering.ENDPOINTS,
    *wallet.ENDPOINTS,
)


def _page(method: Literal["GET", "POST"], path: str, handler: Handler) -> Endpoint:
    return Endpoint(method=method, path=path, handler=handler, summary="", tag="console", access="open")


CONSOLE: Final[tuple[Endpoint, ...]] = (
    _page("GET", "/", pages.home),
    _page("GET", "/feed", pages.more),
    _page("GET", "/options", pages.options),
    _page("GET", "/boards/{board}", pages.board),
    _page("GET", "/mine", pages.mine),
    _page("GET", "/wallet", pages.credits),
    _page("GET", "/inbox", inbox.page),
    _page("POST", "/inbox/read", inbox.mark),
    _page("GET", "/drafts/{video_id}", pages.draft),
    _page("GET", "/videos/{video_id}", pages.watch),
    _page("GET", "/videos/{video_id}/family", pages.family),
    _page("GET", "/accounts/{account_id}", pages.profile),
    _page("GET", "/login", actions.login_form),
    _page("POST", "/login", actions.login),
    _page("POST", "/logout", actions.logout),
    _page("POST", "/create", actions.create),
    _page("POST", "/videos/{video_id}/remix", actions.remix),
    _page("POST", "/videos/{video_id}/publish", actions.publish),
    _page("POST", "/videos/{video_id}/unpublish", actions.unpublish),
    _page("POST", "/videos/{video_id}/cancel", actions.cancel),
    _page("POST", "/videos/{video_id}/delete", actions.delete),
    _page("POST", "/videos/{video_id}/like", actions.like),
    _page("POST", "/accounts/{account_id}/follow", actions.follow),
    _page("POST", "/wishes", actions.wish),
    _page("POST", "/rules/{rule_id}/undo", actions.undo_rule),
)


def create_app(deps: Deps) -> Starlette:
    edge = Edge(deps)
    app = Starlette(
        routes=[*routes((*API, *_specifications(deps), *CONSOLE)), Mount("/static", StaticFiles(directory=STATIC))],
        middleware=[Middleware(Stamp, ids=deps.ids, on_error=_answer_error, noted=edge.requests.note)],
        exception_handlers={kind: _answer_error for kind in errors.HANDLED},
    )
    app.router.redirect_slashes = False
    app.state.edge = edge
    return app


def _specifications(deps: Deps) -> tuple[Endpoint, ...]:
    """Documents for machines, made once."""
    documents = {
        "/openapi.json": openapi.document(API, deps.public_url),
        "/asyncapi.json": asyncapi.document(deps.topic_prefix),
        **{f"/schemas/{type_}.json": asyncapi.schema(type_) for type_ in asyncapi.TYPES},
    }
    return tuple(_document(path, msgspec.json.encode(content)) for path, content in documents.items())


def _document(path: str, content: bytes) -> Endpoint:
    async def answer(call: Call) -> Response:
        del call
        return Response(content, media_type="application/json")

    return Endpoint(method="GET", path=path, handler=answer, summary="", tag="operations", access="none")


async def _answer_error(request: Request, error: Exception) -> Response:
    if trouble.wants_page(request):
        return trouble.page(request, errors.failure_of(error, request))
    return await errors.handle(request, error)
