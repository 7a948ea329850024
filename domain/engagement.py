"""Likes. Each (video, account) pair has its own little stream, so a like exists at most once."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec

from domain.errors import NotFound
from domain.fields import Id
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


def no_such_like(video_id: str) -> NotFound:
    return NotFound("like_not_found", f"You do not like {video_id}.", "video_id")
