"""Likes, follows, comments and shares. Each pair (video and account, follower and followee) has its own little stream,
so that it exists at most once."""

from __future__ import annotations

from datetime import datetime
from typing import Final, assert_never

import msgspec

from domain.errors import Forbidden, IllegalState, Invalid, NotFound
from domain.fields import AccountText, Id, Word
from domain.ids import shown
from domain.text import require_text
from domain.video import Completed, Video, no_such_video


class Liked(msgspec.Struct, frozen=True, kw_only=True):
    """An account likes a video. The facts by which a board may exclude the like are decided once, here: whether the
    video was served to the account, whose video it is, and since when the account exists."""

    video_id: Id
    account_id: Id
    owner_id: Id
    served: bool
    account_opened_at: datetime


class Unliked(msgspec.Struct, frozen=True, kw_only=True):
    """The like is taken back, with the very facts by which it was counted."""

    video_id: Id
    account_id: Id
    owner_id: Id
    served: bool
    account_opened_at: datetime


Event = Liked | Unliked


class NotLiking(msgspec.Struct, frozen=True):
    pass


class Liking(msgspec.Struct, frozen=True):
    event: Liked


Like = NotLiking | Liking


def evolve(state: Like, event: Event, at: datetime) -> Like:
    del state, at
    match event:
        case Liked():
            return Liking(event)
        case Unliked():
            return NotLiking()
        case _:
            assert_never(event)


def like(state: Like, video: Video, liked: Liked) -> list[Event]:
    """Only what is published can be liked; liking twice is no news."""
    if not isinstance(video, Completed) or video.publication is None:
        raise no_such_video(liked.video_id)
    return [] if isinstance(state, Liking) else [liked]


def unlike(state: Like) -> list[Event]:
    """Takes back the very like that was counted, facts included. A video that was withdrawn can still be unliked."""
    if isinstance(state, NotLiking):
        return []
    return [Unliked(**msgspec.structs.asdict(state.event))]


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """An account wants to see what another one publishes."""

    follower_id: Id
    followee_id: Id


class Unfollowed(msgspec.Struct, frozen=True, kw_only=True):
    """It does not any more."""

    follower_id: Id
    followee_id: Id


class NotFollowing(msgspec.Struct, frozen=True):
    pass


class Following(msgspec.Struct, frozen=True):
    pass


FollowEvent = Followed | Unfollowed
Follow = NotFollowing | Following


def evolve_follow(state: Follow, event: FollowEvent, at: datetime) -> Follow:
    del state, at
    match event:
        case Followed():
            return Following()
        case Unfollowed():
            return NotFollowing()
        case _:
            assert_never(event)


def follow(state: Follow, follower_id: str, followee_id: str) -> list[FollowEvent]:
    """Following twice is no news."""
    if follower_id == followee_id:
        raise Invalid("cannot_follow_self", "An account cannot follow itself.", "account_id")
    return [] if isinstance(state, Following) else [Followed(follower_id=follower_id, followee_id=followee_id)]


def unfollow(state: Follow, follower_id: str, followee_id: str) -> list[FollowEvent]:
    """Not to follow is not an error: what was asked for is the case."""
    return [Unfollowed(follower_id=follower_id, followee_id=followee_id)] if isinstance(state, Following) else []


class Commented(msgspec.Struct, frozen=True, kw_only=True):
    """An account says something about a video, or to another comment on it (`parent_id`)."""

    comment_id: Id
    video_id: Id
    owner_id: Id
    account_id: Id
    parent_id: Id | None
    text: AccountText


class CommentDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """Gone: taken back by its author, or removed by the owner of the video or a moderator (`by`)."""

    comment_id: Id
    video_id: Id
    account_id: Id
    by: Id


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """An account passed a video on. `channel` is from a closed list."""

    share_id: Id
    video_id: Id
    owner_id: Id
    account_id: Id
    channel: Word


CommentEvent = Commented | CommentDeleted

MAX_COMMENT: Final = 2_200
CHANNELS: Final = ("link", "message", "email", "embed", "other")


class NoComment(msgspec.Struct, frozen=True):
    pass


class Comment(msgspec.Struct, frozen=True):
    said: Commented


class CommentGone(msgspec.Struct, frozen=True):
    said: Commented


CommentState = NoComment | Comment | CommentGone


def evolve_comment(state: CommentState, event: CommentEvent, at: datetime) -> CommentState:
    del at
    match event:
        case Commented():
            return Comment(event)
        case CommentDeleted():
            if isinstance(state, NoComment):
                raise ValueError("the stream of a comment starts with what was said")
            return CommentGone(state.said)
        case _:
            assert_never(event)


def comment(state: CommentState, said: Commented, parent: CommentState | None) -> list[CommentEvent]:
    """`parent` is the comment that this one answers; it must be about the same video and still be there."""
    if not isinstance(state, NoComment):
        raise IllegalState("comment_exists", "This comment id is taken.")
    if not said.text.strip() or len(said.text) > MAX_COMMENT:
        raise Invalid("invalid_comment", f"`text` has 1 to {MAX_COMMENT} characters.", "text")
    require_text(said.text, "text")
    if said.parent_id is not None and not (isinstance(parent, Comment) and parent.said.video_id == said.video_id):
        raise no_such_comment(said.parent_id)
    return [said]


def delete_comment(state: CommentState, comment_id: str, by: str, *, moderates: bool = False) -> list[CommentEvent]:
    """By its author, by the owner of the video, or by a moderator. Gone already: nothing happens."""
    if isinstance(state, NoComment):
        raise no_such_comment(comment_id)
    if by not in (state.said.account_id, state.said.owner_id) and not moderates:
        raise Forbidden("not_the_author", f"Comment {comment_id} was written by another account.")
    if isinstance(state, CommentGone):
        return []
    said = state.said
    return [CommentDeleted(comment_id=comment_id, video_id=said.video_id, account_id=said.account_id, by=by)]


def no_such_comment(comment_id: str) -> NotFound:
    return NotFound("comment_not_found", f"There is no comment {shown(comment_id, 'comment')}.", "comment_id")


class NotShared(msgspec.Struct, frozen=True):
    pass


class WasShared(msgspec.Struct, frozen=True):
    event: Shared


Share = NotShared | WasShared


def evolve_share(state: Share, event: Shared, at: datetime) -> Share:
    del state, at
    return WasShared(event)


def share(state: Share, shared: Shared) -> list[Shared]:
    if shared.channel not in CHANNELS:
        raise Invalid("invalid_channel", f"`channel` is one of {', '.join(CHANNELS)}.", "channel")
    return [] if isinstance(state, WasShared) else [shared]
