"""Everything that the platform knows of an account, as the account may read it: a query, made when it is fetched, so
that no copy lies anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec

from commands.ports import EventStore, Lists
from domain.ids import case_stream, follow_stream, like_stream, wallet_stream
from domain.recorded import Fact

PAGE: Final = 200
AT_ONCE: Final = 20
SHOWN: Final = frozenset(f"moderation.{what}.v1" for what in ("decided", "reversed", "appealed", "appeal_resolved"))
Listing = Callable[[str, str, int], Awaitable[list[str]]]


class Line(msgspec.Struct, frozen=True):
    """One fact, its texts readable."""

    stream: str
    version: int
    type: str
    event_id: str
    recorded_at: str
    event: dict[str, Any]


async def export_of(store: EventStore, lists: Lists, account_id: str) -> AsyncIterator[tuple[str, list[Line]]]:
    """(name, lines) of one part after another: the account and its wallet, videos with what was decided about them,
    characters, comments, likes and follows; each stream's facts in their order."""
    yield "account", await _facts(store, [account_id])
    yield "wallet", await _facts(store, [wallet_stream(account_id)])
    videos = await _all(lists.videos_of, account_id)
    yield "videos", await _facts(store, videos)
    yield "decisions", _decisions(await _facts(store, [case_stream(id_) for id_ in [account_id, *videos]]))
    yield "characters", await _facts(store, await _all(lists.characters_of, account_id))
    yield "comments", await _facts(store, await _all(lists.comments_of, account_id))
    liked = await _all(lists.likes_of, account_id)
    yield "likes", await _facts(store, [like_stream(video_id, account_id) for video_id in liked])
    followed = await _all(lists.followees_of, account_id)
    yield "follows", await _facts(store, [follow_stream(account_id, other) for other in followed])


def _decisions(lines: list[Line]) -> list[Line]:
    """Not who reported what, nor who decided."""
    return [_without(line, "moderator_id") for line in lines if line.type in SHOWN]


def _without(line: Line, field: str) -> Line:
    return msgspec.structs.replace(line, event={name: value for name, value in line.event.items() if name != field})


async def _all(listing: Listing, account_id: str) -> list[str]:
    found: list[str] = []
    while page := await listing(account_id, found[-1] if found else "", PAGE):
        found += page
    return found


async def _facts(store: EventStore, streams: Sequence[str]) -> list[Line]:
    lines: list[Line] = []
    for start in range(0, len(streams), AT_ONCE):
        loaded = await asyncio.gather(*map(store.load, streams[start : start + AT_ONCE]))
        lines += [_line(fact) for facts in loaded for fact in facts]
    return lines


def _line(fact: Fact) -> Line:
    recorded = fact.recorded
    return Line(
        recorded.stream,
        recorded.version,
        recorded.type,
        recorded.event_id,
        recorded.recorded_at.isoformat(),
        msgspec.to_builtins(fact.event),
    )
