"""What a video tells others as long as everybody can see it: those whose video it was made of, and those whose
character it stars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.recorded import Recorded
from domain.video import (
    Queueing,
    RestrictionLifted,
    VideoDeleted,
    VideoImported,
    VideoPublished,
    VideoRestricted,
    VideoUnpublished,
)
from projections.db import Connection, load_rows, upsert, write_rows
from projections.events import Event
from projections.inbox.rows import Row, run_of


class Video(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    owner_id: str
    verb: str
    parents: Sequence[Sequence[str]] = ()
    characters: Sequence[str] = ()
    is_public: bool = False
    restrictions: Sequence[str] = ()
    gone: bool = False
    at: datetime | None = None
    shard: int | None = None
    position: int | None = None

    @property
    def is_listed(self) -> bool:
        return self.is_public and not self.restrictions and not self.gone


KINDS: Final = (
    Queueing, VideoImported, VideoPublished, VideoUnpublished, VideoRestricted, RestrictionLifted, VideoDeleted,
)  # fmt: skip
_UPSERT: Final = upsert("videos", Video, ("id",))
_DELETE: Final = "delete from notifications where listed_by = any(%s)"


def apply(conn: Connection, events: Sequence[Event]) -> list[Row]:
    """Returns what those videos tell that are listed now, after taking back what any of them has told."""
    ids = {event.recorded.stream for event in events}
    rows = {video.id: video for video in load_rows(conn, "videos", Video, "id", ids)}
    changed: dict[str, Video] = {}
    for event in events:
        video = _evolve(rows.get(event.recorded.stream), event.event, event.recorded)
        if video is not None:
            rows[video.id] = changed[video.id] = video
    if not changed:
        return []
    write_rows(conn, _UPSERT, (video for _, video in sorted(changed.items())))
    run_of(conn, _DELETE, changed)
    return [row for _, video in sorted(changed.items()) if video.is_listed for row in _told(video)]


def _evolve(video: Video | None, event: Any, recorded: Recorded) -> Video | None:
    """None: the event changes nothing that counts here."""
    match event:
        case Queueing():
            return Video(
                id=recorded.stream,
                owner_id=event.owner_id,
                verb=recorded.type.split(".")[1],
                parents=sorted({(each.video_id, each.owner_id) for each in event.parents}),
                characters=sorted({use.character_id for use in event.characters}),
            )
        case VideoImported():
            return Video(id=recorded.stream, owner_id=event.owner_id, verb="imported")
        case VideoPublished():
            return _publish(_known(video), event, recorded)
        case VideoUnpublished():
            return msgspec.structs.replace(_known(video), is_public=False)
        case VideoRestricted(cause_id=cause):
            known = _known(video)
            return msgspec.structs.replace(known, restrictions=sorted({*known.restrictions, cause}))
        case RestrictionLifted(cause_id=cause):
            known = _known(video)
            return msgspec.structs.replace(known, restrictions=[each for each in known.restrictions if each != cause])
        case VideoDeleted():
            return msgspec.structs.replace(_known(video), is_public=False, gone=True)
        case _:
            return None


def _known(video: Video | None) -> Video:
    if video is None:
        raise LookupError("the stream of a video starts with how it came to be")
    return video


def _publish(video: Video, event: VideoPublished, recorded: Recorded) -> Video:
    """A new caption is no news: what is public already keeps its place."""
    if event.visibility != "public":
        return msgspec.structs.replace(video, is_public=False)
    if video.is_public:
        return video
    return msgspec.structs.replace(
        video, is_public=True, at=recorded.recorded_at, shard=recorded.shard, position=recorded.position
    )


def _told(video: Video) -> Iterator[Row]:
    """At the place of its publication."""
    parents = defaultdict(list)
    for parent, owner in video.parents:
        parents[owner].append(parent)
    for owner, made_of in sorted(parents.items()):
        if owner != video.owner_id:
            yield _row(video, "remixed", owner, recipient=owner, about={"verb": video.verb, "parents": made_of})
    for character in video.characters:
        yield _row(
            video,
            "character_used",
            character,
            owner_of=character,
            excluded=[video.owner_id],
            about={"character_id": character},
        )


def _row(video: Video, kind: str, whom: str, **fields: Any) -> Row:
    if video.at is None or video.shard is None or video.position is None:
        raise ValueError("a video that is listed was published")
    return Row(
        **fields,
        id=f"{kind}_{video.id}_{whom}",
        kind=kind,
        listed_by=video.id,
        actor=video.owner_id,
        video_id=video.id,
        subject=video.id,
        at=video.at,
        category="video",
        shard=video.shard,
        position=video.position,
    )
