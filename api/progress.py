"""`GET /v1/videos/{id}/events`: the life of a video as server-sent events, until it is completed or failed.

Each event is the whole video. Its id names what was seen: a client that comes back with `Last-Event-ID` is told only
what is new, and 204 when there will be nothing new, upon which browsers stop asking.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from api.call import Call
from api.present import see, video_now
from api.schemas import Video
from domain.errors import NotFound, Unavailable

EVERY: Final = 0.5
HEARTBEAT: Final = 15
RECONNECT_MS: Final = 2000
LONGEST: Final = 600.0


async def events(call: Call) -> Response:
    """The first look is taken before the reply begins, so that an unknown video is a 404."""
    event_id, video = await _look(call)
    last = call.request.headers.get("last-event-id")
    if last == event_id and _is_final(video):
        return Response(status_code=204)
    return EventSourceResponse(
        _follow(call, event_id, video, last), ping=HEARTBEAT, headers={"X-Accel-Buffering": "no"}
    )


async def _follow(call: Call, event_id: str, video: Video, last: str | None) -> AsyncIterator[ServerSentEvent]:
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST
    while True:
        if event_id != last:
            yield _event(event_id, video)
            last = event_id
        if _is_final(video) or loop.time() >= end:
            return
        await asyncio.sleep(EVERY)
        try:
            event_id, video = await _look(call)
        except (NotFound, Unavailable):
            return  # deleted, or the database is away: whoever still wants to know comes back


async def _look(call: Call) -> tuple[str, Video]:
    seen = await see(call, call.path("video_id"))
    video = await video_now(call, seen)
    place = video.queue.place if video.queue else 0
    return f"{seen.version}-{video.status}-{video.progress}-{place}", video


def _event(event_id: str, video: Video) -> ServerSentEvent:
    name = video.status if _is_final(video) else "progress"
    data = msgspec.json.encode(video).decode()
    return ServerSentEvent(data=data, event=name, id=event_id, retry=RECONNECT_MS)


def _is_final(video: Video) -> bool:
    return video.status in ("completed", "failed")
