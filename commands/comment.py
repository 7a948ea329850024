"""Commands on comments and shares and their handlers."""

from __future__ import annotations

from typing import Final

import msgspec

from commands.account import nobody_blocks
from commands.video import follows_owner
from commands.work import ACCOUNT, COMMENT, SHARE, VIDEO, Handler, Work
from domain import account, engagement, video


class CommentOnVideo(msgspec.Struct, frozen=True, kw_only=True):
    """`parent_id`: the comment that this one answers."""

    comment_id: str
    video_id: str
    account_id: str
    text: str
    parent_id: str | None = None


class DeleteComment(msgspec.Struct, frozen=True, kw_only=True):
    """`moderates`: the sender is a moderator, as the edge knows."""

    comment_id: str
    account_id: str
    moderates: bool = False


class ShareVideo(msgspec.Struct, frozen=True, kw_only=True):
    share_id: str
    video_id: str
    account_id: str
    channel: str


async def comment_on_video(command: CommentOnVideo, work: Work) -> None:
    owner_id = await _published(command.video_id, command.account_id, work)
    said = engagement.Commented(
        comment_id=command.comment_id,
        video_id=command.video_id,
        owner_id=owner_id,
        account_id=command.account_id,
        parent_id=command.parent_id,
        text=command.text,
    )
    parent: engagement.CommentState | None = None
    if command.parent_id:
        parent = await work.read(COMMENT, command.parent_id)
    state = await work.read(COMMENT, command.comment_id)
    work.change(command.comment_id, engagement.comment(state, said, parent))
    work.answer = {"comment_id": command.comment_id}


async def delete_comment(command: DeleteComment, work: Work) -> None:
    state = await work.read(COMMENT, command.comment_id)
    events = engagement.delete_comment(state, command.comment_id, command.account_id, moderates=command.moderates)
    work.change(command.comment_id, events)
    work.answer = {"comment_id": command.comment_id}


async def share_video(command: ShareVideo, work: Work) -> None:
    owner_id = await _published(command.video_id, command.account_id, work)
    shared = engagement.Shared(
        share_id=command.share_id,
        video_id=command.video_id,
        owner_id=owner_id,
        account_id=command.account_id,
        channel=command.channel,
    )
    work.change(command.share_id, engagement.share(await work.read(SHARE, command.share_id), shared))
    work.answer = {"share_id": command.share_id}


async def _published(video_id: str, by: str, work: Work) -> str:
    """The owner of a video that is published and that `by` may see."""
    account.require_open(await work.read(ACCOUNT, by), by)
    state = await work.read(VIDEO, video_id)
    seen = video.visible(video_id, state, by, follows=await follows_owner(state, by, work))
    if not isinstance(seen, video.Completed) or seen.publication is None:
        raise video.no_such_video(video_id)
    await nobody_blocks(work, by, [seen.request.owner_id], video.no_such_video(video_id))
    return seen.request.owner_id


HANDLERS: Final[dict[type, Handler]] = {
    CommentOnVideo: comment_on_video,
    DeleteComment: delete_comment,
    ShareVideo: share_video,
}
