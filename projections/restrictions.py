"""What moderation and revoked consent have hidden, kept alike by every model that shows videos: a video with any
restriction is shown to nobody but its owner, whatever its owner has published.

The model's schema has a table `restrictions (video_id, cause_id)`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from domain.video import RestrictionLifted, VideoRestricted
from projections.db import Connection, columns
from projections.events import Event


def apply(conn: Connection, events: Iterable[Event]) -> set[str]:
    """Follows the events; returns the videos that they are about. Those of one video lie in one log, in order."""
    last: dict[tuple[str, str], bool] = {}
    for event in events:
        if isinstance(event.event, VideoRestricted | RestrictionLifted):
            last[event.recorded.stream, event.event.cause_id] = isinstance(event.event, VideoRestricted)
    set_ = sorted(pair for pair, holds in last.items() if holds)
    lifted = sorted(pair for pair, holds in last.items() if not holds)
    if set_:
        conn.execute(_SET, columns(set_, 2))
    if lifted:
        conn.execute(_LIFT, columns(lifted, 2))
    return {video_id for video_id, _ in last}


def restricted(conn: Connection, ids: Collection[str]) -> set[str]:
    """Those of the videos that have a restriction now."""
    if not ids:
        return set()
    rows = conn.execute("select distinct video_id from restrictions where video_id = any(%s)", [sorted(ids)])
    return {video_id for (video_id,) in rows}


_SET: Final = "insert into restrictions select * from unnest(%s::text[], %s::text[]) on conflict do nothing"
_LIFT: Final = """
    delete from restrictions using unnest(%s::text[], %s::text[]) as lifted (video_id, cause_id)
    where restrictions.video_id = lifted.video_id and restrictions.cause_id = lifted.cause_id
"""
