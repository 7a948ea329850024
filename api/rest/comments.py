"""What people say about videos, and passing videos on."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from api.call import MODERATES, Call, reply
from api.consistency import fresh
from api.parsing import read_body, text
from api.present import see, unix
from api.query import bounded
from api.rest.videos import id_of
from api.routing import CURSOR, IDEMPOTENCY, Endpoint, limit_param
from api.schemas import AsOf, Author
from commands.comment import CommentOnVideo, DeleteComment, ShareVideo
from domain.engagement import CHANNELS, MAX_COMMENT, no_such_comment
from domain.errors import Invalid
from domain.ids import is_id
from projections.videos import query

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100


class CommentBody(msgspec.Struct, kw_only=True):
    """`parent_id`: the comment that this one answers."""

    text: str
    parent_id: str | None = None


class ShareBody(msgspec.Struct, kw_only=True):
    channel: str


class Comment(msgspec.Struct, kw_only=True):
    """`text` is null when the comment was deleted, or is hidden by a decision (`hidden`)."""

    id: str
    video_id: str
    author: Author
    parent_id: str | None
    text: str | None
    created_at: int
    hidden: bool
    object: str = "comment"


class CommentList(msgspec.Struct, kw_only=True):
    data: list[Comment]
    has_more: bool
    next_cursor: str | None
    as_of: AsOf
    object: str = "list"


class Written(msgspec.Struct, kw_only=True):
    id: str
    deleted: bool = False
    object: str = "comment"


class Passed(msgspec.Struct, kw_only=True):
    id: str
    video_id: str
    object: str = "share"


async def listing(call: Call) -> Response:
    limit = bounded(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    cursor = call.request.query_params.get("cursor") or None
    if cursor is not None:
        _require_id(cursor)
    seen = await see(call, call.path("video_id"))
    freshness = await fresh(call, "videos")
    page = await call.deps.reads.comments(seen.id, after=cursor, limit=limit)
    authors = await call.edge.authors.of(comment.account_id for comment in page.items)
    apart = await call.edge.authors.apart_from(call.viewer, authors)
    body = CommentList(
        data=[
            _shown(comment, authors[comment.account_id]) for comment in page.items if comment.account_id not in apart
        ],
        has_more=page.has_more,
        next_cursor=page.items[-1].id if page.has_more else None,
        as_of=freshness.as_of,
    )
    return reply(body, headers=freshness.headers)


def _shown(comment: query.Comment, author: Author) -> Comment:
    return Comment(
        id=comment.id,
        video_id=comment.video_id,
        author=author,
        parent_id=comment.parent_id,
        text=comment.text,
        created_at=unix(comment.at),
        hidden=comment.hidden,
    )


async def say(call: Call) -> Response:
    body = await read_body(call.request)
    parent = text(body, "parent_id") or None
    command = CommentOnVideo(
        comment_id=call.deps.ids.new("comment"),
        video_id=id_of(call),
        account_id=call.require().account,
        text=text(body, "text") or "",
        parent_id=_require_id(parent) if parent else None,
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(Written(id=outcome.answer["comment_id"])), outcome)


async def delete(call: Call) -> Response:
    caller = call.require()
    command = DeleteComment(
        comment_id=_require_id(call.path("comment_id")),
        account_id=caller.account,
        moderates=caller.role in MODERATES,
    )
    outcome = await call.dispatch(command)
    return call.wrote(reply(Written(id=command.comment_id, deleted=True)), outcome)


async def share(call: Call) -> Response:
    body = await read_body(call.request)
    channel = text(body, "channel") or ""
    if not channel:
        raise Invalid("invalid_channel", f"`channel` is one of {', '.join(CHANNELS)}.", "channel")
    command = ShareVideo(
        share_id=call.deps.ids.new("share"),
        video_id=id_of(call),
        account_id=call.require().account,
        channel=channel,
    )
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(Passed(id=outcome.answer["share_id"], video_id=command.video_id)), outcome)


def _require_id(comment_id: str) -> str:
    if not is_id(comment_id, "comment"):
        raise no_such_comment(comment_id[:80])
    return comment_id


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="GET",
        path="/v1/videos/{video_id}/comments",
        handler=listing,
        summary="What was said about a video, oldest first",
        tag="social",
        access="open",
        params=(limit_param(DEFAULT_LIMIT, MAX_LIMIT), CURSOR),
        answer=CommentList,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/comments",
        handler=say,
        summary=f"Say something about a video, in up to {MAX_COMMENT} characters",
        tag="social",
        params=(IDEMPOTENCY,),
        body=CommentBody,
        answer=Written,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/comments/{comment_id}",
        handler=delete,
        summary="Delete a comment: its author, the owner of the video, a moderator",
        tag="social",
        answer=Written,
    ),
    Endpoint(
        method="POST",
        path="/v1/videos/{video_id}/share",
        handler=share,
        summary="Note that a video was passed on",
        tag="social",
        params=(IDEMPOTENCY,),
        body=ShareBody,
        answer=Passed,
    ),
)
