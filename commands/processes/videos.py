"""What processes do to one video. Each reads its stream, so that it cannot move before the step is recorded."""

from __future__ import annotations

from typing import Final, assert_never

from commands.work import VIDEO, Work
from domain import video
from domain.process import Item
from domain.recorded import SYSTEM

WORDS: Final[dict[type, str]] = {
    video.Absent: "absent",
    video.Queued: "queued",
    video.InProgress: "in_progress",
    video.Completed: "completed",
    video.Failed: "failed",
    video.Cancelled: "cancelled",
    video.Deleted: "deleted",
}


def was(state: video.Video) -> str:
    return WORDS[type(state)]


def kept(video_id: str, state: video.Video) -> Item:
    return Item(id=video_id, was=was(state), action="gone" if _is_gone(state) else "kept")


def hide(work: Work, video_id: str, state: video.Video, *, cause: str, cause_id: str, rule: str) -> Item:
    """Nobody waits for it any more, or nobody but its owner and moderators sees it any more."""
    match state:
        case video.Queued() | video.InProgress():
            work.change(video_id, video.cancel(state, SYSTEM, cause))
            return Item(id=video_id, was=was(state), action="cancelled")
        case video.Completed():
            work.change(video_id, video.restrict(state, cause_id, rule))
            return Item(id=video_id, was=was(state), action="hidden")
        case video.Absent() | video.Failed() | video.Cancelled() | video.Deleted():
            return kept(video_id, state)
        case _:
            assert_never(state)


async def lift(work: Work, video_id: str, cause_id: str) -> Item:
    """Exactly the restriction of this cause: others stay."""
    state = await work.read(VIDEO, video_id)
    events = video.lift(state, cause_id)
    work.change(video_id, events)
    return Item(id=video_id, was=was(state), action="lifted") if events else kept(video_id, state)


async def remove(work: Work, video_id: str, owner_id: str) -> Item:
    state = await work.read(VIDEO, video_id)
    if _is_gone(state):
        return kept(video_id, state)
    cancelled = video.cancel(state, SYSTEM, "erasure")
    ended = state
    for event in cancelled:
        ended = video.evolve(ended, event, work.now)
    work.change(video_id, [*cancelled, *video.delete(video_id, ended, owner_id)])
    return Item(id=video_id, was=was(state), action="deleted")


def _is_gone(state: video.Video) -> bool:
    return isinstance(state, video.Absent | video.Deleted)
