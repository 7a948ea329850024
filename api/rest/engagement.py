"""What people do with videos and with each other: publish, like, follow."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from api.call import Call, reply
from api.parsing import flag, read_body, text, words
from api.present import current
from api.rest.accounts import account_of
from api.rest.videos import id_of
from api.schemas import Followed, Liked
from commands.engagement import FollowAccount, LikeVideo, UnfollowAccount, UnlikeVideo
from commands.video import PublishVideo, UnpublishVideo


async def publish(call: Call) -> Response:
    body = await read_body(call.request)
    command = publish_command(call, body)
    outcome = await call.dispatch(command, body)
    return call.wrote(reply(await current(call, command.video_id)), outcome)


def publish_command(call: Call, body: dict[str, Any]) -> PublishVideo:
    return PublishVideo(
        video_id=id_of(call),
        account_id=call.require().account,
        visibility=text(body, "visibility") or "public",
        remixable=flag(body, "remixable", True),
        caption=text(body, "caption") or "",
        topics=words(body, "topics"),
        description=text(body, "description") or None,
    )


async def unpublish(call: Call) -> Response:
    command = UnpublishVideo(video_id=id_of(call), account_id=call.require().account)
    outcome = await call.dispatch(command)
    return call.wrote(reply(await current(call, command.video_id)), outcome)


async def like(call: Call) -> Response:
    command = LikeVideo(video_id=id_of(call), account_id=call.require().account)
    outcome = await call.dispatch(command)
    return call.wrote(reply(Liked(video_id=command.video_id, liked=True)), outcome)


async def unlike(call: Call) -> Response:
    """Not to like is not an error: what was asked for is the case."""
    command = UnlikeVideo(video_id=id_of(call), account_id=call.require().account)
    outcome = await call.dispatch(command)
    return call.wrote(reply(Liked(video_id=command.video_id, liked=False)), outcome)


async def follow(call: Call) -> Response:
    command = FollowAccount(account_id=call.require().account, followee_id=account_of(call))
    outcome = await call.dispatch(command)
    return call.wrote(reply(Followed(account_id=command.followee_id, following=True)), outcome)


async def unfollow(call: Call) -> Response:
    command = UnfollowAccount(account_id=call.require().account, followee_id=account_of(call))
    outcome = await call.dispatch(command)
    return call.wrote(reply(Followed(account_id=command.followee_id, following=False)), outcome)
