"""Files that the log does not name: an attempt whose worker died while it stored them, one that nobody waited for any
more, a video that was deleted while its files came, a picture whose video was never asked for. After a time of grace
they go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import msgspec

from commands.ports import EventStore
from commands.work import VIDEO, fold
from domain.errors import Unavailable
from domain.ids import is_id
from domain.jobs import prefix_of
from domain.video import Absent, Completed, InProgress, Queued, Video
from streams.ports import Shelf, Stored

logger = logging.getLogger(__name__)

VIDEOS: Final = "v/"
GIVEN: Final = "a/"  # what accounts have given for their videos
GRACE: Final = timedelta(hours=24)
AT_ONCE: Final = 8
# More unknown videos than this, and more than known ones: this is the store of another platform.
FEW: Final = 20


class WrongStore(Exception):
    """Most of what lies there is of no video in this log."""


class Swept(msgspec.Struct):
    """`files` were old enough to be looked at, of so many `videos`; `unknown` of those are not in the log. `orphans`,
    and their `bytes`, are what the log does not name."""

    files: int = 0
    videos: int = 0
    unknown: int = 0
    orphans: int = 0
    bytes: int = 0


class Sweeper:
    """One look costs one read of each video that has files: once a day is enough."""

    def __init__(self, shelf: Shelf, store: EventStore, now: Callable[[], datetime], grace: timedelta = GRACE) -> None:
        self._shelf = shelf
        self._store = store
        self._now = now
        self._grace = grace

    async def run(self) -> None:
        """As a part of a process that has better things to do than to end because of it."""
        try:
            swept = await self.sweep()
        except (WrongStore, Unavailable, OSError) as error:
            logger.error("files were not swept: %s", error)
            return
        if swept.orphans:
            logger.info("swept %d orphans, %d bytes, of %d files", swept.orphans, swept.bytes, swept.files)

    async def sweep(self, *, keep: bool = False, force: bool = False) -> Swept:
        """First looks at everything, then deletes. `keep`: looks only. Raises `WrongStore` unless `force`."""
        swept, orphans, videos = Swept(), list[Stored](), dict[str, bool]()
        for prefix in (VIDEOS, GIVEN):
            async for batch in self._shelf.older(prefix, self._now() - self._grace):
                of_videos = [each for each in batch if is_id(_video(each), "video")]
                swept.files += len(of_videos)
                for found, known, lost in await self._judge(of_videos):
                    videos[found] = known
                    orphans += lost
        swept.videos, swept.unknown = len(videos), sum(not known for known in videos.values())
        swept.orphans, swept.bytes = len(orphans), sum(each.bytes for each in orphans)
        if not (keep or force) and swept.unknown > max(FEW, swept.videos - swept.unknown):
            raise WrongStore(
                f"{swept.unknown} of {swept.videos} videos in the object store are not in this log: "
                "is RECUT_OBJECTS the store of this database? If it is, run `recut sweep --force`."
            )
        for each in () if keep else orphans:
            await self._shelf.delete(each.key)
        return swept

    async def _judge(self, batch: Iterable[Stored]) -> list[tuple[str, bool, list[Stored]]]:
        of_video = groupby(sorted(batch, key=_video), key=_video)
        turns = asyncio.Semaphore(AT_ONCE)
        return await asyncio.gather(*(self._judge_video(video, list(files), turns) for video, files in of_video))

    async def _judge_video(
        self, video: str, files: list[Stored], turns: asyncio.Semaphore
    ) -> tuple[str, bool, list[Stored]]:
        async with turns:
            state, _ = await fold(self._store, VIDEO, video)
        return video, not isinstance(state, Absent), [each for each in files if not is_named(state, video, each.key)]


def is_named(state: Video, video_id: str, key: str) -> bool:
    """What a running attempt has stored will be named, or not, by its end."""
    if key.startswith(GIVEN):
        given = state.request.reference if isinstance(state, Queued | InProgress | Completed) else None
        return given is not None and given.key == key
    if isinstance(state, Completed):
        return any(asset.key == key for asset in state.outcome.assets)
    if isinstance(state, Queued | InProgress):
        return key.startswith(prefix_of(video_id, state.attempt))
    return False


def _video(file: Stored) -> str:
    """`v/<video>/…`, `a/<account>/<video>/…`."""
    parts = file.key.split("/")
    return parts[2 if file.key.startswith(GIVEN) else 1] if len(parts) > 2 else ""
