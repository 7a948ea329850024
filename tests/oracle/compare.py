"""Every board and every lineage as the read models answer, beside what the exported files say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from domain.errors import NotFound
from projections.db import AsyncConnection
from projections.leaderboard import query as leaderboard
from projections.leaderboard.boards import BOARDS, PLACES, WINDOWS
from projections.remix_graph import past
from projections.remix_graph import query as graph
from projections.remix_graph.moment import Moment
from tests.oracle.boards import Boards, Place
from tests.oracle.lineage import Ancestor, Family, Lineage

KEY: Final = b"signs cursors, thirty-two bytes.."


class Compared(msgspec.Struct):
    """`answers`: how many were compared; `rows`: what they held."""

    answers: int = 0
    rows: int = 0
    differences: list[str] = []

    def see(self, name: str, said: list[Any], expected: list[Any]) -> None:
        self.answers += 1
        self.rows += len(expected)
        for place in range(max(len(said), len(expected))):
            pair = [each[place] if place < len(each) else None for each in (said, expected)]
            if pair[0] != pair[1]:
                self.differences.append(
                    f"{name}, place {place + 1}: the read model says {pair[0]}, the files {pair[1]}"
                )
                return


async def boards(db: AsyncConnection, folder: Path, hour: datetime | None) -> Compared:
    """`hour`: the end of a closed one, of which only the first places are kept; None for now."""
    compared, outside = Compared(), Boards(folder, hour)
    for board in BOARDS:
        for window in WINDOWS:
            said = [place async for place in _places(db, board, window, hour)]
            places = outside.places(board, window)
            compared.see(f"{board} {window}", said, places[:PLACES] if hour else places)
    return compared


async def _places(db: AsyncConnection, board: str, window: str, hour: datetime | None) -> Any:
    """All pages."""
    cursor: str | None = None
    while True:
        if hour is None:
            page = await leaderboard.page(db, key=KEY, board=board, window=window, limit=50, cursor=cursor)
        else:
            page = await leaderboard.past(db, key=KEY, board=board, window=window, as_of=hour, limit=50, cursor=cursor)
        for row in page.rows:
            yield _place(row)
        cursor = page.next_cursor
        if cursor is None:
            return


def _place(row: leaderboard.Row) -> Place:
    told = {name: row.excluded.get(name, 0) for name in ("own", "young", "not_served", "corrected")}
    return Place(rank=row.rank, id=row.id, count=row.count, counted=row.counted, pending=row.pending or 0, **told)


async def lineage(db: AsyncConnection, folder: Path, moment: datetime | None) -> Compared:
    """Of every video that was ever asked for, as somebody sees it who is not logged in."""
    compared, outside = Compared(), Lineage(folder, moment)
    for video_id in outside.videos:
        found = await _family(db, video_id, moment)
        if found is None:
            compared.see(f"{video_id} is not to be seen", [], [video_id] if video_id in outside.listed else [])
        elif video_id in outside.listed:
            expected = outside.family(video_id)
            for field in Family.__struct_fields__:
                said, told = getattr(found, field), getattr(expected, field)
                listed = isinstance(told, list)
                compared.see(f"{video_id} {field}", said if listed else [said], told if listed else [told])
    return compared


async def _family(db: AsyncConnection, video_id: str, moment: datetime | None) -> Family | None:
    children: list[tuple[str, str, int]] = []
    cursor: str | None = None
    asked: dict[str, Any] = {"key": KEY, "video_id": video_id, "viewer": None, "depth": 256, "limit": 50}
    while True:
        try:
            if moment is None:
                page = await graph.lineage(db, **asked, cursor=cursor)
            else:
                page = await past.lineage(db, **asked, cursor=cursor, moment=Moment(instant=moment), as_then=True)
        except NotFound:
            return None
        children += [(str(child.id), child.relation, child.descendants) for child in page.children]
        cursor = page.next_cursor
        if cursor is None:
            above = [Ancestor(each.depth, each.id or "", each.relation) for each in page.ancestors]
            return Family(sorted(above), children, page.counts.descendants)


def instants(hours: list[datetime]) -> Iterator[datetime]:
    """Three of the closed hours: early, in the middle, the last."""
    for part in (0.45, 0.7, 1.0):
        yield hours[int(part * (len(hours) - 1))]
