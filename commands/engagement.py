"""Commands on likes and follows and their handlers."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.account import nobody_blocks
from commands.video import follows_owner
from commands.work import ACCOUNT, FOLLOW, LIKE, VIDEO, Handler, Work
from domain import account, engagement, video
from domain.errors import NotFound
from domain.ids import follow_stream, like_stream, shown


class LikeVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str


class UnlikeVideo(msgspec.Struct, frozen=True, kw_only=True):
    video_id: str
    account_id: str


class FollowAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    followee_id: str


class UnfollowAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    followee_id: str


async def like_video(command: LikeVideo, work: Work) -> None:
    liker = account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    target = await work.read(VIDEO, command.video_id)
    follows = await follows_owner(target, command.account_id, work)
    seen = video.visible(command.video_id, target, command.account_id, follows=follows)
    await nobody_blocks(work, command.account_id, [seen.request.owner_id], video.no_such_video(command.video_id))
    stream = like_stream(command.video_id, command.account_id)
    liked = engagement.Liked(
        video_id=command.video_id,
        account_id=command.account_id,
        owner_id=seen.request.owner_id,
        served=await work.world.impressions.served(command.account_id, command.video_id),
        account_opened_at=liker.opened_at,
    )
    work.change(stream, engagement.like(await work.read(LIKE, stream), target, liked))
    work.answer = {"video_id": command.video_id}


async def unlike_video(command: UnlikeVideo, work: Work) -> None:
    stream = like_stream(command.video_id, command.account_id)
    work.change(stream, engagement.unlike(await work.read(LIKE, stream)))
    work.answer = {"video_id": command.video_id}


async def follow_account(command: FollowAccount, work: Work) -> None:
    account.require_open(await work.read(ACCOUNT, command.account_id), command.account_id)
    account.require_open(await work.read(ACCOUNT, command.followee_id), command.followee_id)
    unknown = NotFound("account_not_found", f"There is no account {shown(command.followee_id, 'acct')}.")
    await nobody_blocks(work, command.account_id, [command.followee_id], unknown)
    stream = follow_stream(command.account_id, command.followee_id)
    state = await work.read(FOLLOW, stream)
    work.change(stream, engagement.follow(state, command.account_id, command.followee_id))
    work.answer = {"account_id": command.followee_id}


async def unfollow_account(command: UnfollowAccount, work: Work) -> None:
    stream = follow_stream(command.account_id, command.followee_id)
    state = await work.read(FOLLOW, stream)
    work.change(stream, engagement.unfollow(state, command.account_id, command.followee_id))
    work.answer = {"account_id": command.followee_id}


HANDLERS: Final[dict[type, Handler]] = {
    LikeVideo: like_video,
    UnlikeVideo: unlike_video,
    FollowAccount: follow_account,
    UnfollowAccount: unfollow_account,
}
